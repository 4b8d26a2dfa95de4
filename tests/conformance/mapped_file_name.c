// SPDX-License-Identifier: MIT
// GetMappedFileName.
#include "conform.h"

#include <psapi.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '\\');

    return slash ? slash + 1 : path;
}

static unsigned char *view_of(const char *path, HANDLE *section)
{
    HANDLE file = open_file(path, GENERIC_READ);

    *section = make_section(file, PAGE_READONLY);
    CloseHandle(file);
    return make_view(*section, FILE_MAP_READ);
}

CASE(name_of_a_view_ends_in_the_file_name, "M4,V9")
{
    const char *path = temp_file(100000);
    HANDLE section;
    unsigned char *view = view_of(path, &section);
    char name[1024] = "";
    DWORD length = GetMappedFileNameA(GetCurrentProcess(), view, name, sizeof name);

    expect_true(length > 0);
    expect_eq_u(length, strlen(name));
    expect_str(base_name(name), base_name(path));
    expect_eq_u(name[0], '\\');
    expect_eq_u(GetMappedFileNameA(GetCurrentProcess(), view + 70000, name, sizeof name), length);
    expect_str(base_name(name), base_name(path));
    CloseHandle(section);
}

CASE(wide_name_is_the_same, "M4,V9")
{
    const char *path = temp_file(100000);
    HANDLE section;
    unsigned char *view = view_of(path, &section);
    char narrow[1024] = "";
    WCHAR wide[1024];
    DWORD length = GetMappedFileNameA(GetCurrentProcess(), view, narrow, sizeof narrow);

    expect_eq_u(GetMappedFileNameW(GetCurrentProcess(), view, wide, 1024), length);
    for (DWORD i = 0; i <= length; i++)
        if (!expect_eq_u(wide[i], narrow[i]))
            break;
    CloseHandle(section);
}

CASE(addresses_without_a_file, "V9")
{
    char name[1024];
    char local = 1;
    HANDLE section;
    unsigned char *view = view_of(temp_file(100), &section);

    expect_fail(GetMappedFileNameA(GetCurrentProcess(), NULL, name, sizeof name),
                ERROR_UNEXP_NET_ERR);
    expect_fail(GetMappedFileNameA(GetCurrentProcess(), &local, name, sizeof name),
                ERROR_UNEXP_NET_ERR);
    expect_true(UnmapViewOfFile(view));
    expect_fail(GetMappedFileNameA(GetCurrentProcess(), view, name, sizeof name),
                ERROR_UNEXP_NET_ERR);
    expect_fail(GetMappedFileNameA(NULL, view, name, sizeof name), ERROR_INVALID_HANDLE);
    CloseHandle(section);
}
