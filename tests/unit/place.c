// SPDX-License-Identifier: MIT
// Placement. protocol: --list
#include "unit.h"

#include <errno.h>
#include <sys/mman.h>

#include "host/fault.h"
#include "nt/vm/place.h"

#define MIB   ((size_t)1 << 20)
#define GIB   ((size_t)1 << 30)
#define BLOCK (2 * MIB)

static uintptr_t take_with(struct wm_place_request request)
{
    uintptr_t base;

    wm_lock_take(&wm_vas_lock);
    base = wm_place_take_locked(&request);
    wm_place_validate_locked();
    wm_lock_drop(&wm_vas_lock);
    return base;
}

static uintptr_t take(size_t size)
{
    return take_with((struct wm_place_request){.size = size});
}

static void give(uintptr_t base, size_t size)
{
    wm_lock_take(&wm_vas_lock);
    wm_place_return_locked(base, size);
    wm_place_validate_locked();
    wm_lock_drop(&wm_vas_lock);
}

static void claim(uintptr_t base, size_t size)
{
    wm_lock_take(&wm_vas_lock);
    wm_place_claim_locked(base, size);
    wm_place_validate_locked();
    wm_lock_drop(&wm_vas_lock);
}

static struct wm_place_stats stats(void)
{
    struct wm_place_stats result;

    wm_lock_take(&wm_vas_lock);
    wm_place_stats_locked(&result);
    wm_lock_drop(&wm_vas_lock);
    return result;
}

TEST(proposals_are_what_the_kernel_accepts)
{
    for (int i = 0; i < 200; i++) {
        size_t size = 4096ull << i % 14;
        uintptr_t at = take(size);
        void *got = mmap((void *)at, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        EXPECT(at && at % 0x10000 == 0);
        EXPECT_EQ((uintptr_t)got, at);
        *(volatile char *)got = 1;
        if (i % 3 == 0) {
            munmap(got, size);
            give(at, size);
        }
    }
}

TEST(the_same_size_gets_the_same_address_back)
{
    static const size_t sizes[] = {4096, 65536, 300000, MIB, 3 * MIB, GIB, 100 * GIB};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uintptr_t first = take(sizes[i]);

        for (int round = 0; round < 5; round++) {
            give(first, sizes[i]);
            EXPECT_EQ(take(sizes[i]), first);
        }
    }
}

TEST(the_most_recently_freed_of_equals_comes_first)
{
    uintptr_t at[8];

    for (int i = 0; i < 8; i++)
        at[i] = take(65536);
    give(at[1], 65536);
    give(at[3], 65536);
    give(at[5], 65536);
    EXPECT_EQ(take(65536), at[5]);
    EXPECT_EQ(take(65536), at[3]);
    EXPECT_EQ(take(65536), at[1]);
    // Freed side by side, they merge, and the last one is still what comes first.
    give(at[2], 65536);
    give(at[4], 65536);
    give(at[3], 65536);
    EXPECT_EQ(take(65536), at[3]);
}

TEST(small_ones_share_blocks_and_do_not_cross_them)
{
    uint64_t seed = 1;
    uintptr_t low = UINTPTR_MAX, high = 0;
    size_t total = 0;

    for (int i = 0; i < 1000; i++) {
        size_t size = (1 + unit_random(&seed) % 16) << 16;
        uintptr_t at = take(size);

        EXPECT_EQ(at / BLOCK, (at + size - 1) / BLOCK);
        if (i > 40) { // past the anchored block
            low = at < low ? at : low;
            high = at + size > high ? at + size : high;
            total += size;
        }
    }
    EXPECT(high - low < total + total / 4);
}

TEST(large_ones_have_the_phase_of_their_offset)
{
    uint64_t seed = 2;

    for (int i = 0; i < 500; i++) {
        struct wm_place_request request = {
            .size = BLOCK + unit_random(&seed) % (64 * MIB),
            .phase = unit_random(&seed) % 1000 * 0x10000,
            .huge_aligned = true,
        };
        uintptr_t at = take_with(request);

        EXPECT(at && at % BLOCK == request.phase % BLOCK);
        if (i % 2)
            give(at, request.size);
    }
}

TEST(what_alignment_skips_is_used_by_small_ones)
{
    size_t before;

    for (int i = 0; i < 40; i++)
        take(65536); // the anchored block is full
    for (int i = 0; i < 20; i++)
        take_with((struct wm_place_request){3 * MIB, 0x10000, true});
    before = stats().hole_bytes;
    EXPECT(before >= 20 * 0x10000);
    take(65536);
    EXPECT_EQ(stats().hole_bytes, before - 0x10000);
}

TEST(impossible_sizes_get_nothing)
{
    EXPECT_EQ(take(0), 0);
    EXPECT_EQ(take(SIZE_MAX), 0);
    EXPECT_EQ(take(1ull << 47), 0);
    EXPECT(take(65536) != 0);
}

TEST(refused_ranges_are_left_alone_and_fresh_space_moves_on)
{
    uintptr_t at = take(4 * MIB), last;
    uintptr_t first = at;
    size_t steps = 0;

    // Somebody occupies the next 50 GiB of the way.
    for (last = at; last > first - 50 * GIB; steps++) {
        wm_lock_take(&wm_vas_lock);
        wm_place_refused_locked(last, 4 * MIB);
        wm_place_validate_locked();
        wm_lock_drop(&wm_vas_lock);
        at = take(4 * MIB);
        EXPECT(at && at < last);
        last = at;
    }
    EXPECT(steps < 20);
    // Without a refusal in between, the next one is close.
    at = take(4 * MIB);
    EXPECT_EQ(at, last - 4 * MIB);
}

