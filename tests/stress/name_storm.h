// SPDX-License-Identifier: MIT
// What a storm over names does and how it judges: who creates, opens, maps, closes and inherits a few
// named sections, what each claims to hold, and what may not be.
#ifndef NAME_STORM_H
#define NAME_STORM_H

#include "conform.h"
#include "storm.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>

#if defined(WM_HOST_HOOKS)
#include "host/fault.h"
#endif

#define NAMES 4u
#define PAGES 3u
#define WORDS 512u // of a page
#define ROUND 0.5

// What somebody says of itself: set once a name is held and its memory looked at, cleared before it
// is given up. The turn tells two claims of the same memory apart.
struct claim {
    _Atomic uint64_t id, turn;
};

// All that is ever written to the memory of a name are numbers of one series, each taken after the
// writer had it open. So memory that is new can't have a number from before it was created. The first
// word is the memory's own number: the first one that anybody wrote there.
struct table {
    struct storm storm; // first: what it calls gets this
    struct claim claims[NAMES][SEATS];
    _Atomic uint64_t numbers;
    unsigned names, calm; // names that are used; host calls between two that lose the processor
    _Atomic unsigned long rounds, creates, opens, missing, heirs;
    _Atomic unsigned long different, refused, stale, lost, left, strange; // what must not be
};

typedef _Atomic uint64_t word;

struct held {
    HANDLE handle;
    word *view, *kept; // kept: of a handle that is closed
    uint64_t id, kept_id;
};

struct witness {
    unsigned seat, life;
    uint64_t id, turn; // id 0: nobody was seen
};

static const char *name_of(unsigned n)
{
    static const char *const names[NAMES] = {"storm", "Local\\storm 1", "storm/2", "Global\\storm"};

    return names[n];
}

static void complain(struct table *t, const char *what)
{
    if (t->strange++ < 20)
        fprintf(stderr, "%s: error %u\n", what, (unsigned)GetLastError());
}

static struct witness find_witness(struct table *t, unsigned me, unsigned n)
{
    struct witness w = {0};

    for (unsigned i = 0; i < SEATS && !w.id; i++) {
        if (i == me)
            continue;
        w.seat = i;
        w.life = t->storm.seats[i].life;
        w.turn = t->claims[n][i].turn;
        w.id = t->claims[n][i].id;
    }
    return w;
}

// The name was not to be had. Was it held all the while?
static void hear_witness(struct table *t, unsigned me, unsigned n, const struct witness *w)
{
    struct claim *claim = &t->claims[n][w->seat];

    if (w->id && claim->id == w->id && claim->turn == w->turn &&
        storm_was_alive(&t->storm, me, w->seat, w->life))
        t->refused++;
}

static void compare_with_others(struct table *t, unsigned me, unsigned n, uint64_t id)
{
    for (unsigned i = 0; i < SEATS; i++) {
        unsigned life = t->storm.seats[i].life;
        uint64_t other = t->claims[n][i].id;

        if (i != me && other && other != id && storm_was_alive(&t->storm, me, i, life))
            t->different++;
    }
}

static void look_for_old(struct table *t, const word *view, uint64_t before)
{
    for (unsigned i = 0; i < PAGES * WORDS; i++) {
        uint64_t found = view[i];

        if (found && found <= before) {
            t->stale++;
            return;
        }
    }
}

// Leaves the memory's number in held->id, and one of this process's on every page.
static void mark(struct table *t, unsigned me, struct held *h)
{
    uint64_t number = ++t->numbers, none = 0;

    h->id = atomic_compare_exchange_strong(&h->view[0], &none, number) ? number : none;
    for (unsigned page = 0; page < PAGES; page++)
        h->view[page * WORDS + 1 + me] = number;
}

static void claim(struct table *t, unsigned me, unsigned n, uint64_t id)
{
    t->claims[n][me].turn++;
    t->claims[n][me].id = id;
    compare_with_others(t, me, n, id);
}

static HANDLE create(unsigned n)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                              PAGES * WORDS * sizeof(word), name_of(n));
}

static HANDLE open_name(unsigned n)
{
    return OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name_of(n));
}

// A second handle of this process to what it holds, in place of the first.
static void swap_handles(struct table *t, unsigned n, struct held *h)
{
    HANDLE second = open_name(n);

    if (!second) {
        t->refused++;
        complain(t, "second handle");
        return;
    }
    CloseHandle(h->handle);
    h->handle = second;
}

