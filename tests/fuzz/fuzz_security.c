// SPDX-License-Identifier: MIT
// Descriptors, lists and identifiers of any bytes: nothing is read beyond their end, and what is
// accepted grants no right that the type lacks, nor others more than everybody.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nt/object/descriptor.h"
#include "nt/object/security.h"
#include "nt/object/sid.h"
#include "nt/section/section.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_descriptor(const uint8_t *data, size_t size)
{
    const uint32_t untouched = 0x5A5A5A5A;
    uint32_t owner = untouched, other = untouched;
    struct wm_descriptor parts;
    NTSTATUS st =
        wm_security_read_sized(data, size, size & 1 ? 1000 : 0, &wm_section_type, &owner, &other);

    if (st) {
        wm_check(owner == untouched && other == untouched);
        return;
    }
    wm_check((owner & ~wm_section_type.valid) == 0 && (other & ~wm_section_type.valid) == 0);
    wm_check(wm_descriptor_read(data, size, &parts) == 0 && wm_descriptor_check(&parts) == 0);
    if (parts.dacl == NULL)
        wm_check(owner == wm_section_type.valid);
}

static void read_parts(const uint8_t *data, size_t size)
{
    struct wm_sid sid;
    size_t used;

    if (wm_sid_read(data, size, &sid))
        wm_check(wm_sid_size(&sid) <= size && memcmp(&sid, data, wm_sid_size(&sid)) == 0);
    if (wm_acl_is_valid(data, size, &used))
        wm_check(used <= wm_acl_size(data) && wm_acl_size(data) <= size);
}

// Text that is accepted makes a descriptor that is valid, and no larger than it says.
static void read_text(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1), printed[WM_SID_TEXT];
    const char *at = text;
    struct wm_descriptor parts;
    struct wm_sid sid, again;
    void *made, *exact;
    size_t length;

    memcpy(text, data, size);
    if (wm_sddl_read(text, &made, &length) == STATUS_SUCCESS) {
        exact = realloc(made, length);
        wm_check(wm_descriptor_read(exact, length, &parts) == STATUS_SUCCESS);
        wm_check(wm_descriptor_check(&parts) == STATUS_SUCCESS);
        free(exact);
    }
    if (wm_sid_from_text(&at, &sid) == STATUS_SUCCESS) {
        wm_check(at <= text + size && wm_sid_to_text(&sid, printed) < WM_SID_TEXT);
        at = printed;
        wm_check(wm_sid_from_text(&at, &again) == STATUS_SUCCESS && *at == 0);
        wm_check(memcmp(&sid, &again, sizeof(sid)) == 0);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    memcpy(exact, data, size);
    read_parts(exact, size);
    read_text(exact, size);
    if (size > 3)
        exact[3] |= SE_SELF_RELATIVE >> 8; // no pointers out of nowhere
    read_descriptor(exact, size);
    free(exact);
    return 0;
}
