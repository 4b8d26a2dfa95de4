// SPDX-License-Identifier: MIT
// Every host call of sections and views fails once: the operation reports it or does without,
// and whatever was there before is still there.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <winternl.h>

#include "host/fault.h"

#define SIZE (4 * 65536)
#define PAGE 4096

// What a failed operation must not change.
struct world {
    const char *path;
    HANDLE file, section;
    unsigned char *view;
};

struct digest {
    uint64_t size;
    MEMORY_BASIC_INFORMATION info[SIZE / PAGE];
    unsigned descriptors;
};

// Which host call after arm() fails, and how; what the operation under test reported.
static struct {
    unsigned nth;
    int error;
    bool fired;
    DWORD reported;
} fault;

static void arm(void)
{
    SetLastError(0);
    host_calls_reset();
    host_calls_fail_at(fault.nth, fault.error);
}

// Ends the part under test: what follows undoes it and must not fail.
static bool disarm(bool ok)
{
    fault.reported = GetLastError();
    fault.fired = host_calls_fired();
    host_calls_fail_at(0, 0);
    return ok;
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static struct world make_world(void)
{
    struct world w = {.path = temp_file(SIZE)};

    w.file = open_file(w.path, GENERIC_READ | GENERIC_WRITE);
    w.section = make_section(w.file, PAGE_READWRITE);
    w.view = make_view(w.section, FILE_MAP_WRITE);
    return w;
}

static void digest(const struct world *w, struct digest *d)
{
    memset(d, 0, sizeof(*d));
    d->size = size_of(w->path);
    for (size_t i = 0; i < SIZE / PAGE; i++)
        require(VirtualQuery(w->view + i * PAGE, &d->info[i], sizeof(d->info[i])));
    d->descriptors = open_descriptors();
}

// An operation arms the fault, does the one thing under test, disarms and undoes what it did.
typedef bool (*operation)(struct world *w);

static void fail_each_call(operation run, int error)
{
    static struct digest before, after;
    struct world w = make_world();
    bool ok;

    fault.nth = 0;
    require(run(&w)); // what a process sets up once is not this operation's
    digest(&w, &before);
    fault.error = error;
    do {
        fault.nth++;
        conform_note("call %u (%s) with errno %d", fault.nth, host_calls_last(), error);
        ok = run(&w);
        if (!ok)
            expect_true(fault.fired && fault.reported != 0);
        digest(&w, &after);
        expect_mem(&after, &before, sizeof(before));
        expect_pattern(w.view, 0, SIZE);
    } while (fault.fired && fault.nth < 100);
    expect_true(fault.nth > 1 && fault.nth < 100);
    UnmapViewOfFile(w.view);
    CloseHandle(w.section);
    CloseHandle(w.file);
}

static bool map_and_drop(HANDLE section, DWORD access, void *base)
{
    void *view;

    arm();
    view = MapViewOfFileEx(section, access, 0, 0, 0, base);
    disarm(view);
    if (view)
        require(UnmapViewOfFile(view));
    return view != NULL;
}

static bool map(struct world *w)
{
    return map_and_drop(w->section, FILE_MAP_READ, NULL);
}

static bool map_at_a_base(struct world *w)
{
    return map_and_drop(w->section, FILE_MAP_COPY, (void *)0x510000000000);
}

static bool unmap(struct world *w)
{
    void *view = make_view(w->section, FILE_MAP_READ);
    bool ok;

    arm();
    ok = disarm(UnmapViewOfFile(view));
    if (!ok)
        require(UnmapViewOfFile(view)); // still there: can be tried again
    return ok;
}

static bool make_and_close_section(struct world *w)
{
    HANDLE section;

    arm();
    section = CreateFileMappingA(w->file, NULL, PAGE_READONLY, 0, 0, NULL);
    disarm(section);
    if (section)
        require(CloseHandle(section));
    return section != NULL;
}

// 8 MiB: more than is granted without asking the machine.
static bool make_memory_section(struct world *w)
{
    HANDLE section;

    (void)w;
    arm();
    section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8 << 20, NULL);
    disarm(section);
    if (section)
        require(CloseHandle(section));
    return section != NULL;
}

