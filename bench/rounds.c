// SPDX-License-Identifier: MIT
// Rounds: in each, every contestant runs once, in random order; medians over the rounds, and the
// median of the rounds' own ratios, so that a slow phase of the machine hits both alike.
#include "driver.h"

#include <stdlib.h>
#include <time.h>

#define MOST_ROUNDS 101u
#define SLOW_ROUNDS 15u

enum who { OURS, RAW, WINE, CONTESTANTS };

struct contest {
    const struct bench_case *c;
    struct bench_config config;
    struct bench_wine *wine;
    size_t times[CONTESTANTS]; // 0: does not take part
    double ns[CONTESTANTS][MOST_ROUNDS], ratio[MOST_ROUNDS];
};

static uint64_t next_random(void)
{
    static uint64_t state;

    if (!state)
        state = bench_now() | 1;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static const struct bench_side *side_of(const struct contest *contest, enum who who)
{
    const struct bench_side *side =
        who == OURS ? bench_win32_side(contest->c->win32) : bench_raw_side(contest->c->raw);

    if (!side)
        bench_fail(contest->c->id, 0);
    return side;
}

static void calibrate(struct contest *contest, uint64_t slice)
{
    for (enum who who = OURS; who < CONTESTANTS; who++) {
        bool slow = contest->c->flags & BENCH_SLOW;

        if (who != WINE)
            contest->times[who] =
                measure_calibrate(side_of(contest, who), &contest->config, slow ? 1 : slice);
        else if (contest->wine && !(contest->c->flags & BENCH_NO_WINE))
            contest->times[who] = wine_calibrate(contest->wine, contest->c->win32, &contest->config,
                                                 slow ? 1 : slice);
    }
}

static void run_one(struct contest *contest, enum who who, unsigned round)
{
    size_t times = contest->times[who];
    size_t divide = contest->c->divide ? contest->c->divide : 1;
    uint64_t spent;

    if (!times)
        return;
    if (who == WINE)
        spent = wine_run(contest->wine, contest->c->win32, &contest->config, times);
    else
        spent = measure_run(side_of(contest, who), &contest->config, times);
    contest->ns[who][round] = (double)spent / (double)times / (double)divide;
}

static void run_round(struct contest *contest, unsigned round)
{
    enum who order[CONTESTANTS] = {OURS, RAW, WINE};

    for (size_t i = CONTESTANTS - 1; i > 0; i--) {
        size_t j = next_random() % (i + 1);
        enum who swap = order[i];

        order[i] = order[j];
        order[j] = swap;
    }
    for (size_t i = 0; i < CONTESTANTS; i++)
        run_one(contest, order[i], round);
    contest->ratio[round] = contest->ns[OURS][round] / contest->ns[RAW][round];
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void rounds_measure(const struct bench_case *c, const struct bench_options *options,
                    const char *file, struct bench_wine *wine, struct bench_result *result)
{
    static struct contest contest;
    unsigned rounds = options->rounds;

    contest = (struct contest){.c = c, .wine = wine};
    contest.config = bench_config_of(c, file, options->scan_bytes);
    if (c->flags & BENCH_SLOW && rounds > SLOW_ROUNDS)
        rounds = SLOW_ROUNDS;
    if (rounds > MOST_ROUNDS)
        rounds = MOST_ROUNDS;
    calibrate(&contest, options->slice);
    for (unsigned round = 0; round < rounds; round++)
        run_round(&contest, round);
    result->rounds = rounds;
    result->ns = median(contest.ns[OURS], rounds);
    result->raw_ns = contest.times[RAW] ? median(contest.ns[RAW], rounds) : -1;
    result->ratio = contest.times[RAW] ? median(contest.ratio, rounds) : -1;
    result->wine_ns = contest.times[WINE] ? median(contest.ns[WINE], rounds) : -1;
}
