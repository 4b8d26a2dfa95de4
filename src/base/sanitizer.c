// SPDX-License-Identifier: MIT
// Asking for sanitizers.
#include "base/sanitizer.h"

#define OPTIONAL __attribute__((weak, visibility("default")))

extern void __asan_init(void) OPTIONAL;
extern void __tsan_init(void) OPTIONAL;
extern void __msan_init(void) OPTIONAL;
extern void __lsan_register_root_region(const void *memory, size_t size) OPTIONAL;

// Contract in sanitizer.h.
bool wm_sanitizer_present(void)
{
    return __asan_init || __tsan_init || __msan_init;
}

// Contract in sanitizer.h.
void wm_sanitizer_root(const void *memory, size_t size)
{
    if (__lsan_register_root_region)
        __lsan_register_root_region(memory, size);
}
