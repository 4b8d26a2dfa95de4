// SPDX-License-Identifier: MIT
// winmem.h: handles for programs that the host program starts itself.
#include <winmem.h>

#include <stdlib.h>

#include "nt/process/inherit.h"
#include "win32/result.h"

struct inheritance {
    struct winmem_inheritance given; // first: what the caller has
    struct wm_inheritance inner;
};

// Contract in winmem.h.
const struct winmem_inheritance *winmem_inherit_begin(void)
{
    struct inheritance *inheritance = malloc(sizeof(*inheritance));
    NTSTATUS st = STATUS_NO_MEMORY;

    if (inheritance)
        st = wm_inheritance_begin(&inheritance->inner);
    if (st) {
        free(inheritance);
        wm_set_error(st);
        return NULL;
    }
    inheritance->given = (struct winmem_inheritance){
        .variable =
            inheritance->inner.count ? inheritance->inner.variable : WM_INHERIT_VARIABLE "=",
        .descriptors = inheritance->inner.fds,
        .count = inheritance->inner.count,
    };
    return &inheritance->given;
}

// Contract in winmem.h.
void winmem_inherit_end(const struct winmem_inheritance *inheritance)
{
    struct inheritance *begun = (struct inheritance *)(uintptr_t)inheritance;

    if (!begun)
        return;
    wm_inheritance_end(&begun->inner);
    free(begun);
}
