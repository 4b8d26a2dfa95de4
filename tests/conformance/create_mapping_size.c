// SPDX-License-Identifier: MIT
// CreateFileMapping: sizes against the size of the file.
#include "conform.h"

#define RWX (GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE)

struct row {
    DWORD protect;
    DWORD file_size;
    DWORD size;
    DWORD error;
    DWORD file_after;
};

static void check_row(const struct row *row)
{
    HANDLE file = open_file(temp_file(row->file_size), RWX);
    HANDLE section;

    conform_note("protection 0x%x file %u section %u", (unsigned)row->protect,
                 (unsigned)row->file_size, (unsigned)row->size);
    SetLastError(CONFORM_POISON);
    section = CreateFileMappingA(file, NULL, row->protect, 0, row->size, NULL);
    expect_err(row->error);
    expect_eq_u(section != NULL, row->error == 0);
    expect_eq_u(GetFileSize(file, NULL), row->file_after);
    if (section) {
        DWORD mapped = row->size ? row->size : row->file_size;
        unsigned char *view = make_view(section, FILE_MAP_READ);
        MEMORY_BASIC_INFORMATION info = query(view);

        expect_eq_u(info.RegionSize, (mapped + 4095) & ~4095u);
        expect_pattern(view, 0, mapped < row->file_size ? mapped : row->file_size);
        expect_true(UnmapViewOfFile(view));
        expect_true(CloseHandle(section));
    }
    CloseHandle(file);
}

CASE(sizes_up_to_the_file_take_a_part, "S3")
{
    static const struct row rows[] = {
        {PAGE_READONLY, 5000, 0, 0, 5000},          {PAGE_READONLY, 5000, 1, 0, 5000},
        {PAGE_READONLY, 5000, 4096, 0, 5000},       {PAGE_READONLY, 5000, 5000, 0, 5000},
        {PAGE_READWRITE, 5000, 0, 0, 5000},         {PAGE_READWRITE, 5000, 100, 0, 5000},
        {PAGE_WRITECOPY, 5000, 0, 0, 5000},         {PAGE_WRITECOPY, 5000, 4999, 0, 5000},
        {PAGE_EXECUTE_READ, 5000, 0, 0, 5000},      {PAGE_EXECUTE_READWRITE, 5000, 10, 0, 5000},
        {PAGE_EXECUTE_WRITECOPY, 5000, 0, 0, 5000}, {PAGE_READONLY, 1, 0, 0, 1},
        {PAGE_READONLY, 65536, 0, 0, 65536},        {PAGE_READONLY, 200000, 70000, 0, 200000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

CASE(larger_than_the_file_grows_it_if_writable, "S3")
{
    static const struct row rows[] = {
        {PAGE_READWRITE, 5000, 5001, 0, 5001},       {PAGE_READWRITE, 5000, 65536, 0, 65536},
        {PAGE_READWRITE, 5000, 1000001, 0, 1000001}, {PAGE_READWRITE, 0, 1, 0, 1},
        {PAGE_READWRITE, 0, 4097, 0, 4097},          {PAGE_EXECUTE_READWRITE, 10, 10000, 0, 10000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

CASE(larger_than_the_file_is_refused_if_not_writable, "S3")
{
    static const struct row rows[] = {
        {PAGE_READONLY, 5000, 5001, ERROR_NOT_ENOUGH_MEMORY, 5000},
        {PAGE_READONLY, 5000, 8192, ERROR_NOT_ENOUGH_MEMORY, 5000},
        {PAGE_WRITECOPY, 5000, 5001, ERROR_NOT_ENOUGH_MEMORY, 5000},
        {PAGE_EXECUTE_READ, 5000, 5001, ERROR_NOT_ENOUGH_MEMORY, 5000},
        {PAGE_EXECUTE_WRITECOPY, 5000, 1000000, ERROR_NOT_ENOUGH_MEMORY, 5000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&rows[i]);
}

CASE(empty_file_and_size_zero_is_file_invalid, "S2,S6")
{
    static const DWORD protects[] = {0x02, 0x04, 0x08, 0x20, 0x40, 0x80};

    for (size_t i = 0; i < sizeof protects / sizeof protects[0]; i++) {
        struct row row = {protects[i], 0, 0, ERROR_FILE_INVALID, 0};

        check_row(&row);
    }
}

CASE(new_part_of_a_grown_file_is_zero, "S3")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 20000, NULL);
    static const unsigned char zeroes[15000];
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, FILE_MAP_READ);
    expect_pattern(view, 0, 5000);
    expect_mem(view + 5000, zeroes, 15000);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(rest_of_the_last_page_is_zero_and_stays_out_of_the_file, "S3")
{
    const char *path = temp_file(5000);
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READWRITE);
    unsigned char *view = make_view(section, FILE_MAP_ALL_ACCESS);
    static const unsigned char zeroes[3192];

    expect_mem(view + 5000, zeroes, sizeof zeroes);
    view[5000] = 'x';
    expect_true(FlushViewOfFile(view, 0));
    expect_eq_u(size_of(path), 5000);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(negative_sizes_fail, "S3")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);

    expect_false(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0x80000000, 0, NULL));
    expect_false(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0xffffffff, 0xffffffff, NULL));
    expect_false(CreateFileMappingA(file, NULL, PAGE_READONLY, 0x80000000, 0, NULL));
    expect_false(CreateFileMappingA(file, NULL, PAGE_READONLY, 0xffffffff, 0, NULL));
    expect_eq_u(GetFileSize(file, NULL), 5000);
    CloseHandle(file);
}

CASE(high_size_beyond_the_file_is_refused_if_not_writable, "S3")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ);

    expect_fail(CreateFileMappingA(file, NULL, PAGE_READONLY, 1, 0, NULL), ERROR_NOT_ENOUGH_MEMORY);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_WRITECOPY, 0x100, 100, NULL),
                ERROR_NOT_ENOUGH_MEMORY);
    CloseHandle(file);
}

