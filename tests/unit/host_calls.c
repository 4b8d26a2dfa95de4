// SPDX-License-Identifier: MIT
// System calls per operation: they don't depend on the machine, so they are asserted.
#include "conform.h"

#include "host/fault.h"

#define SIZE 65536

static HANDLE open_exclusive(const char *path)
{
    HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, NULL);

    require(file != INVALID_HANDLE_VALUE);
    return file;
}

// What is made once per process (tables, the state block, the place of views) is not counted.
static void warm_up(const char *path)
{
    HANDLE file = open_exclusive(path);
    HANDLE section = make_section(file, PAGE_READWRITE);
    void *kept = make_view(section, FILE_MAP_READ);
    void *view = make_view(section, FILE_MAP_WRITE);

    require(kept);
    require(UnmapViewOfFile(view));
    require(UnmapViewOfFile(kept));
    require(CloseHandle(section));
    require(CloseHandle(file));
}

CASE(map_and_unmap_take_one_call_each, "-")
{
    const char *path = temp_file(SIZE);
    HANDLE file, section;
    void *view;

    warm_up(path);
    file = open_exclusive(path);
    section = make_section(file, PAGE_READWRITE);
    for (int i = 0; i < 3; i++) {
        host_calls_reset();
        view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
        expect_true(view);
        expect_eq_u(host_calls_count(), 1);
        expect_true(UnmapViewOfFile(view));
        expect_eq_u(host_calls_count(), 2);
    }
    CloseHandle(section);
    CloseHandle(file);
}

static unsigned section_cycle(HANDLE file)
{
    HANDLE section;
    void *view;

    host_calls_reset();
    section = make_section(file, PAGE_READWRITE);
    view = make_view(section, FILE_MAP_WRITE);
    require(UnmapViewOfFile(view));
    require(CloseHandle(section));
    return host_calls_count();
}

// Raw: fstat, mmap, munmap. Where others may open the file, it is marked as mapped meanwhile.
CASE(section_cycle_takes_two_calls_more_than_raw_or_none, "-")
{
    const char *path = temp_file(SIZE);
    HANDLE file;

    warm_up(path);
    file = open_exclusive(path);
    for (int i = 0; i < 3; i++)
        expect_eq_u(section_cycle(file), 3);
    CloseHandle(file);
    file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    for (int i = 0; i < 3; i++)
        expect_eq_u(section_cycle(file), 3 + 2);
    CloseHandle(file);
}

// Raw: open, fstat, mmap, munmap, close.
static unsigned six_steps(const char *path, DWORD access, DWORD share, DWORD protect, DWORD map)
{
    HANDLE file, section;
    void *view;

    host_calls_reset();
    file = CreateFileA(path, access, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    section = CreateFileMappingA(file, NULL, protect, 0, 0, NULL);
    view = MapViewOfFile(section, map, 0, 0, 0);
    require(view);
    require(UnmapViewOfFile(view));
    require(CloseHandle(section));
    require(CloseHandle(file));
    return host_calls_count();
}

CASE(six_steps_take_three_calls_more_than_raw, "-")
{
    const char *path = temp_file(SIZE);

    warm_up(path);
    for (int i = 0; i < 3; i++) {
        expect_true(six_steps(path, GENERIC_READ | GENERIC_WRITE, 0, PAGE_READWRITE,
                              FILE_MAP_WRITE) <= 5 + 3);
        expect_true(six_steps(path, GENERIC_READ | GENERIC_WRITE, 0, PAGE_WRITECOPY,
                              FILE_MAP_COPY) <= 5 + 3);
    }
}

// A share mode that lets others in needs two lock calls more than one that does not, and a
// read-only open has to see that it is no directory.
CASE(six_steps_on_a_shared_file_take_eight_calls_more_than_raw, "-")
{
    const char *path = temp_file(SIZE);

    warm_up(path);
    expect_true(six_steps(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                          PAGE_READWRITE, FILE_MAP_WRITE) <= 5 + 7);
    expect_true(six_steps(path, GENERIC_READ, FILE_SHARE_READ, PAGE_READONLY, FILE_MAP_READ) <=
                5 + 8);
}

CASE(query_and_protect_of_a_uniform_view, "-")
{
    MEMORY_BASIC_INFORMATION info;
    unsigned char *view = view_of_new_file(SIZE, PAGE_READWRITE, FILE_MAP_WRITE, NULL, NULL);
    DWORD old;

    host_calls_reset();
    expect_eq_u(VirtualQuery(view, &info, sizeof(info)), sizeof(info));
    expect_eq_u(host_calls_count(), 0);
    expect_true(VirtualProtect(view, SIZE, PAGE_READONLY, &old));
    expect_eq_u(host_calls_count(), 1);
    expect_true(VirtualProtect(view, SIZE, PAGE_READWRITE, &old));
    expect_eq_u(host_calls_count(), 2);
}

CASE(flush_takes_one_call, "-")
{
    unsigned char *view = view_of_new_file(SIZE, PAGE_READWRITE, FILE_MAP_WRITE, NULL, NULL);

    view[0] ^= 1;
    require(FlushViewOfFile(view, 0)); // the first one asks what file system it is
    view[0] ^= 1;
    host_calls_reset();
    expect_true(FlushViewOfFile(view, 1));
    expect_eq_u(host_calls_count(), 1);
}
