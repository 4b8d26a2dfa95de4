// SPDX-License-Identifier: MIT
// The state block, read from another process as docs/STATE-BLOCK.md says. protocol: --list
#include "unit.h"

#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>

#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/state.h"
#include "nt/vm/region.h"

#define START 0x100000000000ull

static void ignore(struct wm_object *object)
{
    (void)object;
}

static const struct wm_object_type event_type = {
    .kind = WM_KIND_EVENT, .name = "Event", .valid = 7, .destroy = ignore};

static struct wm_object event;

// What the observed process has: 3 handles, one of them closed; 2 regions of 3 left, one changed.
static void live(void)
{
    struct wm_region *regions[3];
    HANDLE handles[3];

    wm_object_init(&event, &event_type);
    for (ULONG i = 0; i < 3; i++)
        EXPECT_EQ(wm_handle_insert(&event, i + 1, i & 1, &handles[i]), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_close(handles[0]), STATUS_SUCCESS);
    wm_lock_take(&wm_vas_lock);
    for (int i = 0; i < 3; i++) {
        regions[i] = wm_region_alloc_locked();
        regions[i]->base = START + (uintptr_t)i * 0x100000;
        regions[i]->size = 0x3000;
        regions[i]->protect = 4;
        EXPECT(wm_region_insert_locked(regions[i]));
    }
    wm_region_remove_locked(regions[1]);
    wm_region_free_locked(regions[1]);
    regions[2]->protect = 2;
    wm_region_publish_locked(regions[2]);
    wm_lock_drop(&wm_vas_lock);
}

static void fetch(pid_t pid, uint64_t address, void *to, size_t size)
{
    struct iovec mine = {to, size}, its = {(void *)(uintptr_t)address, size};

    EXPECT_EQ(process_vm_readv(pid, &mine, 1, &its, 1, 0), size);
}

static struct wm_state_block read_block(pid_t pid)
{
    struct wm_state_block block;
    char path[64], line[512];
    uint64_t address = 0;
    FILE *maps;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    maps = fopen(path, "r");
    EXPECT(maps);
    while (fgets(line, sizeof line, maps)) {
        if (strstr(line, "/memfd:" WM_STATE_NAME))
            address = strtoull(line, NULL, 16);
    }
    fclose(maps);
    EXPECT(address);
    fetch(pid, address, &block, sizeof block);
    EXPECT_EQ(block.magic, WM_STATE_MAGIC);
    EXPECT_EQ(block.version, WM_STATE_VERSION);
    EXPECT_EQ(block.size, sizeof block);
    EXPECT_EQ(block.pid, pid);
    return block;
}

static void check_handles(pid_t pid, const struct wm_state_block *block)
{
    uint64_t slots;
    uint32_t used, open = 0;

    fetch(pid, block->handle_slots, &slots, sizeof slots);
    fetch(pid, block->handle_used, &used, sizeof used);
    EXPECT_EQ(used, 4);
    for (uint32_t index = 1; index < used; index++) {
        uint64_t slot[4];

        fetch(pid, slots + (uint64_t)index * block->handle_slot_size, slot, sizeof slot);
        if (!(slot[0] >> 20 & 1))
            continue;
        EXPECT_EQ(slot[0] >> 24 & 0xff, WM_KIND_EVENT);
        EXPECT_EQ(slot[0] >> 21 & 3, (index - 1) & 1); // flags
        EXPECT_EQ((uint32_t)slot[2], index);           // access
        open++;
    }
    EXPECT_EQ(open, 2);
}

static void check_regions(pid_t pid, const struct wm_state_block *block)
{
    uint32_t before, after, seen = 0;
    uint64_t chunk;

    fetch(pid, block->region_sequence, &before, sizeof before);
    fetch(pid, block->region_chunks, &chunk, sizeof chunk);
    while (chunk) {
        for (uint32_t at = block->region_first_slot;
             at + block->region_slot_size <= block->region_chunk_size;
             at += block->region_slot_size) {
            uint64_t copy[8];

            fetch(pid, chunk + at + block->region_copy_offset, copy, sizeof copy);
            if (!copy[7])
                continue;
            EXPECT(copy[0] == START || copy[0] == START + 0x200000);
            EXPECT_EQ(copy[1], 0x3000);
            EXPECT_EQ((uint32_t)copy[3], copy[0] == START ? 4 : 2); // protection
            seen++;
        }
        fetch(pid, chunk, &chunk, sizeof chunk);
    }
    fetch(pid, block->region_sequence, &after, sizeof after);
    EXPECT(before == after && before % 2 == 0);
    EXPECT_EQ(seen, 2);
}

// Runs `body` in a child that says its process id and then waits to be killed.
static pid_t start(void (*body)(int ready), int *ready)
{
    int pipes[2];
    pid_t pid;

    EXPECT(pipe(pipes) == 0);
    pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        body(pipes[1]);
        for (;;)
            pause();
    }
    close(pipes[1]);
    *ready = pipes[0];
    return pid;
}

static void say(int ready)
{
    pid_t pid = getpid();

    EXPECT(write(ready, &pid, sizeof pid) == sizeof pid);
}

static void live_and_say(int ready)
{
    live();
    say(ready);
}

TEST(another_process_reads_handles_and_regions)
{
    struct wm_state_block block;
    int ready;
    pid_t pid = start(live_and_say, &ready), said;

    EXPECT(read(ready, &said, sizeof said) == sizeof said && said == pid);
    block = read_block(pid);
    EXPECT_EQ(block.forks, 0);
    check_handles(pid, &block);
    check_regions(pid, &block);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void live_fork_and_say(int ready)
{
    live();
    if (fork() == 0)
        say(ready);
}

TEST(a_forked_child_describes_itself)
{
    struct wm_state_block block;
    int ready;
    pid_t pid = start(live_fork_and_say, &ready), child;

    EXPECT(read(ready, &child, sizeof child) == sizeof child && child != pid);
    block = read_block(child);
    EXPECT_EQ(block.forks, 1);
    check_handles(child, &block);
    check_regions(child, &block);
    block = read_block(pid); // the parent's is its own still
    EXPECT_EQ(block.forks, 0);
    kill(child, SIGKILL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
