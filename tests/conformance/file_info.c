// SPDX-License-Identifier: MIT
// GetFileType, GetFileSize, GetFileInformationByHandle, GetFileAttributes(Ex), FSCTL_SET_SPARSE.
#include "conform.h"

static uint64_t ticks(FILETIME t)
{
    return (uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime;
}

CASE(type_of_a_file_is_disk, "F5")
{
    HANDLE file = open_file(temp_file(10), 0);

    SetLastError(CONFORM_POISON);
    expect_eq_u(GetFileType(file), FILE_TYPE_DISK);
    CloseHandle(file);
    expect_fail(GetFileType(file), ERROR_INVALID_HANDLE);
    expect_fail(GetFileType(NULL), ERROR_INVALID_HANDLE);
}

CASE_FLAGS(type_of_a_section_is_unknown_and_an_error, "F5", "wine-differs",
           "independent Windows test suites: GetFileType of a section sets ERROR_INVALID_HANDLE")
{
    HANDLE file = open_file(temp_file(10), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);

    SetLastError(CONFORM_POISON);
    expect_eq_u(GetFileType(section), FILE_TYPE_UNKNOWN);
    expect_err(ERROR_INVALID_HANDLE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(information_names_the_same_file_through_any_handle, "F1")
{
    const char *path = temp_file(4321);
    HANDLE one = open_file(path, GENERIC_READ);
    HANDLE two = open_file(path, 0);
    HANDLE other = open_file(temp_file(1), 0);
    BY_HANDLE_FILE_INFORMATION a, b, c;

    require(GetFileInformationByHandle(one, &a));
    require(GetFileInformationByHandle(two, &b));
    require(GetFileInformationByHandle(other, &c));
    expect_eq_u(a.nFileSizeLow, 4321);
    expect_eq_u(a.nFileSizeHigh, 0);
    expect_eq_u(a.nNumberOfLinks, 1);
    expect_eq_u(a.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_READONLY), 0);
    expect_eq_u(a.dwVolumeSerialNumber, b.dwVolumeSerialNumber);
    expect_eq_u(a.nFileIndexLow, b.nFileIndexLow);
    expect_eq_u(a.nFileIndexHigh, b.nFileIndexHigh);
    expect_true(a.nFileIndexLow != c.nFileIndexLow || a.nFileIndexHigh != c.nFileIndexHigh);
    CloseHandle(one);
    CloseHandle(two);
    CloseHandle(other);
}

CASE(times_are_of_now, "F1")
{
    HANDLE file = open_file(temp_file(10), GENERIC_READ);
    BY_HANDLE_FILE_INFORMATION info;
    FILETIME now;
    uint64_t second = 10000000;

    require(GetFileInformationByHandle(file, &info));
    GetSystemTimeAsFileTime(&now);
    expect_true(ticks(info.ftLastWriteTime) <= ticks(now) + 5 * second);
    expect_true(ticks(info.ftLastWriteTime) + 600 * second >= ticks(now));
    expect_true(ticks(info.ftLastAccessTime) + 600 * second >= ticks(now));
    expect_true(ticks(info.ftCreationTime) <= ticks(now) + 5 * second);
    CloseHandle(file);
}

CASE(information_of_a_bad_handle, "F1")
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = open_file(temp_file(10), GENERIC_READ);
    LARGE_INTEGER size;

    CloseHandle(file);
    expect_fail(GetFileInformationByHandle(file, &info), ERROR_INVALID_HANDLE);
    expect_fail(GetFileInformationByHandle(NULL, &info), ERROR_INVALID_HANDLE);
    expect_fail(GetFileSizeEx(file, &size), ERROR_INVALID_HANDLE);
    expect_fail(FlushFileBuffers(file), ERROR_INVALID_HANDLE);
}

CASE_FLAGS(section_has_no_file_information, "F5", "wine-differs",
           "Microsoft, NTSTATUS: an object of another type is STATUS_OBJECT_TYPE_MISMATCH")
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = open_file(temp_file(10), GENERIC_READ);
    HANDLE section = make_section(file, PAGE_READONLY);
    LARGE_INTEGER size;

    expect_fail(GetFileInformationByHandle(section, &info), ERROR_INVALID_HANDLE);
    expect_fail(GetFileSizeEx(section, &size), ERROR_INVALID_HANDLE);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(attributes_of_missing_names, "F1")
{
    char below[MAX_PATH];
    const char *missing = temp_name();

    SetLastError(CONFORM_POISON);
    expect_eq_u(GetFileAttributesA(missing), INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_FILE_NOT_FOUND);
    snprintf(below, sizeof below, "%s\\x", missing);
    expect_eq_u(GetFileAttributesA(below), INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_PATH_NOT_FOUND);
    snprintf(below, sizeof below, "%s\\x", temp_file(1));
    expect_eq_u(GetFileAttributesA(below), INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_PATH_NOT_FOUND);
    expect_eq_u(GetFileAttributesA(""), INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_PATH_NOT_FOUND);
}

CASE(attributes_tell_files_from_directories, "F1")
{
    char dir[MAX_PATH];
    DWORD file = GetFileAttributesA(temp_file(1));

    require(file != INVALID_FILE_ATTRIBUTES);
    expect_eq_u(file & FILE_ATTRIBUTE_DIRECTORY, 0);
    expect_true(file != 0);
    require(GetTempPathA(sizeof dir, dir));
    expect_true(GetFileAttributesA(dir) & FILE_ATTRIBUTE_DIRECTORY);
}

CASE(attributes_ex_gives_size_and_times, "F1")
{
    const char *path = temp_file(70000);
    WIN32_FILE_ATTRIBUTE_DATA data;
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = open_file(path, 0);

    require(GetFileInformationByHandle(file, &info));
    memset(&data, 0xee, sizeof data);
    require(GetFileAttributesExA(path, GetFileExInfoStandard, &data));
    expect_eq_u(data.nFileSizeLow, 70000);
    expect_eq_u(data.nFileSizeHigh, 0);
    expect_eq_u(data.dwFileAttributes, info.dwFileAttributes);
    expect_eq_u(ticks(data.ftLastWriteTime), ticks(info.ftLastWriteTime));
    expect_fail(GetFileAttributesExA(path, (GET_FILEEX_INFO_LEVELS)1, &data),
                ERROR_INVALID_PARAMETER);
    expect_fail(GetFileAttributesExA(temp_name(), GetFileExInfoStandard, &data),
                ERROR_FILE_NOT_FOUND);
    CloseHandle(file);
}

CASE(sparse_file_needs_no_disk_space_to_grow, "S00")
{
    HANDLE file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
    LARGE_INTEGER size;
    unsigned char byte = 9;
    OVERLAPPED at;
    DWORD n;

    expect_true(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    size.QuadPart = 1ll << 40;
    require(SetFilePointerEx(file, size, NULL, FILE_BEGIN));
    expect_true(SetEndOfFile(file));
    expect_true(GetFileSizeEx(file, &size));
    expect_eq_u(size.QuadPart, 1ll << 40);
    memset(&at, 0, sizeof at);
    at.OffsetHigh = 0x7f;
    expect_true(ReadFile(file, &byte, 1, &n, &at));
    expect_eq_u(n, 1);
    expect_eq_u(byte, 0);
    expect_true(WriteFile(file, "x", 1, &n, &at));
    expect_true(ReadFile(file, &byte, 1, &n, &at));
    expect_eq_u(byte, 'x');
    CloseHandle(file);
}

CASE_FLAGS(sparse_file_says_so, "S00", "wine-differs",
           "Microsoft, FSCTL_SET_SPARSE: sets FILE_ATTRIBUTE_SPARSE_FILE")
{
    HANDLE file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
    BY_HANDLE_FILE_INFORMATION info;
    DWORD n;

    require(GetFileInformationByHandle(file, &info));
    expect_eq_u(info.dwFileAttributes & FILE_ATTRIBUTE_SPARSE_FILE, 0);
    expect_true(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    require(GetFileInformationByHandle(file, &info));
    expect_eq_u(info.dwFileAttributes & FILE_ATTRIBUTE_SPARSE_FILE, FILE_ATTRIBUTE_SPARSE_FILE);
    CloseHandle(file);
}

CASE_FLAGS(set_sparse_needs_write_access, "S00", "wine-differs",
           "Microsoft, FSCTL_SET_SPARSE: the handle needs FILE_WRITE_DATA or FILE_WRITE_ATTRIBUTES")
{
    HANDLE file = open_file(temp_file(10), GENERIC_READ);
    DWORD n;

    expect_fail(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL),
                ERROR_ACCESS_DENIED);
    CloseHandle(file);
    expect_fail(DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL),
                ERROR_INVALID_HANDLE);
}

CASE(unknown_control_codes_are_refused, "S00")
{
    HANDLE file = open_file(temp_file(10), GENERIC_READ | GENERIC_WRITE);
    DWORD n;

    expect_false(DeviceIoControl(file, 0xdeadbeec, NULL, 0, NULL, 0, &n, NULL));
    CloseHandle(file);
    expect_fail(DeviceIoControl(file, 0xdeadbeec, NULL, 0, NULL, 0, &n, NULL),
                ERROR_INVALID_HANDLE);
}

CASE(delete_file_of_bad_names, "F1")
{
    char below[MAX_PATH];

    expect_fail(DeleteFileA(temp_name()), ERROR_FILE_NOT_FOUND);
    snprintf(below, sizeof below, "%s\\x", temp_name());
    expect_fail(DeleteFileA(below), ERROR_PATH_NOT_FOUND);
    expect_fail(DeleteFileA(""), ERROR_PATH_NOT_FOUND);
    expect_fail(DeleteFileW(NULL), ERROR_PATH_NOT_FOUND);
}
