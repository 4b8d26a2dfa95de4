// SPDX-License-Identifier: MIT
// securitybaseapi.h: security identifiers.
#include <securitybaseapi.h>

#include <stdlib.h>
#include <string.h>

#include "nt/object/descriptor.h"
#include "nt/object/sid.h"
#include "win32/result.h"

static BOOL fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI IsValidSid(PSID pSid)
{
    struct wm_sid sid;

    return pSid && wm_sid_read(pSid, WM_ROOM_UNKNOWN, &sid);
}

// Contract in securitybaseapi.h.
DWORD WINAPI GetSidLengthRequired(UCHAR nSubAuthorityCount)
{
    return WM_SID_SIZE(nSubAuthorityCount);
}

// Contract in securitybaseapi.h.
DWORD WINAPI GetLengthSid(PSID pSid)
{
    return GetSidLengthRequired(((SID *)pSid)->SubAuthorityCount);
}

// Contract in securitybaseapi.h.
BOOL WINAPI EqualSid(PSID pSid1, PSID pSid2)
{
    struct wm_sid a, b;

    if (!wm_sid_read(pSid1, WM_ROOM_UNKNOWN, &a) || !wm_sid_read(pSid2, WM_ROOM_UNKNOWN, &b))
        return fail(ERROR_INVALID_SID);
    if (memcmp(&a, &b, sizeof(a)) == 0)
        return TRUE;
    return fail(ERROR_SUCCESS); // as Windows: to tell "different" from "invalid"
}

// Contract in securitybaseapi.h.
BOOL WINAPI CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid)
{
    struct wm_sid sid;

    if (!wm_sid_read(pSourceSid, WM_ROOM_UNKNOWN, &sid))
        return fail(ERROR_INVALID_SID);
    if (nDestinationSidLength < wm_sid_size(&sid))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pDestinationSid, &sid, wm_sid_size(&sid));
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                          BYTE nSubAuthorityCount)
{
    SID *sid = (SID *)Sid;

    if (nSubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return fail(ERROR_INVALID_PARAMETER);
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = nSubAuthorityCount;
    sid->IdentifierAuthority = *pIdentifierAuthority;
    return TRUE;
}

// Contract in securitybaseapi.h.
PDWORD WINAPI GetSidSubAuthority(PSID pSid, DWORD nSubAuthority)
{
    return (PDWORD)(void *)((BYTE *)pSid + WM_SID_SIZE((size_t)nSubAuthority));
}

// Contract in securitybaseapi.h.
PUCHAR WINAPI GetSidSubAuthorityCount(PSID pSid)
{
    return &((SID *)pSid)->SubAuthorityCount;
}

// Contract in securitybaseapi.h.
PSID_IDENTIFIER_AUTHORITY WINAPI GetSidIdentifierAuthority(PSID pSid)
{
    return &((SID *)pSid)->IdentifierAuthority;
}

// Contract in securitybaseapi.h.
BOOL WINAPI AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                     BYTE nSubAuthorityCount, DWORD nSubAuthority0,
                                     DWORD nSubAuthority1, DWORD nSubAuthority2,
                                     DWORD nSubAuthority3, DWORD nSubAuthority4,
                                     DWORD nSubAuthority5, DWORD nSubAuthority6,
                                     DWORD nSubAuthority7, PSID *pSid)
{
    const DWORD sub[8] = {nSubAuthority0, nSubAuthority1, nSubAuthority2, nSubAuthority3,
                          nSubAuthority4, nSubAuthority5, nSubAuthority6, nSubAuthority7};
    SID *sid;

    if (nSubAuthorityCount > 8)
        return fail(ERROR_INVALID_SID);
    sid = malloc(WM_SID_SIZE(8));
    if (!sid)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    InitializeSid(sid, pIdentifierAuthority, nSubAuthorityCount);
    memcpy((BYTE *)sid + WM_SID_SIZE(0), sub, nSubAuthorityCount * sizeof(sub[0]));
    *pSid = sid;
    return TRUE;
}

// Contract in securitybaseapi.h.
PVOID WINAPI FreeSid(PSID pSid)
{
    free(pSid);
    return NULL;
}

// Contract in securitybaseapi.h.
BOOL WINAPI CreateWellKnownSid(WELL_KNOWN_SID_TYPE WellKnownSidType, PSID DomainSid, PSID pSid,
                               DWORD *cbSid)
{
    struct wm_sid sid;
    DWORD room;

    if (!cbSid || (DomainSid && !IsValidSid(DomainSid)) ||
        !wm_sid_well_known(WellKnownSidType, &sid))
        return fail(ERROR_INVALID_PARAMETER);
    room = *cbSid;
    *cbSid = (DWORD)wm_sid_size(&sid);
    if (!pSid || room < wm_sid_size(&sid))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pSid, &sid, wm_sid_size(&sid));
    return TRUE;
}

// Contract in securitybaseapi.h.
BOOL WINAPI IsWellKnownSid(PSID pSid, WELL_KNOWN_SID_TYPE WellKnownSidType)
{
    struct wm_sid sid, known;

    return pSid && wm_sid_read(pSid, WM_ROOM_UNKNOWN, &sid) &&
           wm_sid_well_known(WellKnownSidType, &known) && memcmp(&sid, &known, sizeof(sid)) == 0;
}
