// SPDX-License-Identifier: MIT
// VirtualAlloc(MEM_COMMIT) on views whose pages are committed already.
#include "conform.h"

#define PAGE 4096u
#define SIZE (16 * PAGE)

static unsigned char *view_of_memory(DWORD protect, DWORD access)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, SIZE, NULL);
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, access);
    CloseHandle(section);
    return view;
}

static void expect_run(unsigned char *view, size_t page, size_t count, DWORD protect)
{
    MEMORY_BASIC_INFORMATION info = query(view + page * PAGE);

    conform_note("page %u", (unsigned)page);
    expect_eq_u(info.RegionSize, count * PAGE);
    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Protect, protect);
    conform_note("%s", "");
}

CASE(commit_of_committed_memory_keeps_the_data, "M6")
{
    unsigned char *view = view_of_memory(PAGE_READWRITE, FILE_MAP_WRITE);

    memset(view, 0x21, SIZE);
    expect_ptr(VirtualAlloc(view, SIZE, MEM_COMMIT, PAGE_READWRITE), view);
    expect_ptr(VirtualAlloc(view + PAGE + 1, 1, MEM_COMMIT, PAGE_READWRITE), view + PAGE);
    expect_eq_u(view[0], 0x21);
    expect_eq_u(view[SIZE - 1], 0x21);
    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE);
}

CASE(commit_changes_the_protection, "M6")
{
    unsigned char *view = view_of_memory(PAGE_READWRITE, FILE_MAP_WRITE);

    memset(view, 0x21, SIZE);
    expect_true(VirtualAlloc(view + 2 * PAGE, 3 * PAGE, MEM_COMMIT, PAGE_READONLY));
    expect_run(view, 0, 2, PAGE_READWRITE);
    expect_run(view, 2, 3, PAGE_READONLY);
    expect_run(view, 5, 11, PAGE_READWRITE);
    expect_false(can_write(view + 2 * PAGE));
    expect_eq_u(view[2 * PAGE], 0x21);
    expect_true(VirtualAlloc(view, SIZE, MEM_COMMIT, PAGE_READWRITE));
    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE);
    expect_true(can_write(view + 2 * PAGE));
}

CASE(commit_within_the_rights, "M6")
{
    static const struct {
        DWORD section, access, protect;
        DWORD error; // 0: allowed
    } rows[] = {
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_READWRITE, 0},
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_READONLY, 0},
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_NOACCESS, 0},
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_EXECUTE_READ, ERROR_INVALID_PARAMETER},
        {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_EXECUTE_READWRITE, ERROR_INVALID_PARAMETER},
        {PAGE_READWRITE, FILE_MAP_READ, PAGE_READONLY, 0},
        {PAGE_READWRITE, FILE_MAP_READ, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {PAGE_READWRITE, FILE_MAP_COPY, PAGE_WRITECOPY, 0},
        {PAGE_READONLY, FILE_MAP_READ, PAGE_READONLY, 0},
        {PAGE_READONLY, FILE_MAP_READ, PAGE_READWRITE, ERROR_INVALID_PARAMETER},
        {PAGE_EXECUTE_READWRITE, FILE_MAP_WRITE | FILE_MAP_EXECUTE, PAGE_EXECUTE_READ, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char *view = view_of_memory(rows[i].section, rows[i].access);

        conform_note("section 0x%x, view 0x%x, commit 0x%x", (unsigned)rows[i].section,
                     (unsigned)rows[i].access, (unsigned)rows[i].protect);
        if (rows[i].error)
            expect_fail(VirtualAlloc(view, PAGE, MEM_COMMIT, rows[i].protect), rows[i].error);
        else if (expect_true(VirtualAlloc(view, PAGE, MEM_COMMIT, rows[i].protect)))
            expect_eq_u(query(view).Protect, rows[i].protect);
    }
}

CASE(bad_arguments_on_a_view, "M6")
{
    unsigned char *view = view_of_memory(PAGE_READWRITE, FILE_MAP_WRITE);

    expect_fail(VirtualAlloc(view, 0, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualAlloc(view, PAGE, MEM_COMMIT, 0), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualAlloc(view, PAGE, 0, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualAlloc(view + PAGE, SIZE, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualAlloc(view, PAGE, MEM_RESERVE, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    expect_fail(VirtualFree(view, PAGE, MEM_DECOMMIT), ERROR_INVALID_PARAMETER);
    expect_fail(VirtualFree(view, 0, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE);
}

CASE(reset_changes_no_state, "M6")
{
    unsigned char *view = view_of_memory(PAGE_READWRITE, FILE_MAP_WRITE);

    expect_ptr(VirtualAlloc(view, SIZE, MEM_RESET, PAGE_READWRITE), view);
    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE);
    expect_true(can_write(view));
}

static unsigned char *view_with(DWORD attributes)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | attributes, 0, SIZE, NULL);
    unsigned char *view;

    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    CloseHandle(section);
    return view;
}

CASE(no_cache_is_shown_and_stays, "M8")
{
    unsigned char *view = view_with(SEC_COMMIT | SEC_NOCACHE);
    DWORD old = 0;

    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE | PAGE_NOCACHE);
    require(VirtualProtect(view, PAGE, PAGE_READONLY, &old));
    expect_eq_u(old, PAGE_READWRITE | PAGE_NOCACHE);
    expect_run(view, 0, 1, PAGE_READONLY | PAGE_NOCACHE);
    require(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READWRITE));
    expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE | PAGE_NOCACHE);
}

CASE_FLAGS(write_combining_is_shown, "M8", "wine-differs",
           "CreateFileMapping, SEC_WRITECOMBINE: sets all pages to be write-combined")
{
    static const DWORD with[] = {SEC_COMMIT, SEC_RESERVE};

    for (size_t i = 0; i < 2; i++) {
        unsigned char *view = view_with(with[i] | SEC_WRITECOMBINE);

        conform_note("attribute 0x%x", (unsigned)with[i]);
        require(VirtualAlloc(view, SIZE, MEM_COMMIT, PAGE_READWRITE));
        expect_run(view, 0, SIZE / PAGE, PAGE_READWRITE | PAGE_WRITECOMBINE);
    }
}
