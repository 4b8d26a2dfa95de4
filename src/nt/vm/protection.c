// SPDX-License-Identifier: MIT
// Page protections as sets of rights, and what they are to the host.
#include "nt/vm/protection.h"

#include <stddef.h>
#include <sys/mman.h>

#include <winnt.h>

#include "base/assert.h"

#define R WM_RIGHT_READ
#define W WM_RIGHT_WRITE
#define C WM_RIGHT_COPY
#define X WM_RIGHT_EXECUTE

// By bit number of the PAGE_* value. x86 has no execute-only pages, so executing reads.
static const struct {
    uint8_t rights;
    uint8_t host;
} table[8] = {
    {0, PROT_NONE},                                  // PAGE_NOACCESS
    {R, PROT_READ},                                  // PAGE_READONLY
    {R | W, PROT_READ | PROT_WRITE},                 // PAGE_READWRITE
    {R | C, PROT_READ | PROT_WRITE},                 // PAGE_WRITECOPY
    {X, PROT_READ | PROT_EXEC},                      // PAGE_EXECUTE
    {R | X, PROT_READ | PROT_EXEC},                  // PAGE_EXECUTE_READ
    {R | W | X, PROT_READ | PROT_WRITE | PROT_EXEC}, // PAGE_EXECUTE_READWRITE
    {R | C | X, PROT_READ | PROT_WRITE | PROT_EXEC}, // PAGE_EXECUTE_WRITECOPY
};

static uint32_t base_of(uint32_t protect)
{
    return protect & ~(uint32_t)WM_PROTECT_MODIFIERS;
}

bool wm_protection_is_valid(uint32_t protect)
{
    uint32_t base = base_of(protect);

    return base != 0 && base <= 0xff && (base & (base - 1)) == 0;
}

unsigned wm_protection_index(uint32_t protect)
{
    wm_assert(wm_protection_is_valid(protect));
    return (unsigned)__builtin_ctz(base_of(protect)) + 1;
}

uint32_t wm_protection_from_index(unsigned index)
{
    wm_assert(index >= 1 && index <= 8);
    return 1u << (index - 1);
}

unsigned wm_protection_rights(uint32_t protect)
{
    return table[wm_protection_index(protect) - 1].rights;
}

int wm_protection_to_host(uint32_t protect)
{
    return table[wm_protection_index(protect) - 1].host;
}

bool wm_protection_within(uint32_t protect, uint32_t limit)
{
    unsigned wanted = wm_protection_rights(protect);
    unsigned allowed = wm_protection_rights(limit);

    if (wanted & C)
        wanted = (wanted & ~C) | R;
    return (wanted & ~allowed) == 0;
}

uint32_t wm_protection_after_copy(uint32_t protect)
{
    switch (base_of(protect)) {
    case PAGE_WRITECOPY:
        return PAGE_READWRITE | (protect & WM_PROTECT_MODIFIERS);
    case PAGE_EXECUTE_WRITECOPY:
        return PAGE_EXECUTE_READWRITE | (protect & WM_PROTECT_MODIFIERS);
    default:
        return protect;
    }
}
