// SPDX-License-Identifier: MIT
// Every host call of making and opening a named section fails once: nothing appears, nothing stays,
// and whoever has the name keeps it.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "host/fault.h"
#include "nt/section/storage.h"

static unsigned open_descriptors(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

// What is made: a section of `size` bytes, or of a file.
struct kind {
    const char *name;
    DWORD size;
    HANDLE file;
};

static HANDLE make(const struct kind *kind)
{
    return CreateFileMappingA(kind->file, NULL, PAGE_READWRITE, 0, kind->size, kind->name);
}

static bool is_there(const char *name)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, name);

    return section && CloseHandle(section);
}

static void fail_each_call_of_making(const struct kind *kind, int error)
{
    unsigned before, nth = 0;
    HANDLE section = make(kind);
    bool fired;

    require(section != NULL);
    require(CloseHandle(section));
    before = open_descriptors();
    do {
        nth++;
        host_calls_reset();
        host_calls_fail_at(nth, error);
        SetLastError(0);
        section = make(kind);
        fired = host_calls_fired();
        conform_note("call %u (%s) with errno %d", nth, host_calls_last(), error);
        if (!section)
            expect_true(fired && GetLastError() != 0);
        else
            expect_err(0);
        host_calls_fail_at(0, 0);
        expect_eq_u(is_there(kind->name), section != NULL);
        if (section)
            require(CloseHandle(section));
        expect_eq_u(open_descriptors(), before);
        expect_eq_u(is_there(kind->name), false);
    } while (fired && nth < 100);
    expect_true(nth > 3 && nth < 100);
}

static void making(struct kind kind)
{
    static const int errors[] = {ENOMEM, EIO, EPERM, ENOSPC};

    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        fail_each_call_of_making(&kind, errors[i]);
}

CASE(making_in_the_name_survives_failing_calls, "-")
{
    making((struct kind){"in-name", 65536, INVALID_HANDLE_VALUE});
}

CASE(making_a_large_one_survives_failing_calls, "-")
{
    making((struct kind){"large", 16 << 20, INVALID_HANDLE_VALUE});
}

CASE(making_allocated_survives_failing_calls, "-")
{
    wm_storage_force(WM_STORAGE_ALLOCATED);
    making((struct kind){"allocated", 65536, INVALID_HANDLE_VALUE});
}

CASE(making_memory_of_its_own_survives_failing_calls, "-")
{
    wm_storage_force(WM_STORAGE_MEMFD);
    making((struct kind){"memory", 65536, INVALID_HANDLE_VALUE});
}

CASE(making_of_a_file_survives_failing_calls, "-")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);

    making((struct kind){"of-file", 0, file});
    CloseHandle(file);
}

// Exit code 0: whatever fails, an opener gets an error or the right memory, and leaves nothing.
CHILD(open_with_failures)
{
    static const int errors[] = {ENOMEM, EIO, EMFILE};
    unsigned before;

    require(is_there(argv[0]));
    before = open_descriptors();
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        unsigned nth = 0;
        bool fired;

        do {
            HANDLE section;

            host_calls_reset();
            host_calls_fail_at(++nth, errors[i]);
            SetLastError(0);
            section = OpenFileMappingA(FILE_MAP_READ, FALSE, argv[0]);
            fired = host_calls_fired();
            host_calls_fail_at(0, 0);
            conform_note("call %u (%s) with errno %d", nth, host_calls_last(), errors[i]);
            if (section) {
                void *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);

                require(view != NULL);
                expect_pattern(view, 0, 5000);
                UnmapViewOfFile(view);
                CloseHandle(section);
            } else {
                expect_true(fired && GetLastError() != 0);
            }
            expect_eq_u(open_descriptors(), before);
        } while (fired && nth < 100);
        expect_true(nth > 3 && nth < 100);
    }
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

static void opening(const struct kind *kind)
{
    HANDLE section = make(kind);

    require(section != NULL);
    pattern_fill(make_view(section, FILE_MAP_WRITE), 0, 5000);
    expect_eq_u(child_run("open_with_failures", kind->name), 0);
    expect_eq_u(child_run("open_with_failures", kind->name), 0);
    CloseHandle(section);
    expect_eq_u(is_there(kind->name), false);
}

CASE(opening_survives_failing_calls, "-")
{
    opening(&(struct kind){"in-name", 65536, INVALID_HANDLE_VALUE});
}

CASE(opening_memory_of_its_own_survives_failing_calls, "-")
{
    wm_storage_force(WM_STORAGE_MEMFD);
    opening(&(struct kind){"memory", 65536, INVALID_HANDLE_VALUE});
}

CASE(opening_of_a_file_survives_failing_calls, "-")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);

    opening(&(struct kind){"of-file", 0, file});
    CloseHandle(file);
}
