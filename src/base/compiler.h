// SPDX-License-Identifier: MIT
// Compiler attributes: what the code promises, in words that the compiler checks.
#ifndef WM_BASE_COMPILER_H
#define WM_BASE_COMPILER_H

#define wm_likely(x)   __builtin_expect(!!(x), 1)
#define wm_unlikely(x) __builtin_expect(!!(x), 0)

#define WM_MUST_CHECK   __attribute__((warn_unused_result))
#define WM_NORETURN     __attribute__((noreturn))
#define WM_COLD         __attribute__((cold, noinline))
#define WM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define WM_CACHE_LINE   __attribute__((aligned(64)))

// clang checks these with -Wthread-safety; they are empty elsewhere.
#if defined(__clang__)
#define WM_TS(x) __attribute__((x))
#else
#define WM_TS(x)
#endif
#define WM_CAPABILITY(name)  WM_TS(capability(name))
#define WM_GUARDED_BY(lock)  WM_TS(guarded_by(lock))
#define WM_REQUIRES(...)     WM_TS(requires_capability(__VA_ARGS__))
#define WM_EXCLUDES(...)     WM_TS(locks_excluded(__VA_ARGS__))
#define WM_ACQUIRES(...)     WM_TS(acquire_capability(__VA_ARGS__))
#define WM_RELEASES(...)     WM_TS(release_capability(__VA_ARGS__))
#define WM_TRY_ACQUIRES(...) WM_TS(try_acquire_capability(__VA_ARGS__))
#define WM_UNCHECKED_LOCKING WM_TS(no_thread_safety_analysis)

#define wm_container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#endif
