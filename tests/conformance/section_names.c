// SPDX-License-Identifier: MIT
// Names of sections: which ones there are, how long they live, what else may have them.
#include "conform_api.h"

#define KIB 1024u

/* A name that no other process uses. */
static const char *fresh_name(void)
{
    static char names[8][64];
    static unsigned next;
    char *name = names[next++ % 8];

    snprintf(name, sizeof names[0], "winmem-%u-%u", (unsigned)GetCurrentProcessId(), next);
    return name;
}

static HANDLE create(const char *name, DWORD size)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name);
}

/* Makes a section that did not exist. */
static HANDLE make(const char *name, DWORD size)
{
    HANDLE section;

    SetLastError(CONFORM_POISON);
    section = create(name, size);
    require(section != NULL);
    expect_err(0);
    return section;
}

static void expect_open(const char *name, DWORD error)
{
    HANDLE section;

    conform_note("open %s", name);
    SetLastError(CONFORM_POISON);
    section = OpenFileMappingA(FILE_MAP_READ, FALSE, name);
    expect_eq_u(section != NULL, error == 0);
    if (error)
        expect_err(error);
    if (section)
        CloseHandle(section);
}

static HANDLE open_name(const char *name)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);

    require(section != NULL);
    return section;
}

CASE(a_name_is_made_and_opened, "S1,N1")
{
    const char *name = fresh_name();
    HANDLE one = make(name, 4096), two = open_name(name);
    unsigned char *first = make_view(one, FILE_MAP_WRITE);
    unsigned char *second = make_view(two, FILE_MAP_WRITE);

    expect_true(one != two);
    expect_eq_u(second[0], 0);
    first[0] = 7;
    expect_eq_u(second[0], 7);
    second[4095] = 8;
    expect_eq_u(first[4095], 8);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(an_unknown_name_is_not_found, "N1")
{
    expect_open(fresh_name(), ERROR_FILE_NOT_FOUND);
}

CASE(no_name_to_open, "N1")
{
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_open("", ERROR_INVALID_HANDLE);
}

CASE(an_empty_name_is_none, "N1")
{
    HANDLE one = make("", 4096), two = make("", 4096);
    unsigned char *first = make_view(one, FILE_MAP_WRITE);
    unsigned char *second = make_view(two, FILE_MAP_WRITE);

    first[0] = 1;
    expect_eq_u(second[0], 0);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(names_are_case_sensitive, "N1")
{
    char upper[64];
    const char *name = fresh_name();
    HANDLE section = make(name, 4096);

    snprintf(upper, sizeof upper, "W%s", name + 1);
    expect_open(upper, ERROR_FILE_NOT_FOUND);
    CloseHandle(section);
}

CASE(a_second_create_finds_the_first, "S1,N4")
{
    const char *name = fresh_name();
    HANDLE one = make(name, 4096), two;
    unsigned char *first = make_view(one, FILE_MAP_WRITE), *second;

    first[1] = 5;
    SetLastError(CONFORM_POISON);
    two = create(name, 4096);
    require(two != NULL);
    expect_err(ERROR_ALREADY_EXISTS);
    second = make_view(two, FILE_MAP_WRITE);
    expect_eq_u(second[1], 5);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(the_first_size_stays, "N4")
{
    static const DWORD sizes[] = {1, 4096, 70000, 1 << 20};
    const char *name = fresh_name();
    HANDLE one = make(name, 8192);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        SECTION_BASIC_INFORMATION info;
        HANDLE two;
        void *view;

        conform_note("size %u", (unsigned)sizes[i]);
        SetLastError(CONFORM_POISON);
        two = create(name, sizes[i]);
        require(two != NULL);
        expect_err(ERROR_ALREADY_EXISTS);
        expect_status(NT(NtQuerySection)(two, SectionBasicInformation, &info, sizeof info, NULL),
                      0);
        expect_eq_u(info.MaximumSize.QuadPart, 8192);
        expect_fail(MapViewOfFile(two, FILE_MAP_READ, 0, 0, 8193), ERROR_ACCESS_DENIED);
        view = MapViewOfFile(two, FILE_MAP_READ, 0, 0, 0);
        require(view != NULL);
        expect_eq_u(query(view).RegionSize, 8192);
        UnmapViewOfFile(view);
        CloseHandle(two);
    }
    CloseHandle(one);
}

CASE_FLAGS(the_first_protection_stays, "N4", "wine-differs",
           "Microsoft: the protection of all views must be compatible with the section's own")
{
    const char *name = fresh_name();
    HANDLE one, two;

    one = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READONLY, 0, 4096, name);
    require(one != NULL);
    SetLastError(CONFORM_POISON);
    two = create(name, 4096);
    require(two != NULL);
    expect_err(ERROR_ALREADY_EXISTS);
    expect_fail(MapViewOfFile(two, FILE_MAP_WRITE, 0, 0, 0), ERROR_INVALID_PARAMETER);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(arguments_are_judged_for_a_name_that_exists, "S1,N4")
{
    const char *name = fresh_name();
    HANDLE section = make(name, 4096);

    expect_fail(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_NOACCESS, 0, 4096, name),
                ERROR_INVALID_PARAMETER);
    expect_fail(create(name, 0), ERROR_INVALID_PARAMETER);
    CloseHandle(section);
}

CASE(the_name_ends_with_the_last_handle, "N3")
{
    const char *name = fresh_name();
    HANDLE one = make(name, 4096), two = open_name(name);

    expect_true(CloseHandle(one));
    expect_open(name, 0);
    expect_true(CloseHandle(two));
    expect_open(name, ERROR_FILE_NOT_FOUND);
    CloseHandle(make(name, 4096));
}

CASE(a_view_keeps_the_memory_and_not_the_name, "N3")
{
    const char *name = fresh_name();
    HANDLE section = make(name, 4096);
    unsigned char *old = make_view(section, FILE_MAP_WRITE), *new;

    old[0] = 1;
    require(CloseHandle(section));
    expect_open(name, ERROR_FILE_NOT_FOUND);
    section = make(name, 65536);
    new = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(new[0], 0);
    new[0] = 2;
    expect_eq_u(old[0], 1);
    old[4095] = 3;
    expect_eq_u(old[4095], 3);
    expect_eq_u(query(new).RegionSize, 65536);
    CloseHandle(section);
}

CASE(duplicates_keep_the_name, "N3")
{
    const char *name = fresh_name();
    HANDLE one = make(name, 4096), two = NULL;

    require(DuplicateHandle(GetCurrentProcess(), one, GetCurrentProcess(), &two, 0, FALSE,
                            DUPLICATE_SAME_ACCESS));
    expect_true(CloseHandle(one));
    expect_open(name, 0);
    expect_true(CloseHandle(two));
    expect_open(name, ERROR_FILE_NOT_FOUND);
}

CASE(a_name_can_be_used_again_and_again, "N3")
{
    const char *name = fresh_name();

    for (unsigned i = 0; i < 100; i++) {
        HANDLE section = make(name, 4096 * (i % 5 + 1));
        unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

        require(view != NULL);
        expect_eq_u(view[0], 0);
        view[0] = 0xff;
        UnmapViewOfFile(view);
        CloseHandle(section);
    }
    expect_open(name, ERROR_FILE_NOT_FOUND);
}

CASE(local_is_the_plain_name, "N1")
{
    const char *name = fresh_name();
    char local[80], twice[80];
    HANDLE section = make(name, 4096);

    snprintf(local, sizeof local, "Local\\%s", name);
    snprintf(twice, sizeof twice, "Local\\Local\\%s", name);
    expect_open(local, 0);
    CloseHandle(section);
    section = make(local, 4096);
    expect_open(name, 0);
    CloseHandle(section);
    expect_open(name, ERROR_FILE_NOT_FOUND);
}

CASE(global_is_another_name, "N1")
{
    const char *name = fresh_name();
    char global[80];
    HANDLE here = make(name, 4096), there;
    unsigned char *one, *two;

    snprintf(global, sizeof global, "Global\\%s", name);
    expect_open(global, ERROR_FILE_NOT_FOUND);
    there = make(global, 8192);
    one = make_view(here, FILE_MAP_WRITE);
    two = make_view(there, FILE_MAP_WRITE);
    one[0] = 1;
    expect_eq_u(two[0], 0);
    expect_open(global, 0);
    CloseHandle(here);
    expect_open(name, ERROR_FILE_NOT_FOUND);
    expect_open(global, 0);
    CloseHandle(there);
}

CASE(prefixes_are_case_sensitive, "N1")
{
    static const char *const prefixes[] = {"local", "LOCAL", "global", "GLOBAL", "loCal"};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        char name[80];

        snprintf(name, sizeof name, "%s\\%s", prefixes[i], fresh_name());
        expect_open(name, ERROR_PATH_NOT_FOUND);
        expect_fail(create(name, 4096), ERROR_PATH_NOT_FOUND);
    }
}

