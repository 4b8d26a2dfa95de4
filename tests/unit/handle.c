// SPDX-License-Identifier: MIT
// The handle table. protocol: --list
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include <winternl.h>
#include <ntstatus.h>
#include <handleapi.h>

#include "host/fault.h"
#include "nt/object/handle.h"
#include "nt/runtime.h"

#define ALIVE 0xA11FEu
#define DEAD  0xDEADu

struct thing {
    struct wm_object object;
    _Atomic uint32_t state;
    _Atomic uint32_t cleanups;
};

static _Atomic uint32_t destroyed;

static void thing_cleanup(struct wm_object *object)
{
    atomic_fetch_add(&((struct thing *)object)->cleanups, 1);
}

// The memory is kept: a test looks at what a late reader would see.
static void thing_destroy(struct wm_object *object)
{
    atomic_store(&((struct thing *)object)->state, DEAD);
    atomic_fetch_add(&destroyed, 1);
}

static const struct wm_object_type event_type = {
    .kind = WM_KIND_EVENT,
    .name = "Event",
    .map = {.GenericRead = 1, .GenericWrite = 2, .GenericExecute = 4, .GenericAll = 0x1f},
    .valid = 0x1f,
    .cleanup = thing_cleanup,
    .destroy = thing_destroy,
};

static const struct wm_object_type file_like_type = {
    .kind = WM_KIND_FILE,
    .name = "File",
    .map = {.GenericRead = 1, .GenericWrite = 2, .GenericExecute = 4, .GenericAll = 0x1f},
    .valid = 0x1f,
    .destroy = thing_destroy,
};

static void thing_init(struct thing *thing, const struct wm_object_type *type)
{
    wm_object_init(&thing->object, type);
    atomic_init(&thing->state, ALIVE);
    atomic_init(&thing->cleanups, 0);
}

// A handle that is all there is to the thing.
static HANDLE open_thing(struct thing *thing, ACCESS_MASK granted)
{
    HANDLE handle;

    thing_init(thing, &event_type);
    EXPECT_EQ(wm_handle_insert(&thing->object, granted, 0, &handle), STATUS_SUCCESS);
    wm_object_put(&thing->object);
    return handle;
}

TEST(handle_values_are_31_bits_and_a_multiple_of_4)
{
    static struct thing things[300];
    struct wm_handle_use use;

    for (int i = 0; i < 300; i++) {
        HANDLE handle = open_thing(&things[i], 3);

        EXPECT(handle && (uintptr_t)handle % 4 == 0 && (uintptr_t)handle >> 31 == 0);
        EXPECT_EQ(wm_handle_use(handle, WM_KIND_EVENT, 1, &use), STATUS_SUCCESS);
        EXPECT(use.object == &things[i].object && use.granted == 3);
        wm_handle_end(&use);
    }
}

TEST(wrong_handles_are_refused)
{
    static const uintptr_t wrong[] = {0,          1,          2,           3,        5,
                                      0x7ffffffc, 0x80000004, 0x123456789, 1u << 20, ~(uintptr_t)2};
    struct thing thing;
    struct wm_handle_use use;
    HANDLE handle = open_thing(&thing, 1);

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_EQ(wm_handle_use((HANDLE)wrong[i], WM_KIND_ANY, 0, &use), STATUS_INVALID_HANDLE);
        EXPECT_EQ(wm_handle_close((HANDLE)wrong[i]), STATUS_INVALID_HANDLE);
        EXPECT_EQ(wm_handle_set_flags((HANDLE)wrong[i], 1, 1), STATUS_INVALID_HANDLE);
    }
    for (int bit = 0; bit < 2; bit++)
        EXPECT_EQ(wm_handle_use((HANDLE)((uintptr_t)handle | 1u << bit), WM_KIND_ANY, 0, &use),
                  STATUS_INVALID_HANDLE);
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_FILE, 0, &use), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_EVENT, 3, &use), STATUS_ACCESS_DENIED);
    // The kind is judged first, and no failure keeps the slot pinned.
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_FILE, 3, &use), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
    EXPECT_EQ(thing.state, DEAD);
    EXPECT_EQ(wm_handle_close(handle), STATUS_INVALID_HANDLE);
}

