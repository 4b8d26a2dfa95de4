// SPDX-License-Identifier: MIT
// Security descriptors and identifiers as text.
#ifndef WINMEM_SDDL_H
#define WINMEM_SDDL_H

#include "minwinbase.h"

#define SDDL_REVISION_1 1
#define SDDL_REVISION   SDDL_REVISION_1

WINMEM_BEGIN_DECLS

// A self-relative descriptor made of text such as "D:P(A;;GA;;;WD)", in memory that LocalFree gives
// back. Entries: A, D, AU, ML. StringSDRevision: SDDL_REVISION_1. *SecurityDescriptorSize may be NULL.
// Errors: ERROR_INVALID_PARAMETER; ERROR_UNKNOWN_REVISION; ERROR_INVALID_ACL; ERROR_INVALID_SID;
// ERROR_CALL_NOT_IMPLEMENTED (other kinds of entries, accounts of a domain).
WINBASEAPI BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorA(
    LPCSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
    WINMEM_NAME(ConvertStringSecurityDescriptorToSecurityDescriptorA);
WINBASEAPI BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorW(
    LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
    WINMEM_WNAME(ConvertStringSecurityDescriptorToSecurityDescriptorW);

// "S-1-1-0", in memory that LocalFree gives back.
// Errors: ERROR_INVALID_PARAMETER; ERROR_INVALID_SID; ERROR_NOT_ENOUGH_MEMORY.
WINBASEAPI BOOL WINAPI ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid)
    WINMEM_NAME(ConvertSidToStringSidA);
WINBASEAPI BOOL WINAPI ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid)
    WINMEM_WNAME(ConvertSidToStringSidW);

// "S-1-1-0" or two letters such as "WD"; in memory that LocalFree gives back.
// Errors: ERROR_INVALID_PARAMETER; ERROR_INVALID_SID; ERROR_NOT_ENOUGH_MEMORY.
WINBASEAPI BOOL WINAPI ConvertStringSidToSidA(LPCSTR StringSid, PSID *Sid)
    WINMEM_NAME(ConvertStringSidToSidA);
WINBASEAPI BOOL WINAPI ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid)
    WINMEM_WNAME(ConvertStringSidToSidW);

WINMEM_END_DECLS

#ifdef UNICODE
#define ConvertStringSecurityDescriptorToSecurityDescriptor \
    ConvertStringSecurityDescriptorToSecurityDescriptorW
#define ConvertSidToStringSid ConvertSidToStringSidW
#define ConvertStringSidToSid ConvertStringSidToSidW
#else
#define ConvertStringSecurityDescriptorToSecurityDescriptor \
    ConvertStringSecurityDescriptorToSecurityDescriptorA
#define ConvertSidToStringSid ConvertSidToStringSidA
#define ConvertStringSidToSid ConvertStringSidToSidA
#endif

#endif