/* A sparse file of so many bytes. */
static HANDLE sparse_file(uint64_t size)
{
    HANDLE file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
    LARGE_INTEGER at;
    DWORD n;

    at.QuadPart = (LONGLONG)size;
    require(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    require(SetFilePointerEx(file, at, NULL, FILE_BEGIN));
    require(SetEndOfFile(file));
    return file;
}

CASE(sparse_file_of_8_tib_maps_in_windows, "S3,S00")
{
    const uint64_t size = 8ull << 40;
    HANDLE file = sparse_file(size);
    HANDLE section = make_section(file, PAGE_READWRITE);
    uint64_t offset = size - 65536;
    unsigned char *view =
        MapViewOfFile(section, FILE_MAP_ALL_ACCESS, (DWORD)(offset >> 32), (DWORD)offset, 65536);
    OVERLAPPED at;
    unsigned char got[4];
    DWORD n;

    require(view != NULL);
    memcpy(view + 65532, "tail", 4);
    memset(&at, 0, sizeof at);
    at.Offset = (DWORD)(size - 4);
    at.OffsetHigh = (DWORD)((size - 4) >> 32);
    expect_true(ReadFile(file, got, 4, &n, &at));
    expect_mem(got, "tail", 4);
    expect_true(UnmapViewOfFile(view));
    CloseHandle(section);
    CloseHandle(file);
}

CASE(sparse_file_grows_by_its_section, "S3,S00")
{
    HANDLE file = sparse_file(10);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0x200, 0, NULL);
    LARGE_INTEGER size;

    require(section != NULL);
    require(GetFileSizeEx(file, &size));
    expect_eq_u(size.QuadPart, 0x200ull << 32);
    CloseHandle(section);
    CloseHandle(file);
}

CASE_FLAGS(growth_beyond_the_disk_is_disk_full, "S00", "wine-differs",
           "Microsoft, CreateFileMapping: ERROR_DISK_FULL when the file cannot be extended")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);
    LARGE_INTEGER at;

    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0x800, 0, NULL), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 5000);
    at.QuadPart = 8ll << 40;
    require(SetFilePointerEx(file, at, NULL, FILE_BEGIN));
    expect_fail(SetEndOfFile(file), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 5000);
    CloseHandle(file);
}
