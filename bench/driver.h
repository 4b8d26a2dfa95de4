// SPDX-License-Identifier: MIT
// The native driver's parts: options, rounds, counting, Wine, report.
#ifndef WINMEM_BENCH_DRIVER_H
#define WINMEM_BENCH_DRIVER_H

#include <stdbool.h>
#include <stdio.h>

#include "cases.h"
#include "measure.h"

struct bench_options {
    const char *directory; // of the files that are mapped
    uint64_t scan_bytes;
    unsigned rounds;
    uint64_t slice;       // ns of one sample, about
    const char *only;     // NULL: every case; else a part of the id
    const char *json;     // file name, - for standard output, NULL: none
    const char *wine_exe; // the Win32 half built for Windows; NULL: without
    bool check;           // fail when a goal is missed
};

// Nanoseconds and system calls of one operation; negative: not known.
struct bench_result {
    const struct bench_case *c;
    double ns, raw_ns, ratio, wine_ns;
    double calls, raw_calls;
    unsigned rounds;
};

// rounds.c: fills in the times; wine may be NULL.
struct bench_wine;
void rounds_measure(const struct bench_case *c, const struct bench_options *options,
                    const char *file, struct bench_wine *wine, struct bench_result *result);

// count.c: system calls of one operation of a side, by tracing a child of this program.
// count_child is what that child does; it returns the exit code.
double count_calls(const char *id, const char *side, const char *file, uint64_t scan_bytes);
int count_child(const char *id, const char *side, const char *file, uint64_t scan_bytes);

// wine.c: the Win32 half under Wine, kept running so that its rounds lie among the others.
struct bench_wine *wine_start(const char *exe);
size_t wine_calibrate(struct bench_wine *wine, const char *side, const struct bench_config *config,
                      uint64_t target);
uint64_t wine_run(struct bench_wine *wine, const char *side, const struct bench_config *config,
                  size_t times);
void wine_stop(struct bench_wine *wine);

// files.c: the files that are mapped; removed at the end of the program.
const char *files_get(const char *directory, uint64_t size);
const char *files_system(const char *directory); // "ext4"

// report.c
enum bench_verdict { VERDICT_NONE, VERDICT_OK, VERDICT_MISSED };
enum bench_verdict report_time_verdict(const struct bench_result *r);
enum bench_verdict report_calls_verdict(const struct bench_result *r);
enum bench_verdict report_wine_verdict(const struct bench_result *r);
void report_head(const struct bench_options *options);
void report_line(const struct bench_result *r, bool wine);
// What is told only by several cases together; returns the number of goals missed in all.
unsigned report_foot(const struct bench_result *results, size_t count);
void report_json(FILE *to, const struct bench_options *options, const struct bench_result *results,
                 size_t count);

#endif
