// SPDX-License-Identifier: MIT
// Names when the directory is not what it was: removed, emptied, squatted, full of strange files.
// protocol: --list
#include "names.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>

#include "host/fault.h"
#include "host/host.h"

#define HOLD ((int64_t)1 << 62)

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat, (void)type, (void)ftw;
    return remove(path);
}

static void remove_directory(void)
{
    EXPECT_EQ(nftw(names_directory(), remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

// What systemd does when a user's last session ends, while some of his processes live on.
TEST(the_directory_is_removed_under_live_users)
{
    struct wm_name *old = create_name("removed"), *mate = open_name("removed"), *young;
    char byte = 0;

    remove_directory();
    expect_no_name("removed");
    young = create_name("removed"); // in a new directory
    wm_name_free(open_name("removed"));
    EXPECT_EQ(pwrite(old->fd, "x", 1, 0), 1); // old friends still share
    EXPECT_EQ(pread(mate->fd, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 'x');
    EXPECT_EQ(pread(young->fd, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 0);
    wm_name_free(old);
    wm_name_free(mate);
    wm_name_free(open_name("removed")); // the new one is untouched
    EXPECT_EQ(name_files(), 1);
    wm_name_free(young);
    EXPECT_EQ(name_files(), 0);
}

TEST(creating_notices_a_removed_directory)
{
    struct wm_name *name = create_name("before");

    remove_directory();
    wm_name_free(create_name("after"));
    wm_name_free(name);
    remove_directory();
    wm_name_free(create_name("again"));
    EXPECT_EQ(name_files(), 0);
}

// The directory stays, but its files go: an old holder's end must not take a newer name along.
TEST(the_directory_is_emptied_under_live_users)
{
    struct wm_name *maker = create_name("emptied"), *opener = open_name("emptied"), *young;

    EXPECT_EQ(unlink(name_path("emptied")), 0);
    young = create_name("emptied");
    wm_name_free(maker);
    wm_name_free(open_name("emptied"));
    wm_name_free(opener);
    wm_name_free(open_name("emptied"));
    wm_name_free(young);
    expect_no_name("emptied");
    EXPECT_EQ(name_files(), 0);
}

TEST(another_process_finds_the_new_directory)
{
    struct wm_name *name;
    struct partner partner;

    wm_name_free(create_name("warm"));
    if (partner_start(&partner)) {
        partner_hear(&partner);
        name = open_name("shared");
        partner_say(&partner);
        wm_name_free(name);
        _exit(0);
    }
    remove_directory();
    name = create_name("shared");
    partner_say(&partner);
    partner_hear(&partner);
    wm_name_free(name);
    EXPECT_EQ(partner_end(&partner), 0);
    EXPECT_EQ(name_files(), 0);
}

TEST(a_directory_that_others_can_enter_is_refused)
{
    struct wm_name *name;

    EXPECT_EQ(mkdir(names_directory(), 0700), 0);
    EXPECT_EQ(chmod(names_directory(), 0750), 0);
    EXPECT_EQ(try_create("refused", &name), STATUS_ACCESS_DENIED);
    EXPECT_EQ(try_open("refused", &name), STATUS_ACCESS_DENIED);
    EXPECT_EQ(chmod(names_directory(), 0700), 0);
    wm_name_free(create_name("accepted"));
}

TEST(a_symbolic_link_is_no_directory)
{
    struct wm_name *name;
    char target[4200];

    snprintf(target, sizeof(target), "%s/elsewhere", getenv("WINMEM_NAMES"));
    EXPECT_EQ(mkdir(target, 0700), 0);
    EXPECT_EQ(symlink(target, names_directory()), 0);
    EXPECT(try_create("refused", &name) < 0);
    EXPECT_EQ(rmdir(target), 0);
    EXPECT_EQ(unlink(names_directory()), 0);
}

static int make_file(const char *text, const void *bytes, size_t size)
{
    int fd = open(name_path(text), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    EXPECT(fd >= 0);
    EXPECT_EQ(pwrite(fd, bytes, size, 0), size);
    return fd;
}

// A file of that name which nobody holds is a dead name's, whatever is in it.
TEST(rubbish_that_nobody_holds_is_reaped)
{
    wm_name_free(create_name("warm"));
    close(make_file("rubbish", "hello", 5));
    expect_no_name("rubbish");
    EXPECT(access(name_path("rubbish"), F_OK) != 0);
    wm_name_free(create_name("rubbish"));
    EXPECT_EQ(name_files(), 0);
}

TEST(rubbish_that_somebody_holds_is_refused)
{
    struct wm_name *name;
    int fd;

    wm_name_free(create_name("warm"));
    fd = make_file("rubbish", "hello", 5);
    EXPECT_EQ(host_lock(fd, F_RDLCK, HOLD, 1), 0);
    EXPECT_EQ(try_open("rubbish", &name), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(try_create("rubbish", &name), STATUS_OBJECT_NAME_COLLISION);
    close(fd);
    expect_no_name("rubbish");
}

TEST(things_that_are_no_files_are_refused_and_left_alone)
{
    struct wm_name *name;
    char path[4200];

    wm_name_free(create_name("warm"));
    EXPECT_EQ(symlink("/etc/passwd", name_path("link")), 0);
    EXPECT_EQ(try_open("link", &name), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(try_create("link", &name), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQ(unlink(name_path("link")), 0);
    EXPECT_EQ(mkdir(name_path("folder"), 0700), 0);
    EXPECT_EQ(try_open("folder", &name), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(rmdir(name_path("folder")), 0);
    strcpy(path, name_path("pipe"));
    EXPECT_EQ(mkfifo(path, 0600), 0);
    EXPECT(try_open("pipe", &name) < 0);
    wm_name_sweep(100);
    EXPECT_EQ(unlink(path), 0);
}

// A file under a name that is not the one in its record.
TEST(the_name_is_compared_in_full)
{
    struct wm_name *name = create_name("this"), *other;
    char from[4200];

    strcpy(from, name_path("this"));
    EXPECT_EQ(link(from, name_path("that")), 0);
    EXPECT_EQ(try_open("that", &other), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(unlink(name_path("that")), 0);
    wm_name_free(name);
}

// Every byte of the record changed, the file cut at every length: refused, or a name like any other.
TEST(damaged_records_do_no_harm)
{
    struct wm_name *holder = create_name("damaged"), *name;
    struct host_stat stat;
    unsigned refused = 0;
    uint64_t first;
    NTSTATUS st;

    EXPECT_EQ(host_fstat(holder->fd, &stat), 0);
    first = holder->record.data_size + WM_NAME_SLOTS * 8;
    for (uint64_t at = first; at < stat.size; at++) {
        uint8_t byte, changed;

        EXPECT_EQ(pread(holder->fd, &byte, 1, (off_t)at), 1);
        changed = byte ^ 0xFF;
        EXPECT_EQ(pwrite(holder->fd, &changed, 1, (off_t)at), 1);
        st = try_open("damaged", &name);
        EXPECT(st == STATUS_SUCCESS || st == STATUS_OBJECT_TYPE_MISMATCH);
        if (st == STATUS_SUCCESS)
            wm_name_free(name);
        else
            refused++;
        EXPECT_EQ(pwrite(holder->fd, &byte, 1, (off_t)at), 1);
    }
    EXPECT(refused > 60);
    wm_name_free(open_name("damaged"));
    for (uint64_t size = stat.size; size-- > first - 2;) {
        EXPECT_EQ(ftruncate(holder->fd, (off_t)size), 0);
        EXPECT_EQ(try_open("damaged", &name), STATUS_OBJECT_TYPE_MISMATCH);
    }
    EXPECT_EQ(ftruncate(holder->fd, 0), 0);
    EXPECT_EQ(try_open("damaged", &name), STATUS_OBJECT_TYPE_MISMATCH);
    wm_name_free(holder);
    EXPECT_EQ(name_files(), 0);
}

// Somebody who reaps, and is stopped on the way: nobody waits for ever.
TEST(a_reaper_that_hangs_is_not_waited_for)
{
    uint64_t start = unit_now_ns();
    struct wm_name *name;
    int fd;

    wm_name_free(create_name("warm"));
    fd = make_file("hung", "", 0);
    EXPECT_EQ(host_lock(fd, F_WRLCK, HOLD, 1), 0);
    EXPECT_EQ(try_open("hung", &name), STATUS_IO_TIMEOUT);
    EXPECT(unit_now_ns() - start < 20000000000u);
    close(fd);
    expect_no_name("hung");
}

// As on file systems that can't make a file without a name.
TEST(names_do_without_nameless_files)
{
    struct wm_name *a, *b;
    char path[4300];
    int fd;

    wm_name_free(create_name("warm"));
    host_calls_reset();
    host_calls_fail_at(1, EOPNOTSUPP);
    a = create_name("draft");
    EXPECT(host_calls_fired());
    host_calls_reset();
    wm_name_free(open_name("draft"));
    host_calls_fail_at(1, EOPNOTSUPP);
    EXPECT_EQ(try_create("draft", &b), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQ(name_files(), 1);
    wm_name_free(a);
    snprintf(path, sizeof(path), "%s/new.0123456789abcdef", names_directory());
    fd = open(path, O_RDWR | O_CREAT, 0600);
    EXPECT(fd >= 0);
    close(fd);
    EXPECT_EQ(wm_name_sweep(100), 0); // somebody may be at it
    EXPECT_EQ(unlink(path), 0);
}

// Every file that a user has may be in the directory: it is not looked at, and costs a sweep nothing.
TEST(other_files_in_the_directory_are_left_alone)
{
    char path[4300];
    int fd;

    wm_name_free(create_name("warm"));
    snprintf(path, sizeof(path), "%s/notes.txt", names_directory());
    fd = open(path, O_RDWR | O_CREAT, 0600);
    EXPECT(fd >= 0);
    close(fd);
    EXPECT_EQ(wm_name_sweep(100), 0);
    EXPECT_EQ(name_files(), 0);
    EXPECT_EQ(unlink(path), 0);
}

// The directory follows the user that the process acts for.
TEST(a_process_that_changes_its_user_changes_its_directory)
{
    struct wm_name *name, *other;

    if (geteuid() != 0)
        exit(77);
    name = create_name("mine");
    EXPECT_EQ(seteuid(12345), 0);
    expect_no_name("mine");
    other = create_name("mine");
    EXPECT_EQ(other->record.creator_uid, 12345);
    wm_name_free(other);
    EXPECT_EQ(seteuid(0), 0);
    wm_name_free(name);
    EXPECT_EQ(name_files(), 0);
}
