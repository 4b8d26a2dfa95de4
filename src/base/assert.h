// SPDX-License-Identifier: MIT
// Invariants at three prices: always, in debug builds, and only on request.
#ifndef WM_BASE_ASSERT_H
#define WM_BASE_ASSERT_H

#include "base/compiler.h"

// Ends the process with a message that names the broken invariant. Async-signal-safe.
WM_NORETURN WM_COLD void wm_panic(const char *what, const char *file, int line);

// Kept in every build: cheap, and going on would corrupt the user's data.
#define wm_check(x) (wm_likely(x) ? (void)0 : wm_panic(#x, __FILE__, __LINE__))

// Debug and sanitizer builds.
#if defined(WM_ASSERTS)
#define wm_assert(x) wm_check(x)
#else
#define wm_assert(x) ((void)sizeof(!(x)))
#endif

// Whole-structure validators: O(n), so only where the build asks for them.
#if defined(WM_DEEP_ASSERTS)
#define wm_assert_deep(x) wm_check(x)
#else
#define wm_assert_deep(x) ((void)sizeof(!(x)))
#endif

#endif
