// SPDX-License-Identifier: MIT
// sddl.h: descriptors and identifiers as text.
#include <sddl.h>

#include <stdlib.h>
#include <string.h>

#include "nt/object/sid.h"
#include "win32/result.h"
#include "win32/text.h"

static BOOL fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

// Contract in sddl.h.
BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorA(
    LPCSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
{
    void *made;
    size_t size;
    NTSTATUS st;

    if (!StringSecurityDescriptor || !SecurityDescriptor)
        return fail(ERROR_INVALID_PARAMETER);
    if (StringSDRevision != SDDL_REVISION_1)
        return fail(ERROR_UNKNOWN_REVISION);
    st = wm_sddl_read(StringSecurityDescriptor, &made, &size);
    if (st)
        return wm_result(st);
    *SecurityDescriptor = made;
    if (SecurityDescriptorSize)
        *SecurityDescriptorSize = (ULONG)size;
    return TRUE;
}

// Contract in sddl.h.
BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorW(
    LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
{
    char *text = wm_text_utf8((const uint16_t *)StringSecurityDescriptor);
    BOOL result;

    if (wm_text_failed(StringSecurityDescriptor, text))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    result = ConvertStringSecurityDescriptorToSecurityDescriptorA(
        text, StringSDRevision, SecurityDescriptor, SecurityDescriptorSize);
    free(text);
    return result;
}

// Contract in sddl.h.
BOOL WINAPI ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid)
{
    char text[WM_SID_TEXT], *copy;
    struct wm_sid sid;

    if (!StringSid)
        return fail(ERROR_INVALID_PARAMETER);
    if (!Sid || !wm_sid_read(Sid, WM_ROOM_UNKNOWN, &sid))
        return fail(ERROR_INVALID_SID);
    wm_sid_to_text(&sid, text);
    copy = strdup(text);
    if (!copy)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *StringSid = copy;
    return TRUE;
}

// Contract in sddl.h.
BOOL WINAPI ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid)
{
    LPWSTR wide;
    LPSTR text;

    if (!ConvertSidToStringSidA(Sid, StringSid ? &text : NULL))
        return FALSE;
    wide = (LPWSTR)wm_text_utf16(text);
    free(text);
    if (!wide)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *StringSid = wide;
    return TRUE;
}

// Contract in sddl.h.
BOOL WINAPI ConvertStringSidToSidA(LPCSTR StringSid, PSID *Sid)
{
    struct wm_sid sid;
    const char *at = StringSid;
    NTSTATUS st;
    void *copy;

    if (!StringSid || !Sid)
        return fail(ERROR_INVALID_PARAMETER);
    st = wm_sid_from_text(&at, &sid);
    if (!st && *at)
        st = STATUS_INVALID_SID;
    if (st)
        return wm_result(st);
    copy = malloc(wm_sid_size(&sid));
    if (!copy)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *Sid = memcpy(copy, &sid, wm_sid_size(&sid));
    return TRUE;
}

// Contract in sddl.h.
BOOL WINAPI ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid)
{
    char *text = wm_text_utf8((const uint16_t *)StringSid);
    BOOL result;

    if (wm_text_failed(StringSid, text))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    result = ConvertStringSidToSidA(text, Sid);
    free(text);
    return result;
}
