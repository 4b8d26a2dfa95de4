// SPDX-License-Identifier: MIT
// Names that users share. The tests are root and become several users.
// protocol: --list
#include "names.h"

#include <grp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "host/host.h"

#define ANNA  20001
#define BERTA 20002
#define CARLA 20003

static const struct wm_name_record open_record = {
    .kind = WM_KIND_EVENT, .data_size = 4096, .owner_access = 7, .other_access = 0x1F0003};
static const struct wm_name_record read_record = {
    .kind = WM_KIND_SECTION, .data_size = 4096, .owner_access = 7, .other_access = 0x0004};
static const struct wm_name_making for_all = {.record = &open_record};
static const struct wm_name_making for_readers = {.record = &read_record};

static NTSTATUS create_global(const char *text, const struct wm_name_making *making,
                              struct wm_name **name)
{
    struct wm_name_key key = make_key(text, WM_SCOPE_GLOBAL);

    wm_runtime_start();
    return wm_name_file_create(&key, making, name);
}

static NTSTATUS open_global(const char *text, struct wm_name **name)
{
    struct wm_name_key key = make_key(text, WM_SCOPE_GLOBAL);

    return wm_name_file_open(&key, false, name);
}

static void become(uid_t uid)
{
    EXPECT_EQ(setgroups(0, NULL), 0);
    EXPECT_EQ(setresgid(uid, uid, uid), 0);
    EXPECT_EQ(setresuid(uid, uid, uid), 0);
}

// Root makes the directory when it first uses it.
static void prepare(void)
{
    struct wm_name *name;

    if (geteuid() != 0)
        exit(77);
    EXPECT_EQ(create_global("first", &event_making, &name), STATUS_SUCCESS);
    wm_name_free(name);
}

static const char *global_path(const char *below)
{
    static char path[4200];

    snprintf(path, sizeof(path), "%s/winmem.global%s", getenv("WINMEM_NAMES"), below);
    return path;
}

