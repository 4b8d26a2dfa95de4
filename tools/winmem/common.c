// SPDX-License-Identifier: MIT
// Messages, names and words that the subcommands share.
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <winternl.h>

#include "base/utf.h"
#include "command.h"

bool tool_wants_colour(int fd)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(fd) && !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

static void say(const char *format, va_list arguments)
{
    fflush(stdout);
    fprintf(stderr, "winmem %s: ", tool_current->name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int tool_usage(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (*format)
        say(format, arguments);
    va_end(arguments);
    fprintf(stderr, "usage: winmem %s %s\n", tool_current->name, tool_current->arguments);
    return TOOL_USAGE;
}

int tool_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return TOOL_FAILED;
}

int tool_windows_error(const char *about, uint32_t code)
{
    char text[256] = "";
    size_t length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                   code, 0, text, sizeof(text), NULL);

    while (length && strchr("\r\n. ", text[length - 1]))
        text[--length] = '\0';
    tool_fail("%s: %s (Windows error %u)", about, text, code);
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return TOOL_NOT_FOUND;
    case ERROR_ACCESS_DENIED:
        return TOOL_DENIED;
    default:
        return TOOL_FAILED;
    }
}

int tool_status_error(const char *about, NTSTATUS st)
{
    return tool_windows_error(about, RtlNtStatusToDosError(st));
}

int tool_help(void)
{
    printf("usage: winmem %s %s\n\n%s.\n", tool_current->name, tool_current->arguments,
           tool_current->purpose);
    printf("%s%s  -h, --help          this text\n", *tool_current->options ? "\n" : "",
           tool_current->options);
    return TOOL_DONE;
}

bool tool_number(const char *text, const char *what, uint64_t *out)
{
    if (tool_parse_number(text, false, out))
        return true;
    tool_usage("%s: no number: %s", what, text);
    return false;
}

bool tool_size(const char *text, const char *what, uint64_t *out)
{
    if (tool_parse_number(text, true, out))
        return true;
    tool_usage("%s: no size: %s", what, text);
    return false;
}

static const char *const prefixes[] = {
    [WM_SCOPE_LOCAL] = "Local\\", [WM_SCOPE_GLOBAL] = "Global\\"};

// Where the name begins behind its prefix.
static const char *behind_prefix(const char *text, enum wm_name_scope *scope)
{
    *scope = WM_SCOPE_LOCAL;
    for (int i = WM_SCOPE_LOCAL; i <= WM_SCOPE_GLOBAL; i++) {
        if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
            *scope = (enum wm_name_scope)i;
            return text + strlen(prefixes[i]);
        }
    }
    return text;
}

bool tool_name_read(const char *argument, bool escaped, struct tool_name *out)
{
    const char *rest = behind_prefix(argument, &out->scope);
    char *plain = escaped ? tool_unescape(rest) : tool_copy(rest);
    struct tool_text text = {0};

    *out = (struct tool_name){.scope = out->scope};
    if (!plain) {
        tool_usage("not as 'winmem ls' prints names: %s", argument);
        return false;
    }
    out->length = (uint32_t)wm_utf8_to_utf16(plain, strlen(plain), NULL, 0, NULL);
    out->units = tool_alloc((out->length + 1) * sizeof(*out->units));
    wm_utf8_to_utf16(plain, strlen(plain), out->units, out->length, NULL);
    tool_text_add(&text, "%.*s%s", (int)(rest - argument), argument, plain);
    free(plain);
    out->text = text.bytes;
    out->shown = tool_name_shown(out->scope, out->units, out->length);
    return true;
}

void tool_name_free(struct tool_name *name)
{
    free(name->text);
    free(name->shown);
    free(name->units);
}

char *tool_name_shown(enum wm_name_scope scope, const uint16_t *units, uint32_t length)
{
    char *name = tool_escape_units(units, length, tool_ascii);
    struct tool_text text = {0};

    tool_text_add(&text, "%s%s", scope == WM_SCOPE_GLOBAL ? prefixes[scope] : "", name);
    free(name);
    return text.bytes;
}

struct word {
    uint32_t value;
    const char *name;
};

#define WORD(name)  \
    {               \
        name, #name \
    }

const char *tool_protect_name(uint32_t protect)
{
    static const struct word words[] = {
        WORD(PAGE_NOACCESS),          WORD(PAGE_READONLY),          WORD(PAGE_READWRITE),
        WORD(PAGE_WRITECOPY),         WORD(PAGE_EXECUTE),           WORD(PAGE_EXECUTE_READ),
        WORD(PAGE_EXECUTE_READWRITE), WORD(PAGE_EXECUTE_WRITECOPY),
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (words[i].value == (protect & 0xff))
            return words[i].name;
    return NULL;
}

char *tool_attribute_names(uint32_t attributes, const char *separator)
{
    static const struct word words[] = {
        WORD(SEC_FILE),    WORD(SEC_IMAGE),        WORD(SEC_RESERVE),     WORD(SEC_COMMIT),
        WORD(SEC_NOCACHE), WORD(SEC_WRITECOMBINE), WORD(SEC_LARGE_PAGES),
    };
    struct tool_text text = {0};

    tool_text_add(&text, "%s", "");
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if ((attributes & words[i].value) == words[i].value)
            tool_text_add(&text, "%s%s", text.length ? separator : "", words[i].name);
    return text.bytes;
}

const char *tool_kind_name(uint32_t kind)
{
    static const char *const names[] = {
        [WM_KIND_FILE] = "file",           [WM_KIND_SECTION] = "section",
        [WM_KIND_PROCESS] = "process",     [WM_KIND_THREAD] = "thread",
        [WM_KIND_EVENT] = "event",         [WM_KIND_MUTANT] = "mutex",
        [WM_KIND_SEMAPHORE] = "semaphore",
    };

    return kind < sizeof(names) / sizeof(*names) && names[kind] ? names[kind] : "unknown";
}

const char *tool_user_name(uint32_t uid)
{
    static struct user {
        uint32_t uid;
        char *name;
        struct user *next;
    } * known;
    struct passwd *entry;
    char number[16];

    for (struct user *user = known; user; user = user->next)
        if (user->uid == uid)
            return user->name;
    struct user *user = tool_alloc(sizeof(*user));
    entry = getpwuid(uid);
    snprintf(number, sizeof(number), "%u", uid);
    *user = (struct user){uid, tool_copy(entry ? entry->pw_name : number), known};
    known = user;
    return user->name;
}
