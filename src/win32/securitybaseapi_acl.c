// SPDX-License-Identifier: MIT
// securitybaseapi.h: access control lists.
#include <securitybaseapi.h>

#include <string.h>

#include "nt/object/descriptor.h"
#include "win32/result.h"

static BOOL fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision)
{
    if (nAclLength < sizeof(*pAcl))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    if (dwAclRevision < MIN_ACL_REVISION || dwAclRevision > MAX_ACL_REVISION ||
        nAclLength > MAXWORD)
        return fail(ERROR_INVALID_PARAMETER);
    memset(pAcl, 0, nAclLength);
    pAcl->AclRevision = (BYTE)dwAclRevision;
    pAcl->AclSize = (WORD)nAclLength;
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI IsValidAcl(PACL pAcl)
{
    return pAcl && wm_acl_is_valid(pAcl, WM_ROOM_UNKNOWN, NULL);
}

static BOOL add_ace(PACL acl, DWORD revision, BYTE type, DWORD flags, DWORD mask, PSID given)
{
    ACE_HEADER header = {.AceType = type, .AceFlags = (BYTE)flags};
    struct wm_sid sid;
    size_t used, size;
    BYTE *to;

    if (flags & ~(DWORD)VALID_INHERIT_FLAGS)
        return fail(ERROR_INVALID_FLAGS);
    if (!given || !wm_sid_read(given, WM_ROOM_UNKNOWN, &sid))
        return fail(ERROR_INVALID_SID);
    if (acl->AclRevision > MAX_ACL_REVISION || revision > MAX_ACL_REVISION ||
        revision < MIN_ACL_REVISION)
        return fail(ERROR_REVISION_MISMATCH);
    if (!wm_acl_is_valid(acl, WM_ROOM_UNKNOWN, &used))
        return fail(ERROR_INVALID_ACL);
    size = sizeof(header) + sizeof(mask) + wm_sid_size(&sid);
    if (acl->AclSize - used < size || acl->AceCount == MAXWORD)
        return fail(ERROR_ALLOTTED_SPACE_EXCEEDED);
    to = (BYTE *)acl + used;
    header.AceSize = (WORD)size;
    memcpy(to, &header, sizeof(header));
    memcpy(to + sizeof(header), &mask, sizeof(mask));
    memcpy(to + sizeof(header) + sizeof(mask), &sid, wm_sid_size(&sid));
    acl->AceCount++;
    if (acl->AclRevision < revision)
        acl->AclRevision = (BYTE)revision;
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI AddAccessAllowedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)
{
    return add_ace(pAcl, dwAceRevision, ACCESS_ALLOWED_ACE_TYPE, 0, AccessMask, pSid);
}

// Contract in securitybaseapi.h.
BOOL WINAPI AddAccessAllowedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask,
                                  PSID pSid)
{
    return add_ace(pAcl, dwAceRevision, ACCESS_ALLOWED_ACE_TYPE, AceFlags, AccessMask, pSid);
}

// Contract in securitybaseapi.h.
BOOL WINAPI AddAccessDeniedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid)
{
    return add_ace(pAcl, dwAceRevision, ACCESS_DENIED_ACE_TYPE, 0, AccessMask, pSid);
}

// Contract in securitybaseapi.h.
BOOL WINAPI AddAccessDeniedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, DWORD AccessMask,
                                 PSID pSid)
{
    return add_ace(pAcl, dwAceRevision, ACCESS_DENIED_ACE_TYPE, AceFlags, AccessMask, pSid);
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetAce(PACL pAcl, DWORD dwAceIndex, LPVOID *pAce)
{
    struct wm_acl_walk walk;
    struct wm_ace ace;

    if (!pAcl || !wm_acl_begin(pAcl, WM_ROOM_UNKNOWN, &walk) || dwAceIndex >= walk.count)
        return fail(ERROR_INVALID_PARAMETER);
    for (DWORD i = 0; i < dwAceIndex; i++)
        if (wm_acl_next(&walk, &ace) != WM_ACL_ENTRY)
            return fail(ERROR_INVALID_PARAMETER);
    if (walk.left < sizeof(ACE_HEADER))
        return fail(ERROR_INVALID_PARAMETER);
    *pAce = (LPVOID)(uintptr_t)walk.at;
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI GetAclInformation(PACL pAcl, LPVOID pAclInformation, DWORD nAclInformationLength,
                              ACL_INFORMATION_CLASS dwAclInformationClass)
{
    ACL_REVISION_INFORMATION revision;
    ACL_SIZE_INFORMATION size;
    const void *from = &revision;
    size_t length = sizeof(revision), used;

    if (!wm_acl_is_valid(pAcl, WM_ROOM_UNKNOWN, &used))
        return fail(ERROR_INVALID_ACL);
    revision.AclRevision = pAcl->AclRevision;
    size = (ACL_SIZE_INFORMATION){pAcl->AceCount, (DWORD)used, (DWORD)(pAcl->AclSize - used)};
    if (dwAclInformationClass == AclSizeInformation) {
        from = &size;
        length = sizeof(size);
    } else if (dwAclInformationClass != AclRevisionInformation) {
        return fail(ERROR_INVALID_PARAMETER);
    }
    if (nAclInformationLength < length)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pAclInformation, from, length);
    return TRUE;
}
