// SPDX-License-Identifier: MIT
// Environment variables, command line and current directory, in UTF-8.
#include "nt/process/environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/utf.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/process/command_line.h"
#include "nt/process/program.h"
#include "nt/process/std_handles.h"
#include "nt/status.h"

extern char **environ;

static size_t name_length(const char *entry)
{
    return (size_t)(strchrnul(entry, '=') - entry);
}

// The environment's spelling of a name that it has in another case; NULL if none or out of memory.
// Free it.
static char *other_spelling_locked(const char *name) WM_REQUIRES(wm_process_lock)
{
    for (char **entry = environ; entry && *entry; entry++) {
        size_t length = name_length(*entry);
        char *candidate;

        if (length == 0)
            continue;
        candidate = strndup(*entry, length);
        if (candidate && wm_utf8_equal_nocase(candidate, name))
            return candidate;
        free(candidate);
    }
    return NULL;
}

static const char *find_locked(const char *name) WM_REQUIRES(wm_process_lock)
{
    const char *value = getenv(name);
    char *spelling;

    if (value)
        return value;
    spelling = other_spelling_locked(name);
    if (spelling)
        value = getenv(spelling);
    free(spelling);
    return value;
}

// Contract in environment.h. Takes wm_process_lock.
NTSTATUS wm_environment_get(const char *name, char **value)
{
    NTSTATUS st = STATUS_VARIABLE_NOT_FOUND;
    const char *found;
    char *copy;

    wm_lock_take(&wm_process_lock);
    found = find_locked(name);
    if (found) {
        copy = strdup(found);
        st = copy ? STATUS_SUCCESS : STATUS_NO_MEMORY;
        if (copy)
            *value = copy;
    }
    wm_lock_drop(&wm_process_lock);
    return st;
}

// Contract in environment.h. Takes wm_process_lock.
NTSTATUS wm_environment_set(const char *name, const char *value)
{
    char *spelling = NULL;
    int failed;

    if (!*name || strchr(name, '='))
        return STATUS_INVALID_PARAMETER;
    wm_lock_take(&wm_process_lock);
    if (!getenv(name))
        spelling = other_spelling_locked(name);
    failed =
        value ? setenv(spelling ? spelling : name, value, 1) : unsetenv(spelling ? spelling : name);
    wm_lock_drop(&wm_process_lock);
    free(spelling);
    return failed ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

// Contract in environment.h. Takes wm_process_lock.
char *wm_environment_list(void)
{
    size_t size = 2; // an empty environment is two zeroes
    char *list, *to;

    wm_lock_take(&wm_process_lock);
    for (char **entry = environ; entry && *entry; entry++)
        size += strlen(*entry) + 1;
    list = to = malloc(size);
    for (char **entry = environ; list && entry && *entry; entry++) {
        size_t length = strlen(*entry) + 1;

        if (length > 1)
            to = (char *)memcpy(to, *entry, length) + length;
    }
    wm_lock_drop(&wm_process_lock);
    if (list)
        to[0] = '\0';
    if (list && to == list)
        to[1] = '\0';
    return list;
}

struct text {
    char *start;
    size_t length, room;
};

static bool text_add(struct text *text, const char *s, size_t length)
{
    if (text->room - text->length <= length) {
        size_t room = (text->length + length + 1) * 2;
        char *larger = realloc(text->start, room);

        if (!larger)
            return false;
        text->start = larger;
        text->room = room;
    }
    memcpy(text->start + text->length, s, length);
    text->length += length;
    text->start[text->length] = '\0';
    return true;
}

// Adds the value of the variable whose name is at `name`; false when out of memory. *known tells
// whether there is one.
static bool text_add_variable(struct text *text, const char *name, size_t length, bool *known)
{
    char *copy = strndup(name, length), *value = NULL;
    bool ok = copy != NULL;
    NTSTATUS st;

    *known = false;
    if (ok) {
        st = wm_environment_get(copy, &value);
        *known = st == STATUS_SUCCESS;
        ok = *known ? text_add(text, value, strlen(value)) : st != STATUS_NO_MEMORY;
    }
    free(value);
    free(copy);
    return ok;
}

// Contract in environment.h.
char *wm_environment_expand(const char *s)
{
    struct text text = {0};
    bool ok = text_add(&text, "", 0);

    while (ok && *s) {
        const char *end = *s == '%' ? strchr(s + 1, '%') : NULL;
        size_t plain = strcspn(s + 1, "%") + 1;
        bool known = false;

        if (end && end > s + 1)
            ok = text_add_variable(&text, s + 1, (size_t)(end - s - 1), &known);
        if (known) {
            s = end + 1;
            continue;
        }
        // An unknown name stays as it is; its second % may open another one.
        ok = ok && text_add(&text, s, plain);
        s += plain;
    }
    if (ok)
        return text.start;
    free(text.start);
    return NULL;
}

// Contract in environment.h. Made once; of two threads that make it, the first one's counts.
const char *wm_command_line(void)
{
    static char *line;
    char *made = __atomic_load_n(&line, __ATOMIC_ACQUIRE), *expected = NULL, *arguments;
    size_t size;

    if (made)
        return made;
    if (host_command_line(&arguments, &size))
        return NULL;
    made = wm_command_join(arguments, size);
    free(arguments);
    if (made && !__atomic_compare_exchange_n(&line, &expected, made, false, __ATOMIC_ACQ_REL,
                                             __ATOMIC_ACQUIRE)) {
        free(made);
        made = expected;
    }
    return made;
}

// Contract in environment.h.
NTSTATUS wm_current_directory_get(char **path)
{
    char host[WM_PATH_MAX], shown[WM_PATH_MAX];
    int err = host_getcwd(host, sizeof(host));
    NTSTATUS st = err ? wm_status_from_errno(err) : wm_path_show(host, shown, sizeof(shown));
    char *copy;

    if (st)
        return st;
    copy = strdup(shown);
    if (!copy)
        return STATUS_NO_MEMORY;
    *path = copy;
    return STATUS_SUCCESS;
}

// Contract in environment.h.
NTSTATUS wm_current_directory_set(const char *path)
{
    char host[WM_PATH_MAX];
    NTSTATUS st = wm_program_directory(path, host);

    return st ? st : wm_status_from_errno(host_chdir(host));
}
