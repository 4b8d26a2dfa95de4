// SPDX-License-Identifier: MIT
// Every host call of reserved sections fails once: the operation reports it or does without, what
// was committed stays, and what was not is still guarded.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/memory.h"

#define PAGE 4096u
#define SIZE (32 * PAGE)

static HANDLE section;
static unsigned char *view;
static unsigned nth; // the host call after arm() that fails, and how
static int error;
static bool fired;

static void arm(void)
{
    SetLastError(0);
    host_calls_reset();
    host_calls_fail_at(nth, error);
}

// Whether the operation succeeded; if not, it says why.
static bool disarm(bool ok)
{
    DWORD reported = GetLastError();

    fired = host_calls_fired();
    conform_note("call %u (%s) with errno %d", nth, host_calls_last(), error);
    host_calls_fail_at(0, 0);
    if (!ok)
        expect_true(fired && reported != 0);
    return ok;
}

// Bits: what each page of a view lets system calls do, and whether it is shown as committed.
struct digest {
    unsigned char page[SIZE / PAGE];
    DWORD protect[SIZE / PAGE];
};

static void digest_of(unsigned char *of, struct digest *out)
{
    int zeros = open("/dev/zero", O_RDONLY), sink = open("/dev/null", O_WRONLY);
    int ends[2];

    require(zeros >= 0 && sink >= 0 && !pipe(ends));
    for (size_t i = 0; i < SIZE / PAGE; i++) {
        MEMORY_BASIC_INFORMATION info = query(of + i * PAGE);
        char byte;
        bool readable = write(ends[1], of + i * PAGE + 1, 1) == 1 && read(ends[0], &byte, 1) == 1;

        out->page[i] = (unsigned char)(readable | (read(zeros, of + i * PAGE + 2, 1) == 1) << 1 |
                                       (info.State == MEM_COMMIT) << 2);
        out->protect[i] = info.Protect;
    }
    close(zeros);
    close(sink);
    close(ends[0]);
    close(ends[1]);
}

static bool same(const struct digest *one, const struct digest *two)
{
    return !memcmp(one, two, sizeof *one);
}

typedef bool (*operation)(void);

static void fail_each_call(operation run, int with)
{
    static struct digest before, after;

    error = with;
    nth = 0;
    require(run()); // what a process sets up once is not this operation's
    digest_of(view, &before);
    do {
        nth++;
        run();
        digest_of(view, &after);
        expect_true(same(&before, &after));
    } while (fired && nth < 100);
    expect_true(nth > 1 && nth < 100);
    conform_note("%s", "");
}

static bool map_and_look(void)
{
    static struct digest own, first;
    unsigned char *fresh;

    arm();
    fresh = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    if (!disarm(fresh != NULL))
        return false;
    // However it is guarded, it is; in the last resort a touch opens what is committed.
    if (fired)
        fresh[2 * PAGE] = fresh[9 * PAGE] = 1;
    digest_of(fresh, &own);
    digest_of(view, &first);
    expect_true(same(&own, &first));
    require(UnmapViewOfFile(fresh));
    return true;
}

static bool commit_again(void)
{
    bool ok;

    arm();
    ok = VirtualAlloc(view + 2 * PAGE, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE) != NULL;
    return disarm(ok);
}

static bool protect_and_back(void)
{
    DWORD old;
    bool ok;

    arm();
    ok = disarm(VirtualProtect(view + 3 * PAGE, PAGE, PAGE_READONLY, &old));
    if (ok)
        require(VirtualProtect(view + 3 * PAGE, PAGE, PAGE_READWRITE, &old));
    return ok;
}

static bool ask(void)
{
    MEMORY_BASIC_INFORMATION info;

    arm();
    return disarm(VirtualQuery(view + 2 * PAGE, &info, sizeof info) != 0);
}

static void make_world(void)
{
    section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE, 0, SIZE, NULL);
    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    require(VirtualAlloc(view + 2 * PAGE, 3 * PAGE, MEM_COMMIT, PAGE_READWRITE));
    require(VirtualAlloc(view + 9 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE));
}

static void all_operations(void)
{
    static const int errors[] = {ENOMEM, EIO, EPERM};

    make_world();
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        fail_each_call(map_and_look, errors[i]);
        fail_each_call(commit_again, errors[i]);
        fail_each_call(protect_and_back, errors[i]);
        fail_each_call(ask, errors[i]);
    }
}

CASE(each_call_fails, "M7")
{
    all_operations();
}

CASE(each_call_fails_late, "M7")
{
    host_userfault_refuse(true);
    all_operations();
}

// The commit itself is done; only the protection could not be set.
CASE(a_commit_whose_protection_fails_is_a_commit, "M7")
{
    make_world();
    host_calls_reset();
    host_calls_fail_at(3, ENOMEM);
    expect_fail(VirtualAlloc(view + 20 * PAGE, PAGE, MEM_COMMIT, PAGE_READONLY),
                ERROR_NOT_ENOUGH_MEMORY);
    expect_true(host_calls_fired());
    expect_eq_u(query(view + 20 * PAGE).State, MEM_COMMIT);
    expect_eq_u(query(view + 20 * PAGE).Protect, PAGE_READWRITE);
}
