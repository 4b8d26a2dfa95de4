// SPDX-License-Identifier: MIT
// What a handle to a named section may do: as asked for when it was opened, checked at the mapping.
#include "conform_api.h"

#define DENIED 0u

#ifndef FILE_MAP_EXECUTE
#define FILE_MAP_EXECUTE 0x20
#endif

static const char *the_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-access-%u", (unsigned)GetCurrentProcessId());
    return name;
}

static HANDLE make(DWORD protect)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, 4096, the_name());

    require(section != NULL);
    return section;
}

/* result: protection of the view, or DENIED. */
static void expect_view(HANDLE section, DWORD access, DWORD result)
{
    void *view;

    SetLastError(CONFORM_POISON);
    view = MapViewOfFile(section, access, 0, 0, 0);
    expect_eq_u(view != NULL, result != DENIED);
    if (!view) {
        expect_err(ERROR_ACCESS_DENIED);
        return;
    }
    expect_eq_u(query(view).Protect, result);
    expect_true(UnmapViewOfFile(view));
}

CASE(rights_of_an_opened_handle, "M2")
{
    static const struct {
        DWORD open, map, result;
    } rows[] = {
        {FILE_MAP_READ, FILE_MAP_READ, PAGE_READONLY},
        {FILE_MAP_READ, FILE_MAP_COPY, PAGE_WRITECOPY},
        {FILE_MAP_READ, FILE_MAP_WRITE, DENIED},
        {FILE_MAP_READ, FILE_MAP_ALL_ACCESS, DENIED},
        {FILE_MAP_READ, FILE_MAP_READ | FILE_MAP_EXECUTE, DENIED},
        {FILE_MAP_WRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {FILE_MAP_WRITE, FILE_MAP_READ, DENIED},
        {FILE_MAP_READ | FILE_MAP_WRITE, FILE_MAP_READ, PAGE_READONLY},
        {FILE_MAP_READ | FILE_MAP_WRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {FILE_MAP_ALL_ACCESS, FILE_MAP_READ, PAGE_READONLY},
        {FILE_MAP_ALL_ACCESS, FILE_MAP_WRITE, PAGE_READWRITE},
        {FILE_MAP_ALL_ACCESS, FILE_MAP_ALL_ACCESS, PAGE_READWRITE},
        {FILE_MAP_COPY, FILE_MAP_COPY, PAGE_WRITECOPY},
        {FILE_MAP_COPY, FILE_MAP_READ, PAGE_READONLY},
        {FILE_MAP_COPY, FILE_MAP_WRITE, DENIED},
        {FILE_MAP_READ | FILE_MAP_EXECUTE, FILE_MAP_WRITE | FILE_MAP_EXECUTE, DENIED},
        {GENERIC_READ, FILE_MAP_READ, PAGE_READONLY},
        {GENERIC_READ, FILE_MAP_WRITE, DENIED},
        {GENERIC_READ | GENERIC_WRITE, FILE_MAP_WRITE, PAGE_READWRITE},
        {GENERIC_ALL, FILE_MAP_WRITE, PAGE_READWRITE},
    };
    HANDLE section = make(PAGE_EXECUTE_READWRITE);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        HANDLE opened = OpenFileMappingA(rows[i].open, FALSE, the_name());

        conform_note("open 0x%x map 0x%x", (unsigned)rows[i].open, (unsigned)rows[i].map);
        require(opened != NULL);
        expect_view(opened, rows[i].map, rows[i].result);
        CloseHandle(opened);
    }
    CloseHandle(section);
}

CASE_FLAGS(
    the_right_to_execute, "M2", "wine-differs",
    "Microsoft: FILE_MAP_EXECUTE gives executable views; Wine opens with a right of that value")
{
    HANDLE section = make(PAGE_EXECUTE_READWRITE);
    HANDLE opened = OpenFileMappingA(FILE_MAP_READ | FILE_MAP_EXECUTE, FALSE, the_name());

    require(opened != NULL);
    expect_view(opened, FILE_MAP_READ | FILE_MAP_EXECUTE, PAGE_EXECUTE_READ);
    CloseHandle(opened);
    CloseHandle(section);
}

/* Rights come from the protection that the second caller names, not from the section's. */
CASE(rights_of_a_second_create, "M2,N4")
{
    HANDLE section = make(PAGE_READWRITE), second = make(PAGE_READONLY);

    expect_err(ERROR_ALREADY_EXISTS);
    expect_view(second, FILE_MAP_READ, PAGE_READONLY);
    expect_view(second, FILE_MAP_COPY, PAGE_WRITECOPY);
    expect_view(second, FILE_MAP_WRITE, DENIED);
    expect_view(section, FILE_MAP_WRITE, PAGE_READWRITE);
    CloseHandle(second);
    CloseHandle(section);
}

/* More rights than the section's protection has uses for are granted, and of no use. */
CASE_FLAGS(rights_beyond_the_protection, "M2", "wine-differs",
           "Microsoft: the protection of all views must be compatible with the section's own")
{
    static const DWORD protects[] = {PAGE_READONLY, PAGE_WRITECOPY};

    for (size_t i = 0; i < 2; i++) {
        HANDLE section = make(protects[i]);
        HANDLE opened = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, the_name());

        conform_note("protection 0x%x", (unsigned)protects[i]);
        require(opened != NULL);
        expect_view(opened, FILE_MAP_READ, PAGE_READONLY);
        expect_view(opened, FILE_MAP_COPY, PAGE_WRITECOPY);
        expect_fail(MapViewOfFile(opened, FILE_MAP_WRITE, 0, 0, 0), ERROR_INVALID_PARAMETER);
        CloseHandle(opened);
        CloseHandle(section);
    }
}

CASE(a_handle_without_rights_maps_nothing, "M2")
{
    HANDLE section = make(PAGE_READWRITE), none = NULL;

    require(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(), &none, 0, FALSE, 0));
    expect_view(none, FILE_MAP_READ, DENIED);
    expect_view(none, FILE_MAP_WRITE, DENIED);
    expect_view(none, FILE_MAP_COPY, DENIED);
    CloseHandle(none);
    CloseHandle(section);
}

CASE(the_inherit_flag_of_an_opened_handle, "S1")
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, 4096, the_name());
    DWORD flags = 9;

    for (int inherit = 0; inherit < 2; inherit++) {
        HANDLE opened = OpenFileMappingA(FILE_MAP_READ, inherit, the_name());

        require(opened != NULL);
        expect_true(GetHandleInformation(opened, &flags));
        expect_eq_u(flags, inherit ? HANDLE_FLAG_INHERIT : 0);
        CloseHandle(opened);
    }
    expect_true(GetHandleInformation(section, &flags));
    expect_eq_u(flags, HANDLE_FLAG_INHERIT);
    CloseHandle(section);
}

CASE_FLAGS(create_file_mapping_2_names_its_rights, "M2", "native-only",
           "Microsoft: DesiredAccess of CreateFileMapping2; Wine 8 does not have it")
{
    HANDLE section = make(PAGE_READWRITE);
    HANDLE second = API(CreateFileMapping2)(INVALID_HANDLE_VALUE, NULL, FILE_MAP_READ,
                                            PAGE_READWRITE, SEC_COMMIT, 4096, NULL, NULL, 0);

    require(second != NULL);
    expect_view(second, FILE_MAP_READ, PAGE_READONLY);
    expect_view(second, FILE_MAP_WRITE, DENIED);
    CloseHandle(second);
    CloseHandle(section);
}
