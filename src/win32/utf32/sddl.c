// SPDX-License-Identifier: MIT
// sddl.h where wchar_t has four bytes.
#include <sddl.h>

#include "win32/result.h"
#include "win32/text.h"

extern BOOL descriptor_utf16(const uint16_t *text, DWORD revision, PSECURITY_DESCRIPTOR *descriptor,
                             PULONG size)
    WINMEM_NAME(ConvertStringSecurityDescriptorToSecurityDescriptorW);
extern BOOL text_of_sid_utf16(PSID sid, uint16_t **text) WINMEM_NAME(ConvertSidToStringSidW);
extern BOOL sid_utf16(const uint16_t *text, PSID *sid) WINMEM_NAME(ConvertStringSidToSidW);

static BOOL fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorW(
    LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
{
    uint16_t *text = wm_text_utf16_from_utf32((const uint32_t *)StringSecurityDescriptor);
    BOOL result;

    if (wm_text_failed(StringSecurityDescriptor, text))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    result = descriptor_utf16(text, StringSDRevision, SecurityDescriptor, SecurityDescriptorSize);
    free(text);
    return result;
}

BOOL WINAPI ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid)
{
    uint16_t *text = NULL;
    uint32_t *wide;

    if (!text_of_sid_utf16(Sid, StringSid ? &text : NULL) || !StringSid)
        return FALSE;
    wide = wm_text_utf32_from_utf16(text);
    free(text);
    if (!wide)
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *StringSid = (LPWSTR)wide;
    return TRUE;
}

BOOL WINAPI ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid)
{
    uint16_t *text = wm_text_utf16_from_utf32((const uint32_t *)StringSid);
    BOOL result;

    if (wm_text_failed(StringSid, text))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    result = sid_utf16(text, Sid);
    free(text);
    return result;
}