// Runs `body` as another user.
static void as(uid_t uid, void (*body)(void))
{
    pid_t pid = fork();
    int status;

    EXPECT(pid >= 0);
    if (pid == 0) {
        become(uid);
        body();
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
}

TEST(root_makes_the_directory)
{
    struct stat stat_of;

    prepare();
    EXPECT_EQ(lstat(global_path(""), &stat_of), 0);
    EXPECT(stat_of.st_uid == 0 && S_ISDIR(stat_of.st_mode));
    EXPECT_EQ(stat_of.st_mode & 07777, 01777);
    EXPECT_EQ(lstat(global_path("/lock"), &stat_of), 0);
    EXPECT_EQ(stat_of.st_mode & 07777, 0666);
    EXPECT_EQ(lstat(global_path("/0"), &stat_of), 0);
    EXPECT_EQ(stat_of.st_mode & 07777, 0711);
}

static void berta_opens(void)
{
    struct wm_name *name, *other;

    EXPECT_EQ(open_global("open", &name), STATUS_SUCCESS);
    EXPECT_EQ(name->record.creator_uid, ANNA);
    EXPECT(name->writable);
    EXPECT_EQ(pwrite(name->fd, "b", 1, 0), 1);
    EXPECT_EQ(create_global("open", &for_all, &other), STATUS_OBJECT_NAME_COLLISION);
    wm_name_free(name);
    EXPECT_EQ(open_global("private", &name), STATUS_ACCESS_DENIED);
    EXPECT_EQ(open_global("readers", &name), STATUS_SUCCESS);
    EXPECT(!name->writable);
    EXPECT_EQ(wm_name_claim_slot(name), STATUS_ACCESS_DENIED);
    wm_name_free(name);
    expect_no_name("open"); // Local
}

static void anna_shares(void)
{
    struct wm_name *a, *b, *c;
    char byte = 0;

    umask(077);
    EXPECT_EQ(create_global("open", &for_all, &a), STATUS_SUCCESS);
    EXPECT_EQ(create_global("private", &event_making, &b), STATUS_SUCCESS);
    EXPECT_EQ(create_global("readers", &for_readers, &c), STATUS_SUCCESS);
    kill(getpid(), SIGSTOP); // until the others have looked
    EXPECT_EQ(pread(a->fd, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 'b');
    wm_name_free(a);
    wm_name_free(b);
    wm_name_free(c);
}

TEST(users_share_what_the_descriptor_allows)
{
    pid_t anna;
    int status;

    prepare();
    anna = fork();
    if (anna == 0) {
        become(ANNA);
        anna_shares();
        _exit(0);
    }
    EXPECT(waitpid(anna, &status, WUNTRACED) == anna && WIFSTOPPED(status));
    as(BERTA, berta_opens);
    kill(anna, SIGCONT);
    EXPECT(waitpid(anna, &status, 0) == anna);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(name_files(), 0); // root sees all
}

static void make_and_die(void)
{
    struct wm_name *name;

    EXPECT_EQ(create_global("dead", &for_all, &name), STATUS_SUCCESS);
    _exit(0); // without giving it up
}

static void make_anew(void)
{
    struct wm_name *name;

    EXPECT_EQ(open_global("dead", &name), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(create_global("dead", &for_all, &name), STATUS_SUCCESS);
    EXPECT_EQ(name->record.creator_uid, geteuid());
    wm_name_free(name);
}

static void sweep_one(void)
{
    EXPECT_EQ(wm_name_sweep(100), 1);
}

// It stays until its owner comes by, and is in nobody's way.
TEST(a_dead_strangers_file_is_not_there)
{
    prepare();
    as(ANNA, make_and_die);
    as(BERTA, make_anew);
    as(BERTA, make_anew);
    as(ANNA, sweep_one);
    EXPECT_EQ(name_files(), 0);
}

// A stranger may hold last, but not reap.
TEST(a_stranger_keeps_the_name)
{
    struct partner anna, berta;
    struct wm_name *name;

    prepare();
    if (partner_start(&anna)) {
        become(ANNA);
        EXPECT_EQ(create_global("kept", &for_all, &name), STATUS_SUCCESS);
        partner_say(&anna);
        partner_hear(&anna);
        wm_name_free(name);
        partner_say(&anna);
        partner_hear(&anna);
        EXPECT_EQ(open_global("kept", &name), STATUS_OBJECT_NAME_NOT_FOUND);
        _exit(0);
    }
    partner_hear(&anna);
    if (partner_start(&berta)) {
        become(BERTA);
        EXPECT_EQ(open_global("kept", &name), STATUS_SUCCESS);
        partner_say(&berta);
        partner_hear(&berta);
        wm_name_free(name);
        EXPECT_EQ(open_global("kept", &name), STATUS_OBJECT_NAME_NOT_FOUND);
        _exit(0);
    }
    partner_hear(&berta);
    partner_say(&anna);
    partner_hear(&anna);
    EXPECT_EQ(open_global("kept", &name), STATUS_SUCCESS); // root, by the same rights
    wm_name_free(name);
    partner_say(&berta);
    EXPECT_EQ(partner_end(&berta), 0);
    partner_say(&anna);
    EXPECT_EQ(partner_end(&anna), 0);
    EXPECT_EQ(name_files(), 0);
}

static void squat(void)
{
    char below[32];

    snprintf(below, sizeof(below), "/%u", CARLA);
    EXPECT_EQ(mkdir(global_path(below), 0777), 0);
    chmod(global_path(below), 0777);
}

static void squatted(void)
{
    struct wm_name *name, *again;

    EXPECT_EQ(create_global("squatted", &for_all, &name), STATUS_SUCCESS);
    EXPECT_EQ(open_global("squatted", &again), STATUS_SUCCESS);
    EXPECT(access(name_path("nothing"), F_OK) != 0);
    wm_name_free(name);
    wm_name_free(again);
    EXPECT_EQ(name_files(), 0);
}

// Her folder is another's: she is left to herself.
TEST(a_strangers_folder_is_not_used)
{
    prepare();
    as(BERTA, squat);
    as(CARLA, squatted);
}

static void timed_out(void)
{
    struct wm_name *name;
    uint64_t start = unit_now_ns();

    EXPECT_EQ(create_global("locked", &for_all, &name), STATUS_IO_TIMEOUT);
    EXPECT(unit_now_ns() - start < 20000000000u);
}

TEST(a_lock_that_is_kept_is_not_waited_for)
{
    struct wm_name *name;
    int fd;

    prepare();
    EXPECT_EQ(host_open(global_path("/lock"), O_RDWR, 0, &fd), 0);
    EXPECT_EQ(host_lock(fd, F_WRLCK, 0, 65536), 0);
    as(ANNA, timed_out);
    close(fd);
    EXPECT_EQ(create_global("locked", &for_all, &name), STATUS_SUCCESS);
    wm_name_free(name);
}

static void alone(void)
{
    struct wm_name *name, *again;

    EXPECT_EQ(create_global("alone", &for_all, &name), STATUS_SUCCESS);
    EXPECT_EQ(open_global("alone", &again), STATUS_SUCCESS);
    EXPECT_EQ(name->directory, again->directory);
    wm_name_free(name);
    wm_name_free(again);
    EXPECT(access(names_directory(), F_OK) == 0);
}

// Somebody made the directory before root could: whoever owns it could take others' folders away.
TEST(a_shared_directory_that_is_not_roots_is_not_used)
{
    if (geteuid() != 0)
        exit(77);
    EXPECT_EQ(mkdir(global_path(""), 01777), 0);
    EXPECT_EQ(chown(global_path(""), BERTA, BERTA), 0);
    as(ANNA, alone);
    EXPECT_EQ(rmdir(global_path("")), 0);
    EXPECT_EQ(symlink("/tmp", global_path("")), 0);
    as(ANNA, alone);
    EXPECT_EQ(unlink(global_path("")), 0);
    as(ANNA, alone); // none at all
}

#define ROUNDS (60 / (UNIT_SLOW > 1 ? 3 : 1))
struct race {
    _Atomic uint32_t arrived, makers, finders;
};

static void race(struct race *rounds)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct race *round = &rounds[i];
        struct wm_name *name;
        char text[24];
        NTSTATUS st;

        snprintf(text, sizeof(text), "race %d", i);
        atomic_fetch_add(&round->arrived, 1);
        while (atomic_load(&round->arrived) < 3)
            usleep(50);
        st = create_global(text, &for_all, &name);
        if (st == STATUS_OBJECT_NAME_COLLISION) {
            st = open_global(text, &name);
            EXPECT_EQ(st, STATUS_SUCCESS);
            atomic_fetch_add(&round->finders, 1);
        } else {
            EXPECT_EQ(st, STATUS_SUCCESS);
            atomic_fetch_add(&round->makers, 1);
        }
        atomic_fetch_add(&round->arrived, 1);
        while (atomic_load(&round->arrived) < 6)
            usleep(50);
        wm_name_free(name);
    }
}

TEST(of_three_users_one_makes)
{
    static const uid_t users[] = {ANNA, BERTA, CARLA};
    struct race *rounds = mmap(NULL, ROUNDS * sizeof(*rounds), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pids[3];
    int status;

    prepare();
    EXPECT(rounds != MAP_FAILED);
    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            become(users[i]);
            race(rounds);
            _exit(0);
        }
    }
    for (int i = 0; i < 3; i++) {
        EXPECT(waitpid(pids[i], &status, 0) == pids[i]);
        EXPECT_EQ(status, 0);
    }
    for (int i = 0; i < ROUNDS; i++)
        EXPECT(rounds[i].makers == 1 && rounds[i].finders == 2);
    for (int i = 0; i < 3; i++) { // what strangers held last
        if (fork() == 0) {
            become(users[i]);
            wm_name_sweep(1000);
            _exit(0);
        }
        wait(NULL);
    }
    EXPECT_EQ(name_files(), 0);
}
