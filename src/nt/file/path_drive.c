// SPDX-License-Identifier: MIT
// Drives: which directory of the host a letter stands for.
#include "nt/file/path.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/status.h"

// By letter; NULL until asked for. Published once: readers take no lock, also in a forked child.
static _Atomic(const char *) roots[26];
static const char no_drive[] = "";
static const char host_root[] = "";

// Absolute paths only: anything else would depend on the current directory.
static const char *environment(const char *name)
{
    const char *value = host_is_secure() ? NULL : getenv(name);

    return value && value[0] == '/' ? value : NULL;
}

// Makes the directories of `path` from `at` on; those above exist or are not ours to make.
static int make_directories(char *path, size_t at)
{
    for (char *slash = path + at; slash; slash = strchr(slash + 1, '/')) {
        char *next = strchr(slash + 1, '/');
        int err;

        if (next)
            *next = '\0';
        err = host_mkdir(path, 0700);
        if (next)
            *next = '/';
        if (err && err != -EEXIST)
            return err;
    }
    return 0;
}

// Drive C: without a variable of its own.
static NTSTATUS default_drive(char *path)
{
    static const char inside[] = "/winmem/drives/c";
    const char *data = environment("XDG_DATA_HOME");
    const char *home = environment("HOME");
    char from_system[WM_PATH_MAX];
    size_t base;
    int length;

    if (!data && !home) {
        if (host_home(from_system, sizeof(from_system)))
            return STATUS_OBJECT_PATH_NOT_FOUND;
        home = from_system;
    }
    length = data ? snprintf(path, WM_PATH_MAX, "%s%s", data, inside)
                  : snprintf(path, WM_PATH_MAX, "%s/.local/share%s", home, inside);
    if (length < 0 || length >= WM_PATH_MAX)
        return STATUS_NAME_TOO_LONG;
    // The user's home is not ours to make; the folders of XDG are.
    base = data ? 0 : strlen(home);
    return wm_status_from_errno(make_directories(path, base));
}

// What the letter means right now; "" in *path is the host's root.
static NTSTATUS find_root(char letter, char *path)
{
    char variable[] = "WINMEM_DRIVE_X";
    char wanted[WM_PATH_MAX];
    const char *value;
    NTSTATUS st;

    variable[sizeof(variable) - 2] = letter;
    value = environment(variable);
    if (value && strlen(value) < sizeof(wanted))
        strcpy(wanted, value);
    else if (letter == 'Z')
        strcpy(wanted, "/");
    else if (letter != 'C')
        return STATUS_OBJECT_PATH_NOT_FOUND;
    else if ((st = default_drive(wanted)))
        return st;
    // The kernel shows paths without links, and names are compared with what it shows. A drive
    // whose directory does not exist yet is a drive all the same.
    if (host_real_path(wanted, path))
        strcpy(path, wanted);
    for (size_t length = strlen(path); length > 0 && path[length - 1] == '/';)
        path[--length] = '\0';
    return STATUS_SUCCESS;
}

// Contract in path.h. Takes no lock.
NTSTATUS wm_drive_root(char letter, const char **root)
{
    _Atomic(const char *) *slot;
    const char *known;
    char path[WM_PATH_MAX];
    NTSTATUS st;

    if (letter < 'A' || letter > 'Z')
        return STATUS_OBJECT_PATH_NOT_FOUND;
    slot = &roots[letter - 'A'];
    known = atomic_load_explicit(slot, memory_order_acquire);
    if (!known) {
        const char *fresh = no_drive;

        st = find_root(letter, path);
        if (st && st != STATUS_OBJECT_PATH_NOT_FOUND)
            return st;
        if (!st)
            fresh = path[0] ? strdup(path) : host_root;
        if (!fresh)
            return STATUS_NO_MEMORY;
        if (atomic_compare_exchange_strong(slot, &known, fresh))
            known = fresh;
        else if (fresh != no_drive && fresh != host_root)
            free((char *)fresh);
    }
    if (known == no_drive)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    *root = known;
    return STATUS_SUCCESS;
}

// Contract in path.h. Every path lies on some drive: without a better one on Z:, whatever Z: is.
char wm_drive_of(const char *host, size_t *root_length)
{
    char best = 'Z';
    size_t best_length = 0;
    bool found = false;

    wm_assert(host[0] == '/');
    for (char letter = 'A'; letter <= 'Z'; letter++) {
        const char *root;
        size_t length;

        if (wm_drive_root(letter, &root))
            continue;
        length = strlen(root);
        if (strncmp(host, root, length) != 0 || (host[length] != '/' && host[length] != '\0'))
            continue;
        if (!found || length > best_length) {
            best = letter;
            best_length = length;
            found = true;
        }
    }
    *root_length = best_length;
    return best;
}

#if defined(WM_HOST_HOOKS)
void wm_drive_forget(void)
{
    for (int i = 0; i < 26; i++) {
        const char *known = atomic_exchange(&roots[i], NULL);

        if (known != no_drive && known != host_root)
            free((char *)known);
    }
}
#endif
