// SPDX-License-Identifier: MIT
// CreateFile: share modes against accesses, in one process and between two.
#include "conform.h"

/* Bits 0..2 of a kind: reads, writes, deletes. */
static const DWORD access_of[8] = {
    FILE_READ_ATTRIBUTES,
    GENERIC_READ,
    GENERIC_WRITE,
    GENERIC_READ | GENERIC_WRITE,
    DELETE,
    GENERIC_READ | DELETE,
    GENERIC_WRITE | DELETE,
    GENERIC_READ | GENERIC_WRITE | DELETE,
};

static HANDLE open_kind(const char *path, unsigned access, unsigned share)
{
    return CreateFileA(path, access_of[access], share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL,
                       NULL);
}

/* FILE_SHARE_READ, WRITE and DELETE are bits 0..2 too: each side must grant what the other does. */
static int compatible(unsigned access1, unsigned share1, unsigned access2, unsigned share2)
{
    if (!access1 || !access2)
        return 1;
    return !(access1 & ~share2) && !(access2 & ~share1);
}

static void check_pair(const char *path, unsigned first, unsigned second)
{
    int fits = compatible(first >> 3, first & 7, second >> 3, second & 7);
    HANDLE one = open_kind(path, first >> 3, first & 7);
    HANDLE two;

    conform_note("access %u share %u, then access %u share %u", first >> 3, first & 7, second >> 3,
                 second & 7);
    require(one != INVALID_HANDLE_VALUE);
    SetLastError(CONFORM_POISON);
    two = open_kind(path, second >> 3, second & 7);
    expect_err(fits ? 0 : ERROR_SHARING_VIOLATION);
    expect_eq_u(two != INVALID_HANDLE_VALUE, fits);
    if (two != INVALID_HANDLE_VALUE)
        CloseHandle(two);
    CloseHandle(one);
}

CASE(all_64_by_64_pairs_in_one_process, "F1")
{
    const char *path = temp_file(10);

    for (unsigned first = 0; first < 64; first++)
        for (unsigned second = 0; second < 64; second++)
            check_pair(path, first, second);
}

/* args: path, access, share. Answers 0 opened, else the last error. */
CHILD(child_open)
{
    HANDLE file;

    (void)argc;
    SetLastError(CONFORM_POISON);
    file = open_kind(argv[0], (unsigned)argv[1][0] - '0', (unsigned)argv[2][0] - '0');
    if (file == INVALID_HANDLE_VALUE)
        return (int)GetLastError();
    CloseHandle(file);
    return 0;
}

static void check_across(const char *path, unsigned first, unsigned second)
{
    int fits = compatible(first >> 3, first & 7, second >> 3, second & 7);
    HANDLE one = open_kind(path, first >> 3, first & 7);
    char args[MAX_PATH + 16];

    conform_note("here access %u share %u, there access %u share %u", first >> 3, first & 7,
                 second >> 3, second & 7);
    require(one != INVALID_HANDLE_VALUE);
    snprintf(args, sizeof args, "%s %u %u", path, second >> 3, second & 7);
    expect_eq_u(child_run("child_open", args), fits ? 0 : ERROR_SHARING_VIOLATION);
    CloseHandle(one);
}

#define KIND(access, share) ((access) << 3 | (share))

CASE(share_modes_hold_between_processes, "F1")
{
    static const unsigned char pairs[][2] = {
        {KIND(3, 0), KIND(1, 7)}, {KIND(1, 1), KIND(1, 1)}, {KIND(1, 1), KIND(2, 7)},
        {KIND(1, 3), KIND(2, 1)}, {KIND(1, 2), KIND(2, 1)}, {KIND(2, 3), KIND(2, 3)},
        {KIND(3, 3), KIND(3, 3)}, {KIND(3, 3), KIND(3, 1)}, {KIND(1, 3), KIND(4, 7)},
        {KIND(1, 7), KIND(4, 7)}, {KIND(4, 7), KIND(1, 3)}, {KIND(4, 7), KIND(1, 7)},
        {KIND(0, 0), KIND(7, 0)}, {KIND(7, 0), KIND(0, 0)}, {KIND(2, 1), KIND(1, 2)},
        {KIND(2, 2), KIND(1, 1)}, {KIND(4, 4), KIND(4, 4)}, {KIND(4, 0), KIND(4, 4)},
    };
    const char *path = temp_file(10);

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        check_across(path, pairs[i][0], pairs[i][1]);
}

/* args: path, flag file. Holds the file alone until the parent has looked, then ends unclosed. */
CHILD(child_hold)
{
    (void)argc;
    require(open_kind(argv[0], 3, 0) != INVALID_HANDLE_VALUE);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    return 3;
}

