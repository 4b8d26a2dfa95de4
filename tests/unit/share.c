// SPDX-License-Identifier: MIT
// protocol: --list
// Share modes: every combination against the rule, between descriptors and between processes, on
// locks and on the fallback table; marks; duels; what spawned programs must not keep.
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>

#include "host/fault.h"
#include "nt/file/share.h"

#define COMBOS 64

static char path[] = "share-XXXXXX";

static void make_file(void)
{
    int fd = mkstemp(path);

    EXPECT(fd >= 0);
    EXPECT(write(fd, "some data", 9) == 9);
    close(fd);
}

static int open_file(int mode)
{
    int fd = open(path, mode | O_CLOEXEC);

    EXPECT(fd >= 0);
    return fd;
}

// The rule once more, one bit at a time and not as the library has it.
static bool may_share(unsigned a, unsigned b)
{
    unsigned access_a = a & 7, deny_a = a >> 3, access_b = b & 7, deny_b = b >> 3;

    if (access_a == 0 || access_b == 0)
        return true; // without data access nothing counts
    for (unsigned right = 1; right <= 4; right <<= 1) {
        if ((access_a & right) && (deny_b & right))
            return false;
        if ((access_b & right) && (deny_a & right))
            return false;
    }
    return true;
}

// The descriptor that an open with this access gets. `variant` takes the other one where there are
// two.
static int mode_of(unsigned combo, unsigned variant)
{
    if (combo & WM_SHARE_W)
        return (combo & WM_SHARE_R) || variant ? O_RDWR : O_WRONLY;
    return variant && !(combo & WM_SHARE_R) ? O_WRONLY : O_RDONLY;
}

struct opened {
    int fd, mode;
    struct wm_share_hold hold;
};

static NTSTATUS claim(struct opened *o, unsigned combo, unsigned variant)
{
    NTSTATUS st;

    o->mode = mode_of(combo, variant);
    o->fd = open_file(o->mode);
    st = wm_share_claim(o->fd, o->mode, combo & 7, (uint8_t)(combo >> 3), &o->hold);
    if (st) {
        close(o->fd);
        o->fd = -1;
    }
    return st;
}

static void release(struct opened *o)
{
    wm_share_release(o->fd, &o->hold, 0, true);
    close(o->fd);
}

static void expect_free(void)
{
    struct opened o;

    EXPECT_EQ(claim(&o, 3 | 7 << 3, 0), STATUS_SUCCESS);
    release(&o);
}

static void matrix(unsigned variant)
{
    for (unsigned a = 0; a < COMBOS; a++) {
        struct opened first, second;

        EXPECT_EQ(claim(&first, a, variant & 1), STATUS_SUCCESS);
        for (unsigned b = 0; b < COMBOS; b++) {
            NTSTATUS st = claim(&second, b, variant >> 1);
            NTSTATUS want = may_share(a, b) ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION;

            if (st != want)
                fprintf(stderr, "held %o/%o, asked %o/%o\n", a & 7, a >> 3, b & 7, b >> 3);
            EXPECT_EQ(st, want);
            if (!st)
                release(&second);
        }
        release(&first);
    }
    expect_free();
}

TEST(every_combination_of_two_descriptors)
{
    make_file();
    for (unsigned variant = 0; variant < 4; variant++)
        matrix(variant);
    unlink(path);
}

TEST(every_combination_in_the_table)
{
    make_file();
    wm_share_force_table(true);
    for (unsigned variant = 0; variant < 4; variant++)
        matrix(variant);
    unlink(path);
}

// The other process claims what it is told to and says what came of it.
static void obey(int orders, int answers)
{
    struct opened o = {.fd = -1};
    unsigned char combo;

    while (read(orders, &combo, 1) == 1) {
        NTSTATUS st = STATUS_SUCCESS;

        if (combo == 0xFF)
            release(&o);
        else
            st = claim(&o, combo, 0);
        EXPECT(write(answers, &st, sizeof(st)) == sizeof(st));
    }
    _exit(0);
}

static struct {
    int orders, answers;
    pid_t pid;
} other;