TEST(close_waits_for_the_last_use_before_cleanup)
{
    struct thing thing;
    struct wm_handle_use use, late;
    HANDLE handle = open_thing(&thing, 1);

    EXPECT_EQ(wm_handle_use(handle, WM_KIND_EVENT, 0, &use), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_EVENT, 0, &late), STATUS_INVALID_HANDLE);
    EXPECT_EQ(wm_handle_close(handle), STATUS_INVALID_HANDLE);
    EXPECT(thing.cleanups == 0 && thing.state == ALIVE);
    wm_handle_end(&use);
    EXPECT(thing.cleanups == 1 && thing.state == DEAD);
}

TEST(cleanup_comes_with_the_last_handle_and_destroy_with_the_last_reference)
{
    struct thing thing;
    HANDLE first = open_thing(&thing, 1), second;

    EXPECT_EQ(wm_handle_duplicate(first, 0, 0, DUPLICATE_SAME_ACCESS, &second), STATUS_SUCCESS);
    wm_object_get(&thing.object);
    EXPECT_EQ(wm_handle_close(first), STATUS_SUCCESS);
    EXPECT(thing.cleanups == 0);
    EXPECT_EQ(wm_handle_close(second), STATUS_SUCCESS);
    EXPECT(thing.cleanups == 1 && thing.state == ALIVE);
    wm_object_put(&thing.object);
    EXPECT(thing.state == DEAD);
}

TEST(protected_handles_stay)
{
    struct thing thing;
    HANDLE handle = open_thing(&thing, 1);
    ULONG flags;

    EXPECT_EQ(wm_handle_set_flags(handle, 3, 3), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_get_flags(handle, &flags), STATUS_SUCCESS);
    EXPECT_EQ(flags, 3);
    EXPECT_EQ(wm_handle_close(handle), STATUS_HANDLE_NOT_CLOSABLE);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_HANDLE_NOT_CLOSABLE), 6);
    EXPECT_EQ(wm_handle_set_flags(handle, 2, 0), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_get_flags(handle, &flags), STATUS_SUCCESS);
    EXPECT_EQ(flags, 1);
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_get_flags(handle, &flags), STATUS_INVALID_HANDLE);
}

