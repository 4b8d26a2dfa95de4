// SPDX-License-Identifier: MIT
// A harness for unit tests that need internals but no Win32: `prog --list`, `prog NAME`.
// A test program says "// protocol: --list" at its top, by which the build knows its kind.
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct unit_case {
    const char *name;
    void (*run)(void);
    struct unit_case *next;
};

static struct unit_case *unit_cases;

// TEST(name) { body }: one test, which runs in a process of its own.
#define TEST(id)                                                 \
    static void id(void);                                        \
    static struct unit_case unit_case_##id = {#id, id, NULL};    \
    __attribute__((constructor)) static void unit_add_##id(void) \
    {                                                            \
        unit_case_##id.next = unit_cases;                        \
        unit_cases = &unit_case_##id;                            \
    }                                                            \
    static void id(void)

// Ends the test when the condition does not hold; in forked children and threads too.
#define EXPECT(condition)                                                           \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            fflush(stderr);                                                         \
            _Exit(1);                                                               \
        }                                                                           \
    } while (0)

// As EXPECT(got == want) for integers, but shows both.
#define EXPECT_EQ(got, want)                                                                   \
    do {                                                                                       \
        unsigned long long got_ = (unsigned long long)(got);                                   \
        unsigned long long want_ = (unsigned long long)(want);                                 \
        if (got_ != want_) {                                                                   \
            fprintf(stderr, "%s:%d: %s is 0x%llx, expected 0x%llx (%s)\n", __FILE__, __LINE__, \
                    #got, got_, want_, #want);                                                 \
            fflush(stderr);                                                                    \
            _Exit(1);                                                                          \
        }                                                                                      \
    } while (0)

// Instrumented builds do a fraction of the rounds.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define UNIT_SLOW 10
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define UNIT_SLOW 10
#endif
#endif
#ifndef UNIT_SLOW
#define UNIT_SLOW 1
#endif

// A reproducible sequence; `*state` starts with anything.
static inline uint64_t unit_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15ull);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

static inline uint64_t unit_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Processor time of the calling thread: what a cost is measured in beside other tests.
static inline uint64_t unit_cpu_ns(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--list")) {
        for (struct unit_case *c = unit_cases; c; c = c->next)
            printf("%s\t\t\n", c->name);
        return 0;
    }
    for (struct unit_case *c = unit_cases; argc == 2 && c; c = c->next) {
        if (!strcmp(c->name, argv[1])) {
            c->run();
            return 0;
        }
    }
    fprintf(stderr, "usage: %s CASE | --list\n", argv[0]);
    return 2;
}

#endif
