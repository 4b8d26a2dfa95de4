// SPDX-License-Identifier: MIT
// A herd: the holder of names is killed, and many processes create them again at the same moment.
// Exactly one of them does, the others find what it made, and nobody finds what the dead one left.
#include "conform.h"
#include "storm.h"

#if defined(WM_HOST_HOOKS)
#include "nt/object/name_defect.h"
#endif

#define HERD  6u
#define NAMES 16u

struct herd {
    _Atomic unsigned round, arrived, over; // rounds: begun, and over
    _Atomic bool stop;
    _Atomic unsigned created, different;
    _Atomic uint64_t id; // of the first in this round
    _Atomic uint64_t numbers;
    _Atomic unsigned long races, none, many, apart, stale, found_left, strange;
};

typedef _Atomic uint64_t word;

static HANDLE create(unsigned n)
{
    char name[32];

    snprintf(name, sizeof name, "herd %u", n);
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, name);
}

// All of them, the n-th time.
static void meet(struct herd *h, unsigned n)
{
    h->arrived++;
    while (h->arrived < n * HERD && !h->stop)
        sched_yield();
}

static uint64_t number_of(struct herd *h, word *view)
{
    uint64_t number = ++h->numbers, none = 0;

    return atomic_compare_exchange_strong(view, &none, number) ? number : none;
}

static void judge(struct herd *h)
{
    h->races++;
    h->none += h->created == 0;
    h->many += h->created > 1;
    h->apart += h->different > 0;
    h->created = 0;
    h->different = 0;
    h->id = 0;
}

static void race(struct herd *h, unsigned me, unsigned n, unsigned *meetings)
{
    uint64_t before = h->numbers, id, first = 0;
    HANDLE handle;
    word *view;
    bool new;

    meet(h, ++*meetings);
    handle = create(n);
    new = handle &&GetLastError() == ERROR_SUCCESS;
    view = handle ? MapViewOfFile(handle, FILE_MAP_ALL_ACCESS, 0, 0, 0) : NULL;
    if (!view) {
        h->strange++;
        return;
    }
    h->created += new;
    h->stale += new &&*view &&*view <= before;
    id = number_of(h, view);
    if (!atomic_compare_exchange_strong(&h->id, &first, id))
        h->different += first != id;
    meet(h, ++*meetings);
    if (me == 0)
        judge(h);
    UnmapViewOfFile(view);
    meet(h, ++*meetings);
    CloseHandle(handle);
}

static void run_with_herd(struct herd *h, unsigned me)
{
    unsigned meetings = 0;

    for (unsigned round = 1; !h->stop; round++) {
        while (h->round < round && !h->stop)
            usleep(100);
        for (unsigned n = 0; n < NAMES && !h->stop; n++)
            race(h, me, n, &meetings);
        meet(h, ++meetings);
        if (me == 0)
            h->over = round;
    }
    exit(0);
}

// Holds all names, and dies of it.
static void hold_and_die(struct herd *h)
{
    for (unsigned n = 0; n < NAMES; n++) {
        HANDLE handle = create(n);
        word *view;

        h->found_left += !handle || GetLastError() != ERROR_SUCCESS;
        view = MapViewOfFile(handle, FILE_MAP_ALL_ACCESS, 0, 0, 0);
        if (view)
            number_of(h, view);
    }
    kill(getpid(), SIGKILL);
}

static struct herd *stampede(double length)
{
    struct herd *h = storm_shared(sizeof *h);
    double end = seconds() + length;

    for (unsigned i = 0; i < HERD; i++)
        if (fork() == 0)
            run_with_herd(h, i);
    for (unsigned round = 1; seconds() < end; round++) {
        pid_t holder = fork();

        if (holder == 0)
            hold_and_die(h);
        waitpid(holder, NULL, 0);
        h->round = round;
        while (h->over < round)
            usleep(200);
    }
    h->stop = true;
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    printf(
        "%lu races; nobody created %lu, several %lu, apart %lu, stale %lu, left %lu, strange %lu\n",
        h->races, h->none, h->many, h->apart, h->stale, h->found_left, h->strange);
    fflush(stdout);
    return h;
}

CASE(herd_after_a_crash_has_one_creator, "N3")
{
    struct herd *h = stampede(duration());

    expect_true(h->races >= NAMES);
    expect_eq_u(h->none, 0);
    expect_eq_u(h->many, 0);
    expect_eq_u(h->apart, 0);
    expect_eq_u(h->stale, 0);
    expect_eq_u(h->found_left, 0);
    expect_eq_u(h->strange, 0);
}

#if defined(WM_HOST_HOOKS)
CASE(control_without_liveness_test_is_caught, "N3")
{
    struct herd *h;

    wm_name_defects = WM_NAME_SKIPS_LIVENESS_TEST;
    h = stampede(duration());
    expect_true(h->none > 0);
}
#endif
