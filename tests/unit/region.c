// SPDX-License-Identifier: MIT
// The region registry. protocol: --list
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "host/fault.h"
#include "nt/vm/region.h"

#define GIB   (1ull << 30)
#define START 0x100000000000ull

static struct wm_region *add(uintptr_t base, size_t size)
{
    struct wm_region *region;

    wm_lock_take(&wm_vas_lock);
    region = wm_region_alloc_locked();
    EXPECT(region);
    region->base = base;
    region->size = size;
    region->protect = (uint32_t)(base >> 16);
    EXPECT(wm_region_insert_locked(region));
    wm_lock_drop(&wm_vas_lock);
    return region;
}

static void drop(struct wm_region *region)
{
    wm_lock_take(&wm_vas_lock);
    wm_region_remove_locked(region);
    wm_region_free_locked(region);
    wm_lock_drop(&wm_vas_lock);
}

static bool found(uintptr_t address)
{
    struct wm_region region;
    bool there = wm_region_find(address, &region);
    struct wm_region *locked;

    wm_lock_take(&wm_vas_lock);
    locked = wm_region_find_locked(address);
    wm_lock_drop(&wm_vas_lock);
    EXPECT_EQ(there, locked != NULL);
    if (there) {
        EXPECT_EQ(region.base, locked->base);
        EXPECT_EQ(region.size, locked->size);
        EXPECT_EQ(region.protect, locked->protect);
        EXPECT(address >= region.base && address - region.base < region.size);
    }
    return there;
}

static void expect_gap(uintptr_t address, uintptr_t start, uintptr_t end)
{
    struct wm_region_gap gap;

    wm_lock_take(&wm_vas_lock);
    wm_region_gap_locked(address, &gap);
    wm_lock_drop(&wm_vas_lock);
    EXPECT_EQ(gap.start, start);
    EXPECT_EQ(gap.end, end);
}

static bool is_free(uintptr_t base, size_t size)
{
    bool result;

    wm_lock_take(&wm_vas_lock);
    result = wm_region_is_free_locked(base, size);
    wm_lock_drop(&wm_vas_lock);
    return result;
}

TEST(a_region_is_found_to_the_byte)
{
    struct wm_region *region = add(START, 0x11000);

    EXPECT(!found(START - 1) && found(START) && found(START + 0x10fff) && !found(START + 0x11000));
    EXPECT(!found(START + 0x1ffff) && !found(START + 0x20000));
    EXPECT_EQ(wm_region_count(), 1);
    drop(region);
    EXPECT(!found(START) && !found(START + 0x10fff));
    EXPECT_EQ(wm_region_count(), 0);
}

TEST(addresses_beyond_the_map_are_nobodys)
{
    struct wm_region *last = add(WM_HIGHEST_ADDRESS + 1 - 0x10000, 0x10000);

    EXPECT(found(WM_HIGHEST_ADDRESS) && !found(WM_HIGHEST_ADDRESS + 1));
    EXPECT(!found(0x800000000000ull) && !found(UINTPTR_MAX) && !found(0));
    expect_gap(0, 0, last->base);
    EXPECT(!is_free(UINTPTR_MAX - 0xffff, 0x10000));
    EXPECT(!is_free(START, UINTPTR_MAX));
    EXPECT(is_free(START, 0x10000) && is_free(START, 0));
}

TEST(gaps_lie_between_neighbours)
{
    struct wm_region *low, *middle, *high;

    expect_gap(START, 0, WM_HIGHEST_ADDRESS + 1);
    low = add(START, 0x1000);
    middle = add(START + 3 * GIB, 2 * GIB);
    high = add(START + 900 * GIB, 0x20000);
    expect_gap(START - 1, 0, START);
    expect_gap(START + 0x1000, START + 0x1000, middle->base); // in the tail of a granule
    expect_gap(START + 0x10000, START + 0x1000, middle->base);
    expect_gap(middle->base - 1, START + 0x1000, middle->base);
    expect_gap(middle->base + 2 * GIB, middle->base + 2 * GIB, high->base);
    expect_gap(high->base + 0x20000, high->base + 0x20000, WM_HIGHEST_ADDRESS + 1);
    EXPECT(is_free(START + 0x10000, 3 * GIB - 0x10000));
    EXPECT(!is_free(START + 0x10000, 3 * GIB));
    EXPECT(!is_free(START, 0x1000) && !is_free(middle->base + GIB, 0x1000));
    drop(middle);
    expect_gap(START + 4 * GIB, START + 0x1000, high->base);
    drop(low);
    drop(high);
}

