// SPDX-License-Identifier: MIT
// securitybaseapi.h: security descriptors.
#include <securitybaseapi.h>

#include <string.h>

#include "nt/object/descriptor.h"
#include "win32/result.h"

// Contract in securitybaseapi.h.
BOOL WINAPI InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD dwRevision)
{
    if (dwRevision != SECURITY_DESCRIPTOR_REVISION)
        return wm_result(STATUS_UNKNOWN_REVISION);
    *(SECURITY_DESCRIPTOR *)pSecurityDescriptor =
        (SECURITY_DESCRIPTOR){.Revision = SECURITY_DESCRIPTOR_REVISION};
    return TRUE;
}

static NTSTATUS read_all(PSECURITY_DESCRIPTOR descriptor, struct wm_descriptor *parts)
{
    NTSTATUS st = wm_descriptor_read(descriptor, WM_ROOM_UNKNOWN, parts);

    return st ? st : wm_descriptor_check(parts);
}

// Contract in securitybaseapi.h.
BOOL WINAPI IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    struct wm_descriptor parts;

    return pSecurityDescriptor && read_all(pSecurityDescriptor, &parts) == STATUS_SUCCESS;
}

static size_t sid_room(const uint8_t *sid)
{
    return sid ? WM_SID_SIZE(sid[1]) : 0;
}

// Every part begins on a multiple of four bytes.
static size_t acl_room(const uint8_t *acl)
{
    return acl ? (wm_acl_size(acl) + 3) & ~(size_t)3 : 0;
}

static size_t parts_size(const struct wm_descriptor *parts)
{
    return sid_room(parts->owner) + sid_room(parts->group) + acl_room(parts->sacl) +
           acl_room(parts->dacl);
}

// Contract in securitybaseapi.h.
DWORD WINAPI GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    struct wm_descriptor parts;

    if (read_all(pSecurityDescriptor, &parts))
        return 0;
    return (DWORD)(parts_size(&parts) + (parts.control & SE_SELF_RELATIVE
                                             ? sizeof(SECURITY_DESCRIPTOR_RELATIVE)
                                             : sizeof(SECURITY_DESCRIPTOR)));
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                         PSECURITY_DESCRIPTOR_CONTROL pControl,
                                         LPDWORD lpdwRevision)
{
    const SECURITY_DESCRIPTOR *descriptor = (const SECURITY_DESCRIPTOR *)pSecurityDescriptor;

    *lpdwRevision = descriptor->Revision;
    if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return wm_result(STATUS_UNKNOWN_REVISION);
    *pControl = descriptor->Control;
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                         SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
                                         SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet)
{
    const WORD settable = SE_DACL_AUTO_INHERIT_REQ | SE_SACL_AUTO_INHERIT_REQ |
                          SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED |
                          SE_SACL_PROTECTED;
    SECURITY_DESCRIPTOR *descriptor = (SECURITY_DESCRIPTOR *)pSecurityDescriptor;

    if (((ControlBitsOfInterest | ControlBitsToSet) & ~settable) ||
        (ControlBitsToSet & ~ControlBitsOfInterest))
        return wm_result(STATUS_INVALID_PARAMETER);
    if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return wm_result(STATUS_UNKNOWN_REVISION);
    descriptor->Control = (WORD)((descriptor->Control & ~ControlBitsOfInterest) | ControlBitsToSet);
    return TRUE;
}