CASE(further_backslashes_are_no_part_of_a_name, "N1")
{
    static const char *const names[] = {"winmem\\x", "Local\\winmem\\x", "Global\\winmem\\x"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        expect_open(names[i], ERROR_PATH_NOT_FOUND);
        expect_fail(create(names[i], 4096), ERROR_PATH_NOT_FOUND);
    }
}

CASE(most_characters_are_ordinary, "N5")
{
    static const char *const tails[] = {"/",  "a/b", ".", "..", "../x",  " ",  "x ", "\t\n\x01",
                                        "%s", "?",   "*", ":",  "|<>\"", "a.", "~"};

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        char name[100], other[104];
        HANDLE section;

        snprintf(name, sizeof name, "%s%s", fresh_name(), tails[i]);
        snprintf(other, sizeof other, "%sx", name);
        section = make(name, 4096);
        expect_open(name, 0);
        expect_open(other, ERROR_FILE_NOT_FOUND);
        CloseHandle(section);
        expect_open(name, ERROR_FILE_NOT_FOUND);
    }
}

static HANDLE create_wide(const WCHAR *name)
{
    return CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, name);
}

static HANDLE open_wide(const WCHAR *name)
{
    return OpenFileMappingW(FILE_MAP_READ, FALSE, name);
}

CASE(long_names, "N5")
{
    static const size_t lengths[] = {255, 256, 1000, 5000, 32000};
    static WCHAR name[33000];

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        HANDLE one, two;

        conform_note("%u units", (unsigned)lengths[i]);
        for (size_t k = 0; k < lengths[i]; k++)
            name[k] = (WCHAR)('a' + k % 26);
        name[0] = (WCHAR)(0x4e00 + GetCurrentProcessId() % 0x5000);
        name[lengths[i]] = 0;
        one = create_wide(name);
        require(one != NULL);
        expect_err(0);
        two = open_wide(name);
        expect_true(two);
        CloseHandle(two);
        name[lengths[i] - 1]++;
        expect_fail(open_wide(name), ERROR_FILE_NOT_FOUND);
        name[lengths[i] - 1]--;
        CloseHandle(one);
        expect_fail(open_wide(name), ERROR_FILE_NOT_FOUND);
    }
}

