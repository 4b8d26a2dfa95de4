// SPDX-License-Identifier: MIT
// fork() at any moment: the child has working locks, tables and no ghosts. protocol: --list
#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>

#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/vm/place.h"
#include "nt/vm/region.h"

static _Atomic uint32_t cleanups, destroys, resets;

static void on_cleanup(struct wm_object *object)
{
    (void)object;
    atomic_fetch_add(&cleanups, 1);
}

static void on_destroy(struct wm_object *object)
{
    (void)object;
    atomic_fetch_add(&destroys, 1);
}

struct locked {
    struct wm_object object;
    struct wm_lock lock;
};

static void on_fork_child(struct wm_object *object)
{
    atomic_fetch_add(&resets, 1);
    wm_lock_reset(&((struct locked *)object)->lock);
}

static const struct wm_object_type type = {
    .kind = WM_KIND_EVENT,
    .name = "Event",
    .valid = 1,
    .cleanup = on_cleanup,
    .destroy = on_destroy,
    .fork_child = on_fork_child,
};

// No malloc: a sanitizer's is not safe in the child of a fork.
static struct locked *make(HANDLE *handle)
{
    static struct locked pool[1 << 16];
    static _Atomic uint32_t next;
    struct locked *made = &pool[atomic_fetch_add(&next, 1) % (1 << 16)];

    wm_object_init(&made->object, &type);
    wm_lock_init(&made->lock, WM_RANK_FILE);
    EXPECT_EQ(wm_handle_insert(&made->object, 1, 0, handle), STATUS_SUCCESS);
    wm_object_put(&made->object);
    return made;
}

// Waits for the child; it ended well.
static void join_child(pid_t pid)
{
    int status;

    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static pid_t fork_or_fail(void)
{
    pid_t pid = fork();

    EXPECT(pid >= 0);
    if (pid == 0)
        alarm(60); // a hang is a failure
    return pid;
}

// A thread that stays in the middle of a use, with the object's lock held, until told.
static _Atomic int stage;
static struct locked *busy_object;
static HANDLE busy_handle;

static void *stay_busy(void *argument) WM_UNCHECKED_LOCKING
{
    struct wm_handle_use use;

    (void)argument;
    EXPECT_EQ(wm_handle_use(busy_handle, WM_KIND_EVENT, 1, &use), STATUS_SUCCESS);
    wm_lock_take(&busy_object->lock);
    atomic_store(&stage, 1);
    while (atomic_load(&stage) != 2)
        usleep(100);
    wm_lock_drop(&busy_object->lock);
    wm_handle_end(&use);
    return NULL;
}

static pthread_t make_busy(void)
{
    pthread_t thread;

    busy_object = make(&busy_handle);
    EXPECT(pthread_create(&thread, NULL, stay_busy, NULL) == 0);
    while (atomic_load(&stage) != 1)
        usleep(100);
    return thread;
}

TEST(the_child_forgets_uses_and_locks_of_other_threads)
{
    pthread_t thread = make_busy();
    pid_t pid = fork_or_fail();

    if (pid == 0) {
        EXPECT(resets == 1);
        wm_lock_take(&busy_object->lock);
        wm_lock_drop(&busy_object->lock);
        EXPECT_EQ(wm_handle_close(busy_handle), STATUS_SUCCESS);
        EXPECT(cleanups == 1 && destroys == 1); // no ghost keeps it
        _exit(0);
    }
    join_child(pid);
    EXPECT_EQ(wm_handle_close(busy_handle), STATUS_SUCCESS);
    EXPECT(cleanups == 0 && resets == 0);
    atomic_store(&stage, 2);
    pthread_join(thread, NULL);
    EXPECT(cleanups == 1 && destroys == 1);
}

TEST(the_child_finishes_a_close_that_waits_for_another_thread)
{
    pthread_t thread = make_busy();
    pid_t pid;

    EXPECT_EQ(wm_handle_close(busy_handle), STATUS_SUCCESS);
    EXPECT(cleanups == 0);
    pid = fork_or_fail();
    if (pid == 0) {
        EXPECT(cleanups == 1 && destroys == 1);
        _exit(0);
    }
    join_child(pid);
    EXPECT(cleanups == 0);
    atomic_store(&stage, 2);
    pthread_join(thread, NULL);
    EXPECT(cleanups == 1);
}

TEST(a_fork_inside_an_own_use_keeps_it)
{
    struct wm_handle_use use;
    HANDLE handle;
    pid_t pid;

    make(&handle);
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_EVENT, 1, &use), STATUS_SUCCESS);
    pid = fork_or_fail();
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
    EXPECT(cleanups == 0);
    wm_handle_end(&use);
    EXPECT(cleanups == 1 && destroys == 1);
    if (pid == 0)
        _exit(0);
    join_child(pid);
}

