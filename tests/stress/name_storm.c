// SPDX-License-Identifier: MIT
// Names under a storm: processes that create, open, map, close and inherit a few named sections, are
// killed at random moments and spawn programs meanwhile.
//
// - Who holds a name at the same time as another has the same memory.
// - While somebody holds a name, opening it succeeds and creating it finds it.
// - Who creates a name gets zeros.
// - A view keeps its memory when the name is gone.
// - Nothing is left: without kills at once, with kills after the next look at the names.
//
// Against the variant of the library with test hooks (name_storm_hooks) every host call is a place to
// be killed at or to lose the processor, and the control groups leave out a step of the protocol: each
// of them must be caught. name_close.c and name_herd.c have those of closing and of the crowd.
#include "conform.h"
#include "name_storm.h"

static void expect_nothing_wrong(const struct table *t)
{
    expect_eq_u(t->different, 0);
    expect_eq_u(t->refused, 0);
    expect_eq_u(t->stale, 0);
    expect_eq_u(t->lost, 0);
    expect_eq_u(t->left, 0);
    expect_eq_u(t->strange, 0);
    expect_eq_u(t->storm.crashed, 0);
    expect_true(has_seen_enough(t));
}

CASE(names_in_a_storm_without_kills, "N3")
{
    expect_nothing_wrong(run(NAMES, 16, false, duration()));
}

CASE(names_in_a_storm_of_kills, "N3")
{
    expect_nothing_wrong(run(NAMES, 16, true, 2 * duration()));
}

#if defined(WM_HOST_HOOKS)

#include "nt/object/name_defect.h"
#include "nt/section/storage.h"

// As where /dev/shm is small: the name file has no memory, but tells where a holder has it.
CASE(memory_beside_names_in_a_storm_without_kills, "N3")
{
    wm_storage_force(WM_STORAGE_MEMFD);
    expect_nothing_wrong(run(NAMES, 16, false, duration()));
}

CASE(memory_beside_names_in_a_storm_of_kills, "N3")
{
    wm_storage_force(WM_STORAGE_MEMFD);
    expect_nothing_wrong(run(NAMES, 16, true, 2 * duration()));
}

// Until it is caught, at most `length`.
static void expect_caught(unsigned defect, double length)
{
    double end = seconds() + length;
    unsigned long caught = 0;

    wm_name_defects = defect;
    while (!caught && seconds() < end) {
        struct table *t = run(1, 4, true, 2 * ROUND);

        caught = t->different + t->refused + t->stale + t->lost + t->left;
        munmap(t, sizeof *t);
    }
    wm_name_defects = 0;
    expect_true(caught > 0);
}

CASE(control_without_liveness_test_is_caught, "N3")
{
    expect_caught(WM_NAME_SKIPS_LIVENESS_TEST, 20);
}

#endif