CASE_FLAGS(the_longest_name, "N5", "wine-differs",
           "Microsoft: a UNICODE_STRING counts bytes in 16 bits; Wine cuts longer names off")
{
    static WCHAR name[40000];
    HANDLE section;

    for (size_t k = 0; k < 39999; k++)
        name[k] = 'n';
    name[32767] = 0;
    section = create_wide(name);
    expect_true(section);
    CloseHandle(section);
    name[32767] = 'n';
    name[32768] = 0;
    SetLastError(CONFORM_POISON);
    expect_true(create_wide(name) == NULL);
    expect_err(ERROR_FILENAME_EXCED_RANGE);
}

CASE(lone_surrogates_are_ordinary, "N5")
{
    WCHAR one[] = {'w', 'm', '-', 0xd800, 0, 0}, two[] = {'w', 'm', '-', 0xdc00, 0, 0};
    HANDLE section;

    one[4] = two[4] = (WCHAR)(0x4e00 + GetCurrentProcessId() % 0x5000);
    section = create_wide(one);
    require(section != NULL);
    expect_fail(open_wide(two), ERROR_FILE_NOT_FOUND);
    expect_true(open_wide(one));
    CloseHandle(section);
}

CASE(narrow_and_wide_names_are_the_same, "N1")
{
    const char *name = fresh_name();
    WCHAR wide[64];
    HANDLE section = make(name, 4096), again;
    size_t i = 0;

    do
        wide[i] = (WCHAR)name[i];
    while (name[i++]);
    again = open_wide(wide);
    expect_true(again);
    CloseHandle(again);
    SetLastError(CONFORM_POISON);
    again = CreateFileMappingNumaW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, wide, 0);
    expect_true(again);
    expect_err(ERROR_ALREADY_EXISTS);
    CloseHandle(again);
    CloseHandle(section);
}

CASE(a_section_has_the_name_of_another_kind, "N2")
{
    const char *name = fresh_name();
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, name), section;

    require(event != NULL);
    expect_open(name, ERROR_INVALID_HANDLE);
    expect_fail(create(name, 4096), ERROR_INVALID_HANDLE);
    CloseHandle(event);
    section = make(name, 4096);
    expect_fail(CreateEventA(NULL, TRUE, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(OpenEventA(SYNCHRONIZE, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(OpenMutexA(SYNCHRONIZE, FALSE, name), ERROR_INVALID_HANDLE);
    expect_fail(CreateMutexA(NULL, FALSE, name), ERROR_INVALID_HANDLE);
    CloseHandle(section);
}

CASE(many_names_at_once, "N1")
{
    static HANDLE sections[200];
    char name[64];

    for (unsigned i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "winmem-%u-many-%u", (unsigned)GetCurrentProcessId(), i);
        sections[i] = make(name, 4096 + i);
    }
    for (unsigned i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "winmem-%u-many-%u", (unsigned)GetCurrentProcessId(), i);
        expect_open(name, 0);
        CloseHandle(sections[i]);
        expect_open(name, ERROR_FILE_NOT_FOUND);
    }
}

CASE(sections_of_several_sizes, "S1,S4")
{
    static const DWORD sizes[] = {1, 4095, 4096, 4097, 65536, 1 << 20, 40 << 20};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *name = fresh_name();
        HANDLE one = make(name, sizes[i]), two = open_name(name);
        DWORD end = (sizes[i] + 4095) & ~4095u;
        unsigned char *first = make_view(one, FILE_MAP_WRITE);
        unsigned char *second = make_view(two, FILE_MAP_READ);

        conform_note("size %u", (unsigned)sizes[i]);
        expect_eq_u(query(second).RegionSize, end);
        expect_eq_u(second[end - 1], 0);
        first[end - 1] = 9;
        expect_eq_u(second[end - 1], 9);
        CloseHandle(one);
        CloseHandle(two);
    }
}
