// SPDX-License-Identifier: MIT
// One reserved section, several processes: pages are committed at random through views that come and
// go, also in forked children, while others use them, are killed, and start programs.
//
// - What one has committed, all can use at once, by read(2) too, and it stays with what it holds.
// - What nobody has tried to commit can't be touched, and queries say so.
//
// The control group's section is committed from the start.
#include "conform.h"
#include "storm.h"

#include <fcntl.h>
#include <stdio.h>

#define PAGES 512u
#define PAGE  4096u
#define ROUND 0.5

enum { UNTOUCHED, TRIED, COMMITTED, FILLED };

struct pages {
    struct storm storm; // first: what it calls gets this
    _Atomic unsigned char state[PAGES];
    _Atomic bool ready;
    DWORD attributes; // SEC_RESERVE; of the control group SEC_COMMIT
    unsigned round;
    _Atomic unsigned long commits, uses, refusals, children;
    _Atomic unsigned long lost, open, unread, told, strange; // what must not be
};

static HANDLE get_section(const struct pages *p)
{
    char name[32];

    snprintf(name, sizeof name, "reserve %u", p->round);
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | p->attributes, 0,
                              PAGES * PAGE, name);
}

static unsigned char *get_view(struct pages *p, HANDLE section)
{
    unsigned char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    if (!view) {
        p->strange++;
        exit(1);
    }
    return view;
}

// The kernel's word on whether a byte can be read, without a fault.
static bool is_readable(const unsigned char *at)
{
    static int ends[2] = {-1, -1};
    char byte;

    if (ends[0] < 0 && pipe(ends))
        abort();
    if (write(ends[1], at, 1) != 1)
        return false;
    return read(ends[0], &byte, 1) == 1;
}

static DWORD state_at(const unsigned char *at)
{
    MEMORY_BASIC_INFORMATION info = {0};

    VirtualQuery(at, &info, sizeof info);
    return info.State;
}

static void raise_state(struct pages *p, unsigned page, unsigned char to)
{
    unsigned char was = p->state[page];

    while (was < to && !atomic_compare_exchange_weak(&p->state[page], &was, to))
        continue;
}

static void commit(struct pages *p, unsigned char *view, unsigned *random)
{
    unsigned first = next(random) % PAGES, count = 1 + next(random) % 16;

    if (count > PAGES - first)
        count = PAGES - first;
    for (unsigned i = first; i < first + count; i++)
        raise_state(p, i, TRIED);
    if (!VirtualAlloc(view + first * PAGE, count * PAGE, MEM_COMMIT, PAGE_READWRITE)) {
        p->strange++;
        return;
    }
    for (unsigned i = first; i < first + count; i++)
        raise_state(p, i, COMMITTED);
    p->commits++;
}

static uint64_t content_of(const struct pages *p, unsigned page)
{
    return (uint64_t)p->round << 32 | (page + 1);
}

// A page that is committed: a fault here is a crash, which is counted.
static void use(struct pages *p, unsigned char *view, unsigned page, unsigned char state, int zeros)
{
    _Atomic uint64_t *word = (_Atomic uint64_t *)(view + page * PAGE);
    uint64_t found = *word;

    if (state == FILLED ? found != content_of(p, page) : found && found != content_of(p, page))
        p->lost++;
    *word = content_of(p, page);
    raise_state(p, page, FILLED);
    if (read(zeros, view + page * PAGE + 64, 64) != 64)
        p->unread++;
    if (state_at(view + page * PAGE) != MEM_COMMIT)
        p->told++;
    p->uses++;
}

static void leave(struct pages *p, const unsigned char *view, unsigned page)
{
    bool readable = is_readable(view + page * PAGE);
    DWORD state = state_at(view + page * PAGE);

    if (p->state[page] != UNTOUCHED)
        return; // somebody has begun meanwhile
    p->open += readable;
    p->told += state != MEM_RESERVE;
    p->refusals++;
}

