// SPDX-License-Identifier: MIT
// The table and the JSON text, with each goal beside its figure.
#include "driver.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

// Two runs of the very same code differ by this much, so a goal of 1.00 means at most 1.05.
#define EQUAL 1.05
// One among many to one among few, beside the same of the kernel's own cost, which grows too.
#define CONSTANT 1.25

enum bench_verdict report_time_verdict(const struct bench_result *r)
{
    double most = r->c->goal_ratio == 1.0 ? EQUAL : r->c->goal_ratio;

    if (r->c->goal_ns > 0)
        return r->ns <= r->c->goal_ns ? VERDICT_OK : VERDICT_MISSED;
    if (r->c->goal_ratio > 0 && r->ratio >= 0)
        return r->ratio <= most ? VERDICT_OK : VERDICT_MISSED;
    return VERDICT_NONE;
}

enum bench_verdict report_calls_verdict(const struct bench_result *r)
{
    if (r->c->goal_calls < 0 || r->calls < 0 || r->raw_calls < 0)
        return VERDICT_NONE;
    // A call in a hundred operations, for more room in a table, is nobody's concern.
    return r->calls < r->raw_calls + r->c->goal_calls + 0.01 ? VERDICT_OK : VERDICT_MISSED;
}

enum bench_verdict report_wine_verdict(const struct bench_result *r)
{
    if (!(r->c->flags & BENCH_NINEFOLD) || r->wine_ns < 0)
        return VERDICT_NONE;
    return r->wine_ns >= r->ns * 9 ? VERDICT_OK : VERDICT_MISSED;
}

static const char *verdict_word(enum bench_verdict verdict)
{
    static const char *const words[] = {"", "ok", "MISSED"};

    return words[verdict];
}

// A number right-aligned in a cell of `width`, n/a when it is not known.
static void cell(double value, int width, int digits)
{
    if (value < 0)
        printf("%*s", width, "n/a");
    else
        printf("%*.*f", width, digits, value);
}

static int ns_digits(double ns)
{
    return ns < 100 ? 1 : 0;
}

static void goal_cells(const struct bench_result *r)
{
    char goal[32] = "";

    if (r->c->goal_ns > 0)
        snprintf(goal, sizeof goal, "%.0f ns", r->c->goal_ns);
    else if (r->c->goal_ratio > 0)
        snprintf(goal, sizeof goal, "%.2f", r->c->goal_ratio);
    printf("  %6s %-6s", goal, verdict_word(report_time_verdict(r)));
}

void report_head(const struct bench_options *options)
{
    struct utsname host;

    uname(&host);
    printf("files: %s (%s)   scans: %llu MiB   kernel %s, %ld CPUs\n", options->directory,
           files_system(options->directory), (unsigned long long)(options->scan_bytes >> 20),
           host.release, sysconf(_SC_NPROCESSORS_ONLN));
    printf(
        "medians of %u rounds (at most 15 for scans and bulks), in each of which all sides take\n"
        "short turns in random order; ratio: median of the rounds' ratios; goal: at most;\n"
        "calls: system calls of one operation\n\n",
        options->rounds);
    printf("%-31s %12s %12s %6s  %6s %-6s %6s %6s %-6s%s\n", "case", "ns", "raw ns", "ratio",
           "goal", "", "calls", "raw", "", options->wine_exe ? "      Wine ns  x ours" : "");
}

void report_line(const struct bench_result *r, bool wine)
{
    printf("%-31s ", r->c->name);
    cell(r->ns, 12, ns_digits(r->ns));
    printf(" ");
    cell(r->raw_ns, 12, ns_digits(r->raw_ns));
    printf(" ");
    cell(r->ratio, 6, 2);
    goal_cells(r);
    printf(" ");
    cell(r->calls, 6, r->calls >= (int)r->calls + 0.005 ? 2 : 0);
    printf(" ");
    cell(r->raw_calls, 6, r->raw_calls >= (int)r->raw_calls + 0.005 ? 2 : 0);
    printf(" %-6s", verdict_word(report_calls_verdict(r)));
    if (wine) {
        printf(" ");
        cell(r->wine_ns, 12, ns_digits(r->wine_ns));
        printf("  ");
        cell(r->wine_ns < 0 ? -1 : r->wine_ns / r->ns, 6, 1);
        printf(" %s", verdict_word(report_wine_verdict(r)));
    }
    printf("\n");
    fflush(stdout);
}

