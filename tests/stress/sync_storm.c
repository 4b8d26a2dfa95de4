// SPDX-License-Identifier: MIT
// Shared mutexes, semaphores and events under a storm of kills and started programs.
//
// - One at a time owns a mutex. Who gets it after its owner was killed is told so, and nobody else.
// - A semaphore lets in as many as it says, an auto-reset event one; nothing is lost or made up.
// - Nobody waits for ever for what is free.
//
// The control groups wait for something that does not do this, and must be caught.
#include "conform.h"
#include "storm.h"

#include <stdio.h>

#define PERMITS 2u

enum kind { MUTEX, SEMAPHORE, EVENT, MIXED, CONTROL_OPEN, CONTROL_EVENT };

struct contest {
    struct storm storm; // first: what it calls gets this
    enum kind kind;
    DWORD patience_ms;
    _Atomic bool ready;         // the objects are there
    _Atomic unsigned owner;     // of the mutex: seat + 1 and its life, see tag()
    _Atomic unsigned inside[2]; // semaphore, event
    _Atomic unsigned long taken, abandoned;
    _Atomic unsigned long broken, unsaid, invented, stuck, strange; // what must not be
};

struct objects {
    HANDLE mutex, semaphore, event;
};

static struct objects get_objects(enum kind kind)
{
    return (struct objects){
        .mutex = kind >= CONTROL_OPEN
                     ? CreateEventA(NULL, kind == CONTROL_OPEN, TRUE, "storm's control")
                     : CreateMutexA(NULL, FALSE, "storm's mutex"),
        .semaphore = CreateSemaphoreA(NULL, PERMITS, PERMITS, "storm's semaphore"),
        .event = CreateEventA(NULL, FALSE, TRUE, "storm's event"),
    };
}

static unsigned tag(struct contest *c, unsigned seat)
{
    return (c->storm.seats[seat].life & 0xffffff) << 8 | (seat + 1);
}

// Somebody's tag is still there though the mutex was granted: he was killed inside, or he has it.
static void judge_owner(struct contest *c, unsigned me, unsigned other, DWORD result)
{
    unsigned seat = (other & 0xff) - 1, life = c->storm.seats[seat].life;

    if (tag(c, seat) == other && storm_was_alive(&c->storm, me, seat, life))
        c->broken++;
    else if (result != WAIT_ABANDONED_0)
        c->unsaid++;
}

static void own_mutex(struct contest *c, unsigned me, DWORD result, unsigned *random)
{
    unsigned other = atomic_exchange(&c->owner, tag(c, me));

    c->taken++;
    c->abandoned += result == WAIT_ABANDONED_0;
    c->invented += result == WAIT_ABANDONED_0 && !c->storm.deadly;
    if (other)
        judge_owner(c, me, other, result);
    if (next(random) % 2)
        sched_yield();
    if (c->owner != tag(c, me))
        c->broken++;
    c->owner = 0;
}

static void enter(struct contest *c, unsigned which, unsigned most)
{
    c->taken++;
    if (++c->inside[which] > most)
        c->broken++;
    sched_yield();
    c->inside[which]--;
}

static void wait_failed(struct contest *c, DWORD result)
{
    if (result == WAIT_TIMEOUT)
        c->stuck++;
    else if (c->strange++ < 20)
        fprintf(stderr, "wait: %#x, error %u\n", (unsigned)result, (unsigned)GetLastError());
}

static void try_mutex(struct contest *c, unsigned me, const struct objects *o, unsigned *random)
{
    DWORD result = WaitForSingleObject(o->mutex, c->patience_ms);

    if (result != WAIT_OBJECT_0 && result != WAIT_ABANDONED_0) {
        wait_failed(c, result);
        return;
    }
    if (next(random) % 8 == 0 && c->kind == MUTEX &&
        WaitForSingleObject(o->mutex, 0) == WAIT_OBJECT_0) // once more
        c->strange += !ReleaseMutex(o->mutex);
    own_mutex(c, me, result, random);
    c->strange += !(c->kind >= CONTROL_OPEN ? SetEvent(o->mutex) : ReleaseMutex(o->mutex));
}

static void try_semaphore(struct contest *c, const struct objects *o)
{
    DWORD result = WaitForSingleObject(o->semaphore, c->patience_ms);

    if (result != WAIT_OBJECT_0) {
        wait_failed(c, result);
        return;
    }
    enter(c, 0, PERMITS);
    c->strange += !ReleaseSemaphore(o->semaphore, 1, NULL);
}

static void try_event(struct contest *c, const struct objects *o)
{
    DWORD result = WaitForSingleObject(o->event, c->patience_ms);

    if (result != WAIT_OBJECT_0) {
        wait_failed(c, result);
        return;
    }
    enter(c, 1, 1);
    c->strange += !SetEvent(o->event);
}

static void try_all(struct contest *c, unsigned me, const struct objects *o, unsigned *random)
{
    HANDLE all[] = {o->semaphore, o->mutex, o->event};
    DWORD result = WaitForMultipleObjects(3, all, TRUE, c->patience_ms);

    if (result != WAIT_OBJECT_0) {
        wait_failed(c, result);
        return;
    }
    own_mutex(c, me, result, random);
    enter(c, 0, PERMITS);
    enter(c, 1, 1);
    c->strange +=
        !ReleaseMutex(o->mutex) || !SetEvent(o->event) || !ReleaseSemaphore(o->semaphore, 1, NULL);
}

