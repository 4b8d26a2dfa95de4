// SPDX-License-Identifier: MIT
// What the stress programs share: how long they run, and cheap random numbers.
#ifndef STRESS_H
#define STRESS_H

#include <stdlib.h>
#include <time.h>

static inline double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// How long each part runs: long enough to meet races, short enough for every build.
static inline double duration(void)
{
    const char *text = getenv("STRESS_SECONDS");

    return text ? atof(text) : 1.5;
}

static inline unsigned next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
