// SPDX-License-Identifier: MIT
// The benchmark: winmem beside the raw system calls, and beside Wine, in one run. bench --help.
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

uint64_t bench_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

_Noreturn void bench_fail(const char *what, unsigned long error)
{
    fprintf(stderr, "bench: %s: error %lu\n", what, error);
    exit(1);
}

void bench_drop_cache(const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fdatasync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) || close(fd))
        bench_fail(file, (unsigned long)errno);
}

// Where the program is: the build directory is on a disk more often than /tmp.
static const char *own_directory(void)
{
    static char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash;

    if (size <= 0)
        return ".";
    path[size] = '\0';
    slash = strrchr(path, '/');
    if (slash > path)
        *slash = '\0';
    return path;
}

static char *beside(const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", own_directory(), name) < 0)
        bench_fail(name, (unsigned long)errno);
    return path;
}

// Wine's files stay in the build tree unless the user has a prefix in mind. The child inherits it.
static struct bench_wine *start_wine(const char *exe)
{
    char *prefix = beside("../wineprefix");

    if (access(exe, R_OK)) {
        fprintf(stderr, "bench: no %s: it needs mingw-w64 (./dev setup wine)\n", exe);
        exit(1);
    }
    setenv("WINEPREFIX", prefix, 0);
    free(prefix);
    return wine_start(exe);
}

static _Noreturn void usage(int code)
{
    printf("usage: bench [options]\n"
           "  --only PART      only cases whose id contains PART\n"
           "  --list           the ids of all cases\n"
           "  --dir DIR        where the mapped files are made (default: beside this program)\n"
           "  --full           scan 1 GiB (default 256 MiB)\n"
           "  --scan MIB       scan so many MiB\n"
           "  --rounds N       rounds of each case, 7 to 101 (default 21)\n"
           "  --quick          7 rounds of 5 ms, scans of 64 MiB\n"
           "  --wine[=EXE]     also run the Win32 half under Wine, as a further column (EXE is\n"
           "                   bench_win32.exe beside this program)\n"
           "  --json FILE      also write the results as JSON (- is standard output)\n"
           "  --check          exit with 1 when a goal is missed\n");
    exit(code);
}

static _Noreturn void list(void)
{
    for (size_t i = 0; i < bench_case_count; i++)
        printf("%s\n", bench_cases[i].id);
    exit(0);
}

enum { ONLY = 256, LIST, DIR, FULL, SCAN, ROUNDS, QUICK, WINE, JSON, CHECK, HELP };

static void set_option(struct bench_options *o, int which)
{
    switch (which) {
    case ONLY:
        o->only = optarg;
        break;
    case LIST:
        list();
    case DIR:
        o->directory = optarg;
        break;
    case FULL:
        o->scan_bytes = 1u << 30;
        break;
    case SCAN:
        o->scan_bytes = strtoull(optarg, NULL, 10) << 20;
        break;
    case ROUNDS:
        o->rounds = (unsigned)strtoul(optarg, NULL, 10);
        break;
    case QUICK:
        o->rounds = 7;
        o->slice = 5000000;
        o->scan_bytes = 64u << 20;
        break;
    case WINE:
        o->wine_exe = optarg ? optarg : beside("bench_win32.exe");
        break;
    case JSON:
        o->json = optarg;
        break;
    case CHECK:
        o->check = true;
        break;
    case HELP:
        usage(0);
    default:
        usage(2);
    }
}

static struct bench_options options_of(int argc, char **argv)
{
    static const struct option known[] = {
        {"only", 1, NULL, ONLY},   {"list", 0, NULL, LIST}, {"dir", 1, NULL, DIR},
        {"full", 0, NULL, FULL},   {"scan", 1, NULL, SCAN}, {"rounds", 1, NULL, ROUNDS},
        {"quick", 0, NULL, QUICK}, {"wine", 2, NULL, WINE}, {"json", 1, NULL, JSON},
        {"check", 0, NULL, CHECK}, {"help", 0, NULL, HELP}, {0},
    };
    struct bench_options o = {.scan_bytes = 256u << 20, .rounds = 21, .slice = 10000000};
    char *absolute;
    int which;

    o.directory = own_directory();
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1)
        set_option(&o, which);
    absolute = realpath(o.directory, NULL);
    if (optind < argc || o.rounds < 7 || !o.scan_bytes || !absolute)
        usage(2);
    o.directory = absolute;
    return o;
}

static void one_case(const struct bench_case *c, const struct bench_options *o,
                     struct bench_wine *wine, struct bench_result *result)
{
    const char *file = files_get(o->directory, c->size ? c->size : o->scan_bytes);

    result->c = c;
    rounds_measure(c, o, file, wine, result);
    result->calls = result->raw_calls = -1;
    if (!(c->flags & BENCH_UNCOUNTED)) {
        result->calls = count_calls(c->id, "win32", file, o->scan_bytes);
        result->raw_calls = count_calls(c->id, "raw", file, o->scan_bytes);
    }
    report_line(result, wine != NULL);
}

static void write_json(const struct bench_options *o, const struct bench_result *results,
                       size_t count)
{
    FILE *to = strcmp(o->json, "-") == 0 ? stdout : fopen(o->json, "w");

    if (!to)
        bench_fail(o->json, (unsigned long)errno);
    report_json(to, o, results, count);
    if (to != stdout && fclose(to))
        bench_fail(o->json, (unsigned long)errno);
}

// Crowds of names need as many descriptors.
static void raise_limits(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    struct bench_result *results = calloc(bench_case_count, sizeof *results);
    struct bench_wine *wine;
    struct bench_options o;
    size_t count = 0;
    unsigned missed;
    int peer = bench_win32_peer(argc, argv);

    if (peer >= 0)
        return peer;
    raise_limits();
    if (!results)
        bench_fail("calloc", (unsigned long)errno);
    if (argc == 6 && strcmp(argv[1], "--count") == 0)
        return count_child(argv[2], argv[3], argv[4], strtoull(argv[5], NULL, 10));
    o = options_of(argc, argv);
    wine = o.wine_exe ? start_wine(o.wine_exe) : NULL;
    report_head(&o);
    for (size_t i = 0; i < bench_case_count; i++)
        if (!o.only || strstr(bench_cases[i].id, o.only))
            one_case(&bench_cases[i], &o, wine, &results[count++]);
    missed = report_foot(results, count);
    if (wine)
        wine_stop(wine);
    if (o.json)
        write_json(&o, results, count);
    return o.check && missed ? 1 : 0;
}
