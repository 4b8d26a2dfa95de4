// SPDX-License-Identifier: MIT
// Timing one side of a case; the same for the native driver and for the one under Wine.
#ifndef WINMEM_BENCH_MEASURE_H
#define WINMEM_BENCH_MEASURE_H

#include "bench.h"

// Nanoseconds of a clock that only goes forward; given by each driver.
uint64_t bench_now(void);

// When set, called instead of reading the clock: 1 at each bench_start, 0 at each bench_stop.
extern void (*bench_marker)(int on);

// How many times the side must run to take about `target` ns, at least once; 0: not available.
size_t measure_calibrate(const struct bench_side *side, const struct bench_config *config,
                         uint64_t target);

// Runs an open side so many times. The timed ns of all of them together, at least 1.
uint64_t measure_turn(const struct bench_side *side, void *state, size_t times);

// Opens the side, warms it up, and runs it so many times. The timed ns of all of them together;
// 0 when the side is not available.
uint64_t measure_run(const struct bench_side *side, const struct bench_config *config,
                     size_t times);

#endif
