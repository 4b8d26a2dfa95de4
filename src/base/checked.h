// SPDX-License-Identifier: MIT
// Arithmetic on sizes that come from outside: true means that the result is right.
#ifndef WM_BASE_CHECKED_H
#define WM_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool wm_add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

static inline bool wm_add_size(size_t a, size_t b, size_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

static inline bool wm_mul_size(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

// Rounding to a power of two; up fails when the result does not fit.
static inline uint64_t wm_round_down(uint64_t value, uint64_t align)
{
    return value & ~(align - 1);
}

static inline bool wm_round_up(uint64_t value, uint64_t align, uint64_t *result)
{
    if (!wm_add_u64(value, align - 1, result))
        return false;
    *result &= ~(align - 1);
    return true;
}

#endif
