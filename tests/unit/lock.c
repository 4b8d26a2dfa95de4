// SPDX-License-Identifier: MIT
// Locks and their ranks. protocol: --list
#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lock.h"

static struct wm_lock vas = WM_LOCK_INIT(WM_RANK_VAS);
static struct wm_lock file = WM_LOCK_INIT(WM_RANK_FILE);
static struct wm_lock other_file = WM_LOCK_INIT(WM_RANK_FILE);

static bool dies(void (*body)(void))
{
    pid_t pid = fork();
    int status;

    EXPECT(pid >= 0);
    if (pid == 0) {
        fclose(stderr);
        close(STDERR_FILENO);
        body();
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(ascending_ranks_are_allowed_and_dropped_in_any_order)
{
    wm_lock_take(&vas);
    wm_lock_take(&file);
    wm_lock_drop(&vas);
    EXPECT(wm_lock_rank_held(WM_RANK_FILE));
    wm_lock_drop(&file);
    wm_lock_take(&vas);
    wm_lock_drop(&vas);
}

#if defined(WM_ASSERTS)
static void invert(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&file);
    wm_lock_take(&vas);
}

static void take_two_of_a_rank(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&file);
    wm_lock_take(&other_file);
}

static void drop_unheld(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&file);
}

TEST(inversion_ends_the_process)
{
    EXPECT(dies(invert));
}

TEST(two_locks_of_one_rank_end_the_process)
{
    EXPECT(dies(take_two_of_a_rank));
}

TEST(dropping_what_is_not_held_ends_the_process)
{
    EXPECT(dies(drop_unheld));
}

TEST(rank_held_tells_per_thread)
{
    EXPECT(!wm_lock_rank_held(WM_RANK_VAS));
    wm_lock_take(&vas);
    EXPECT(wm_lock_rank_held(WM_RANK_VAS));
    EXPECT(!wm_lock_rank_held(WM_RANK_FILE));
    wm_lock_drop(&vas);
    EXPECT(!wm_lock_rank_held(WM_RANK_VAS));
}
#endif

static void take_two_for_a_fork(void) WM_UNCHECKED_LOCKING
{
    wm_lock_fork_begin();
    wm_lock_take(&file);
    wm_lock_take(&other_file);
    wm_lock_reset(&other_file);
    wm_lock_drop(&file);
    wm_lock_fork_end(true);
    wm_lock_take(&vas);
    wm_lock_take(&other_file);
}

TEST(fork_handlers_take_several_of_a_rank_and_reset_them)
{
    EXPECT(!dies(take_two_for_a_fork));
}

static void *try_it(void *result)
{
    bool *taken = result;

    *taken = false;
    if (wm_lock_try(&vas)) {
        *taken = true;
        wm_lock_drop(&vas);
    }
    return NULL;
}

TEST(try_fails_while_another_thread_holds_it)
{
    pthread_t thread;
    bool taken = true;

    wm_lock_take(&vas);
    EXPECT(pthread_create(&thread, NULL, try_it, &taken) == 0);
    pthread_join(thread, NULL);
    EXPECT(!taken);
    wm_lock_drop(&vas);
    EXPECT(pthread_create(&thread, NULL, try_it, &taken) == 0);
    pthread_join(thread, NULL);
    EXPECT(taken);
}

static long counter;

static void *count(void *argument)
{
    for (int i = 0; i < 20000 / UNIT_SLOW; i++) {
        wm_lock_take(&file);
        counter++;
        wm_lock_drop(&file);
    }
    return argument;
}

TEST(lock_excludes)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        EXPECT(pthread_create(&threads[i], NULL, count, NULL) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQ(counter, 4 * (20000 / UNIT_SLOW));
}