TEST(huge_regions_cost_little_and_are_found_throughout)
{
    size_t size = 8192 * GIB + 0x30000;
    uint64_t start = unit_cpu_ns();
    struct wm_region *region = add(START + 0x50000, size);
    uint64_t took = unit_cpu_ns() - start;

    for (uint64_t at = 0; at < size; at += 7 * GIB + 0x1000)
        EXPECT(found(START + 0x50000 + at));
    EXPECT(found(START + 0x50000 + size - 1) && !found(START + 0x50000 + size));
    EXPECT(!found(START + 0x4ffff));
    drop(region);
    for (uint64_t at = 0; at < size; at += 7 * GIB + 0x1000)
        EXPECT(!found(START + 0x50000 + at));
    printf("8 TiB inserted in %.1f us\n", (double)took / 1e3);
}

TEST(changes_show_after_publishing)
{
    struct wm_region *region = add(START, 0x10000), copy;

    wm_lock_take(&wm_vas_lock);
    region->protect = 77;
    EXPECT(wm_region_find(START, &copy) && copy.protect != 77);
    wm_region_publish_locked(region);
    EXPECT(wm_region_find(START, &copy) && copy.protect == 77 && !copy.next_free);
    wm_region_remove_locked(region);
    wm_region_publish_locked(region); // not registered: no effect
    EXPECT(!wm_region_find(START, &copy));
    EXPECT(wm_region_insert_locked(region));
    wm_lock_drop(&wm_vas_lock);
    EXPECT(found(START));
}

TEST(without_memory_nothing_changes)
{
    struct wm_region *region;

    wm_lock_take(&wm_vas_lock);
    host_calls_fail_at(1, ENOMEM);
    EXPECT(!wm_region_alloc_locked());
    EXPECT(host_calls_fired());
    region = wm_region_alloc_locked();
    EXPECT(region);
    region->base = START;
    region->size = 0x20000;
    host_calls_fail_at(1, ENOMEM);
    EXPECT(!wm_region_insert_locked(region));
    EXPECT(host_calls_fired());
    EXPECT(!wm_region_find_locked(START) && wm_region_count() == 0);
    EXPECT(wm_region_insert_locked(region));
    wm_lock_drop(&wm_vas_lock);
    EXPECT(found(START + 0x10000));
}

// Against a plain table: random regions of all sizes in a small space and a large one.
enum { MOST = 400 };
static struct wm_region *model[MOST];
static size_t model_count;

static bool model_meets(uintptr_t base, size_t size)
{
    for (size_t i = 0; i < model_count; i++) {
        if (base < model[i]->base + model[i]->size && model[i]->base < base + size)
            return true;
    }
    return false;
}

static void model_check(uintptr_t address)
{
    uintptr_t start = 0, end = WM_HIGHEST_ADDRESS + 1;
    bool there = model_meets(address, 1);

    EXPECT_EQ(found(address), there);
    for (size_t i = 0; i < model_count; i++) {
        uintptr_t after = model[i]->base + model[i]->size;

        if (after <= address && after > start)
            start = after;
        if (model[i]->base > address && model[i]->base < end)
            end = model[i]->base;
    }
    if (!there)
        expect_gap(address, start, end);
}

struct order {
    uintptr_t last;
    size_t count;
};

static bool ascending(struct wm_region *region, void *context)
{
    struct order *order = context;

    EXPECT(order->count == 0 || region->base > order->last);
    order->last = region->base;
    order->count++;
    return true;
}

static void random_regions(uint64_t seed, uint64_t space)
{
    for (int round = 0; round < 20000 / UNIT_SLOW; round++) {
        uintptr_t base = START + unit_random(&seed) % (space >> 16) * 0x10000;
        size_t size = (1 + unit_random(&seed) % (1ull << unit_random(&seed) % 22)) << 12;
        struct order order = {0};

        if (model_count == MOST || (model_count && unit_random(&seed) % 3 == 0)) {
            size_t i = unit_random(&seed) % model_count;

            drop(model[i]);
            model[i] = model[--model_count];
        } else if (!model_meets(base, (size + 0xffff) & ~0xffffull)) {
            EXPECT(is_free(base, size));
            model[model_count++] = add(base, size);
        } else {
            EXPECT_EQ(is_free(base, size), !model_meets(base, size));
        }
        model_check(START + unit_random(&seed) % space);
        model_check(base);
        if (round % 100 == 0) {
            wm_lock_take(&wm_vas_lock);
            wm_region_walk_locked(ascending, &order);
            wm_lock_drop(&wm_vas_lock);
            EXPECT_EQ(order.count, model_count);
            EXPECT_EQ(wm_region_count(), model_count);
        }
    }
    while (model_count)
        drop(model[--model_count]);
}

TEST(random_regions_match_a_model)
{
    random_regions(1, 64ull << 20);
    random_regions(2, 64 * GIB);
    random_regions(3, 64 * 1024 * GIB);
}

// Readers beside a writer that inserts, changes and removes: whatever they see belongs together.
static _Atomic bool stop;
static _Atomic uint64_t reads;

enum { RACED = 64 };

static bool consistent(const struct wm_region *region)
{
    return region->alloc_protect == region->protect && region->offset == region->base * 3 &&
           region->flags == (region->protect ^ 0x5a5a);
}