CASE(share_mode_ends_with_its_process, "F1")
{
    const char *path = temp_file(10);
    const char *held = temp_name();
    const char *seen = temp_name();
    char args[3 * MAX_PATH];
    HANDLE child;
    HANDLE file;

    snprintf(args, sizeof args, "%s %s %s", path, held, seen);
    child = child_start("child_hold", args);
    flag_wait(held);
    expect_no_file(open_kind(path, 1, 7), ERROR_SHARING_VIOLATION);
    expect_fail(DeleteFileA(path), ERROR_SHARING_VIOLATION);
    flag_set(seen);
    expect_eq_u(child_wait(child), 3);
    file = open_kind(path, 3, 0);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

struct right {
    DWORD access;
    unsigned kind; /* which of read, write, delete it counts as */
};

CASE(only_data_rights_and_delete_count, "F1")
{
    static const struct right rights[] = {
        {0, 0},
        {FILE_READ_DATA, 1},
        {FILE_WRITE_DATA, 2},
        {FILE_APPEND_DATA, 2},
        {FILE_READ_EA, 0},
        {FILE_WRITE_EA, 0},
        {FILE_EXECUTE, 1},
        {FILE_READ_ATTRIBUTES, 0},
        {FILE_WRITE_ATTRIBUTES, 0},
        {DELETE, 4},
        {READ_CONTROL, 0},
        {SYNCHRONIZE, 0},
        {GENERIC_EXECUTE, 1},
        {GENERIC_ALL, 7},
    };
    const char *path = temp_file(10);

    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
        HANDLE holder;

        conform_note("access 0x%x", (unsigned)rights[i].access);
        holder = CreateFileA(path, rights[i].access, 7, NULL, OPEN_EXISTING, 0, NULL);
        require(holder != INVALID_HANDLE_VALUE);
        for (unsigned share = 0; share < 8; share++) {
            HANDLE other = open_kind(path, 1, share);

            expect_eq_u(other != INVALID_HANDLE_VALUE, !(rights[i].kind & ~share));
            if (other != INVALID_HANDLE_VALUE)
                CloseHandle(other);
        }
        CloseHandle(holder);
    }
}

CASE(third_handle_must_fit_both, "F1")
{
    const char *path = temp_file(10);
    HANDLE one = open_kind(path, 1, 3);
    HANDLE two = open_kind(path, 1, 1);

    require(one != INVALID_HANDLE_VALUE && two != INVALID_HANDLE_VALUE);
    expect_no_file(open_kind(path, 2, 7), ERROR_SHARING_VIOLATION);
    CloseHandle(two);
    two = open_kind(path, 2, 7);
    expect_true(two != INVALID_HANDLE_VALUE);
    CloseHandle(two);
    CloseHandle(one);
}

CASE(duplicate_keeps_the_share_mode, "F1,F5")
{
    const char *path = temp_file(10);
    HANDLE one = open_kind(path, 1, 0);
    HANDLE copy;
    HANDLE self = GetCurrentProcess();

    require(one != INVALID_HANDLE_VALUE);
    require(DuplicateHandle(self, one, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    require(CloseHandle(one));
    expect_no_file(open_kind(path, 1, 7), ERROR_SHARING_VIOLATION);
    require(CloseHandle(copy));
    one = open_kind(path, 1, 7);
    expect_true(one != INVALID_HANDLE_VALUE);
    CloseHandle(one);
}

CASE_FLAGS(unknown_share_bits_are_refused, "F1", "wine-differs",
           "Microsoft, CreateFile, dwShareMode: 0 or a combination of three values")
{
    const char *path = temp_file(10);

    expect_no_file(CreateFileA(path, GENERIC_READ, 8, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_INVALID_PARAMETER);
    expect_no_file(CreateFileA(path, GENERIC_READ, 0x80000001, NULL, OPEN_EXISTING, 0, NULL),
                   ERROR_INVALID_PARAMETER);
}

CASE(delete_file_needs_share_delete_of_every_holder, "F1")
{
    const char *path = temp_file(10);
    HANDLE one = open_kind(path, 1, 3);

    require(one != INVALID_HANDLE_VALUE);
    expect_fail(DeleteFileA(path), ERROR_SHARING_VIOLATION);
    CloseHandle(one);
    one = open_kind(path, 1, 4);
    require(one != INVALID_HANDLE_VALUE);
    expect_true(DeleteFileA(path));
    CloseHandle(one);
    expect_eq_u(size_of(path), ~0ull);
}

CASE(two_names_of_one_file_share_one_mode, "F1,F2")
{
    const char *path = temp_file(10);
    char other[MAX_PATH];
    HANDLE one;

    snprintf(other, sizeof other, "%s", path);
    for (char *c = other; *c; c++)
        if (*c == '\\')
            *c = '/';
    one = open_kind(path, 3, 0);
    require(one != INVALID_HANDLE_VALUE);
    expect_no_file(open_kind(other, 1, 7), ERROR_SHARING_VIOLATION);
    CloseHandle(one);
    one = open_kind(other, 1, 0);
    expect_true(one != INVALID_HANDLE_VALUE);
    CloseHandle(one);
}