static void try_any(struct contest *c, unsigned me, const struct objects *o, unsigned *random)
{
    HANDLE all[] = {o->semaphore, o->mutex, o->event};
    DWORD result = WaitForMultipleObjects(3, all, FALSE, c->patience_ms);

    if (result == WAIT_OBJECT_0) {
        enter(c, 0, PERMITS);
        c->strange += !ReleaseSemaphore(o->semaphore, 1, NULL);
    } else if (result == WAIT_OBJECT_0 + 1) {
        own_mutex(c, me, WAIT_OBJECT_0, random);
        c->strange += !ReleaseMutex(o->mutex);
    } else if (result == WAIT_OBJECT_0 + 2) {
        enter(c, 1, 1);
        c->strange += !SetEvent(o->event);
    } else {
        wait_failed(c, result);
    }
}

static void try_something(struct contest *c, unsigned me, const struct objects *o, unsigned *random)
{
    switch (c->kind == MIXED ? next(random) % 5 : c->kind) {
    case SEMAPHORE:
        try_semaphore(c, o);
        break;
    case EVENT:
        try_event(c, o);
        break;
    case 3:
        try_all(c, me, o, random);
        break;
    case 4:
        if (c->kind == MIXED) {
            try_any(c, me, o, random);
            break;
        }
        // fall through
    default:
        try_mutex(c, me, o, random);
    }
}

static void sit(struct storm *storm, unsigned me, unsigned random)
{
    struct contest *c = (struct contest *)storm;
    struct objects o = get_objects(c->kind);

    if (!o.mutex || !o.semaphore || !o.event)
        c->strange++;
    while (!storm->stop && c->strange < 20) {
        storm_beat(storm, me);
        storm->steps++;
        if (storm->deadly && next(&random) % 60 == 0)
            storm_suicide(storm, 300, &random);
        try_something(c, me, &o, &random);
    }
}

// Keeps the objects' names through times when all others are dead.
static void keep(struct contest *c)
{
    struct objects o = get_objects(c->kind);
    LONG before = -1;

    c->ready = true;
    while (!c->storm.stop)
        usleep(10000);
    // Nobody is killed: all is as it was, once the others have come to their end.
    if (!c->storm.deadly) {
        usleep(300000);
        ReleaseSemaphore(o.semaphore, 0, &before);
        for (unsigned i = 0; i < PERMITS; i++)
            c->invented += WaitForSingleObject(o.semaphore, c->patience_ms) != WAIT_OBJECT_0;
        c->invented += WaitForSingleObject(o.semaphore, 0) != WAIT_TIMEOUT;
        c->invented += WaitForSingleObject(o.event, c->patience_ms) != WAIT_OBJECT_0;
        c->invented += WaitForSingleObject(o.event, 0) != WAIT_TIMEOUT;
    }
    exit(0);
}

static struct contest *run(enum kind kind, bool deadly, double length)
{
    struct contest *c = storm_shared(sizeof *c);
    unsigned random = (unsigned)(seconds() * 1e6);

    c->kind = kind;
    c->patience_ms = kind == CONTROL_EVENT ? 100 : 10000;
    c->storm.sit = sit;
    c->storm.deadly = deadly;
    if (fork() == 0)
        keep(c);
    while (!c->ready)
        usleep(1000);
    storm_rage(&c->storm, length, &random);
    printf("%lu steps, %lu kills, %lu suicides, %lu programs, undecided %lu; taken %lu, abandoned "
           "%lu; broken %lu, unsaid %lu, invented %lu, stuck %lu, strange %lu, crashed %lu\n",
           c->storm.steps, c->storm.kills, c->storm.suicides, c->storm.programs, c->storm.undecided,
           c->taken, c->abandoned, c->broken, c->unsaid, c->invented, c->stuck, c->strange,
           c->storm.crashed);
    fflush(stdout);
    return c;
}

static void expect_nothing_wrong(const struct contest *c)
{
    expect_eq_u(c->broken, 0);
    expect_eq_u(c->unsaid, 0);
    expect_eq_u(c->invented, 0);
    expect_eq_u(c->stuck, 0);
    expect_eq_u(c->strange, 0);
    expect_eq_u(c->storm.crashed, 0);
    expect_true(c->taken > 20);
}

CASE_FLAGS(mutex_in_a_storm_of_kills, "", "leaves-names", "")
{
    struct contest *c = run(MUTEX, true, 2 * duration());

    expect_nothing_wrong(c);
    expect_true(c->abandoned > 0);
}

CASE(mutex_without_kills, "")
{
    expect_nothing_wrong(run(MUTEX, false, duration()));
}

CASE(semaphore_without_kills, "")
{
    expect_nothing_wrong(run(SEMAPHORE, false, duration()));
}

CASE(event_without_kills, "")
{
    expect_nothing_wrong(run(EVENT, false, duration()));
}

CASE(all_and_any_of_several, "")
{
    expect_nothing_wrong(run(MIXED, false, duration()));
}

// Lets everybody in.
CASE_FLAGS(control_that_is_always_open_is_caught, "", "leaves-names", "")
{
    expect_true(run(CONTROL_OPEN, true, duration())->broken > 0);
}

// Does not say that its owner died, nor does it become free.
CASE_FLAGS(control_that_is_no_mutex_is_caught, "", "leaves-names", "")
{
    struct contest *c = run(CONTROL_EVENT, true, 2 * duration());

    expect_true(c->unsaid + c->stuck > 0);
}
