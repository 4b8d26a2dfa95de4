// SPDX-License-Identifier: MIT
// FlushViewOfFile and FlushFileBuffers.
#include "conform.h"

static unsigned char *view_of(size_t size, DWORD access)
{
    return view_of_new_file(size, PAGE_READWRITE, access, NULL, NULL);
}

struct row {
    size_t offset;
    SIZE_T size;
};

CASE(ranges_inside_the_view_are_flushed, "M9")
{
    static const struct row rows[] = {
        {0, 0},         {0, 1},      {1, 1},     {4095, 2},   {4096, 4096}, {100, 100000 - 100},
        {0, 100000},    {0, 102400}, {99999, 1}, {102399, 1}, {50000, 0},   {102399, 0},
        {65536, 36864},
    };
    unsigned char *view = view_of(100000, FILE_MAP_ALL_ACCESS);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        conform_note("offset %u size %u", (unsigned)rows[i].offset, (unsigned)rows[i].size);
        view[rows[i].offset] = (unsigned char)i;
        SetLastError(CONFORM_POISON);
        expect_true(FlushViewOfFile(view + rows[i].offset, rows[i].size));
        expect_err(CONFORM_POISON);
    }
    expect_true(UnmapViewOfFile(view));
}

CASE_FLAGS(
    addresses_outside_a_view_are_invalid, "M9", "wine-differs",
    "Microsoft, ZwFlushVirtualMemory: STATUS_NOT_MAPPED_VIEW, which is ERROR_INVALID_ADDRESS")
{
    char local = 1;
    unsigned char *view = view_of(100000, FILE_MAP_ALL_ACCESS);

    expect_fail(FlushViewOfFile(NULL, 0), ERROR_INVALID_ADDRESS);
    expect_fail(FlushViewOfFile(&local, 0), ERROR_INVALID_ADDRESS);
    expect_fail(FlushViewOfFile(&local, 1), ERROR_INVALID_ADDRESS);
    expect_fail(FlushViewOfFile(view + 102400, 0), ERROR_INVALID_ADDRESS);
    expect_fail(FlushViewOfFile(view + 110000, 1), ERROR_INVALID_ADDRESS);
    expect_true(UnmapViewOfFile(view));
    expect_fail(FlushViewOfFile(view, 0), ERROR_INVALID_ADDRESS);
    expect_fail(FlushViewOfFile(view, 4096), ERROR_INVALID_ADDRESS);
}

CASE(range_past_the_end_of_the_view_is_refused, "M9")
{
    unsigned char *view = view_of(100000, FILE_MAP_ALL_ACCESS);

    expect_false(FlushViewOfFile(view, 102401));
    expect_false(FlushViewOfFile(view + 4096, 102400));
    expect_false(FlushViewOfFile(view, (SIZE_T)1 << 40));
    expect_true(UnmapViewOfFile(view));
}

CASE(views_that_cannot_be_dirty_flush_too, "M9")
{
    static const DWORD access[] = {FILE_MAP_READ, FILE_MAP_COPY, 0};

    for (size_t i = 0; i < 3; i++) {
        unsigned char *view = view_of(100000, access[i]);

        conform_note("access 0x%x", (unsigned)access[i]);
        if (access[i] == FILE_MAP_COPY)
            view[0] = 'x';
        expect_true(FlushViewOfFile(view, 0));
        expect_true(FlushViewOfFile(view + 70000, 100));
        expect_true(UnmapViewOfFile(view));
    }
}

CASE(flushing_a_private_page_leaves_the_file, "M9,M5")
{
    HANDLE file;
    unsigned char *view = view_of_new_file(5000, PAGE_WRITECOPY, FILE_MAP_COPY, &file, NULL);
    unsigned char got[10];
    DWORD n;

    memset(view, 0xee, 5000);
    expect_true(FlushViewOfFile(view, 0));
    expect_true(ReadFile(file, got, 10, &n, NULL));
    expect_pattern(got, 0, 10);
    expect_true(UnmapViewOfFile(view));
    CloseHandle(file);
}

CASE(flushed_data_is_read_by_an_unbuffered_handle, "M9")
{
    static unsigned char buffer[12288];
    unsigned char *aligned = buffer + (4096 - (uintptr_t)buffer % 4096) % 4096;
    const char *path = temp_file(8192);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    HANDLE direct;
    DWORD n = 0;

    memset(view, 0x42, 8192);
    expect_true(FlushViewOfFile(view, 0));
    expect_true(FlushFileBuffers(file));
    direct = CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, FILE_FLAG_NO_BUFFERING, NULL);
    require(direct != INVALID_HANDLE_VALUE);
    expect_true(ReadFile(direct, aligned, 8192, &n, NULL));
    expect_eq_u(n, 8192);
    expect_mem(aligned, view, 8192);
    CloseHandle(direct);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(flush_file_buffers_after_views, "M9")
{
    HANDLE file;
    unsigned char *view = view_of_new_file(100000, PAGE_READWRITE, FILE_MAP_WRITE, &file, NULL);

    memset(view, 1, 100000);
    SetLastError(CONFORM_POISON);
    expect_true(FlushFileBuffers(file));
    expect_err(CONFORM_POISON);
    expect_true(FlushFileBuffers(file));
    CloseHandle(file);
    expect_fail(FlushFileBuffers(file), ERROR_INVALID_HANDLE);
}

CASE(view_stays_usable_after_flush, "M9")
{
    HANDLE file;
    unsigned char *view = view_of_new_file(70000, PAGE_READWRITE, FILE_MAP_WRITE, &file, NULL);
    unsigned char got[3];
    DWORD n;

    for (int i = 0; i < 20; i++) {
        memset(view + 65535, i, 3);
        expect_true(FlushViewOfFile(view + 65536, 1));
        SetFilePointer(file, 65535, NULL, FILE_BEGIN);
        expect_true(ReadFile(file, got, 3, &n, NULL));
        expect_eq_u(got[0], i);
        expect_eq_u(got[2], i);
    }
    CloseHandle(file);
}
