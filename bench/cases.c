// SPDX-License-Identifier: MIT
// The table of cases.
#include "cases.h"

#define KIB   1024u
#define MIB   1048576u
#define PAGES (4 * MIB / BENCH_PAGE)

// {id, name, sides, file size, live views, touch, scan, divide, goals: ratio, ns, calls, flags}
const struct bench_case bench_cases[] = {
    {"map", "map + unmap 64 KiB", "map", "map", 64 * KIB, 0, BENCH_LEAVE, 0, 0, 1.10, 0, 0, 0},
    {"map-touch", "  with a byte read", "map", "map", 64 * KIB, 0, BENCH_TOUCH_READ, 0, 0, 1.05, 0,
     0, 0},
    {"map-touch-aligned", "  raw: on 64 KiB too", "map", "map-aligned", 64 * KIB, 0,
     BENCH_TOUCH_READ, 0, 0, 1.05, 0, 0, 0},
    {"map-touch-all", "  every page read", "map", "map", 64 * KIB, 0, BENCH_TOUCH_ALL, 0, 0, 0, 0,
     0, 0},
    {"section", "section cycle", "section", "section", 64 * KIB, 0, BENCH_LEAVE, 0, 0, 2.0, 0, 2,
     0},
    {"section-touch", "  with a byte read", "section", "section", 64 * KIB, 0, BENCH_TOUCH_READ, 0,
     0, 1.1, 0, 2, 0},
    {"section-touch-aligned", "  raw: on 64 KiB too", "section", "section-aligned", 64 * KIB, 0,
     BENCH_TOUCH_READ, 0, 0, 1.1, 0, 2, 0},
    {"six", "six steps, read-write, alone", "six", "six", 64 * KIB, 0, BENCH_LEAVE, 0, 0, 2.0, 0, 5,
     0},
    {"six-touch", "  with a byte read", "six", "six", 64 * KIB, 0, BENCH_TOUCH_READ, 0, 0, 1.3, 0,
     5, 0},
    {"six-touch-aligned", "  raw: on 64 KiB too", "six", "six-aligned", 64 * KIB, 0,
     BENCH_TOUCH_READ, 0, 0, 1.3, 0, 5, 0},
    {"reader", "six steps, reading, shared", "six-reader", "six-reader", 64 * KIB, 0, BENCH_LEAVE,
     0, 0, 2.0, 0, 5, 0},
    {"reader-touch", "  with a byte read", "six-reader", "six-reader", 64 * KIB, 0,
     BENCH_TOUCH_READ, 0, 0, 1.3, 0, 5, 0},

    {"reader-touch-all", "  every page read", "six-reader", "six-reader", 64 * KIB, 0,
     BENCH_TOUCH_ALL, 0, 0, 0, 0, NO_CALLS, 0},

    {"live-10", "map + unmap among 10 views", "live", "live", 64 * KIB, 10, BENCH_LEAVE, 0, 0, 0, 0,
     0, 0},
    {"live-100", "  among 100", "live", "live", 64 * KIB, 100, BENCH_LEAVE, 0, 0, 0, 0, 0, 0},
    {"live-1000", "  among 1,000", "live", "live", 64 * KIB, 1000, BENCH_LEAVE, 0, 0, 0, 0, 0, 0},
    {"live-10000", "  among 10,000", "live", "live", 64 * KIB, 10000, BENCH_LEAVE, 0, 0, 1.10, 0, 0,
     0},
    {"live-10000-touch", "  among 10,000, byte read", "live", "live", 64 * KIB, 10000,
     BENCH_TOUCH_READ, 0, 0, 1.05, 0, 0, 0},
    {"live-50000", "  among 50,000", "live", "live", 64 * KIB, 50000, BENCH_LEAVE, 0, 0, 1.10, 0, 0,
     BENCH_NO_WINE | BENCH_ALONE},
    {"bulk-map", "map each of 10,000 views", "bulk-map", "bulk-map", 64 * KIB, 10000, BENCH_LEAVE,
     0, 10000, 0, 0, 0, BENCH_SLOW},
    {"bulk-unmap", "unmap each of 10,000 views", "bulk-unmap", "bulk-unmap", 64 * KIB, 10000,
     BENCH_LEAVE, 0, 10000, 0, 0, 0, BENCH_SLOW},
    {"query", "VirtualQuery among 10,000", "query", "query", 64 * KIB, 10000, BENCH_LEAVE, 0, 0, 0,
     100, 0, 0},

    {"fault-read", "fault a shared page, read", "fault-shared", "fault-shared", 4 * MIB, 0,
     BENCH_TOUCH_READ, 0, PAGES, 1.0, 0, 0, 0},
    {"fault-write", "fault a shared page, write", "fault-shared", "fault-shared", 4 * MIB, 0,
     BENCH_TOUCH_WRITE, 0, PAGES, 1.0, 0, 0, 0},
    {"cow", "copy-on-write a page", "fault-copy", "fault-copy", 4 * MIB, 0, BENCH_TOUCH_WRITE, 0,
     PAGES, 1.0, 0, 0, 0},

    {"flush", "flush one dirty page", "flush", "flush", 4 * MIB, 0, BENCH_TOUCH_WRITE, 0, 0, 0.6, 0,
     NO_CALLS, 0},
    {"flush-clean", "flush one clean page", "flush", "flush", 4 * MIB, 0, BENCH_LEAVE, 0, 0, 0, 0,
     NO_CALLS, 0},

    {"create", "open + close, sharing", "create", "create", 64 * KIB, 0, 0, 0, 0, 0, 0, NO_CALLS,
     0},
    {"whole", "open + read 64 KiB + close", "whole", "whole", 64 * KIB, 0, 0, 0, 0, 0, 0, NO_CALLS,
     0},
    {"read", "ReadFile 4 KiB", "read", "read", 4 * MIB, 0, 0, 0, 0, 0, 0, NO_CALLS, 0},
    {"write", "WriteFile 4 KiB", "write", "write", 4 * MIB, 0, 0, 0, 0, 0, 0, NO_CALLS, 0},

    {"scan-first", "scan, new view; raw: best place", "scan-view", "scan-best", 0, 0, 0,
     BENCH_FRESH, 0, 1.0, 0, NO_CALLS, BENCH_SLOW},
    {"scan-first-off", "  raw: 64 KiB off that", "scan-view", "scan-off", 0, 0, 0, BENCH_FRESH, 0,
     0, 0, NO_CALLS, BENCH_SLOW},
    {"scan-first-read", "  raw: read(2)", "scan-view", "scan-read", 0, 0, 0, BENCH_FRESH, 0, 0, 0,
     NO_CALLS, BENCH_SLOW},
    {"scan-again", "scan the same view again", "scan-view", "scan-best", 0, 0, 0, BENCH_AGAIN, 0,
     1.0, 0, NO_CALLS, BENCH_SLOW},
    {"scan-readfile", "scan by ReadFile; raw: read(2)", "scan-read", "scan-read", 0, 0, 0,
     BENCH_FRESH, 0, 0, 0, NO_CALLS, BENCH_SLOW},
    {"scan-cold", "scan, view, nothing cached", "scan-view", "scan-best", 0, 0, 0, BENCH_COLD, 0, 0,
     0, NO_CALLS, BENCH_SLOW},
    {"scan-cold-read", "scan, ReadFile, nothing cached", "scan-read", "scan-read", 0, 0, 0,
     BENCH_COLD, 0, 0, 0, NO_CALLS, BENCH_SLOW},
};
const size_t bench_case_count = sizeof bench_cases / sizeof bench_cases[0];

struct bench_config bench_config_of(const struct bench_case *c, const char *file,
                                    uint64_t scan_bytes)
{
    return (struct bench_config){
        .file = file,
        .size = c->size ? c->size : scan_bytes,
        .views = c->views,
        .touch = c->touch,
        .scan = c->scan,
    };
}
