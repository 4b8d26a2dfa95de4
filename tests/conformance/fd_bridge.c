// SPDX-License-Identifier: MIT
// Handles and the C runtime's descriptors: _open_osfhandle and _get_osfhandle.
#include "conform.h"

#include <fcntl.h>
#include <io.h>

#ifndef O_BINARY
#define O_BINARY 0
#endif

CASE(descriptor_of_a_handle_reads_the_file, "")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    int fd = _open_osfhandle((intptr_t)file, O_RDONLY | O_BINARY);
    unsigned char got[10];

    require(fd >= 0);
    expect_eq_u(_get_osfhandle(fd), (intptr_t)file);
    expect_eq_u(_read(fd, got, 10), 10);
    expect_pattern(got, 0, 10);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 10);
    expect_eq_u(_close(fd), 0);
    expect_fail(CloseHandle(file), ERROR_INVALID_HANDLE);
}

CASE(handle_of_a_descriptor_maps_the_file, "S1")
{
    const char *path = temp_file(5000);
    HANDLE opened = open_file(path, GENERIC_READ | GENERIC_WRITE);
    int fd = _open_osfhandle((intptr_t)opened, O_RDWR | O_BINARY);
    HANDLE section;
    unsigned char *view;

    require(fd >= 0);
    section = make_section((HANDLE)_get_osfhandle(fd), PAGE_READWRITE);
    view = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(_close(fd), 0);
    expect_pattern(view, 0, 5000);
    view[0] = 'x';
    expect_true(UnmapViewOfFile(view));
    CloseHandle(section);
}

CASE(writes_through_the_descriptor_show_in_views, "M4")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = make_section(file, PAGE_READONLY);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    int fd = _open_osfhandle((intptr_t)file, O_RDWR | O_BINARY);

    require(fd >= 0);
    expect_eq_u(_write(fd, "hello", 5), 5);
    expect_mem(view, "hello", 5);
    expect_eq_u(_close(fd), 0);
    CloseHandle(section);
}

CASE(closing_the_descriptor_ends_the_share_mode, "F1")
{
    const char *path = temp_file(100);
    HANDLE alone = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    int fd = _open_osfhandle((intptr_t)alone, O_RDONLY | O_BINARY);
    HANDLE file;

    require(fd >= 0);
    expect_no_file(CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_SHARING_VIOLATION);
    expect_eq_u(_close(fd), 0);
    file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

CASE(closed_descriptors_have_no_handle, "")
{
    HANDLE file = open_file(temp_file(100), GENERIC_READ);
    int fd = _open_osfhandle((intptr_t)file, O_RDONLY | O_BINARY);

    require(fd >= 0);
    expect_eq_u(_close(fd), 0);
    expect_eq_u(_get_osfhandle(fd), -1);
}
