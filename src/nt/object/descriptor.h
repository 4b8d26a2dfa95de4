// SPDX-License-Identifier: MIT
// Security identifiers, lists and descriptors as data that may be malformed. Nothing here reads
// beyond `room` bytes, nor believes a field twice: the memory is the caller's and may change.
#ifndef WM_NT_OBJECT_DESCRIPTOR_H
#define WM_NT_OBJECT_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ntstatus.h>
#include <winnt.h>

// A room that ends nowhere: for structures that only say themselves how large they are.
#define WM_ROOM_UNKNOWN (SIZE_MAX / 2)

#define WM_SID_SIZE(subs) (8u + 4u * (subs))
#define WM_AUTHORITY_UNIX \
    22u // S-1-22-1-UID, S-1-22-2-GID: Unix users and groups, as Samba has them

// Copies the identifier. False when it is malformed or does not fit.
struct wm_sid {
    uint8_t revision, count;
    uint8_t authority[6];
    uint32_t sub[SID_MAX_SUB_AUTHORITIES];
};
bool wm_sid_read(const void *sid, size_t room, struct wm_sid *out);
static inline size_t wm_sid_size(const struct wm_sid *sid)
{
    return WM_SID_SIZE(sid->count);
}
uint64_t wm_sid_authority(const struct wm_sid *sid);

// An entry of a list. The mask and the identifier are there for types that begin with them.
struct wm_ace {
    uint8_t type, flags;
    uint16_t size;
    bool has_sid;
    uint32_t mask;
    struct wm_sid sid;
};
struct wm_acl_walk {
    const uint8_t *at;
    size_t left;  // bytes after `at`
    size_t count; // entries after `at`
};
// Begins at the first entry. False: not a list.
bool wm_acl_begin(const void *acl, size_t room, struct wm_acl_walk *walk);
enum wm_acl_step { WM_ACL_ENTRY, WM_ACL_END, WM_ACL_MALFORMED };
enum wm_acl_step wm_acl_next(struct wm_acl_walk *walk, struct wm_ace *ace);
// Every entry is well-formed; *used, when not NULL, receives the bytes up to the last one's end.
bool wm_acl_is_valid(const void *acl, size_t room, size_t *used);
static inline size_t wm_acl_size(const void *acl)
{
    const uint8_t *bytes = (const uint8_t *)acl;

    return (size_t)bytes[2] | (size_t)bytes[3] << 8;
}

// The parts of a descriptor; NULL for those that it does not have. *_room: bytes until the end of
// what is known to be there.
struct wm_descriptor {
    uint16_t control;
    const uint8_t *owner, *group, *sacl, *dacl;
    size_t owner_room, group_room, sacl_room, dacl_room;
};
// Owner and group are checked, the lists are not. STATUS_UNKNOWN_REVISION,
// STATUS_INVALID_SECURITY_DESCR.
NTSTATUS wm_descriptor_read(const void *descriptor, size_t room, struct wm_descriptor *out);
// The lists, too. STATUS_INVALID_ACL.
NTSTATUS wm_descriptor_check(const struct wm_descriptor *parts);

#endif
