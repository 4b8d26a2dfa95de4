// SPDX-License-Identifier: MIT
// Discretionary lists as rights of the owner and of everybody else. docs/SECURITY.md explains.
#include "nt/object/security.h"

#include "host/host.h"
#include "nt/object/descriptor.h"

// Whom an entry speaks of, among those who exist here.
enum audience {
    NOBODY,    // a principal of Windows that no process here acts for
    OWNER,     // the user who makes the object
    EVERYBODY, // all users, the owner included
    ROOT,      // whom the kernel's permissions don't bind: nothing to keep
    SOMEBODY,  // one other Unix user or a group: can't be kept
};

struct principal {
    uint8_t authority, count;
    uint32_t sub[2];
    enum audience audience;
};

static const struct principal principals[] = {
    {1, 1, {SECURITY_WORLD_RID}, EVERYBODY},
    {2, 1, {SECURITY_LOCAL_RID}, EVERYBODY},
    {3, 1, {SECURITY_CREATOR_OWNER_RID}, OWNER},
    {3, 1, {SECURITY_CREATOR_OWNER_RIGHTS_RID}, OWNER},
    {5, 1, {SECURITY_AUTHENTICATED_USER_RID}, EVERYBODY},
    {5, 1, {SECURITY_INTERACTIVE_RID}, EVERYBODY},
    {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_USERS}, EVERYBODY},
    {5, 1, {SECURITY_LOCAL_SYSTEM_RID}, ROOT},
    {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS}, ROOT},
};

static bool is_principal(const struct wm_sid *sid, const struct principal *principal)
{
    if (wm_sid_authority(sid) != principal->authority || sid->count != principal->count)
        return false;
    for (unsigned i = 0; i < sid->count; i++)
        if (sid->sub[i] != principal->sub[i])
            return false;
    return true;
}

static enum audience audience_of(const struct wm_sid *sid, uint32_t owner)
{
    if (wm_sid_authority(sid) == WM_AUTHORITY_UNIX) {
        if (sid->count != 2 || sid->sub[0] < 1 || sid->sub[0] > 2)
            return NOBODY;
        if (sid->sub[0] == 2)
            return SOMEBODY;
        if (sid->sub[1] == owner)
            return OWNER;
        return sid->sub[1] == 0 ? ROOT : SOMEBODY;
    }
    for (size_t i = 0; i < sizeof(principals) / sizeof(principals[0]); i++)
        if (is_principal(sid, &principals[i]))
            return principals[i].audience == ROOT && owner == 0 ? OWNER : principals[i].audience;
    return NOBODY;
}

// Rights as they are decided entry by entry: whatever comes first for a right holds.
struct rights {
    uint32_t allowed, denied;
};

static void decide(struct rights *rights, bool allow, uint32_t mask)
{
    if (allow)
        rights->allowed |= mask & ~rights->denied;
    else
        rights->denied |= mask & ~rights->allowed;
}

// STATUS_NOT_SUPPORTED for entries whose neglect could give somebody more or less than they say.
static NTSTATUS apply(const struct wm_ace *ace, uint32_t uid, const struct wm_object_type *type,
                      struct rights *owner, struct rights *other)
{
    bool allow = ace->type == ACCESS_ALLOWED_ACE_TYPE;
    uint32_t mask;
    enum audience audience;

    if (ace->flags & INHERIT_ONLY_ACE)
        return STATUS_SUCCESS;
    if (!allow && ace->type != ACCESS_DENIED_ACE_TYPE)
        return STATUS_NOT_SUPPORTED;
    audience = audience_of(&ace->sid, uid);
    mask = wm_object_map_access(type, ace->mask & ~MAXIMUM_ALLOWED) & type->valid;
    if (audience == SOMEBODY)
        return STATUS_NOT_SUPPORTED;
    if (audience == OWNER || audience == EVERYBODY)
        decide(owner, allow, mask);
    if (audience == EVERYBODY)
        decide(other, allow, mask);
    return STATUS_SUCCESS;
}