static void acquire(struct table *t, unsigned me, unsigned n, struct held *h, unsigned *random)
{
    struct witness w = find_witness(t, me, n);
    bool creating = next(random) % 2, created;
    uint64_t before = t->numbers;

    h->handle = creating ? create(n) : open_name(n);
    if (!h->handle) {
        if (creating || GetLastError() != ERROR_FILE_NOT_FOUND)
            complain(t, creating ? "create" : "open");
        else
            hear_witness(t, me, n, &w);
        t->missing++;
        return;
    }
    created = creating && GetLastError() == ERROR_SUCCESS;
    h->view = MapViewOfFile(h->handle, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    if (!h->view) {
        complain(t, "map");
        CloseHandle(h->handle);
        h->handle = NULL;
        return;
    }
    *(created ? &t->creates : &t->opens) += 1;
    if (created) {
        hear_witness(t, me, n, &w);
        look_for_old(t, h->view, before);
    }
    mark(t, me, h);
    claim(t, me, n, h->id);
    if (next(random) % 4 == 0)
        swap_handles(t, n, h);
}

static void check_view(struct table *t, const word *view, uint64_t id)
{
    if (view && *view != id)
        t->lost++;
}

static void drop_view(struct table *t, word *view, uint64_t id)
{
    check_view(t, view, id);
    if (view && !UnmapViewOfFile(view))
        complain(t, "unmap");
}

static void release(struct table *t, unsigned me, unsigned n, struct held *h, unsigned *random)
{
    bool keep = next(random) % 3 == 0, first = next(random) % 2;

    check_view(t, h->view, h->id);
    if (!keep && first)
        drop_view(t, h->view, h->id);
    t->claims[n][me].id = 0;
    if (!CloseHandle(h->handle))
        complain(t, "close");
    if (!keep && !first)
        drop_view(t, h->view, h->id);
    if (keep) {
        drop_view(t, h->kept, h->kept_id);
        h->kept = h->view;
        h->kept_id = h->id;
    }
    h->handle = NULL;
    h->view = NULL;
}

static void pause_a_little(struct table *t, unsigned me, unsigned *random)
{
    for (unsigned i = next(random) % 8; i; i--) {
        storm_beat(&t->storm, me);
        sched_yield();
    }
}

// A child that was forked while names were held: it holds them, too.
static void inherit(struct table *t, unsigned me, struct held held[NAMES], unsigned random)
{
    for (unsigned n = 0; n < NAMES; n++)
        if (held[n].handle)
            claim(t, me, n, held[n].id);
    if (t->storm.deadly && next(&random) % 4 == 0)
        storm_suicide(&t->storm, 2000, &random);
    pause_a_little(t, me, &random);
    for (unsigned n = 0; n < NAMES; n++) {
        word *view;

        if (!held[n].handle)
            continue;
        compare_with_others(t, me, n, held[n].id);
        view = MapViewOfFile(held[n].handle, FILE_MAP_READ, 0, 0, 0);
        check_view(t, view, held[n].id);
        if (next(&random) % 2)
            release(t, me, n, &held[n], &random);
        else
            t->claims[n][me].id = 0; // exit() gives it up
        storm_beat(&t->storm, me);
    }
    exit(0);
}

struct heir {
    pid_t pid;
    unsigned seat;
};

static void bury(struct table *t, struct heir *heir, bool wait)
{
    int status;

    if (heir->pid <= 0 || waitpid(heir->pid, &status, wait ? 0 : WNOHANG) != heir->pid)
        return;
    storm_judge_end(&t->storm, status);
    storm_forget(&t->storm, heir->seat);
    t->storm.seats[heir->seat].taken = false;
    heir->pid = 0;
}

static void beget(struct table *t, struct heir *heir, struct held held[NAMES], unsigned *random)
{
    bury(t, heir, false);
    for (unsigned i = RESIDENTS; i < SEATS && !heir->pid; i++) {
        bool taken = false;

        if (!atomic_compare_exchange_strong(&t->storm.seats[i].taken, &taken, true))
            continue;
        heir->seat = i;
        heir->pid = fork();
        if (heir->pid == 0)
            inherit(t, i, held, next(random));
        t->heirs++;
        return;
    }
}

static void sit(struct storm *storm, unsigned me, unsigned random)
{
    struct table *t = (struct table *)storm;
    struct held held[NAMES] = {0};
    struct heir heir = {0};

    while (!storm->stop) {
        unsigned n = next(&random) % t->names;

        storm_beat(storm, me);
        storm->steps++;
        if (storm->deadly && next(&random) % 100 == 0)
            storm_suicide(storm, 300, &random);
        if (!held[n].handle)
            acquire(t, me, n, &held[n], &random);
        else if (next(&random) % 12 == 0)
            beget(t, &heir, held, &random);
        else
            release(t, me, n, &held[n], &random);
        if (next(&random) % 6 == 0)
            pause_a_little(t, me, &random);
    }
    bury(t, &heir, true);
    // Half of them leave their handles to exit().
    for (unsigned n = 0; n < NAMES; n++) {
        t->claims[n][me].id = 0;
        if (me % 2 && held[n].handle)
            release(t, me, n, &held[n], &random);
    }
}

static void forget(struct storm *storm, unsigned seat)
{
    struct table *t = (struct table *)storm;

    for (unsigned n = 0; n < NAMES; n++)
        t->claims[n][seat].id = 0;
}

static unsigned files_found;

static int count_file(const char *path, const struct stat *stat, int kind)
{
    (void)stat;
    // The lock of global names stays.
    if (kind != FTW_D && strcmp(strrchr(path, '/'), "/lock") != 0) {
        files_found++;
        unlink(path);
    }
    return 0;
}

// Files of names. They are removed, too, so that each round begins without.
static unsigned files_left(void)
{
    const char *path = getenv("WINMEM_NAMES");

    files_found = 0;
    require(path && ftw(path, count_file, 8) == 0);
    return files_found;
}

// Everybody is gone: so are the names, and whoever looks at one removes what was left of it.
static void look_at_names(struct table *t, unsigned random)
{
    for (unsigned n = 0; n < NAMES; n++) {
        uint64_t before = t->numbers;
        bool creating = next(&random) % 2;
        HANDLE handle = creating ? create(n) : open_name(n);

        if (creating && !handle) {
            complain(t, "create after all");
        } else if (creating && GetLastError() == ERROR_SUCCESS) {
            word *view = MapViewOfFile(handle, FILE_MAP_READ, 0, 0, 0);

            look_for_old(t, view, before);
        } else if (handle) {
            t->stale++;
        }
        if (handle)
            CloseHandle(handle);
    }
}

static void in_child(struct table *t, void (*what)(struct table *, unsigned), unsigned random)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        what(t, random);
        exit(0);
    }
    require(waitpid(child, &status, 0) == child);
    expect_eq_u(status, 0);
}

