// SPDX-License-Identifier: MIT
// Reading security identifiers, lists and descriptors that may be malformed.
#include "nt/object/descriptor.h"

#include <string.h>

// Contract in descriptor.h.
bool wm_sid_read(const void *sid, size_t room, struct wm_sid *out)
{
    if (room < WM_SID_SIZE(0))
        return false;
    *out = (struct wm_sid){0};
    memcpy(out, sid, WM_SID_SIZE(0));
    if (out->revision != SID_REVISION || out->count > SID_MAX_SUB_AUTHORITIES ||
        WM_SID_SIZE(out->count) > room)
        return false;
    memcpy(out->sub, (const uint8_t *)sid + WM_SID_SIZE(0), out->count * sizeof(out->sub[0]));
    return true;
}

// The authority as a number: it is written the big end first.
uint64_t wm_sid_authority(const struct wm_sid *sid)
{
    uint64_t value = 0;

    for (int i = 0; i < 6; i++)
        value = value << 8 | sid->authority[i];
    return value;
}

// Contract in descriptor.h.
bool wm_acl_begin(const void *acl, size_t room, struct wm_acl_walk *walk)
{
    ACL header;

    if (room < sizeof(header))
        return false;
    memcpy(&header, acl, sizeof(header));
    if (header.AclRevision < MIN_ACL_REVISION || header.AclRevision > MAX_ACL_REVISION ||
        header.AclSize < sizeof(header) || header.AclSize > room)
        return false;
    *walk = (struct wm_acl_walk){
        .at = (const uint8_t *)acl + sizeof(header),
        .left = header.AclSize - sizeof(header),
        .count = header.AceCount,
    };
    return true;
}

static bool begins_with_sid(uint8_t type)
{
    return type <= SYSTEM_ALARM_ACE_TYPE || type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_ACE_TYPE || type == SYSTEM_MANDATORY_LABEL_ACE_TYPE;
}

// Contract in descriptor.h.
enum wm_acl_step wm_acl_next(struct wm_acl_walk *walk, struct wm_ace *ace)
{
    const size_t prefix = sizeof(ACE_HEADER) + sizeof(ACCESS_MASK);
    ACE_HEADER header;

    if (walk->count == 0)
        return WM_ACL_END;
    if (walk->left < sizeof(header))
        return WM_ACL_MALFORMED;
    memcpy(&header, walk->at, sizeof(header));
    if (header.AceSize < sizeof(header) || header.AceSize > walk->left || header.AceSize % 4)
        return WM_ACL_MALFORMED;
    *ace = (struct wm_ace){.type = header.AceType,
                           .flags = header.AceFlags,
                           .size = header.AceSize,
                           .has_sid = begins_with_sid(header.AceType)};
    if (ace->has_sid) {
        if (ace->size < prefix || !wm_sid_read(walk->at + prefix, ace->size - prefix, &ace->sid))
            return WM_ACL_MALFORMED;
        memcpy(&ace->mask, walk->at + sizeof(header), sizeof(ace->mask));
    }
    walk->at += ace->size;
    walk->left -= ace->size;
    walk->count--;
    return WM_ACL_ENTRY;
}

// Contract in descriptor.h.
bool wm_acl_is_valid(const void *acl, size_t room, size_t *used)
{
    struct wm_acl_walk walk;
    struct wm_ace ace;
    enum wm_acl_step step = WM_ACL_ENTRY;

    if (!wm_acl_begin(acl, room, &walk))
        return false;
    while (step == WM_ACL_ENTRY)
        step = wm_acl_next(&walk, &ace);
    if (used)
        *used = (size_t)(walk.at - (const uint8_t *)acl);
    return step == WM_ACL_END;
}

// A part of a self-relative descriptor: 0 for one that is not there.
static bool find_part(const void *descriptor, size_t room, uint32_t offset, const uint8_t **part,
                      size_t *part_room)
{
    *part = NULL;
    *part_room = 0;
    if (offset == 0)
        return true;
    if (offset < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || offset % 4 || offset >= room)
        return false;
    *part = (const uint8_t *)descriptor + offset;
    *part_room = room - offset;
    return true;
}

static bool read_relative(const void *descriptor, size_t room, struct wm_descriptor *out)
{
    SECURITY_DESCRIPTOR_RELATIVE from;

    if (room < sizeof(from))
        return false;
    memcpy(&from, descriptor, sizeof(from));
    return find_part(descriptor, room, from.Owner, &out->owner, &out->owner_room) &&
           find_part(descriptor, room, from.Group, &out->group, &out->group_room) &&
           find_part(descriptor, room, from.Sacl, &out->sacl, &out->sacl_room) &&
           find_part(descriptor, room, from.Dacl, &out->dacl, &out->dacl_room);
}

static bool read_absolute(const void *descriptor, size_t room, struct wm_descriptor *out)
{
    SECURITY_DESCRIPTOR from;

    if (room < sizeof(from))
        return false;
    memcpy(&from, descriptor, sizeof(from));
    out->owner = (const uint8_t *)from.Owner;
    out->group = (const uint8_t *)from.Group;
    out->sacl = (const uint8_t *)from.Sacl;
    out->dacl = (const uint8_t *)from.Dacl;
    out->owner_room = out->group_room = out->sacl_room = out->dacl_room = WM_ROOM_UNKNOWN;
    return true;
}

// Contract in descriptor.h.
NTSTATUS wm_descriptor_read(const void *descriptor, size_t room, struct wm_descriptor *out)
{
    struct wm_sid sid;
    uint8_t head[4];
    bool whole;

    if (room < sizeof(head))
        return STATUS_INVALID_SECURITY_DESCR;
    memcpy(head, descriptor, sizeof(head));
    if (head[0] != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    *out = (struct wm_descriptor){.control = (uint16_t)(head[2] | head[3] << 8)};
    whole = out->control & SE_SELF_RELATIVE ? read_relative(descriptor, room, out)
                                            : read_absolute(descriptor, room, out);
    if (!whole || (out->owner && !wm_sid_read(out->owner, out->owner_room, &sid)) ||
        (out->group && !wm_sid_read(out->group, out->group_room, &sid)))
        return STATUS_INVALID_SECURITY_DESCR;
    if (!(out->control & SE_DACL_PRESENT))
        out->dacl = NULL;
    if (!(out->control & SE_SACL_PRESENT))
        out->sacl = NULL;
    return STATUS_SUCCESS;
}

// Contract in descriptor.h.
NTSTATUS wm_descriptor_check(const struct wm_descriptor *parts)
{
    if ((parts->dacl && !wm_acl_is_valid(parts->dacl, parts->dacl_room, NULL)) ||
        (parts->sacl && !wm_acl_is_valid(parts->sacl, parts->sacl_room, NULL)))
        return STATUS_INVALID_ACL;
    return STATUS_SUCCESS;
}
