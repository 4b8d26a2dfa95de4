// SPDX-License-Identifier: MIT
// The state block, read from another process as docs/STATE-BLOCK.md says. protocol: --list
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>
#include <windows.h>

#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/state_reader.h"
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

static bool count_handle(const struct wm_state_handle *handle, void *context)
{
    unsigned *seen = context;

    EXPECT_EQ(handle->kind, WM_KIND_EVENT);
    EXPECT(handle->access == 2 || handle->access == 3);
    EXPECT_EQ(handle->flags, (handle->access - 1) & 1);
    EXPECT(handle->object && handle->name_fd == -1 && handle->fd == -1);
    ++*seen;
    return true;
}

static bool count_region(const struct wm_state_region *region, void *context)
{
    unsigned *seen = context;

    EXPECT(region->base == START || region->base == START + 0x200000);
    EXPECT_EQ(region->size, 0x3000);
    EXPECT_EQ(region->protect, region->base == START ? 4 : 2);
    EXPECT(!region->section && region->name_fd == -1 && region->fd == -1);
    return ++*seen < 100;
}

TEST(the_reader_finds_handles_and_regions)
{
    struct wm_state_reader reader;
    struct wm_state_handle handle;
    unsigned handles = 0, regions = 0;
    int ready;
    pid_t pid = start(live_and_say, &ready), said;

    EXPECT(read(ready, &said, sizeof said) == sizeof said && said == pid);
    EXPECT_EQ(wm_state_reader_open(pid, &reader), 0);
    EXPECT_EQ(reader.count, 1);
    EXPECT_EQ(wm_state_reader_handles(&reader, count_handle, &handles), 0);
    EXPECT_EQ(handles, 2);
    EXPECT_EQ(wm_state_reader_regions(&reader, count_region, &regions), 0);
    EXPECT_EQ(regions, 2);
    EXPECT_EQ(wm_state_reader_handle(&reader, 4, &handle), -EBADF); // closed
    EXPECT_EQ(wm_state_reader_handle(&reader, 8, &handle), 0);
    EXPECT(handle.value == 8 && handle.access == 2);
    EXPECT_EQ(wm_state_reader_handle(&reader, 8 | 1 << 22, &handle), -EBADF); // of another time
    EXPECT_EQ(wm_state_reader_handle(&reader, 400, &handle), -EBADF);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    EXPECT_EQ(wm_state_reader_open(pid, &reader), -ESRCH);
}

// A section without a name, and a view of its second 64 KiB.
static void map_and_say(int ready)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x30000, 0);

    EXPECT(section && MapViewOfFile(section, FILE_MAP_WRITE, 0, 0x10000, 0x1000));
    say(ready);
}

struct mapped {
    int fd;
    uint64_t object;
    unsigned handles, regions;
};

static bool check_section(const struct wm_state_handle *handle, void *context)
{
    struct mapped *mapped = context;

    if (handle->kind != WM_KIND_SECTION)
        return true;
    EXPECT(handle->fd > 2 && handle->size == 0x30000 && handle->protect == PAGE_READWRITE);
    EXPECT(handle->attributes & SEC_COMMIT);
    mapped->fd = handle->fd;
    mapped->object = handle->object;
    mapped->handles++;
    return true;
}

static bool check_view(const struct wm_state_region *region, void *context)
{
    struct mapped *mapped = context;

    EXPECT(region->section == mapped->object && region->fd == mapped->fd);
    EXPECT(region->offset == 0x10000 && region->size == 0x1000);
    EXPECT(region->protect == PAGE_READWRITE && !region->mixed);
    mapped->regions++;
    return true;
}

TEST(the_reader_knows_what_a_section_and_a_view_are)
{
    struct wm_state_reader reader;
    struct mapped mapped = {0};
    int ready;
    pid_t pid = start(map_and_say, &ready), said;

    EXPECT(read(ready, &said, sizeof said) == sizeof said && said == pid);
    EXPECT_EQ(wm_state_reader_open(pid, &reader), 0);
    EXPECT_EQ(wm_state_reader_handles(&reader, check_section, &mapped), 0);
    EXPECT_EQ(wm_state_reader_regions(&reader, check_view, &mapped), 0);
    EXPECT(mapped.handles == 1 && mapped.regions == 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

TEST(a_process_without_a_block_is_told_apart)
{
    struct wm_state_reader reader;

    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), -ENOENT);
}

