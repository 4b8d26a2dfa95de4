// SPDX-License-Identifier: MIT
// The directory of names is removed while names are in use, as systemd does at a user's last logout:
// who has a name goes on with it, new names work at once, and nobody removes what is not his.
#include "conform.h"
#include "name_storm.h"

static char directory[MAX_PATH];

static int remove_one(const char *path, const struct stat *stat, int kind)
{
    (void)stat;
    if (kind != FTW_D)
        unlink(path);
    return 0;
}

static void remove_directory(void)
{
    if (!directory[0])
        snprintf(directory, sizeof directory, "%s/winmem.%u", getenv("WINMEM_NAMES"),
                 (unsigned)geteuid());
    ftw(directory, remove_one, 8);
    rmdir(directory); // fails where somebody was quicker
}

static HANDLE make(const char *name)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 65536, name);
}

static HANDLE find(const char *name)
{
    return OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
}

// argv[0] is a name that has to be there, argv[1] one that must not.
CHILD(other_process)
{
    HANDLE there = find(argv[0]), gone = find(argv[1]);
    char *view = there ? MapViewOfFile(there, FILE_MAP_READ, 0, 0, 0) : NULL;

    return view && strcmp(view, "new") == 0 && !gone ? 42 : 1;
}

CASE(users_go_on_when_the_directory_is_removed, "N3")
{
    HANDLE old = make("old"), new, again;
    char *view, *other;

    require(old);
    view = MapViewOfFile(old, FILE_MAP_WRITE, 0, 0, 0);
    strcpy(view, "kept");
    remove_directory();
    expect_str(view, "kept");
    other = MapViewOfFile(old, FILE_MAP_READ, 0, 0, 0);
    expect_str(other, "kept");
    again = find("old"); // this process still has it
    require(again);
    new = make("new");
    require(new);
    expect_err(ERROR_SUCCESS);
    strcpy(MapViewOfFile(new, FILE_MAP_WRITE, 0, 0, 0), "new");
    expect_eq_u(child_run("other_process", "new old"), 42);
    CloseHandle(again);
    CloseHandle(old);
    expect_eq_u(child_run("other_process", "new old"), 42);
    CloseHandle(new);
    expect_fail(find("new"), ERROR_FILE_NOT_FOUND);
}

// The last close of a name that was removed leaves the one that others made since.
CHILD(make_and_hold)
{
    HANDLE handle = make("twice");
    bool new = handle &&GetLastError() == ERROR_SUCCESS;

    flag_set(argv[0]);
    flag_wait(argv[1]);
    return new &&find("twice") ? 42 : 1;
}

CASE(closing_a_removed_name_leaves_its_successor, "N3")
{
    char ready[MAX_PATH], done[MAX_PATH], args[2 * MAX_PATH];
    HANDLE old = make("twice"), child, third;

    snprintf(ready, sizeof ready, "%s", temp_name());
    snprintf(done, sizeof done, "%s", temp_name());
    snprintf(args, sizeof args, "%s %s", ready, done);
    remove_directory();
    child = child_start("make_and_hold", args);
    flag_wait(ready);
    CloseHandle(old);
    third = find("twice");
    expect_true(third);
    CloseHandle(third);
    flag_set(done);
    expect_eq_u(child_wait(child), 42);
    expect_fail(find("twice"), ERROR_FILE_NOT_FOUND);
}

static _Atomic bool enough;

static void *keep_removing(void *unused)
{
    while (!enough) {
        remove_directory();
        usleep(10000);
    }
    return unused;
}

// Two may have memory of the same name then, one from before and one from after. All else holds.
CASE(storm_goes_on_while_the_directory_is_removed, "N3")
{
    pthread_t remover;
    struct table *t;

    remove_directory();
    require(pthread_create(&remover, NULL, keep_removing, NULL) == 0);
    t = run(NAMES, 16, false, duration());
    enough = true;
    pthread_join(remover, NULL);
    expect_eq_u(t->stale, 0);
    expect_eq_u(t->lost, 0);
    expect_eq_u(t->left, 0);
    expect_eq_u(t->strange, 0);
    expect_eq_u(t->storm.crashed, 0);
    expect_true(has_seen_enough(t));
}
