// SPDX-License-Identifier: MIT
// Harness of the conformance programs: plain <windows.h>, the same source natively and with mingw-w64.
#ifndef CONFORM_H
#define CONFORM_H

#ifdef _WIN32
#undef NTDDI_VERSION
#define NTDDI_VERSION 0x0A00000C /* the headers' newest declarations */
#endif

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>
#if defined(_WIN32) || __has_include(<winioctl.h>)
#include <winioctl.h>
#endif

#define CONFORM_PASS 0
#define CONFORM_FAIL 1
#define CONFORM_SKIP 77
/* Exit code of a child in which a check failed; children use smaller codes for their answers. */
#define CONFORM_CHILD_FAILED 99

struct conform_case {
    const char *name;
    const char *rows;   /* comma-separated rows of docs/SEMANTICS.md */
    const char *flags;  /* of tests/run.py, by commas: wine-differs, native-only, ... */
    const char *source; /* who says so, where Wine says something else */
    int line;
    void (*run)(void);
    int (*child)(int argc, char **argv); /* set: not a case but the body of a second process */
    struct conform_case *next;
};

void conform_register(struct conform_case *c);

#define CONFORM_ENTRY(id, rows, flags, source, run, child)          \
    static struct conform_case conform_entry_##id = {               \
        #id, rows, flags, source, __LINE__, run, child, NULL,       \
    };                                                              \
    __attribute__((constructor)) static void conform_add_##id(void) \
    {                                                               \
        conform_register(&conform_entry_##id);                      \
    }

/* CASE(name, "F1,S2") { body } is one test; it runs in a process of its own. */
#define CASE(id, rows) CASE_FLAGS(id, rows, "", "")
#define CASE_FLAGS(id, rows, flags, source)          \
    static void id(void);                            \
    CONFORM_ENTRY(id, rows, flags, source, id, NULL) \
    static void id(void)

/* CHILD(name) { body; return code; } is run by child_run(): argv[0] is the first argument given. */
#define CHILD(id)                           \
    static int id(int argc, char **argv);   \
    CONFORM_ENTRY(id, "", "", "", NULL, id) \
    static int id(int argc __attribute__((unused)), char **argv __attribute__((unused)))

/* Checks print both values and count a failure; the case goes on. All return whether they held. */
#define CONFORM_AT __FILE__, __LINE__
int conform_eq_u(const char *file, int line, const char *text, unsigned long long got,
                 unsigned long long want);
int conform_err(const char *file, int line, DWORD got, DWORD want);
int conform_true(const char *file, int line, const char *text, int held, DWORD err);
int conform_mem(const char *file, int line, const char *text, const void *got, const void *want,
                size_t size);
int conform_str(const char *file, int line, const char *text, const char *got, const char *want);
int conform_fails(const char *file, int line, const char *text, int failed, DWORD got, DWORD want);

#define expect_eq_u(got, want) \
    conform_eq_u(CONFORM_AT, #got, (unsigned long long)(got), (unsigned long long)(want))
#define expect_ptr(got, want)       expect_eq_u((uintptr_t)(got), (uintptr_t)(want))
#define expect_err(want)            conform_err(CONFORM_AT, GetLastError(), (want))
#define expect_mem(got, want, size) conform_mem(CONFORM_AT, #got, (got), (want), (size))
#define expect_str(got, want)       conform_str(CONFORM_AT, #got, (got), (want))
/* The call holds; on failure the last error is printed too. */
#define expect_true(call)                                              \
    ({                                                                 \
        int conform_held = !!(call);                                   \
        conform_true(CONFORM_AT, #call, conform_held, GetLastError()); \
    })
#define expect_false(call)                                                    \
    ({                                                                        \
        int conform_held = !(call);                                           \
        conform_true(CONFORM_AT, "not " #call, conform_held, GetLastError()); \
    })
/* The call returns 0, FALSE or NULL and leaves exactly this last error. */
#define expect_fail(call, error)                                                   \
    ({                                                                             \
        SetLastError(CONFORM_POISON);                                              \
        int conform_failed = !(call);                                              \
        conform_fails(CONFORM_AT, #call, conform_failed, GetLastError(), (error)); \
    })
/* The call returns INVALID_HANDLE_VALUE and leaves exactly this last error. */
#define expect_no_file(call, error)                                               \
    ({                                                                            \
        SetLastError(CONFORM_POISON);                                             \
        HANDLE conform_handle = (call);                                           \
        DWORD conform_error = GetLastError();                                     \
        int conform_failed = conform_handle == INVALID_HANDLE_VALUE;              \
        if (!conform_failed)                                                      \
            CloseHandle(conform_handle);                                          \
        conform_fails(CONFORM_AT, #call, conform_failed, conform_error, (error)); \
    })
/* As expect_true, but the case ends here when it does not hold. */
#define require(call)           \
    do {                        \
        if (!expect_true(call)) \
            conform_end();      \
    } while (0)
/* A last error no function sets: shows whether a call wrote the last error at all. */
#define CONFORM_POISON 0x2badbad2u
/* A native NTSTATUS (they are negative) as the unsigned number the documentation prints. */
#define expect_status(call, status) expect_eq_u((ULONG)(call), (ULONG)(status))

/* Ends the case at once: failed when a check failed, else passed. */
void conform_end(void) __attribute__((noreturn));
/* Ends the case as skipped, saying why. */
void conform_skip(const char *why) __attribute__((noreturn));
/* Words printed before each failure from now on: which row of a table is being tried. */
void conform_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* How many checks have failed so far. */
int conform_failures(void);

/* A path for a new file in the temporary directory. No file is there yet; it is removed at the end
   of the case. The string lives as long as the process. */
const char *temp_name(void);
/* The same, with a file of so many bytes of the pattern below. */
const char *temp_file(size_t size);
/* Byte of the pattern at an offset: never 0, differs between pages. */
unsigned char pattern_at(uint64_t offset);
void pattern_fill(void *buffer, uint64_t offset, size_t size);
/* Whether size bytes equal the pattern from offset on; a check like the others. */
#define expect_pattern(got, offset, size) conform_pattern(CONFORM_AT, #got, (got), (offset), (size))
int conform_pattern(const char *file, int line, const char *text, const void *got, uint64_t offset,
                    size_t size);

/* Opens an existing file with full sharing; ends the case when that fails. */
HANDLE open_file(const char *path, DWORD access);
/* The same with a share mode. */
HANDLE open_shared(const char *path, DWORD access, DWORD share);
/* Size by path, through an access-0 handle; ~0 when there is no such file. */
uint64_t size_of(const char *path);
/* A section over a handle, size 0; ends the case when that fails. */
HANDLE make_section(HANDLE file, DWORD protect);
/* The whole section as a view; ends the case when that fails. */
unsigned char *make_view(HANDLE section, DWORD access);
/* Has a view unmapped at the end of the case; make_view has done so. */
void view_drop(void *view);
/* File, section and view of size bytes of pattern in one go; the handles may be asked for. */
unsigned char *view_of_new_file(size_t size, DWORD protect, DWORD access, HANDLE *file,
                                HANDLE *section);
/* Whether one byte can be read or written there, asked of WriteFile and ReadFile (no fault).
   can_write stores a byte of value 0x5a when it can. */
int can_read(const void *at);
int can_write(void *at);
MEMORY_BASIC_INFORMATION query(const void *at);

/* libc's wcs* functions are of no use with -fshort-wchar. */
static inline size_t wide_length(const wchar_t *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

static inline int wide_same(const wchar_t *one, const wchar_t *two)
{
    size_t length = wide_length(one);

    return length == wide_length(two) && !memcmp(one, two, length * sizeof *one);
}

/* A second process of this program in CHILD(name); args may be NULL. child_run returns its exit
   code, child_start its process handle, child_wait waits, closes and returns the exit code. */
DWORD child_run(const char *name, const char *args);
HANDLE child_start(const char *name, const char *args);
DWORD child_wait(HANDLE process);
/* Rendezvous of two processes through the existence of a file; flag_wait gives up after 20 s. */
void flag_set(const char *path);
void flag_wait(const char *path);

#endif