static void fill(struct wm_region *region, uintptr_t base, uint32_t value)
{
    region->base = base;
    region->size = 0x10000;
    region->protect = region->alloc_protect = value;
    region->flags = value ^ 0x5a5a;
    region->offset = base * 3;
}

static void *read_regions(void *argument)
{
    uint64_t seed = (uintptr_t)argument, count = 0;

    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        uintptr_t address = START + unit_random(&seed) % (RACED << 16);
        struct wm_region region;

        if (wm_region_find(address, &region)) {
            EXPECT(address - region.base < region.size);
            EXPECT(consistent(&region));
        }
        EXPECT(wm_region_find(START - 0x10000, &region)); // is always there
        count += 2;
    }
    atomic_fetch_add(&reads, count);
    return NULL;
}

TEST(readers_see_whole_regions_beside_a_writer)
{
    struct wm_region *regions[RACED] = {0};
    pthread_t readers[2];
    uint64_t seed = 5;

    wm_lock_take(&wm_vas_lock);
    struct wm_region *fixed = wm_region_alloc_locked();
    fill(fixed, START - 0x10000, 1);
    EXPECT(wm_region_insert_locked(fixed));
    wm_lock_drop(&wm_vas_lock);
    for (uintptr_t i = 0; i < 2; i++)
        EXPECT(pthread_create(&readers[i], NULL, read_regions, (void *)(i + 1)) == 0);
    for (uint32_t i = 0; i < 1000000 / UNIT_SLOW; i++) {
        size_t at = unit_random(&seed) % RACED;

        wm_lock_take(&wm_vas_lock);
        if (regions[at] && i % 2) {
            fill(regions[at], regions[at]->base, i);
            wm_region_publish_locked(regions[at]);
        } else if (regions[at]) {
            wm_region_remove_locked(regions[at]);
            wm_region_free_locked(regions[at]);
            regions[at] = NULL;
        } else {
            regions[at] = wm_region_alloc_locked();
            fill(regions[at], START + at * 0x10000, i);
            EXPECT(wm_region_insert_locked(regions[at]));
        }
        wm_lock_drop(&wm_vas_lock);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);
    printf("%llu reads\n", (unsigned long long)reads);
}

// A signal handler that looks while its own thread is writing gets an answer.
static _Atomic uint64_t signals;

static void on_signal(int number)
{
    struct wm_region region;

    (void)number;
    EXPECT(wm_region_find(START - 0x10000, &region));
    if (wm_region_find(START, &region))
        EXPECT(region.base == START && region.size == 0x10000);
    atomic_fetch_add(&signals, 1);
}

TEST(a_handler_on_the_writing_thread_does_not_hang)
{
    struct sigaction action = {.sa_handler = on_signal};
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec often = {{0, 20000}, {0, 20000}};

    add(START - 0x10000, 0x10000);
    EXPECT(sigaction(SIGUSR1, &action, NULL) == 0);
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &often, NULL) == 0);
    for (uint64_t end = unit_now_ns() + 1000000000; unit_now_ns() < end;) {
        for (int i = 0; i < 100; i++)
            drop(add(START, 0x10000));
    }
    timer_delete(timer);
    EXPECT(signals > 0);
    printf("%llu signals\n", (unsigned long long)signals);
}

static double lookup_ns(size_t count)
{
    enum { ROUNDS = 500000 / UNIT_SLOW };
    uint64_t seed = 7, sum = 0, start;
    struct wm_region region;

    start = unit_cpu_ns();
    for (int i = 0; i < ROUNDS; i++) {
        EXPECT(wm_region_find(START + unit_random(&seed) % count * 0x20000 + 0x123, &region));
        sum += region.protect;
    }
    EXPECT(sum != 1);
    return (double)(unit_cpu_ns() - start) / ROUNDS;
}

static double change_ns(size_t count)
{
    enum { ROUNDS = 200000 / UNIT_SLOW };
    uintptr_t base = START + count * 0x20000;
    uint64_t start = unit_cpu_ns();

    for (int i = 0; i < ROUNDS; i++)
        drop(add(base, 0x10000));
    return (double)(unit_cpu_ns() - start) / ROUNDS;
}

TEST(cost_does_not_grow_with_the_number_of_regions)
{
    static const size_t counts[] = {10, 1000, 50000};
    size_t made = 0;
    uint64_t start;

    for (int step = 0; step < 3; step++) {
        start = unit_cpu_ns();
        while (made < counts[step])
            add(START + made++ * 0x20000, 0x10000);
        printf("%zu regions: lookup %.1f ns, insert+remove %.1f ns\n", made, lookup_ns(made),
               change_ns(made));
    }
    start = unit_cpu_ns();
    for (int i = 0; i < 1000; i++)
        drop(add(START - 4 * GIB + 0x10000, GIB));
    printf("1 GiB: insert+remove %.1f us\n", (double)(unit_cpu_ns() - start) / 1e6);
}
