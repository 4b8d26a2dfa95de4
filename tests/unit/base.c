// SPDX-License-Identifier: MIT
// Assertions and checked arithmetic. protocol: --list
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/checked.h"

static void break_an_invariant(void)
{
    wm_check(1 == 2);
}

// Runs `body` in a child whose standard error goes to `text`; returns the wait status.
static int run_caught(void (*body)(void), char *text, size_t size)
{
    int pipes[2], status;
    ssize_t got;
    pid_t pid;

    EXPECT(pipe(pipes) == 0);
    pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        dup2(pipes[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(pipes[1]);
    got = read(pipes[0], text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    close(pipes[0]);
    EXPECT(waitpid(pid, &status, 0) == pid);
    return status;
}

TEST(broken_invariant_ends_the_process_and_is_named)
{
    char text[512];
    int status = run_caught(break_an_invariant, text, sizeof text);

    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    EXPECT(strstr(text, "1 == 2"));
    EXPECT(strstr(text, "base.c:"));
}

static void panic_with_long_text(void)
{
    char text[2000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    wm_panic(text, "file", 1);
}

TEST(panic_survives_a_text_longer_than_its_buffer)
{
    char text[512];
    int status = run_caught(panic_with_long_text, text, sizeof text);

    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    EXPECT(strstr(text, "xxx"));
}

TEST(sums_and_products_are_checked)
{
    uint64_t sum;
    size_t size;

    EXPECT(wm_add_u64(1, 2, &sum) && sum == 3);
    EXPECT(!wm_add_u64(UINT64_MAX, 1, &sum));
    EXPECT(wm_add_size(SIZE_MAX - 1, 1, &size) && size == SIZE_MAX);
    EXPECT(!wm_add_size(SIZE_MAX, 1, &size));
    EXPECT(wm_mul_size(1u << 31, 2, &size) && size == 1ull << 32);
    EXPECT(!wm_mul_size((size_t)1 << 63, 2, &size));
}

TEST(rounding_up_fails_where_it_does_not_fit)
{
    uint64_t result;

    EXPECT(wm_round_up(0, 4096, &result) && result == 0);
    EXPECT(wm_round_up(1, 4096, &result) && result == 4096);
    EXPECT(wm_round_up(4096, 4096, &result) && result == 4096);
    EXPECT(!wm_round_up(UINT64_MAX - 4094, 4096, &result));
    EXPECT(wm_round_down(4097, 4096) == 4096);
}
