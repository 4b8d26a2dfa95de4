// SPDX-License-Identifier: MIT
// Waits under a storm: for named mutexes, semaphores and events, alone and several at once, by processes
// that are killed at random moments and spawn programs meanwhile.
//
// - One at a time owns a mutex; who takes it from a dead one is told so, and nobody else is.
// - A wait that is patient enough succeeds: no wake-up is lost, and nobody starves.
// - A semaphore's count stays below its maximum, and no more is taken than was given.
// - Nothing is left of the names.
#include "conform.h"
#include "storm.h"

#include <dirent.h>

#if defined(WM_HOST_HOOKS)
#include "host/process.h"
#endif

#define LOCKS    2
#define MAXIMUM  5
#define PATIENCE 20000 // ms: far more than a loaded machine needs

struct table {
    struct storm storm;
    bool reckless;                  // the control group: nobody asks the mutex
    _Atomic unsigned inside[LOCKS]; // life << 8 | seat + 1
    _Atomic unsigned long taken, abandoned, shared, stolen, untold, made_up, late, strange;
    _Atomic unsigned long given, got, above, batons;
    _Atomic bool kept;
};

struct things {
    HANDLE locks[LOCKS], tokens, baton, open, mine;
};

static struct table *table;

static bool make(struct things *t)
{
    static const char *const names[LOCKS] = {"storm lock 0", "Local\\storm lock 1"};

    for (int i = 0; i < LOCKS; i++)
        t->locks[i] = CreateMutexA(NULL, FALSE, names[i]);
    t->tokens = CreateSemaphoreA(NULL, 0, MAXIMUM, "storm tokens");
    t->baton = CreateEventA(NULL, FALSE, TRUE, "storm baton");
    t->open = CreateEventA(NULL, TRUE, TRUE, "storm open");
    t->mine = CreateEventA(NULL, TRUE, TRUE, NULL);
    return t->locks[0] && t->locks[1] && t->tokens && t->baton && t->open && t->mine;
}

static void drop(struct things *t)
{
    for (int i = 0; i < LOCKS; i++)
        CloseHandle(t->locks[i]);
    CloseHandle(t->tokens);
    CloseHandle(t->baton);
    CloseHandle(t->open);
    CloseHandle(t->mine);
}

// The lock is ours: was it anybody's before?
static void enter(unsigned me, unsigned lock, bool told)
{
    struct storm *s = &table->storm;
    unsigned before = atomic_exchange(&table->inside[lock], s->seats[me].life << 8 | (me + 1));
    unsigned seat = (before & 0xff) - 1;

    table->taken++;
    table->abandoned += told;
    if (before && !told)
        table->untold++;
    if (before && seat != me && storm_was_alive(s, me, seat, before >> 8))
        table->stolen++;
    if (told && !s->deadly)
        table->made_up++;
}

static void leave(unsigned me, unsigned lock)
{
    unsigned mine = table->storm.seats[me].life << 8 | (me + 1);

    if (!atomic_compare_exchange_strong(&table->inside[lock], &mine, 0))
        table->shared++;
}

static void linger(unsigned *random)
{
    for (unsigned i = next(random) % 4; i; i--)
        sched_yield();
}

// One of the locks, in one of several ways.
static void use_lock(struct things *t, unsigned me, unsigned *random)
{
    unsigned lock = next(random) % LOCKS, way = next(random) % 4;
    HANDLE set[3] = {t->locks[lock], t->mine, t->open};
    DWORD result = WAIT_OBJECT_0;

    if (way == 0)
        result = WaitForSingleObject(t->locks[lock], next(random) % 3);
    else if (table->reckless)
        ;
    else if (way == 1)
        result = WaitForSingleObject(t->locks[lock], PATIENCE);
    else
        result = WaitForMultipleObjects(way, set, TRUE, PATIENCE);
    if (result == WAIT_TIMEOUT) {
        table->late += way != 0;
        return;
    }
    if (result >= WAIT_ABANDONED_0 + way + 1 || (result && result < WAIT_ABANDONED_0)) {
        table->strange++;
        return;
    }
    enter(me, lock, result >= WAIT_ABANDONED_0);
    linger(random);
    if (next(random) % 4 == 0) { // once more
        if (WaitForSingleObject(t->locks[lock], 0) == WAIT_OBJECT_0)
            ReleaseMutex(t->locks[lock]);
        else if (!table->reckless)
            table->strange++;
    }
    leave(me, lock);
    if (!ReleaseMutex(t->locks[lock]) && !table->reckless)
        table->strange++;
}

// Both locks at once, which neither blocks the others nor starves.
static void use_both(struct things *t, unsigned me, unsigned *random)
{
    unsigned first = next(random) % LOCKS;
    HANDLE set[2] = {t->locks[first], t->locks[1 - first]};
    DWORD result = WaitForMultipleObjects(2, set, TRUE, PATIENCE);

    if (result == WAIT_TIMEOUT) {
        table->late++;
        return;
    }
    // Which of the two was abandoned nobody says: the claims are taken as told.
    for (unsigned i = 0; i < LOCKS; i++)
        enter(me, i, result >= WAIT_ABANDONED_0 && (table->inside[i] || !table->storm.deadly));
    linger(random);
    for (unsigned i = 0; i < LOCKS; i++) {
        leave(me, i);
        ReleaseMutex(t->locks[i]);
    }
}