// Absolute descriptors alone can be changed.
static NTSTATUS begin_change(PSECURITY_DESCRIPTOR given, SECURITY_DESCRIPTOR **descriptor)
{
    *descriptor = (SECURITY_DESCRIPTOR *)given;
    if ((*descriptor)->Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    return (*descriptor)->Control & SE_SELF_RELATIVE ? STATUS_INVALID_SECURITY_DESCR
                                                     : STATUS_SUCCESS;
}

static void set_bits(SECURITY_DESCRIPTOR *descriptor, WORD bits, BOOL set)
{
    descriptor->Control = (WORD)(set ? descriptor->Control | bits : descriptor->Control & ~bits);
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bDaclPresent,
                                      PACL pDacl, BOOL bDaclDefaulted)
{
    SECURITY_DESCRIPTOR *descriptor;
    NTSTATUS st = begin_change(pSecurityDescriptor, &descriptor);

    if (!st) {
        set_bits(descriptor, SE_DACL_PRESENT, bDaclPresent);
        set_bits(descriptor, SE_DACL_DEFAULTED, bDaclPresent && bDaclDefaulted);
        descriptor->Dacl = bDaclPresent ? pDacl : NULL;
    }
    return wm_result(st);
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bSaclPresent,
                                      PACL pSacl, BOOL bSaclDefaulted)
{
    SECURITY_DESCRIPTOR *descriptor;
    NTSTATUS st = begin_change(pSecurityDescriptor, &descriptor);

    if (!st) {
        set_bits(descriptor, SE_SACL_PRESENT, bSaclPresent);
        set_bits(descriptor, SE_SACL_DEFAULTED, bSaclPresent && bSaclDefaulted);
        descriptor->Sacl = bSaclPresent ? pSacl : NULL;
    }
    return wm_result(st);
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pOwner,
                                       BOOL bOwnerDefaulted)
{
    SECURITY_DESCRIPTOR *descriptor;
    NTSTATUS st = begin_change(pSecurityDescriptor, &descriptor);

    if (!st) {
        set_bits(descriptor, SE_OWNER_DEFAULTED, bOwnerDefaulted);
        descriptor->Owner = pOwner;
    }
    return wm_result(st);
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pGroup,
                                       BOOL bGroupDefaulted)
{
    SECURITY_DESCRIPTOR *descriptor;
    NTSTATUS st = begin_change(pSecurityDescriptor, &descriptor);

    if (!st) {
        set_bits(descriptor, SE_GROUP_DEFAULTED, bGroupDefaulted);
        descriptor->Group = pGroup;
    }
    return wm_result(st);
}

// Contract in securitybaseapi.h. A list that is not there leaves the other results alone.
BOOL WINAPI GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                      LPBOOL lpbDaclPresent, PACL *pDacl, LPBOOL lpbDaclDefaulted)
{
    struct wm_descriptor parts;
    NTSTATUS st = wm_descriptor_read(pSecurityDescriptor, WM_ROOM_UNKNOWN, &parts);

    if (st)
        return wm_result(st);
    *lpbDaclPresent = !!(parts.control & SE_DACL_PRESENT);
    if (*lpbDaclPresent) {
        *pDacl = (PACL)(uintptr_t)parts.dacl;
        *lpbDaclDefaulted = !!(parts.control & SE_DACL_DEFAULTED);
    }
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                      LPBOOL lpbSaclPresent, PACL *pSacl, LPBOOL lpbSaclDefaulted)
{
    struct wm_descriptor parts;
    NTSTATUS st = wm_descriptor_read(pSecurityDescriptor, WM_ROOM_UNKNOWN, &parts);

    if (st)
        return wm_result(st);
    *lpbSaclPresent = !!(parts.control & SE_SACL_PRESENT);
    if (*lpbSaclPresent) {
        *pSacl = (PACL)(uintptr_t)parts.sacl;
        *lpbSaclDefaulted = !!(parts.control & SE_SACL_DEFAULTED);
    }
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pOwner,
                                       LPBOOL lpbOwnerDefaulted)
{
    struct wm_descriptor parts;
    NTSTATUS st = wm_descriptor_read(pSecurityDescriptor, WM_ROOM_UNKNOWN, &parts);

    if (!st) {
        *pOwner = (PSID)(uintptr_t)parts.owner;
        *lpbOwnerDefaulted = !!(parts.control & SE_OWNER_DEFAULTED);
    }
    return wm_result(st);
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID *pGroup,
                                       LPBOOL lpbGroupDefaulted)
{
    struct wm_descriptor parts;
    NTSTATUS st = wm_descriptor_read(pSecurityDescriptor, WM_ROOM_UNKNOWN, &parts);

    if (!st) {
        *pGroup = (PSID)(uintptr_t)parts.group;
        *lpbGroupDefaulted = !!(parts.control & SE_GROUP_DEFAULTED);
    }
    return wm_result(st);
}

// Copies a part behind the earlier ones. Returns its offset, 0 for one that is not there.
static DWORD append(uint8_t *to, size_t *at, const uint8_t *part, size_t size, size_t room)
{
    DWORD offset = (DWORD)*at;

    if (!part)
        return 0;
    memcpy(to + *at, part, size);
    memset(to + *at + size, 0, room - size);
    *at += room;
    return offset;
}

// Contract in securitybaseapi.h.
BOOL WINAPI MakeSelfRelativeSD(PSECURITY_DESCRIPTOR pAbsoluteSecurityDescriptor,
                               PSECURITY_DESCRIPTOR pSelfRelativeSecurityDescriptor,
                               LPDWORD lpdwBufferLength)
{
    SECURITY_DESCRIPTOR_RELATIVE head = {.Revision = SECURITY_DESCRIPTOR_REVISION};
    uint8_t *to = (uint8_t *)pSelfRelativeSecurityDescriptor;
    size_t at = sizeof(head), size;
    struct wm_descriptor parts;
    NTSTATUS st = read_all(pAbsoluteSecurityDescriptor, &parts);

    if (st)
        return wm_result(st);
    size = sizeof(head) + parts_size(&parts);
    if (!to || *lpdwBufferLength < size) {
        *lpdwBufferLength = (DWORD)size;
        return wm_result(STATUS_BUFFER_TOO_SMALL);
    }
    head.Control = parts.control | SE_SELF_RELATIVE;
    head.Owner = append(to, &at, parts.owner, sid_room(parts.owner), sid_room(parts.owner));
    head.Group = append(to, &at, parts.group, sid_room(parts.group), sid_room(parts.group));
    if (parts.sacl)
        head.Sacl = append(to, &at, parts.sacl, wm_acl_size(parts.sacl), acl_room(parts.sacl));
    if (parts.dacl)
        head.Dacl = append(to, &at, parts.dacl, wm_acl_size(parts.dacl), acl_room(parts.dacl));
    memcpy(to, &head, sizeof(head));
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION RequestedInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    (void)Handle;
    (void)RequestedInformation;
    (void)pSecurityDescriptor;
    (void)nLength;
    (void)lpnLengthNeeded;
    return wm_result(STATUS_NOT_IMPLEMENTED);
}

// Contract in securitybaseapi.h.
BOOL WINAPI SetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    (void)Handle;
    (void)SecurityInformation;
    (void)SecurityDescriptor;
    return wm_result(STATUS_NOT_IMPLEMENTED);
}