static void start_other(void)
{
    int there[2], back[2];

    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    other.pid = fork();
    if (other.pid == 0) {
        close(there[1]);
        obey(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    other.orders = there[1];
    other.answers = back[0];
}

static NTSTATUS order(unsigned char combo)
{
    NTSTATUS st;

    EXPECT(write(other.orders, &combo, 1) == 1);
    EXPECT(read(other.answers, &st, sizeof(st)) == sizeof(st));
    return st;
}

TEST(every_combination_of_two_processes)
{
    make_file();
    start_other();
    for (unsigned a = 0; a < COMBOS; a++) {
        struct opened mine;

        EXPECT_EQ(claim(&mine, a, 0), STATUS_SUCCESS);
        for (unsigned b = 0; b < COMBOS; b++) {
            NTSTATUS st = order((unsigned char)b);

            EXPECT_EQ(st, may_share(a, b) ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION);
            if (!st)
                order(0xFF);
        }
        release(&mine);
    }
    unlink(path);
}

TEST(a_killed_process_holds_nothing)
{
    int status;

    make_file();
    start_other();
    EXPECT_EQ(order(3 | 7 << 3), STATUS_SUCCESS);
    kill(other.pid, SIGKILL);
    EXPECT(waitpid(other.pid, &status, 0) == other.pid);
    expect_free();
    unlink(path);
}

TEST(three_calls_to_claim_and_one_to_release)
{
    struct opened o = {.mode = O_RDWR};

    make_file();
    o.fd = open_file(O_RDWR);
    host_calls_reset();
    EXPECT_EQ(wm_share_claim(o.fd, O_RDWR, 3, 7, &o.hold), STATUS_SUCCESS);
    EXPECT_EQ(host_calls_count(), 1);
    wm_share_release(o.fd, &o.hold, 0, true);
    EXPECT_EQ(host_calls_count(), 2);
    for (unsigned combo = 1; combo < COMBOS; combo++) {
        if ((combo & 7) == 0 || ((combo & WM_SHARE_W) && combo >> 3 == 7))
            continue;
        host_calls_reset();
        EXPECT_EQ(wm_share_claim(o.fd, O_RDWR, combo & 7, (uint8_t)(combo >> 3), &o.hold),
                  STATUS_SUCCESS);
        EXPECT_EQ(host_calls_count(), 3);
        wm_share_release(o.fd, &o.hold, 0, true);
        EXPECT_EQ(host_calls_count(), 4);
    }
    unlink(path);
}

TEST(nobody_is_asked_without_data_access)
{
    struct wm_share_hold hold;

    make_file();
    host_calls_reset();
    EXPECT_EQ(wm_share_claim(open_file(O_RDONLY), O_RDONLY, 0, 7, &hold), STATUS_SUCCESS);
    EXPECT_EQ(host_calls_count(), 0);
    unlink(path);
}

// Marks as seen by an opener: [kind][what is asked].
static void marks_against_claims(void)
{
    static const enum wm_mark kinds[] = {WM_MARK_READ, WM_MARK_WRITE, WM_MARK_IMAGE};

    for (unsigned k = 0; k < 3; k++) {
        struct wm_share_hold section = {.state = WM_SHARE_NONE};
        int fd = open_file(O_RDWR);

        EXPECT_EQ(wm_share_mark(fd, &section, kinds[k], true), 0);
        for (unsigned combo = 0; combo < COMBOS; combo++) {
            bool refused =
                (combo & 7) && ((kinds[k] == WM_MARK_WRITE && (combo & WM_SHARE_W << 3)) ||
                                (kinds[k] == WM_MARK_IMAGE && (combo & WM_SHARE_W)));
            struct opened o;
            NTSTATUS st = claim(&o, combo, 0);

            EXPECT_EQ(st, refused ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS);
            if (!st)
                release(&o);
        }
        EXPECT_EQ(wm_share_mark(fd, &section, kinds[k], false), 0);
        expect_free();
        if (section.state == WM_SHARE_TABLE)
            wm_share_release(fd, &section, 0, false);
        close(fd);
    }
}

TEST(sections_against_opens)
{
    make_file();
    marks_against_claims();
    unlink(path);
}

TEST(sections_against_opens_in_the_table)
{
    make_file();
    wm_share_force_table(true);
    marks_against_claims();
    unlink(path);
}

// Whatever the holder's state, its marks outlive its share mode and go when they are cleared.
static void mark_outlives_claim(unsigned combo, enum wm_mark kind)
{
    struct opened holder, probe;
    unsigned found = 0;
    int fd = open_file(O_RDWR);
    struct wm_share_hold none = {.state = WM_SHARE_NONE};

    EXPECT_EQ(claim(&holder, combo, 1), STATUS_SUCCESS);
    EXPECT_EQ(wm_share_mark(holder.fd, &holder.hold, kind, true), 0);
    EXPECT_EQ(wm_share_marked(fd, &none, WM_MARK_ALL, &found), 0);
    EXPECT_EQ(found, WM_MARK_BIT(kind));
    EXPECT_EQ(wm_share_begin_cut(fd, &none), -EAGAIN);
    wm_share_release(holder.fd, &holder.hold, WM_MARK_BIT(kind), true);
    EXPECT_EQ(wm_share_marked(fd, &none, WM_MARK_ALL, &found), 0);
    EXPECT_EQ(found, WM_MARK_BIT(kind));
    // The share mode is gone: everything that the section itself allows goes.
    EXPECT_EQ(claim(&probe, WM_SHARE_R | WM_SHARE_R << 3, 0), STATUS_SUCCESS);
    release(&probe);
    EXPECT_EQ(claim(&probe, WM_SHARE_R | WM_SHARE_W << 3, 0),
              kind == WM_MARK_WRITE ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS);
    if (kind != WM_MARK_WRITE)
        release(&probe);
    EXPECT_EQ(wm_share_mark(holder.fd, &holder.hold, kind, false), 0);
    EXPECT_EQ(wm_share_begin_cut(fd, &none), 0);
    wm_share_end_cut(fd, &none);
    expect_free();
    close(holder.fd);
    close(fd);
}

TEST(marks_outlive_the_share_mode)
{
    static const unsigned combos[] = {3 | 7 << 3, 3, 1, 3 | 1 << 3};

    make_file();
    for (unsigned i = 0; i < 4; i++) {
        mark_outlives_claim(combos[i], WM_MARK_READ);
        mark_outlives_claim(combos[i], WM_MARK_WRITE);
        mark_outlives_claim(combos[i], WM_MARK_IMAGE);
    }
    unlink(path);
}

TEST(two_marks_under_an_exclusive_hold)
{
    struct opened holder;
    struct wm_share_hold none = {.state = WM_SHARE_NONE};
    unsigned found = 0;
    int fd;

    make_file();
    fd = open_file(O_RDWR);
    EXPECT_EQ(claim(&holder, 3 | 7 << 3, 0), STATUS_SUCCESS);
    EXPECT_EQ(holder.hold.state, WM_SHARE_EXCLUSIVE);
    EXPECT_EQ(wm_share_mark(holder.fd, &holder.hold, WM_MARK_WRITE, true), 0);
    EXPECT_EQ(wm_share_mark(holder.fd, &holder.hold, WM_MARK_IMAGE, true), 0);
    wm_share_release(holder.fd, &holder.hold,
                     WM_MARK_BIT(WM_MARK_WRITE) | WM_MARK_BIT(WM_MARK_IMAGE), true);
    EXPECT_EQ(wm_share_marked(fd, &none, WM_MARK_ALL, &found), 0);
    EXPECT_EQ(found, WM_MARK_BIT(WM_MARK_WRITE) | WM_MARK_BIT(WM_MARK_IMAGE));
    unlink(path);
}

TEST(cutting_keeps_new_sections_waiting)
{
    struct wm_share_hold none = {.state = WM_SHARE_NONE};
    int cutter, section, status;
    pid_t child;
    uint64_t start;

    make_file();
    cutter = open_file(O_RDWR);
    section = open_file(O_RDWR);
    EXPECT_EQ(wm_share_begin_cut(cutter, &none), 0);
    child = fork();
    if (child == 0) {
        usleep(20000);
        wm_share_end_cut(cutter, &none);
        _exit(0);
    }
    start = unit_now_ns();
    EXPECT_EQ(wm_share_mark(section, &none, WM_MARK_WRITE, true), 0);
    EXPECT(unit_now_ns() - start > 10000000);
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    unlink(path);
}

TEST(giving_up_a_right_lets_others_in)
{
    struct opened holder, probe;

    make_file();
    for (unsigned deny = 0; deny < 8; deny++) {
        EXPECT_EQ(claim(&holder, WM_SHARE_R | WM_SHARE_W | deny << 3, 1), STATUS_SUCCESS);
        wm_share_weaken(holder.fd, holder.mode, &holder.hold, WM_SHARE_R);
        for (unsigned b = 0; b < COMBOS; b++) {
            NTSTATUS st = claim(&probe, b, 0);

            EXPECT_EQ(st, may_share(WM_SHARE_R | deny << 3, b) ? STATUS_SUCCESS
                                                               : STATUS_SHARING_VIOLATION);
            if (!st)
                release(&probe);
        }
        wm_share_weaken(holder.fd, holder.mode, &holder.hold, 0);
        expect_free();
        release(&holder);
    }
    unlink(path);
}

static void doomed(void)
{
    struct opened victim, user, probe;

    EXPECT_EQ(claim(&user, WM_SHARE_R, 0), STATUS_SUCCESS);
    EXPECT_EQ(claim(&victim, WM_SHARE_D, 0), STATUS_SUCCESS);
    EXPECT(wm_share_others(victim.fd, &victim.hold));
    wm_share_doom(victim.fd, victim.mode, &victim.hold);
    for (unsigned combo = 0; combo < COMBOS; combo++)
        EXPECT_EQ(claim(&probe, combo, 0), combo & 7 ? STATUS_DELETE_PENDING : STATUS_SUCCESS);
    release(&user);
    EXPECT(!wm_share_others(victim.fd, &victim.hold));
    release(&victim);
    expect_free();
}

TEST(doomed_files_are_not_opened)
{
    make_file();
    doomed();
    wm_share_force_table(true);
    doomed();
    unlink(path);
}

TEST(devices_are_shared_by_all)
{
    struct wm_share_hold first, second;
    int a = open("/dev/null", O_RDWR), b = open("/dev/null", O_RDWR);

    EXPECT_EQ(wm_share_claim(a, O_RDWR, 3, 7, &first), STATUS_SUCCESS);
    EXPECT_EQ(wm_share_claim(b, O_RDWR, 3, 7, &second), STATUS_SUCCESS);
}

TEST(file_systems_without_locks_use_the_table)
{
    static const int errors[] = {ENOLCK, EOPNOTSUPP, EINVAL, EOVERFLOW, ENOSYS};
    struct opened first, second;

    make_file();
    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        first.fd = open_file(O_RDWR);
        second.fd = open_file(O_RDWR);
        host_calls_fail_at(1, errors[i]);
        EXPECT_EQ(wm_share_claim(first.fd, O_RDWR, 3, 7, &first.hold), STATUS_SUCCESS);
        EXPECT_EQ(first.hold.state, WM_SHARE_TABLE);
        host_calls_fail_at(1, errors[i]);
        EXPECT_EQ(wm_share_claim(second.fd, O_RDWR, 3, 7, &second.hold), STATUS_SHARING_VIOLATION);
        release(&first);
        close(second.fd);
    }
    unlink(path);
}

// Two who want the file for themselves, at the same moment, many times.
struct duel {
    _Atomic unsigned round, ready, won, done;
};

static void duel_side(struct duel *d, unsigned rounds, unsigned combo, bool referee,
                      unsigned *both_lost)
{
    for (unsigned i = 1; i <= rounds; i++) {
        struct opened o = {.mode = O_RDWR};
        bool won;

        o.mode = mode_of(combo, 0);
        o.fd = open_file(o.mode);
        d->ready++;
        if (referee) {
            while (d->ready < 2 * i)
                sched_yield();
            d->won = 0;
            d->round = i;
        }
        while (d->round < i)
            sched_yield();
        won = wm_share_claim(o.fd, o.mode, combo & 7, (uint8_t)(combo >> 3), &o.hold) == 0;
        d->won += won;
        d->done++;
        while (d->done < 2 * i)
            sched_yield();
        if (referee) {
            EXPECT(d->won <= 1);
            *both_lost += d->won == 0;
        }
        if (won)
            wm_share_release(o.fd, &o.hold, 0, true);
        close(o.fd);
    }
}

static void duel(unsigned combo)
{
    struct duel *d =
        mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned both_lost = 0, rounds = 500 / UNIT_SLOW;
    int status;
    pid_t child = fork();

    if (child == 0) {
        duel_side(d, rounds, combo, false, &both_lost);
        _exit(0);
    }
    duel_side(d, rounds, combo, true, &both_lost);
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    EXPECT_EQ(both_lost, 0);
}

TEST(duels_have_one_winner)
{
    make_file();
    duel(3 | 7 << 3); // both exclusive, by one lock
    duel(1 | 7 << 3); // by slices
    duel(2 | 7 << 3); // write-only descriptors
    duel(3 | (WM_SHARE_R | WM_SHARE_W) << 3);
    unlink(path);
}

// A program that is being spawned shares all descriptors until its exec. What was released
// explicitly is free all the same.
extern char **environ;
static _Atomic bool stop;

static void *spawner(void *unused)
{
    char *const argv[] = {"true", NULL};

    while (!stop) {
        pid_t pid;

        if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0)
            waitpid(pid, NULL, 0);
    }
    return unused;
}

// How often the file was still taken after its holder had closed it.
static unsigned left_over(bool unlock, int rounds)
{
    unsigned left = 0;

    for (int i = 0; i < rounds; i++) {
        struct opened o;

        left += claim(&o, i & 1 ? 3 | 7 << 3 : 1 | 7 << 3, 0) != STATUS_SUCCESS;
        if (o.fd < 0)
            continue;
        wm_share_release(o.fd, &o.hold, 0, unlock);
        close(o.fd);
    }
    return left;
}

TEST(spawned_programs_keep_no_share_mode)
{
    pthread_t thread;
    unsigned control;

    make_file();
    EXPECT(pthread_create(&thread, NULL, spawner, NULL) == 0);
    EXPECT_EQ(left_over(true, 3000 / UNIT_SLOW), 0);
    // The control group: without unlocking, closing is not enough.
    control = left_over(false, 20000);
    EXPECT(control > 0);
    stop = true;
    pthread_join(thread, NULL);
    unlink(path);
}