TEST(duplicates_have_the_access_asked_for)
{
    struct thing thing;
    struct wm_handle_use use;
    HANDLE source = open_thing(&thing, 1), other;

    EXPECT_EQ(wm_handle_duplicate(source, GENERIC_WRITE, 1, 0, &other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(other, WM_KIND_EVENT, 2, &use), STATUS_SUCCESS);
    EXPECT_EQ(use.granted, 2);
    wm_handle_end(&use);
    EXPECT_EQ(wm_handle_close(other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_duplicate(source, MAXIMUM_ALLOWED, 0, 0, &other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(other, WM_KIND_EVENT, 0x1f, &use), STATUS_SUCCESS);
    wm_handle_end(&use);
    EXPECT_EQ(wm_handle_close(other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_duplicate(source, 0x20, 0, 0, &other), STATUS_ACCESS_DENIED);
    EXPECT_EQ(wm_handle_duplicate(source, 0, 0, 0, &other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(other, WM_KIND_EVENT, 1, &use), STATUS_ACCESS_DENIED);
}

TEST(duplicates_of_files_never_gain_access)
{
    struct thing thing;
    HANDLE source, other;

    thing_init(&thing, &file_like_type);
    EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &source), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_duplicate(source, 3, 0, 0, &other), STATUS_ACCESS_DENIED);
    EXPECT_EQ(wm_handle_duplicate(source, MAXIMUM_ALLOWED, 0, 0, &other), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_duplicate(source, GENERIC_READ, 0, 0, &other), STATUS_SUCCESS);
}

TEST(close_source_closes_whatever_happens)
{
    struct thing thing;
    HANDLE first = open_thing(&thing, 1), second, third = NULL;

    EXPECT_EQ(
        wm_handle_duplicate(first, 0, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE, &second),
        STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_close(first), STATUS_INVALID_HANDLE);
    EXPECT(thing.cleanups == 0);
    EXPECT_EQ(wm_handle_duplicate(second, 0x100, 0, DUPLICATE_CLOSE_SOURCE, &third),
              STATUS_ACCESS_DENIED);
    EXPECT(third == NULL && thing.cleanups == 1);
}

static struct thing current_process = {.object = {.references = 1}};
static const struct wm_object_type process_type = {
    .kind = WM_KIND_PROCESS, .name = "Process", .valid = 0x1fffff, .destroy = thing_destroy};

static struct wm_object *get_process(void)
{
    return &current_process.object;
}

TEST(pseudo_handles_are_the_current_process_and_thread)
{
    struct wm_handle_use use;
    HANDLE real;
    ULONG flags = 7;

    current_process.object.type = &process_type;
    wm_handle_current_process = NULL;
    EXPECT_EQ(wm_handle_use((HANDLE)-1, WM_KIND_ANY, 0, &use), STATUS_INVALID_HANDLE);
    wm_handle_current_process = get_process;
    EXPECT_EQ(wm_handle_use((HANDLE)-1, WM_KIND_PROCESS, 0x1fffff, &use), STATUS_SUCCESS);
    EXPECT(use.object == &current_process.object);
    wm_handle_end(&use);
    EXPECT_EQ(wm_handle_use((HANDLE)-1, WM_KIND_THREAD, 0, &use), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(wm_handle_close((HANDLE)-1), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_get_flags((HANDLE)-1, &flags), STATUS_SUCCESS);
    EXPECT_EQ(flags, 0);
    EXPECT_EQ(wm_handle_set_flags((HANDLE)-1, 1, 1), STATUS_INVALID_HANDLE);
    EXPECT_EQ(wm_handle_duplicate((HANDLE)-1, 0, 0, DUPLICATE_SAME_ACCESS, &real), STATUS_SUCCESS);
    EXPECT((uintptr_t)real >> 31 == 0);
    EXPECT_EQ(wm_handle_use(real, WM_KIND_PROCESS, 0x1fffff, &use), STATUS_SUCCESS);
    wm_handle_end(&use);
    EXPECT_EQ(wm_handle_close(real), STATUS_SUCCESS);
}

TEST(a_stale_handle_is_refused_through_thousands_of_opens)
{
    enum { OLD = 4096 };
    static struct thing thing;
    static HANDLE old[OLD];
    struct wm_handle_use use;

    for (int i = 0; i < 200000 / UNIT_SLOW; i++) {
        HANDLE handle = open_thing(&thing, 1);

        EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
        for (int back = 0; back < 3; back++) {
            HANDLE stale = old[(i * 7 + back * 1371) % OLD];

            if (stale)
                EXPECT_EQ(wm_handle_use(stale, WM_KIND_ANY, 0, &use), STATUS_INVALID_HANDLE);
        }
        old[i % OLD] = handle;
    }
}

TEST(the_full_table_refuses_and_recovers)
{
    static struct thing thing;
    enum { ALL = (1 << 20) - 1 };
    HANDLE last = NULL, handle;
    struct wm_handle_table_layout layout;

    thing_init(&thing, &event_type);
    wm_handle_table_describe(&layout);
    for (int i = *(const uint32_t *)layout.used - 1; i < ALL; i++)
        EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &last), STATUS_SUCCESS);
    EXPECT_EQ(thing.object.handles, ALL);
    handle = (HANDLE)77;
    EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &handle), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT(handle == (HANDLE)77);
    EXPECT_EQ(thing.object.handles, ALL);
    EXPECT_EQ(wm_handle_close(last), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &handle), STATUS_SUCCESS);
    EXPECT(handle != last); // the same slot, the next generation
    EXPECT_EQ(wm_handle_close(last), STATUS_INVALID_HANDLE);
}

struct seen {
    HANDLE handle;
    int count;
};

static bool look_for(const struct wm_handle_info *info, void *context)
{
    struct seen *seen = context;

    if (info->handle == seen->handle) {
        EXPECT(info->granted == 5 && info->flags == 1 && info->object);
        seen->count++;
    }
    return true;
}