static NTSTATUS read_list(const struct wm_descriptor *parts, uint32_t uid,
                          const struct wm_object_type *type, struct rights *owner,
                          struct rights *other)
{
    struct wm_acl_walk walk;
    struct wm_ace ace;
    NTSTATUS st = STATUS_SUCCESS;
    enum wm_acl_step step;

    if (!wm_acl_begin(parts->dacl, parts->dacl_room, &walk))
        return STATUS_INVALID_ACL;
    while ((step = wm_acl_next(&walk, &ace)) == WM_ACL_ENTRY)
        if (!st)
            st = apply(&ace, uid, type, owner, other);
    return step == WM_ACL_MALFORMED ? STATUS_INVALID_ACL : st;
}

// Contract in security.h.
NTSTATUS wm_security_read_sized(const void *descriptor, size_t room, uint32_t owner,
                                const struct wm_object_type *type, uint32_t *owner_access,
                                uint32_t *other_access)
{
    // Who owns an object can always see and change who may use it.
    struct rights own = {.allowed = (READ_CONTROL | WRITE_DAC) & type->valid}, other = {0};
    struct wm_descriptor parts = {0};
    NTSTATUS st = STATUS_SUCCESS;

    if (descriptor)
        st = wm_descriptor_read(descriptor, room, &parts);
    if (!st && parts.sacl && !wm_acl_is_valid(parts.sacl, parts.sacl_room, NULL))
        st = STATUS_INVALID_ACL;
    if (st)
        return st;
    if (parts.dacl) {
        st = read_list(&parts, owner, type, &own, &other);
        if (st)
            return st;
    } else {
        own.allowed = type->valid;
        other.allowed = parts.control & SE_DACL_PRESENT ? type->valid : 0;
    }
    *owner_access = own.allowed;
    *other_access = other.allowed;
    return STATUS_SUCCESS;
}

// Contract in security.h.
NTSTATUS wm_security_read(const void *descriptor, const struct wm_object_type *type,
                          uint32_t *owner_access, uint32_t *other_access)
{
    return wm_security_read_sized(descriptor, WM_ROOM_UNKNOWN, descriptor ? host_user() : 0, type,
                                  owner_access, other_access);
}

// Contract in security.h. Waiting changes what is waited for: it takes, or says that it waits.
bool wm_security_needs_writing(enum wm_object_kind kind, uint32_t access)
{
    switch (kind) {
    case WM_KIND_SECTION:
        return access & (SECTION_MAP_WRITE | SECTION_EXTEND_SIZE);
    case WM_KIND_EVENT:
    case WM_KIND_SEMAPHORE:
        return access & (SYNCHRONIZE | EVENT_MODIFY_STATE); // SEMAPHORE_MODIFY_STATE is the same
    default:
        return access & SYNCHRONIZE;
    }
}

// Contract in security.h.
unsigned wm_security_file_mode(enum wm_object_kind kind, uint32_t other_access)
{
    if (wm_security_needs_writing(kind, other_access))
        return 0666;
    return other_access ? 0644 : 0600;
}

// Contract in security.h.
uint32_t wm_security_allowed(const struct wm_object_type *type, uint32_t uid, uint32_t owner_access,
                             uint32_t other_access)
{
    uint32_t me = host_user();

    if (me == uid)
        return owner_access;
    return me == 0 ? type->valid : other_access;
}

// Contract in security.h.
NTSTATUS wm_security_check(const struct wm_object_type *type, uint32_t allowed, ACCESS_MASK wanted,
                           ACCESS_MASK *granted)
{
    ACCESS_MASK rights = wm_object_map_access(type, wanted & ~MAXIMUM_ALLOWED);

    allowed &= type->valid;
    if (rights & ACCESS_SYSTEM_SECURITY)
        return STATUS_PRIVILEGE_NOT_HELD;
    if (rights & ~allowed)
        return STATUS_ACCESS_DENIED;
    if (wanted & MAXIMUM_ALLOWED)
        rights = allowed;
    if (!rights)
        return STATUS_ACCESS_DENIED;
    *granted = rights;
    return STATUS_SUCCESS;
}