static void use_tokens(struct things *t, unsigned *random)
{
    LONG previous = 0, count = 1 + (LONG)(next(random) % 2);
    HANDLE either[2] = {t->mine, t->tokens};

    if (next(random) % 2) {
        table->given += (unsigned long)count; // before: nobody may get what was not given
        if (!ReleaseSemaphore(t->tokens, count, &previous)) {
            table->given -= (unsigned long)count;
            table->strange += GetLastError() != ERROR_TOO_MANY_POSTS;
        } else if (previous < 0 || previous + count > MAXIMUM) {
            table->above++;
        }
        return;
    }
    ResetEvent(t->mine);
    if (WaitForMultipleObjects(2, either, FALSE, next(random) % 3) == WAIT_OBJECT_0 + 1)
        table->got++;
    SetEvent(t->mine);
    if (table->got > table->given + MAXIMUM * RESIDENTS) // takers of what is just being taken back
        table->above++;
}

// Who has the baton gives it on. It goes down with a killed one, so only a storm without kills asks
// for it to come.
static void use_baton(struct things *t, unsigned *random)
{
    DWORD result = WaitForSingleObject(t->baton, table->storm.deadly ? 1 : PATIENCE);

    if (result == WAIT_OBJECT_0) {
        table->batons++;
        linger(random);
        SetEvent(t->baton);
    } else if (!table->storm.deadly) {
        table->late++;
    }
    if (next(random) % 8 == 0) {
        ResetEvent(t->open);
        SetEvent(t->open);
    }
}

static void sit(struct storm *s, unsigned me, unsigned random)
{
    struct things t;

    if (!make(&t))
        abort();
    for (unsigned step = 0; !s->stop; step++) {
        storm_beat(s, me);
        s->steps++;
        if (s->deadly && next(&random) % 100 == 0)
            storm_suicide(s, 300, &random);
        switch (next(&random) % 8) {
        case 0:
            use_tokens(&t, &random);
            break;
        case 1:
            use_baton(&t, &random);
            break;
        case 2:
            if (!table->reckless)
                use_both(&t, me, &random);
            break;
        case 3:
            if (next(&random) % 16 == 0) {
                drop(&t);
                if (!make(&t))
                    abort();
            }
            break;
        default:
            use_lock(&t, me, &random);
        }
    }
    drop(&t);
}

// Somebody who is never killed has all names open: when all others die at once their locks are still
// the same, so that whoever takes one next is told.
static void keep_names(void)
{
    struct things t;

    table->storm.stop = false;
    if (fork() == 0) {
        table->kept = make(&t);
        while (!table->storm.stop)
            usleep(1000);
        drop(&t);
        _exit(0);
    }
    while (!table->kept)
        usleep(1000);
}

static struct table *run(bool deadly, bool reckless, double length)
{
    unsigned random = (unsigned)(seconds() * 1e6);

    table = storm_shared(sizeof *table);
    table->storm.deadly = deadly;
    table->storm.sit = sit;
    table->reckless = reckless;
    keep_names();
    storm_rage(&table->storm, length, &random);
    printf("steps %lu, kills %lu, programs %lu; locks %lu, abandoned %lu, batons %lu, tokens %lu; "
           "shared %lu, stolen %lu, untold %lu, made up %lu, late %lu, above %lu, strange %lu, "
           "undecided %lu, crashed %lu\n",
           table->storm.steps, table->storm.kills + table->storm.suicides, table->storm.programs,
           table->taken, table->abandoned, table->batons, table->got, table->shared, table->stolen,
           table->untold, table->made_up, table->late, table->above, table->strange,
           table->storm.undecided, table->storm.crashed);
    return table;
}

static void expect_nothing_wrong(const struct table *t)
{
    expect_eq_u(t->shared, 0);
    expect_eq_u(t->stolen, 0);
    expect_eq_u(t->untold, 0);
    expect_eq_u(t->made_up, 0);
    expect_eq_u(t->late, 0);
    expect_eq_u(t->above, 0);
    expect_eq_u(t->strange, 0);
    expect_eq_u(t->storm.crashed, 0);
    expect_true(t->taken > 20 && t->storm.steps > 50 && t->storm.programs > 5);
}

static unsigned names_left(void)
{
    struct dirent *entry;
    unsigned count = 0;
    char path[MAX_PATH];
    DIR *directory;

    snprintf(path, sizeof path, "%s/winmem.%u", getenv("WINMEM_NAMES"), (unsigned)geteuid());
    directory = opendir(path);
    while (directory && (entry = readdir(directory)))
        count += entry->d_name[0] != '.';
    if (directory)
        closedir(directory);
    return count;
}

CASE(objects_in_a_storm_without_kills, "")
{
    struct table *t = run(false, false, duration());

    expect_nothing_wrong(t);
    expect_true(t->batons > 0);
    expect_eq_u(names_left(), 0);
}

static void storm_of_kills(void)
{
    struct table *t = run(true, false, 2 * duration());
    struct things things;

    expect_nothing_wrong(t);
    expect_true(t->storm.kills > 5 && t->abandoned > 0);
    require(make(&things)); // finds what the dead have left, and takes it away
    for (int i = 0; i < LOCKS; i++)
        expect_eq_u(WaitForSingleObject(things.locks[i], 0), WAIT_OBJECT_0);
    drop(&things);
    expect_eq_u(names_left(), 0);
}

CASE(objects_in_a_storm_of_kills, "")
{
    storm_of_kills();
}

CASE(control_without_the_lock_is_caught, "")
{
    struct table *t = run(false, true, duration());

    expect_true(t->shared + t->untold > 0);
}

#if defined(WM_HOST_HOOKS)

CASE(objects_in_a_storm_on_an_older_system, "")
{
    host_futex_forbid_many(true);
    storm_of_kills();
}

#endif