TEST(without_memory_for_the_table_the_next_try_works)
{
    static struct thing thing;
    HANDLE handle = NULL;

    thing_init(&thing, &event_type);
    wm_runtime_start();
    host_calls_fail_at(1, ENOMEM);
    EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &handle), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT(host_calls_fired() && !handle && thing.object.handles == 0);
    EXPECT_EQ(wm_handle_insert(&thing.object, 1, 0, &handle), STATUS_SUCCESS);
}

TEST(walk_shows_open_handles_once)
{
    static struct thing first, second;
    HANDLE closed = open_thing(&first, 1);
    struct seen seen = {.handle = open_thing(&second, 5)};

    EXPECT_EQ(wm_handle_set_flags(seen.handle, 1, 1), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_close(closed), STATUS_SUCCESS);
    wm_handle_walk(look_for, &seen);
    EXPECT_EQ(seen.count, 1);
    seen.handle = closed;
    seen.count = 0;
    wm_handle_walk(look_for, &seen);
    EXPECT_EQ(seen.count, 0);
}

// Writers replace published handles while readers use them: no reader may ever hold a dead thing,
// and every thing dies in the end.
enum { PUBLISHED = 16, THINGS = 1 << 18 };
static struct thing *things;
static _Atomic(HANDLE) published[PUBLISHED];
static _Atomic bool stop;
static _Atomic uint64_t uses;

static void *read_handles(void *argument)
{
    uint64_t seed = (uintptr_t)argument, count = 0;

    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        HANDLE handle = atomic_load(&published[unit_random(&seed) % PUBLISHED]);
        struct wm_handle_use use;

        if (!handle || wm_handle_use(handle, WM_KIND_EVENT, 1, &use) != STATUS_SUCCESS)
            continue;
        EXPECT_EQ(((struct thing *)use.object)->state, ALIVE);
        wm_handle_end(&use);
        count++;
    }
    atomic_fetch_add(&uses, count);
    return NULL;
}

static void *replace_handles(void *argument)
{
    uint64_t seed = (uintptr_t)argument * 1000;
    size_t half = THINGS / 2 / UNIT_SLOW;
    struct thing *mine = things + ((uintptr_t)argument - 1) * half;

    for (size_t i = 0; i < half; i++) {
        HANDLE handle = open_thing(&mine[i], 1), old;

        old = atomic_exchange(&published[unit_random(&seed) % PUBLISHED], handle);
        if (old)
            EXPECT_EQ(wm_handle_close(old), STATUS_SUCCESS);
    }
    return NULL;
}

TEST(readers_never_see_a_dead_object)
{
    pthread_t readers[2], writers[2];

    things = calloc(THINGS, sizeof *things);
    for (uintptr_t i = 0; i < 2; i++) {
        EXPECT(pthread_create(&readers[i], NULL, read_handles, (void *)(i + 1)) == 0);
        EXPECT(pthread_create(&writers[i], NULL, replace_handles, (void *)(i + 1)) == 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(writers[i], NULL);
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);
    for (int i = 0; i < PUBLISHED; i++) {
        if (published[i])
            EXPECT_EQ(wm_handle_close(published[i]), STATUS_SUCCESS);
    }
    EXPECT_EQ(destroyed, 2 * (THINGS / 2 / UNIT_SLOW));
    printf("%llu uses beside %d opens and closes\n", (unsigned long long)uses, THINGS / UNIT_SLOW);
}

TEST(cost_of_a_use)
{
    enum { ROUNDS = 2000000 / UNIT_SLOW };
    static struct thing thing;
    HANDLE handle = open_thing(&thing, 1);
    struct wm_handle_use use;
    uint64_t start = unit_cpu_ns(), opened;

    for (int i = 0; i < ROUNDS; i++) {
        EXPECT(wm_handle_use(handle, WM_KIND_EVENT, 1, &use) == STATUS_SUCCESS);
        wm_handle_end(&use);
    }
    opened = unit_cpu_ns();
    printf("use+end %.1f ns\n", (double)(opened - start) / ROUNDS);
    for (int i = 0; i < ROUNDS; i++) {
        EXPECT(wm_handle_insert(&thing.object, 1, 0, &handle) == STATUS_SUCCESS);
        EXPECT(wm_handle_close(handle) == STATUS_SUCCESS);
    }
    printf("open+close %.1f ns\n", (double)(unit_cpu_ns() - opened) / ROUNDS);
}
