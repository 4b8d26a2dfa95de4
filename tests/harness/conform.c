// SPDX-License-Identifier: MIT
// Harness of the conformance programs: registration, checks and the command line.
#define __USE_MINGW_ANSI_STDIO 1
#include "conform.h"

#include "conform_internal.h"

#include <stdarg.h>
#include <stdlib.h>

static struct conform_case *cases;
static int failures;
static int in_child;
static char note[256];
static const char *program;

void conform_register(struct conform_case *c)
{
    struct conform_case **at = &cases;

    while (*at && (*at)->line < c->line)
        at = &(*at)->next;
    c->next = *at;
    *at = c;
}

const char *conform_program(void)
{
    return program;
}

void conform_note(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(note, sizeof note, format, ap);
    va_end(ap);
}

int conform_failures(void)
{
    return failures;
}

static void report(const char *file, int line, const char *format, ...)
{
    va_list ap;

    failures++;
    fprintf(stderr, "%s:%d: %s%s", file, line, note, note[0] ? ": " : "");
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    fflush(stderr);
}

int conform_eq_u(const char *file, int line, const char *text, unsigned long long got,
                 unsigned long long want)
{
    if (got == want)
        return 1;
    report(file, line, "%s is %llu (0x%llx), expected %llu (0x%llx)", text, got, got, want, want);
    return 0;
}

int conform_err(const char *file, int line, DWORD got, DWORD want)
{
    if (got == want)
        return 1;
    report(file, line, "last error is %u, expected %u", (unsigned)got, (unsigned)want);
    return 0;
}

int conform_true(const char *file, int line, const char *text, int held, DWORD err)
{
    if (held)
        return 1;
    report(file, line, "does not hold: %s (last error %u)", text, (unsigned)err);
    return 0;
}

int conform_fails(const char *file, int line, const char *text, int failed, DWORD got, DWORD want)
{
    if (!failed)
        report(file, line, "%s succeeded, expected error %u", text, (unsigned)want);
    else if (got != want)
        report(file, line, "%s failed with %u, expected %u", text, (unsigned)got, (unsigned)want);
    return failed && got == want;
}

int conform_mem(const char *file, int line, const char *text, const void *got, const void *want,
                size_t size)
{
    const unsigned char *g = got;
    const unsigned char *w = want;

    for (size_t i = 0; i < size; i++) {
        if (g[i] == w[i])
            continue;
        report(file, line, "%s: byte %zu is 0x%02x, expected 0x%02x", text, i, g[i], w[i]);
        return 0;
    }
    return 1;
}

int conform_str(const char *file, int line, const char *text, const char *got, const char *want)
{
    if (got && !strcmp(got, want))
        return 1;
    report(file, line, "%s is \"%s\", expected \"%s\"", text, got ? got : "(null)", want);
    return 0;
}

int conform_pattern(const char *file, int line, const char *text, const void *got, uint64_t offset,
                    size_t size)
{
    const unsigned char *g = got;

    for (size_t i = 0; i < size; i++) {
        if (g[i] == pattern_at(offset + i))
            continue;
        report(file, line, "%s: byte %zu is 0x%02x, expected 0x%02x of the pattern", text, i, g[i],
               pattern_at(offset + i));
        return 0;
    }
    return 1;
}

void conform_end(void)
{
    int fail_code = in_child ? CONFORM_CHILD_FAILED : CONFORM_FAIL;

    exit(failures ? fail_code : CONFORM_PASS);
}

void conform_skip(const char *why)
{
    fprintf(stderr, "skipped: %s\n", why);
    exit(failures ? CONFORM_FAIL : CONFORM_SKIP);
}

static int run_child(int argc, char **argv)
{
    in_child = 1;
    for (struct conform_case *c = cases; c; c = c->next) {
        int code;

        if (!c->child || argc < 1 || strcmp(c->name, argv[0]))
            continue;
        code = c->child(argc - 1, argv + 1);
        return failures ? CONFORM_CHILD_FAILED : code;
    }
    fprintf(stderr, "no such child: %s\n", argc > 0 ? argv[0] : "");
    return CONFORM_CHILD_FAILED;
}

static int list(int with_sources)
{
    for (struct conform_case *c = cases; c; c = c->next) {
        if (c->child)
            continue;
        printf("%s\t%s\t%s", c->name, c->rows[0] ? c->rows : "-", c->flags[0] ? c->flags : "-");
        if (with_sources)
            printf("\t%s", c->source);
        putchar('\n');
    }
    return 0;
}

static int run_case(const char *name)
{
    for (struct conform_case *c = cases; c; c = c->next) {
        if (c->child || strcmp(c->name, name))
            continue;
        c->run();
        return failures ? CONFORM_FAIL : CONFORM_PASS;
    }
    fprintf(stderr, "no such case: %s\n", name);
    return CONFORM_FAIL;
}

#ifdef _WIN32
/* A crash is a failed case, not a debugger's window; a child ends with its exception. */
static LONG WINAPI crashed(EXCEPTION_POINTERS *info)
{
    if (in_child)
        return EXCEPTION_EXECUTE_HANDLER;
    fprintf(stderr, "crashed: exception 0x%08lx\n", info->ExceptionRecord->ExceptionCode);
    TerminateProcess(GetCurrentProcess(), CONFORM_FAIL);
    return EXCEPTION_EXECUTE_HANDLER;
}
#endif

int main(int argc, char **argv)
{
#ifdef _WIN32
    SetUnhandledExceptionFilter(crashed);
#endif
    program = argv[0];
    if (argc == 2 && !strcmp(argv[1], "--list"))
        return list(0);
    if (argc == 2 && !strcmp(argv[1], "--list-sources"))
        return list(1);
    if (argc >= 2 && !strcmp(argv[1], "--child"))
        return run_child(argc - 2, argv + 2);
    if (argc == 2)
        return run_case(argv[1]);
    fprintf(stderr, "usage: %s CASE | --list | --list-sources\n", argv[0]);
    return 2;
}
