// SPDX-License-Identifier: MIT
// The driver of the Win32 half as a Windows program of its own; the protocol is in wine.c.
#include "measure.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

uint64_t bench_now(void)
{
    static LARGE_INTEGER frequency;
    LARGE_INTEGER now;

    if (!frequency.QuadPart)
        QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    // Two steps: the product of a large count and 10^9 does not fit.
    return (uint64_t)(now.QuadPart / frequency.QuadPart) * 1000000000u +
           (uint64_t)(now.QuadPart % frequency.QuadPart) * 1000000000u /
               (uint64_t)frequency.QuadPart;
}

_Noreturn void bench_fail(const char *what, unsigned long error)
{
    fprintf(stderr, "bench under Wine: %s: error %lu\n", what, error);
    exit(1);
}

void bench_drop_cache(const char *file)
{
    char line[16];

    (void)file;
    printf("D\n");
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        exit(1);
}

static unsigned long long answer(char what, unsigned long long number, const char *name,
                                 const struct bench_config *config)
{
    const struct bench_side *side = bench_win32_side(name);

    if (!side)
        bench_fail(name, 0);
    if (what == 'C')
        return measure_calibrate(side, config, number);
    return measure_run(side, config, (size_t)number);
}

int main(int argc, char **argv)
{
    char line[4096], name[64], file[3900], what;
    unsigned long long number, size, views;
    struct bench_config config;
    int peer = bench_win32_peer(argc, argv);

    if (peer >= 0)
        return peer;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%c %llu %63s %llu %llu %d %d %3899[^\r\n]", &what, &number, name, &size,
                   &views, &config.touch, &config.scan, file) != 8)
            bench_fail("a line that is no command", 0);
        config.file = file;
        config.size = size;
        config.views = (size_t)views;
        printf("= %llu\n", answer(what, number, name, &config));
        fflush(stdout);
    }
    return 0;
}
