// SPDX-License-Identifier: MIT
// Rounds: in each, all sides are opened and take short turns in random order; a side's figure is the
// median of its turns, and the round's ratio that of the two figures. Medians over the rounds then.
// Turns are so short that a slow phase of the machine hits all sides alike.
#include "driver.h"

#include <stdlib.h>

#define MOST_ROUNDS 101u
#define SLOW_ROUNDS 15u
#define MOST_TURNS  31u
#define TURN        100000u // ns of one, about; a longer operation is a turn by itself

enum who { OURS, RAW, NATIVE, WINE = NATIVE, CONTESTANTS };

struct contest {
    const struct bench_case *c;
    struct bench_config config;
    struct bench_wine *wine;
    const struct bench_side *side[NATIVE];
    size_t times[CONTESTANTS]; // in a turn; of Wine, in a round; 0: does not take part
    unsigned turns;
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

static double per_operation(const struct contest *contest, uint64_t spent, size_t times)
{
    size_t divide = contest->c->divide ? contest->c->divide : 1;

    return (double)spent / (double)times / (double)divide;
}

// How often a side runs in a turn, and how many turns make a round of about `slice` ns.
static void calibrate(struct contest *contest, uint64_t slice)
{
    bool slow = contest->c->flags & BENCH_SLOW;
    uint64_t turn = slow ? 1 : contest->c->flags & BENCH_ALONE ? slice : TURN;
    void *state;

    for (enum who who = OURS; who < NATIVE; who++)
        contest->times[who] = measure_calibrate(contest->side[who], &contest->config, turn);
    if (contest->wine && !(contest->c->flags & BENCH_NO_WINE))
        contest->times[WINE] =
            wine_calibrate(contest->wine, contest->c->win32, &contest->config, slow ? 1 : slice);
    contest->turns = 1;
    if (slow || contest->c->flags & BENCH_ALONE)
        return;
    state = contest->side[OURS]->open(&contest->config);
    turn = measure_turn(contest->side[OURS], state, contest->times[OURS]);
    contest->side[OURS]->close(state);
    contest->turns = turn < slice ? (unsigned)(slice / turn) : 1;
    if (contest->turns > MOST_TURNS)
        contest->turns = MOST_TURNS;
}

static void together(struct contest *contest, unsigned round)
{
    static double ns[NATIVE][MOST_TURNS];
    void *state[NATIVE] = {NULL};

    for (enum who who = OURS; who < NATIVE; who++) {
        if (!contest->times[who])
            continue;
        state[who] = contest->side[who]->open(&contest->config);
        measure_turn(contest->side[who], state[who], contest->times[who]); // warms it up
    }
    for (unsigned turn = 0; turn < contest->turns; turn++) {
        enum who first = next_random() % NATIVE;

        for (unsigned i = 0; i < NATIVE; i++) {
            enum who who = i ? NATIVE - 1 - first : first;
            size_t times = contest->times[who];

            if (times)
                ns[who][turn] = per_operation(
                    contest, measure_turn(contest->side[who], state[who], times), times);
        }
    }
    for (enum who who = OURS; who < NATIVE; who++) {
        if (state[who])
            contest->side[who]->close(state[who]);
        contest->ns[who][round] = median(ns[who], contest->turns);
    }
}

static void one_by_one(struct contest *contest, unsigned round)
{
    enum who first = next_random() % NATIVE;

    for (unsigned i = 0; i < NATIVE; i++) {
        enum who who = i ? NATIVE - 1 - first : first;
        size_t times = contest->times[who];

        if (times)
            contest->ns[who][round] = per_operation(
                contest, measure_run(contest->side[who], &contest->config, times), times);
    }
}

static void run_round(struct contest *contest, unsigned round)
{
    size_t times = contest->times[WINE];

    if (contest->c->flags & BENCH_ALONE)
        one_by_one(contest, round);
    else
        together(contest, round);
    if (times)
        contest->ns[WINE][round] = per_operation(
            contest, wine_run(contest->wine, contest->c->win32, &contest->config, times), times);
    contest->ratio[round] = contest->ns[OURS][round] / contest->ns[RAW][round];
}

void rounds_measure(const struct bench_case *c, const struct bench_options *options,
                    const char *file, struct bench_wine *wine, struct bench_result *result)
{
    static struct contest contest;
    unsigned rounds = options->rounds;

    contest = (struct contest){.c = c, .wine = wine};
    contest.config = bench_config_of(c, file, options->scan_bytes);
    contest.side[OURS] = bench_win32_side(c->win32);
    contest.side[RAW] = bench_raw_side(c->raw);
    if (!contest.side[OURS] || !contest.side[RAW])
        bench_fail(c->id, 0);
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