static void look(struct pages *p, unsigned char *view, unsigned page, int zeros)
{
    unsigned char state = p->state[page];

    if (state == UNTOUCHED)
        leave(p, view, page);
    else if (state >= COMMITTED)
        use(p, view, page, state, zeros);
}

static void in_forked_child(struct pages *p, unsigned char *view, int zeros, unsigned random)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        for (unsigned i = 0; i < 50; i++)
            look(p, view, next(&random) % PAGES, zeros);
        commit(p, view, &random);
        exit(0);
    }
    p->children++;
    if (waitpid(child, &status, 0) == child)
        storm_judge_end(&p->storm, status);
}

static void sit(struct storm *storm, unsigned me, unsigned random)
{
    struct pages *p = (struct pages *)storm;
    int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    HANDLE section = get_section(p);
    unsigned char *view = get_view(p, section);

    while (!storm->stop) {
        storm_beat(storm, me);
        storm->steps++;
        if (storm->deadly && next(&random) % 400 == 0)
            storm_suicide(storm, 300, &random);
        if (next(&random) % 16 == 0)
            commit(p, view, &random);
        else if (next(&random) % 64 == 0)
            in_forked_child(p, view, zeros, next(&random));
        else
            look(p, view, next(&random) % PAGES, zeros);
        if (next(&random) % 64 == 0) {
            p->strange += !UnmapViewOfFile(view);
            view = get_view(p, section);
        }
    }
}

// Keeps the section through times when all others are dead.
static void keep(struct pages *p)
{
    p->strange += !get_section(p);
    p->ready = true;
    while (!p->storm.stop)
        usleep(5000);
    exit(0);
}

static struct pages *run(DWORD attributes, bool deadly, double length)
{
    struct pages *p = storm_shared(sizeof *p);
    unsigned random = (unsigned)(seconds() * 1e6);

    p->attributes = attributes;
    p->storm.sit = sit;
    p->storm.deadly = deadly;
    for (double end = seconds() + length; seconds() < end; p->round++) {
        memset((void *)p->state, UNTOUCHED, sizeof p->state);
        p->ready = false;
        p->storm.stop = false;
        if (fork() == 0)
            keep(p);
        while (!p->ready)
            usleep(1000);
        storm_rage(&p->storm, ROUND, &random);
    }
    printf("%u rounds, %lu steps, %lu kills, %lu suicides, %lu programs; commits %lu, uses %lu, "
           "refusals %lu, children %lu; lost %lu, open %lu, unread %lu, told wrongly %lu, strange "
           "%lu, crashed %lu\n",
           p->round, p->storm.steps, p->storm.kills, p->storm.suicides, p->storm.programs,
           p->commits, p->uses, p->refusals, p->children, p->lost, p->open, p->unread, p->told,
           p->strange, p->storm.crashed);
    fflush(stdout);
    return p;
}

static void expect_nothing_wrong(const struct pages *p)
{
    expect_eq_u(p->lost, 0);
    expect_eq_u(p->open, 0);
    expect_eq_u(p->unread, 0);
    expect_eq_u(p->told, 0);
    expect_eq_u(p->strange, 0);
    expect_eq_u(p->storm.crashed, 0);
    expect_true(p->commits > 5 && p->uses > 5 && p->refusals > 5);
}

CASE_FLAGS(commits_in_a_storm_of_kills, "M7", "leaves-names", "")
{
    expect_nothing_wrong(run(SEC_RESERVE, true, 2 * duration()));
}

CASE(commits_without_kills, "M7")
{
    expect_nothing_wrong(run(SEC_RESERVE, false, duration()));
}

CASE_FLAGS(control_that_reserves_nothing_is_caught, "M7", "leaves-names", "")
{
    const struct pages *p = run(SEC_COMMIT, true, duration());

    expect_true(p->open > 0 && p->told > 0);
}