// A block of any content, published as the library publishes its own.
static struct wm_state_block *forge(void)
{
    int fd = memfd_create(WM_STATE_NAME, 0);
    struct wm_state_block *block;

    EXPECT(fd >= 0 && ftruncate(fd, 4096) == 0);
    block = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    EXPECT(block != MAP_FAILED);
    close(fd);
    *block = (struct wm_state_block){
        .magic = WM_STATE_MAGIC,
        .version = WM_STATE_VERSION,
        .size = sizeof(*block),
        .handle_slot_size = 32,
        .region_chunk_size = 4096,
        .region_first_slot = 64,
        .region_slot_size = 64,
    };
    return block;
}

static bool count_any(const struct wm_state_handle *handle, void *context)
{
    unsigned *seen = context;

    EXPECT(handle->name_fd == -1 && handle->fd == -1);
    ++*seen;
    return true;
}

// Slots that point anywhere, in a table that is shorter than it says.
TEST(a_handle_table_that_lies_is_bounded)
{
    uint64_t *slots = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static uint64_t *table;
    static uint32_t used = 128;
    struct wm_state_block *block = forge();
    struct wm_state_reader reader;
    unsigned seen = 0;

    EXPECT(slots != MAP_FAILED && mprotect(slots + 512, 4096, PROT_NONE) == 0);
    table = slots;
    for (int i = 0; i < 512; i++)
        slots[i] = 0x2100000; // open, a section, and an address of nothing
    block->handle_slots = (uintptr_t)&table;
    block->handle_used = (uintptr_t)&used;
    block->object_name = 8;
    block->section_fd = 16;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), 0);
    EXPECT_EQ(wm_state_reader_handles(&reader, count_any, &seen), 0);
    EXPECT_EQ(seen, 127);
    used = 129;
    EXPECT_EQ(wm_state_reader_handles(&reader, count_any, &seen), -EFAULT);
    used = 0x7fffffff; // more than can be
    EXPECT_EQ(wm_state_reader_handles(&reader, count_any, &seen), 0);
    EXPECT_EQ(seen, 127);
}

// Chunks that form a ring, and regions that never hold still.
TEST(regions_that_lie_cost_a_bounded_time)
{
    static uint64_t chunk[512], *first = chunk;
    static uint32_t sequence = 2;
    struct wm_state_block *block = forge();
    struct wm_state_reader reader;
    unsigned seen = 0;

    chunk[0] = (uintptr_t)chunk;
    for (int i = 8; i < 512; i += 8) {
        chunk[i] = START;
        chunk[i + 1] = 0x3000;
        chunk[i + 3] = 4;
        chunk[i + 7] = 1;
    }
    block->region_chunks = (uintptr_t)&first;
    block->region_sequence = (uintptr_t)&sequence;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), 0);
    EXPECT_EQ(wm_state_reader_regions(&reader, count_region, &seen), 0);
    EXPECT_EQ(seen, 100);
    chunk[0] = 0;
    sequence = 1;
    EXPECT_EQ(wm_state_reader_regions(&reader, count_region, &seen), 0);
    EXPECT_EQ(seen, 100);
}

TEST(a_block_with_impossible_sizes_is_refused)
{
    struct wm_state_block *block = forge();
    struct wm_state_reader reader;

    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), 0);
    block->region_slot_size = 0;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), -EPROTO);
    block->region_slot_size = 64;
    block->region_copy_offset = 1;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), -EPROTO);
    block->region_copy_offset = 0;
    block->handle_slot_size = 1;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), -EPROTO);
    block->handle_slot_size = 32;
    block->version = WM_STATE_VERSION + 1;
    EXPECT_EQ(wm_state_reader_open(getpid(), &reader), -EPROTO);
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