static bool grow(struct world *w)
{
    HANDLE file = open_file(temp_file(10), GENERIC_READ | GENERIC_WRITE);
    LARGE_INTEGER size;
    HANDLE section;

    (void)w;
    arm();
    section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, SIZE, NULL);
    disarm(section);
    require(GetFileSizeEx(file, &size));
    expect_eq_u(size.QuadPart, section ? SIZE : 10);
    if (section)
        require(CloseHandle(section));
    require(CloseHandle(file));
    return section != NULL;
}

static bool protect_some(struct world *w)
{
    DWORD old;
    bool ok;

    arm();
    ok = disarm(VirtualProtect(w->view + PAGE, 3 * PAGE, PAGE_READONLY, &old));
    if (ok)
        require(VirtualProtect(w->view + PAGE, 3 * PAGE, PAGE_READWRITE, &old));
    return ok;
}

// Stretches of three kinds: a failure in a later one must take the earlier ones back.
static bool protect_mixed(struct world *w)
{
    DWORD old;
    bool ok;

    require(VirtualProtect(w->view + 2 * PAGE, PAGE, PAGE_WRITECOPY, &old));
    require(VirtualProtect(w->view + 4 * PAGE, PAGE, PAGE_READONLY, &old));
    arm();
    ok = disarm(VirtualProtect(w->view, 8 * PAGE, PAGE_NOACCESS, &old));
    if (!ok) {
        expect_eq_u(query(w->view).Protect, PAGE_READWRITE);
        expect_eq_u(query(w->view + 2 * PAGE).Protect, PAGE_WRITECOPY);
        expect_eq_u(query(w->view + 4 * PAGE).Protect, PAGE_READONLY);
        w->view[PAGE] = pattern_at(PAGE); // the memory agrees
    }
    require(VirtualProtect(w->view, 8 * PAGE, PAGE_READWRITE, &old));
    return ok;
}

static bool make_private(struct world *w)
{
    DWORD old;
    bool ok;

    arm();
    ok = disarm(VirtualProtect(w->view, 2 * PAGE, PAGE_WRITECOPY, &old));
    if (ok)
        require(VirtualProtect(w->view, 2 * PAGE, PAGE_READWRITE, &old));
    return ok;
}

static bool flush(struct world *w)
{
    w->view[0] = pattern_at(0);
    arm();
    return disarm(FlushViewOfFile(w->view, 0));
}

static bool extend(struct world *w)
{
    LARGE_INTEGER half = {.QuadPart = SIZE / 2}, whole = {.QuadPart = SIZE};
    HANDLE section;
    NTSTATUS st;

    require(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &half, PAGE_READONLY, SEC_COMMIT,
                            w->file) == 0);
    arm();
    st = NtExtendSection(section, &whole);
    SetLastError(RtlNtStatusToDosError(st));
    disarm(st == 0);
    require(CloseHandle(section));
    return st == 0;
}

#define FAULT_CASE(id, run)          \
    CASE(id, "-")                    \
    {                                \
        fail_each_call(run, ENOMEM); \
        fail_each_call(run, EIO);    \
        fail_each_call(run, EPERM);  \
    }

FAULT_CASE(map_view_survives_failing_calls, map)
FAULT_CASE(map_view_at_a_base_survives_failing_calls, map_at_a_base)
FAULT_CASE(unmap_view_survives_failing_calls, unmap)
FAULT_CASE(create_mapping_survives_failing_calls, make_and_close_section)
FAULT_CASE(create_memory_survives_failing_calls, make_memory_section)
FAULT_CASE(growing_a_file_survives_failing_calls, grow)
FAULT_CASE(protect_survives_failing_calls, protect_some)
FAULT_CASE(protect_of_mixed_pages_survives_failing_calls, protect_mixed)
FAULT_CASE(write_copy_survives_failing_calls, make_private)
FAULT_CASE(flush_survives_failing_calls, flush)
FAULT_CASE(extend_section_survives_failing_calls, extend)