TEST(claimed_ranges_are_not_proposed)
{
    uintptr_t at = take(4 * MIB), frontier = stats().frontier, next;

    give(at, 4 * MIB);
    claim(at + MIB, 0x10000);         // in what was a hole, now fresh again
    claim(frontier - 10 * GIB, 5000); // far away in fresh space
    claim(0x10000, 0x10000);          // outside of the window
    claim(stats().high - 0x10000, 0x100000);
    for (int i = 0; i < 300; i++) {
        next = take(MIB);
        EXPECT(next + MIB <= at + MIB || next >= at + MIB + 0x10000);
        EXPECT(next + MIB <= frontier - 10 * GIB || next >= frontier - 10 * GIB + 0x10000);
    }
    give(frontier - 10 * GIB, 5000);
    give(0x10000, 0x10000); // ignored
}

TEST(without_memory_the_next_try_works)
{
    uintptr_t at;

    host_calls_fail_at(1, ENOMEM); // the probe for the window
    EXPECT_EQ(take(65536), 0);
    EXPECT(host_calls_fired());
    at = take(65536);
    EXPECT(at);
    give(at, 65536);
    // Wherever else it fails, what is proposed stays disjoint.
    for (unsigned n = 1; n < 8; n++) {
        uintptr_t other;

        host_calls_fail_at(n, ENOMEM);
        at = take(65536);
        other = take(3 * MIB);
        EXPECT(at && other && (at + 65536 <= other || other + 3 * MIB <= at));
        give(at, 65536);
        give(other, 3 * MIB);
        host_calls_fail_at(0, 0);
    }
}

// Random requests against a table of what is out: aligned, disjoint, and in the end all is whole.
struct range {
    uintptr_t base;
    size_t size;
};
enum { LIVE = 2000 };
static struct range live[LIVE];
static size_t live_count;

static size_t random_size(uint64_t *seed)
{
    switch (unit_random(seed) % 10) {
    case 0:
        return (1 + unit_random(seed) % 60) * MIB;
    case 1:
    case 2:
        return (1 + unit_random(seed) % 32) << 16;
    default:
        return (1 + unit_random(seed) % 16) << 12;
    }
}

static size_t granules(size_t size)
{
    return (size + 0xffff) & ~0xffffull;
}

static void expect_disjoint(uintptr_t base, size_t size)
{
    for (size_t i = 0; i < live_count; i++)
        EXPECT(base + granules(size) <= live[i].base ||
               live[i].base + granules(live[i].size) <= base);
}

static size_t live_bytes, peak_bytes;

static void return_one(size_t at)
{
    wm_lock_take(&wm_vas_lock);
    wm_place_return_locked(live[at].base, live[at].size);
    wm_lock_drop(&wm_vas_lock);
    live_bytes -= granules(live[at].size);
    live[at] = live[--live_count];
}

static void take_one(uint64_t *seed)
{
    struct wm_place_request request = {.size = random_size(seed)};
    uintptr_t base;

    request.huge_aligned = request.size >= BLOCK;
    request.phase = unit_random(seed) % 64 << 16;
    wm_lock_take(&wm_vas_lock);
    base = wm_place_take_locked(&request);
    wm_lock_drop(&wm_vas_lock);
    EXPECT(base && base % 0x10000 == 0);
    expect_disjoint(base, request.size);
    live[live_count++] = (struct range){base, request.size};
    live_bytes += granules(request.size);
    peak_bytes = live_bytes > peak_bytes ? live_bytes : peak_bytes;
}

TEST(random_use_never_overlaps_and_merges_completely)
{
    uint64_t seed = 3;
    uintptr_t lowest;
    size_t ops = 300000 / UNIT_SLOW / UNIT_SLOW;
    struct wm_place_stats now;

    give(take(65536), 65536);
    lowest = stats().frontier;
    for (size_t i = 0; i < ops; i++) {
        if (live_count == LIVE || (live_count && unit_random(&seed) % 2))
            return_one(unit_random(&seed) % live_count);
        else
            take_one(&seed);
        now = stats();
        lowest = now.frontier < lowest ? now.frontier : lowest;
        if (i % 500 == 0) {
            wm_lock_take(&wm_vas_lock);
            wm_place_validate_locked();
            wm_lock_drop(&wm_vas_lock);
        }
    }
    printf("%zu operations; peak %zu MiB in %zu MiB; %zu holes\n", ops, peak_bytes / MIB,
           (now.high - lowest) / MIB, now.holes);
    EXPECT(now.high - lowest < 4 * peak_bytes + GIB);
    while (live_count)
        return_one(live_count - 1);
    now = stats();
    EXPECT_EQ(now.frontier, now.high - BLOCK);
    EXPECT_EQ(now.holes, 1); // the anchored block
}

TEST(cost_of_a_proposal)
{
    enum { ROUNDS = 200000 / UNIT_SLOW };
    struct wm_place_request request = {.size = 65536};
    uint64_t seed = 4, start;

    for (int i = 0; i < 3 * LIVE / 2; i++) { // a space with holes
        if (live_count && i % 3 == 2)
            return_one(unit_random(&seed) % live_count);
        else
            take_one(&seed);
    }
    wm_lock_take(&wm_vas_lock);
    start = unit_cpu_ns();
    for (int i = 0; i < ROUNDS; i++)
        wm_place_return_locked(wm_place_take_locked(&request), request.size);
    printf("take+return %.1f ns\n", (double)(unit_cpu_ns() - start) / ROUNDS);
    wm_lock_drop(&wm_vas_lock);
}