TEST(the_count_changes_on_both_sides)
{
    uint32_t before;
    pid_t pid;

    wm_runtime_start();
    before = wm_fork_count();
    pid = fork_or_fail();
    EXPECT(wm_fork_count() != before);
    if (pid == 0) {
        before = wm_fork_count();
        pid = fork_or_fail();
        EXPECT(wm_fork_count() != before);
        if (pid)
            join_child(pid);
        _exit(0);
    }
    join_child(pid);
}

// Everything goes on while forks happen; each child uses everything, too.
static _Atomic bool stop;

static void use_everything(uint64_t *seed)
{
    struct wm_place_request request = {.size = 1 + unit_random(seed) % 1000000};
    struct wm_handle_use use;
    struct wm_region *region, copy;
    HANDLE handle;
    uintptr_t base;

    make(&handle);
    EXPECT_EQ(wm_handle_use(handle, WM_KIND_ANY, 0, &use), STATUS_SUCCESS);
    wm_handle_end(&use);
    wm_lock_take(&wm_vas_lock);
    base = wm_place_take_locked(&request);
    region = wm_region_alloc_locked();
    EXPECT(base && region);
    region->base = base;
    region->size = (request.size + 4095) & ~4095ull;
    EXPECT(wm_region_insert_locked(region));
    wm_lock_drop(&wm_vas_lock);
    EXPECT(wm_region_find(base, &copy) && copy.base == base);
    wm_lock_take(&wm_vas_lock);
    wm_region_remove_locked(region);
    wm_region_free_locked(region);
    wm_place_return_locked(base, request.size);
    wm_lock_drop(&wm_vas_lock);
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
}

static void *go_on(void *argument)
{
    uint64_t seed = (uintptr_t)argument;

    while (!atomic_load_explicit(&stop, memory_order_relaxed))
        use_everything(&seed);
    return NULL;
}

TEST(forks_in_the_middle_of_everything)
{
    pthread_t threads[3];
    uint64_t seed = 9;

    for (uintptr_t i = 0; i < 3; i++)
        EXPECT(pthread_create(&threads[i], NULL, go_on, (void *)(i + 1)) == 0);
    for (int round = 0; round < 200 / UNIT_SLOW; round++) {
        pid_t pid = fork_or_fail();

        if (pid == 0) {
            for (int i = 0; i < 20; i++)
                use_everything(&seed);
            wm_lock_take(&wm_vas_lock);
            wm_place_validate_locked();
            wm_lock_drop(&wm_vas_lock);
            if (round % 10 == 0) { // a grandchild, too
                pid = fork_or_fail();
                if (pid)
                    join_child(pid);
                else
                    use_everything(&seed);
            }
            _exit(0);
        }
        join_child(pid);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

// Threads fork at the same time.
static void *fork_often(void *argument)
{
    uint64_t seed = (uintptr_t)argument;

    for (int i = 0; i < 50 / UNIT_SLOW; i++) {
        pid_t pid = fork_or_fail();

        if (pid == 0) {
            use_everything(&seed);
            _exit(0);
        }
        join_child(pid);
    }
    return NULL;
}

TEST(threads_fork_at_the_same_time)
{
    pthread_t threads[3];

    for (uintptr_t i = 0; i < 3; i++)
        EXPECT(pthread_create(&threads[i], NULL, fork_often, (void *)(i + 1)) == 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

// The very first call, by several threads and a fork at once.
TEST(fork_beside_the_first_call)
{
    for (int round = 0; round < 30; round++) {
        pid_t pid = fork_or_fail(); // each round starts without winmem

        if (pid == 0) {
            pthread_t thread;
            uint64_t seed = 1;

            EXPECT(pthread_create(&thread, NULL, fork_often, (void *)1) == 0);
            use_everything(&seed);
            pthread_join(thread, NULL);
            _exit(0);
        }
        join_child(pid);
    }
}