static const struct bench_result *find(const struct bench_result *results, size_t count,
                                       const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(results[i].c->id, id) == 0)
            return &results[i];
    return NULL;
}

// How much more a case costs among many than among few, beside the same of its raw side. Returns
// whether that is more than it should be.
static bool report_growth(const struct bench_result *results, size_t count, const char *few_id,
                          const char *many_id, const char *what)
{
    const struct bench_result *few = find(results, count, few_id);
    const struct bench_result *many = find(results, count, many_id);
    double growth, raw_growth;
    bool constant;

    if (!few || !many)
        return false;
    growth = many->ns / few->ns;
    raw_growth = many->raw_ns / few->raw_ns;
    constant = growth <= raw_growth * CONSTANT;
    printf(
        "%s costs %.2f times as much, raw %.2f times (goal: no more than raw, within %.2f: %s)\n",
        what, growth, raw_growth, CONSTANT, constant ? "ok" : "MISSED");
    return !constant;
}

unsigned report_foot(const struct bench_result *results, size_t count)
{
    unsigned missed = 0;

    for (size_t i = 0; i < count; i++)
        missed += (report_time_verdict(&results[i]) == VERDICT_MISSED) +
                  (report_calls_verdict(&results[i]) == VERDICT_MISSED) +
                  (report_wine_verdict(&results[i]) == VERDICT_MISSED);
    printf("\n");
    missed +=
        report_growth(results, count, "live-10", "live-50000", "a view among 50,000 instead of 10");
    missed += report_growth(results, count, "name-crowd-10", "name-crowd-100000",
                            "a name among 100,000 instead of 10");
    missed += report_growth(results, count, "name-holders-1", "name-holders-1000",
                            "a name with 1,000 holders instead of 1");
    printf("%u goal%s missed\n", missed, missed == 1 ? "" : "s");
    return missed;
}

static void json_number(FILE *to, const char *name, double value)
{
    if (value < 0)
        fprintf(to, ", \"%s\": null", name);
    else
        fprintf(to, ", \"%s\": %.3f", name, value);
}

void report_json(FILE *to, const struct bench_options *options, const struct bench_result *results,
                 size_t count)
{
    struct utsname host;

    uname(&host);
    fprintf(to, "{\"kernel\": \"%s\", \"file_system\": \"%s\", \"scan_bytes\": %llu, \"cases\": [",
            host.release, files_system(options->directory),
            (unsigned long long)options->scan_bytes);
    for (size_t i = 0; i < count; i++) {
        const struct bench_result *r = &results[i];

        fprintf(to, "%s\n {\"id\": \"%s\", \"rounds\": %u", i ? "," : "", r->c->id, r->rounds);
        json_number(to, "ns", r->ns);
        json_number(to, "raw_ns", r->raw_ns);
        json_number(to, "ratio", r->ratio);
        json_number(to, "calls", r->calls);
        json_number(to, "raw_calls", r->raw_calls);
        json_number(to, "wine_ns", r->wine_ns);
        json_number(to, "goal_ratio", r->c->goal_ratio > 0 ? r->c->goal_ratio : -1);
        json_number(to, "goal_ns", r->c->goal_ns > 0 ? r->c->goal_ns : -1);
        fprintf(to, ", \"time\": \"%s\", \"calls_goal\": \"%s\"}",
                verdict_word(report_time_verdict(r)), verdict_word(report_calls_verdict(r)));
    }
    fprintf(to, "\n]}\n");
}
