// SPDX-License-Identifier: MIT
// What a contestant of the benchmark looks like, and what it may ask of the driver.
//
// A side is one way to do the work of a case: through winmem (files win32_*.c: plain <windows.h>,
// so that the same source runs under Wine) or by hand with system calls (files raw_*.c).
#ifndef WINMEM_BENCH_H
#define WINMEM_BENCH_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_PAGE 4096u
#define BENCH_VIEW 65536u
#define BENCH_READ 1048576u // the buffer of ReadFile and read(2) when they scan

enum bench_touch { BENCH_LEAVE, BENCH_TOUCH_READ, BENCH_TOUCH_WRITE, BENCH_TOUCH_ALL };
enum bench_scan { BENCH_FRESH, BENCH_AGAIN, BENCH_COLD };

struct bench_config {
    const char *file; // exists, in the page cache, filled with non-zero bytes
    uint64_t size;    // of the file, bytes
    size_t views;     // live ones, where a case has them
    int touch;        // enum bench_touch
    int scan;         // enum bench_scan
};

// open: what is not timed; NULL when this machine can't (then the column says n/a).
// run: the work, so many times, between bench_start() and bench_stop().
struct bench_side {
    const char *name;
    void *(*open)(const struct bench_config *config);
    void (*run)(void *state, size_t times);
    void (*close)(void *state);
};

// NULL when there is no such side.
const struct bench_side *bench_win32_side(const char *name);
const struct bench_side *bench_raw_side(const char *name);

// What this program is when a Win32 side starts it as a second process (win32_peer.c): returns the
// exit code, or -1 when it isn't one.
int bench_win32_peer(int argc, char **argv);

// Given by the driver. The pair may be called many times in one run; the times add up.
void bench_start(void);
void bench_stop(void);
// Writes the file's dirty pages and drops it from the page cache (best effort; not timed).
void bench_drop_cache(const char *file);
void bench_fail(const char *what, unsigned long error) __attribute__((noreturn));

// One byte of each page, or one word of each cache line, such that no compiler drops it.
static inline void bench_touch_byte(volatile unsigned char *at, int touch)
{
    if (touch == BENCH_TOUCH_READ)
        (void)*at;
    else if (touch == BENCH_TOUCH_WRITE)
        *at = 1;
}

// A byte at the beginning, or of every page.
static inline void bench_touch(unsigned char *view, size_t size, int touch)
{
    if (touch != BENCH_TOUCH_ALL)
        bench_touch_byte(view, touch);
    else
        for (size_t at = 0; at < size; at += BENCH_PAGE)
            bench_touch_byte(view + at, BENCH_TOUCH_READ);
}

static inline void bench_sum(const void *from, size_t size)
{
    const uint64_t *word = (const uint64_t *)from;
    uint64_t sum[4] = {0};

    for (size_t i = 0; i < size / sizeof *word; i += 32) {
        sum[0] += word[i];
        sum[1] += word[i + 8];
        sum[2] += word[i + 16];
        sum[3] += word[i + 24];
    }
    __asm__ volatile("" : : "r"(sum[0] + sum[1] + sum[2] + sum[3]));
}

// Which of `count` things to use at step i: every one in turn, but not in order.
static inline size_t bench_spread(size_t i, size_t count)
{
    return (size_t)(i * 7919u % count);
}

#endif
