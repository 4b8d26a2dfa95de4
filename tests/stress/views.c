// SPDX-License-Identifier: MIT
// Views under load: many threads, forks at any point, kills, and the kernel's limit on mappings.
#include "conform.h"
#include "stress.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRANULE   65536
#define PAGE      4096
#define FILE_SIZE (16 * GRANULE)

struct shared {
    HANDLE section;
    double end;
    _Atomic unsigned cycles, bad;
};

static bool is_pattern(const unsigned char *at, uint64_t offset)
{
    return at[0] == pattern_at(offset) && at[PAGE] == pattern_at(offset + PAGE);
}

// One view mapped, looked at in every way, and unmapped from some address inside.
static void cycle(struct shared *s, unsigned *random)
{
    uint64_t offset = (uint64_t)(next(random) % 15) * GRANULE;
    SIZE_T size = (next(random) % 2 + 1) * PAGE * 2;
    DWORD access = next(random) % 2 ? FILE_MAP_READ : FILE_MAP_COPY;
    unsigned char *view = MapViewOfFile(s->section, access, 0, (DWORD)offset, size);
    MEMORY_BASIC_INFORMATION info;
    DWORD old;

    if (!view || (uintptr_t)view % GRANULE || !is_pattern(view, offset)) {
        s->bad++;
        return;
    }
    if (access == FILE_MAP_COPY)
        view[1] = 0;
    if (!VirtualQuery(view + PAGE, &info, sizeof(info)) || info.AllocationBase != view ||
        info.RegionSize > size || info.State != MEM_COMMIT)
        s->bad++;
    if (next(random) % 4 == 0 &&
        (!VirtualProtect(view + PAGE, 1, PAGE_NOACCESS, &old) ||
         !VirtualQuery(view, &info, sizeof(info)) || info.RegionSize != PAGE))
        s->bad++;
    if (!UnmapViewOfFile(view + next(random) % size))
        s->bad++;
    s->cycles++;
}

static void *cycle_until(void *context)
{
    struct shared *s = context;
    unsigned random = (unsigned)(uintptr_t)&random;

    while (seconds() < s->end)
        cycle(s, &random);
    return NULL;
}

static HANDLE pattern_section(void)
{
    HANDLE file = open_file(temp_file(FILE_SIZE), GENERIC_READ | GENERIC_WRITE);

    return make_section(file, PAGE_READWRITE);
}

CASE(threads_map_and_unmap, "-")
{
    struct shared s = {.section = pattern_section(), .end = seconds() + duration()};
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        require(pthread_create(&threads[i], NULL, cycle_until, &s) == 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    expect_eq_u(s.bad, 0);
    expect_true(s.cycles > 100);
}

// What a child of a fork must be able to do, whatever the parent's threads were at.
static int child_works(struct shared *s, const unsigned char *kept)
{
    unsigned random = 1;

    if (!is_pattern(kept, 0))
        return 1;
    for (int i = 0; i < 20; i++)
        cycle(s, &random);
    if (!UnmapViewOfFile(kept) || !CloseHandle(s->section))
        return 2;
    return s->bad ? 3 : 0;
}

CASE(fork_at_any_point_of_other_threads, "-")
{
    struct shared s = {.section = pattern_section(), .end = seconds() + duration()};
    unsigned char *kept = make_view(s.section, FILE_MAP_READ);
    pthread_t threads[4];
    int forks = 0;

    for (int i = 0; i < 4; i++)
        require(pthread_create(&threads[i], NULL, cycle_until, &s) == 0);
    for (; seconds() < s.end; forks++) {
        int status = -1;
        pid_t pid = fork();

        if (pid == 0)
            _exit(child_works(&s, kept));
        require(pid > 0 && waitpid(pid, &status, 0) == pid);
        expect_eq_u(status, 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    expect_eq_u(s.bad, 0);
    expect_true(forks > 3);
    expect_true(is_pattern(kept, 0)); // the children's unmapping was theirs alone
}

static bool can_shrink(const char *path)
{
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
    bool ok;

    SetFilePointer(file, PAGE, NULL, FILE_BEGIN);
    ok = SetEndOfFile(file);
    CloseHandle(file);
    return ok;
}

// A process that is killed at some instant of mapping and unmapping leaves no mark on the file.
CASE(killed_process_leaves_the_file_free, "F3")
{
    const char *path = temp_file(FILE_SIZE);
    double end = seconds() + duration();
    unsigned random = 7;

    for (int round = 0; seconds() < end; round++) {
        pid_t pid = fork();

        if (pid == 0) {
            for (;;) {
                HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE);
                HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, FILE_SIZE, NULL);

                CloseHandle(file);
                MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0); // left mapped
                CloseHandle(section);
            }
        }
        require(pid > 0);
        usleep(next(&random) % 5000);
        kill(pid, SIGKILL);
        require(waitpid(pid, NULL, 0) == pid);
        conform_note("round %d", round);
        expect_true(can_shrink(path));
    }
}

static void *nothing(void *context)
{
    return context;
}

// At the limit our calls fail cleanly, and the host program still lives.
CASE(out_of_mappings_is_an_error_and_no_more, "-")
{
    enum { MOST = 400000 };
    HANDLE section = pattern_section();
    void **views = malloc(MOST * sizeof(*views));
    pthread_t thread;
    size_t count = 0;
    void *memory;

    // Odd offsets: neighbours must not be joined to one mapping.
    while (count < MOST &&
           (views[count] = MapViewOfFile(section, FILE_MAP_READ, 0, count % 2 * GRANULE, PAGE)))
        count++;
    expect_err(ERROR_NOT_ENOUGH_MEMORY);
    expect_true(count >= 50000 && count < MOST);
    memory = malloc(64 << 20);
    expect_true(memory);
    free(memory);
    expect_true(pthread_create(&thread, NULL, nothing, NULL) == 0);
    pthread_join(thread, NULL);
    while (count)
        require(UnmapViewOfFile(views[--count]));
    free(views);
    expect_true(make_view(section, FILE_MAP_READ));
}

// Protections split mappings too, and are counted.
CASE(out_of_mappings_by_protections, "-")
{
    enum { PAGES = 140000 };
    HANDLE file = open_file(temp_file(10), GENERIC_READ | GENERIC_WRITE);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, PAGES * PAGE, NULL);
    unsigned char *view = make_view(section, FILE_MAP_READ);
    DWORD old;
    size_t page = 0;
    void *memory;

    while (page < PAGES && VirtualProtect(view + page * PAGE, PAGE, PAGE_NOACCESS, &old))
        page += 2;
    expect_err(ERROR_NOT_ENOUGH_MEMORY);
    expect_true(page > 50000 && page < PAGES);
    memory = malloc(64 << 20);
    expect_true(memory);
    free(memory);
    expect_true(VirtualProtect(view, page * PAGE, PAGE_READONLY, &old));
    expect_true(VirtualProtect(view, PAGE, PAGE_NOACCESS, &old));
    expect_true(UnmapViewOfFile(view));
}