#if defined(WM_HOST_HOOKS)
static struct table *disturbed;

// Every host call may be the last one, or lose the processor.
static void disturb(const char *what)
{
    static _Thread_local unsigned random;

    (void)what;
    if (!random)
        random = (unsigned)(seconds() * 1e6) ^ (unsigned)getpid() << 12;
    if (disturbed->storm.deadly && next(&random) % 1000 == 0) {
        disturbed->storm.suicides++;
        kill(getpid(), SIGKILL);
    }
    if (next(&random) % disturbed->calm == 0)
        sched_yield();
}
#endif

static void disturb_host_calls(struct table *t)
{
#if defined(WM_HOST_HOOKS)
    disturbed = t;
    host_calls_watch(t ? disturb : NULL);
#else
    (void)t;
#endif
}

// On a busy machine it takes longer.
static bool has_seen_enough(const struct table *t)
{
    return t->creates > 5 && t->opens > 5 && t->storm.programs > 5 &&
           (!t->storm.deadly || (t->storm.kills > 5 && t->storm.suicides > 0));
}

static struct table *run(unsigned names, unsigned calm, bool deadly, double length)
{
    struct table *t = storm_shared(sizeof *t);
    unsigned random = (unsigned)(seconds() * 1e6);
    double end = seconds() + length;

    t->names = names;
    t->calm = calm;
    t->storm.sit = sit;
    t->storm.forget = forget;
    t->storm.deadly = deadly;
    do {
        disturb_host_calls(t);
        storm_rage(&t->storm, ROUND, &random);
        disturb_host_calls(NULL);
        if (!deadly)
            t->left += files_left();
        in_child(t, look_at_names, next(&random));
        t->left += files_left();
        t->rounds++;
    } while (seconds() < end || (!has_seen_enough(t) && seconds() < end + 20));
    printf(
        "%lu rounds, %lu steps, %lu kills, %lu suicides, %lu programs; created %lu, opened %lu, "
        "missing %lu, heirs %lu, undecided %lu; different %lu, refused %lu, stale %lu, lost %lu, "
        "left %lu, strange %lu, crashed %lu\n",
        t->rounds, t->storm.steps, t->storm.kills, t->storm.suicides, t->storm.programs, t->creates,
        t->opens, t->missing, t->heirs, t->storm.undecided, t->different, t->refused, t->stale,
        t->lost, t->left, t->strange, t->storm.crashed);
    fflush(stdout);
    return t;
}

#endif
