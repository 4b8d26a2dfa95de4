// SPDX-License-Identifier: MIT
// Timing one side of a case.
#include "measure.h"

#define MOST_TIMES (1u << 22)

void (*bench_marker)(int on);
static uint64_t started, total;

void bench_start(void)
{
    if (bench_marker)
        bench_marker(1);
    else
        started = bench_now();
}

void bench_stop(void)
{
    if (bench_marker)
        bench_marker(0);
    else
        total += bench_now() - started;
}

uint64_t measure_turn(const struct bench_side *side, void *state, size_t times)
{
    total = 0;
    side->run(state, times);
    return total ? total : 1;
}

size_t measure_calibrate(const struct bench_side *side, const struct bench_config *config,
                         uint64_t target)
{
    void *state = side->open(config);
    size_t times = 1;

    if (!state)
        return 0;
    while (times < MOST_TIMES) {
        uint64_t spent = measure_turn(side, state, times);

        if (spent >= target)
            break;
        // The first try is slow for its own reasons: approach in steps of at most 8.
        times *= spent * 8 < target ? 8 : target / spent + 1;
    }
    side->close(state);
    return times;
}

uint64_t measure_run(const struct bench_side *side, const struct bench_config *config, size_t times)
{
    void *state = side->open(config);
    uint64_t spent;

    if (!state)
        return 0;
    if (times > 1) {
        void (*marker)(int on) = bench_marker;

        bench_marker = NULL;
        side->run(state, times / 8 + 1);
        bench_marker = marker;
    }
    spent = measure_turn(side, state, times);
    side->close(state);
    return spent;
}
