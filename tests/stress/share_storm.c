// SPDX-License-Identifier: MIT
// Share modes under a storm: processes that open one file with random rights and denials, are
// killed at random moments and spawn programs meanwhile. Never may two live ones hold the file with
// rights that the other denies. The control group, whose opens deny nothing, must be caught.
#include "conform.h"
#include "storm.h"

// What each process says of itself is set after an open succeeds and cleared before the close, so
// two that overlap and disagree prove a violation if the other one is alive.
struct shares {
    struct storm storm;           // first: what it calls gets this
    _Atomic unsigned held[SEATS]; // combination + 1
    _Atomic unsigned long opened, refused, broken, strange;
    bool control;
    char path[MAX_PATH];
};

// Three bits of rights, three of denials.
static bool disagree(unsigned a, unsigned b)
{
    return (a & 7 & b >> 3) || (b & 7 & a >> 3);
}

static DWORD rights(unsigned combo)
{
    return (combo & 1 ? FILE_READ_DATA : 0) | (combo & 2 ? FILE_WRITE_DATA : 0) |
           (combo & 4 ? DELETE : 0);
}

static DWORD shares(unsigned combo)
{
    return (combo & 8 ? 0 : FILE_SHARE_READ) | (combo & 16 ? 0 : FILE_SHARE_WRITE) |
           (combo & 32 ? 0 : FILE_SHARE_DELETE);
}

static unsigned choose(unsigned *random)
{
    unsigned combo = next(random) % 7 + 1;

    if (next(random) % 2)
        combo |= (next(random) % 8) << 3;
    if (next(random) % 8 == 0)
        combo = 3 | 7 << 3; // the exclusive path
    return combo;
}

static void look_at_others(struct shares *s, unsigned me, unsigned combo)
{
    for (unsigned i = 0; i < RESIDENTS; i++) {
        unsigned life = s->storm.seats[i].life, held = s->held[i];

        if (i != me && held && disagree(held - 1, combo) && storm_was_alive(&s->storm, me, i, life))
            s->broken++;
    }
}

static void sit(struct storm *storm, unsigned me, unsigned random)
{
    struct shares *s = (struct shares *)storm;

    while (!storm->stop) {
        unsigned combo = choose(&random);
        HANDLE file;

        storm_beat(storm, me);
        if (storm->deadly && next(&random) % 200 == 0)
            storm_suicide(storm, 300, &random);
        file = CreateFileA(s->path, rights(combo), s->control ? 7 : shares(combo), NULL,
                           OPEN_EXISTING, 0, NULL);
        if (file == INVALID_HANDLE_VALUE) {
            *(GetLastError() == ERROR_SHARING_VIOLATION ? &s->refused : &s->strange) += 1;
            continue;
        }
        s->held[me] = combo + 1;
        s->opened++;
        look_at_others(s, me, combo);
        for (unsigned z = next(&random) % 8; z; z--)
            sched_yield();
        s->held[me] = 0;
        CloseHandle(file);
    }
}

static void forget(struct storm *storm, unsigned seat)
{
    ((struct shares *)storm)->held[seat] = 0;
}

// Nothing of winmem before the forks: a process that has forked under it waits a little for the
// locks of children on their way to exec, which would hide refusals here.
static void new_file(char path[MAX_PATH])
{
    char name[] = "share-storm-XXXXXX";
    int fd = mkstemp(name);

    require(fd >= 0 && realpath(name, path));
    close(fd);
}

// The first one alone opens the file, for itself, and must always get it back.
static void sit_alone(struct storm *storm, unsigned me, unsigned random)
{
    struct shares *s = (struct shares *)storm;

    while (!storm->stop) {
        HANDLE file;

        if (me) {
            usleep(1000);
            continue;
        }
        file = CreateFileA(s->path, GENERIC_READ | GENERIC_WRITE,
                           next(&random) % 2 ? FILE_SHARE_READ : 0, NULL, OPEN_EXISTING, 0, NULL);
        if (file == INVALID_HANDLE_VALUE) {
            *(GetLastError() == ERROR_SHARING_VIOLATION ? &s->refused : &s->strange) += 1;
            continue;
        }
        s->opened++;
        CloseHandle(file);
    }
}

static struct shares *run(void (*work)(struct storm *, unsigned, unsigned), bool deadly,
                          bool control, double length)
{
    struct shares *s = storm_shared(sizeof *s);
    unsigned random = (unsigned)(seconds() * 1e6);

    new_file(s->path);
    s->control = control;
    s->storm.sit = work;
    s->storm.forget = forget;
    s->storm.deadly = deadly;
    storm_rage(&s->storm, length, &random);
    printf("opened %lu, refused %lu, kills %lu, suicides %lu, programs %lu, undecided %lu; "
           "broken %lu, strange %lu, crashed %lu\n",
           s->opened, s->refused, s->storm.kills, s->storm.suicides, s->storm.programs,
           s->storm.undecided, s->broken, s->strange, s->storm.crashed);
    return s;
}

static void expect_nothing_wrong(struct shares *s)
{
    HANDLE file;

    expect_eq_u(s->broken, 0);
    expect_eq_u(s->strange, 0);
    expect_eq_u(s->storm.crashed, 0);
    expect_true(s->opened > 20 && s->storm.programs > 2);
    // The dead hold nothing.
    file = CreateFileA(s->path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    unlink(s->path);
}

CASE(rights_and_denials_hold_in_a_storm, "F1")
{
    expect_nothing_wrong(run(sit, true, false, duration()));
}

CASE(rights_and_denials_hold_beside_spawning_threads, "F1")
{
    expect_nothing_wrong(run(sit, false, false, duration()));
}

CASE(programs_being_started_refuse_nothing, "F1")
{
    struct shares *s = run(sit_alone, false, false, duration());

    expect_nothing_wrong(s);
    expect_eq_u(s->refused, 0);
}

CASE(control_group_is_caught, "F1")
{
    struct shares *s = run(sit, true, true, duration());

    expect_true(s->broken > 0);
    unlink(s->path);
}

// Two processes that want the file for themselves at the same moment: one gets it, never none.
CASE(duels_have_one_winner, "F1")
{
    struct duel {
        _Atomic unsigned ready, won, done, round;
    } *d = mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned none = 0, both = 0;
    char path[MAX_PATH];
    pid_t child;

    require(d != MAP_FAILED);
    new_file(path);
    child = fork();
    for (unsigned i = 1; i <= 300; i++) {
        // Every other round without the right to write, which takes the longer way.
        DWORD access = i & 1 ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ;
        HANDLE file;

        d->ready++;
        while (d->ready < 2 * i)
            sched_yield();
        file = CreateFileA(path, access, 0, NULL, OPEN_EXISTING, 0, NULL);
        d->won += file != INVALID_HANDLE_VALUE;
        d->done++;
        while (d->done < 2 * i)
            sched_yield();
        if (child) {
            none += d->won == 0;
            both += d->won == 2;
            d->won = 0;
            d->round = i;
        }
        while (d->round < i)
            sched_yield();
        if (file != INVALID_HANDLE_VALUE)
            CloseHandle(file);
    }
    if (!child)
        _exit(0);
    waitpid(child, NULL, 0);
    unlink(path);
    expect_eq_u(none, 0);
    expect_eq_u(both, 0);
}
