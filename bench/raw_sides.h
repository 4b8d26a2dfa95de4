// SPDX-License-Identifier: MIT
// The groups of raw sides (each list ends with a NULL name), and what they share: the least that
// Linux needs for the same work, written by hand.
#ifndef WINMEM_BENCH_RAW_SIDES_H
#define WINMEM_BENCH_RAW_SIDES_H

#include "bench.h"

extern const struct bench_side raw_map_sides[];
extern const struct bench_side raw_live_sides[];
extern const struct bench_side raw_fault_sides[];
extern const struct bench_side raw_file_sides[];
extern const struct bench_side raw_scan_sides[];
extern const struct bench_side raw_name_sides[];
extern const struct bench_side raw_sync_sides[];
extern const struct bench_side boost_sides[]; // n/a where Boost is missing

// These end the program on failure.
int raw_open(const char *path, int flags);
unsigned char *raw_map(int fd, int prot, int flags, size_t size);
// At an address that is free, or where the kernel likes (NULL); shared.
unsigned char *raw_map_at(void *at, int fd, int prot, size_t size);
void raw_unmap(void *view, size_t size);
void raw_close(int fd);
void *raw_state(size_t size);
void raw_check(int held, const char *what);

#endif
