// SPDX-License-Identifier: MIT
// The cases: which two sides are compared, on what, and the goal.
#ifndef WINMEM_BENCH_CASES_H
#define WINMEM_BENCH_CASES_H

#include "bench.h"

#define NO_CALLS (-1)

enum bench_flags {
    BENCH_SLOW = 1,      // fewer rounds, each the least possible number of times
    BENCH_NO_WINE = 2,   // would take Wine minutes
    BENCH_ALONE = 4,     // no room for all sides at once: of mappings, or of processors
    BENCH_UNCOUNTED = 8, // would take the counting minutes
    BENCH_NINEFOLD = 16, // the goal is a ninth of Wine's time, too
};

struct bench_case {
    const char *id, *name, *win32, *raw;
    uint64_t size; // of the file, bytes; 0: as the user wants for scans
    size_t views;
    int touch, scan;
    size_t divide;     // operations in one time; 0: one
    double goal_ratio; // to raw, at most; 0: none
    double goal_ns;    // at most; 0: none
    int goal_calls;    // more system calls than raw, at most
    unsigned flags;
};

extern const struct bench_case bench_cases[];
extern const size_t bench_case_count;

struct bench_config bench_config_of(const struct bench_case *c, const char *file,
                                    uint64_t scan_bytes);

#endif
