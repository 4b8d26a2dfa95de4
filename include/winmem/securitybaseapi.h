// SPDX-License-Identifier: MIT
// Security identifiers, access control lists and descriptors: making, reading and checking them.
// docs/SECURITY.md tells what a descriptor means here.
#ifndef WINMEM_SECURITYBASEAPI_H
#define WINMEM_SECURITYBASEAPI_H

#include "minwinbase.h"

WINMEM_BEGIN_DECLS

// An absolute descriptor without owner, group and lists. dwRevision: SECURITY_DESCRIPTOR_REVISION.
// Errors: ERROR_UNKNOWN_REVISION.
WINBASEAPI BOOL WINAPI InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                    DWORD dwRevision)
    WINMEM_NAME(InitializeSecurityDescriptor);

// Is each part of the descriptor well-formed? FALSE sets no last error.
WINBASEAPI BOOL WINAPI IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor)
    WINMEM_NAME(IsValidSecurityDescriptor);

// Bytes of the descriptor and its parts; undefined on Windows for an invalid one, 0 here.
WINBASEAPI DWORD WINAPI GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR pSecurityDescriptor)
    WINMEM_NAME(GetSecurityDescriptorLength);

// Reads the SE_* bits and the revision; changes those of the *_AUTO_INHERIT* and *_PROTECTED bits
// that ControlBitsOfInterest names.
// Errors: ERROR_UNKNOWN_REVISION; ERROR_INVALID_PARAMETER (other bits).
WINBASEAPI BOOL WINAPI GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                    PSECURITY_DESCRIPTOR_CONTROL pControl,
                                                    LPDWORD lpdwRevision)
    WINMEM_NAME(GetSecurityDescriptorControl);
WINBASEAPI BOOL WINAPI SetSecurityDescriptorControl(
    PSECURITY_DESCRIPTOR pSecurityDescriptor, SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
    SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet) WINMEM_NAME(SetSecurityDescriptorControl);

// The parts. Setting stores the pointer: the list or identifier must live as long as the
// descriptor, which must be an absolute one.
// Errors: ERROR_UNKNOWN_REVISION; ERROR_INVALID_SECURITY_DESCR (self-relative when setting,
// malformed when getting).
WINBASEAPI BOOL WINAPI SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                 BOOL bDaclPresent, PACL pDacl, BOOL bDaclDefaulted)
    WINMEM_NAME(SetSecurityDescriptorDacl);
WINBASEAPI BOOL WINAPI GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                 LPBOOL lpbDaclPresent, PACL *pDacl,
                                                 LPBOOL lpbDaclDefaulted)
    WINMEM_NAME(GetSecurityDescriptorDacl);
WINBASEAPI BOOL WINAPI SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                 BOOL bSaclPresent, PACL pSacl, BOOL bSaclDefaulted)
    WINMEM_NAME(SetSecurityDescriptorSacl);
WINBASEAPI BOOL WINAPI GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                 LPBOOL lpbSaclPresent, PACL *pSacl,
                                                 LPBOOL lpbSaclDefaulted)
    WINMEM_NAME(GetSecurityDescriptorSacl);
WINBASEAPI BOOL WINAPI SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                  PSID pOwner, BOOL bOwnerDefaulted)
    WINMEM_NAME(SetSecurityDescriptorOwner);
WINBASEAPI BOOL WINAPI GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                  PSID *pOwner, LPBOOL lpbOwnerDefaulted)
    WINMEM_NAME(GetSecurityDescriptorOwner);
WINBASEAPI BOOL WINAPI SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                  PSID pGroup, BOOL bGroupDefaulted)
    WINMEM_NAME(SetSecurityDescriptorGroup);
WINBASEAPI BOOL WINAPI GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                  PSID *pGroup, LPBOOL lpbGroupDefaulted)
    WINMEM_NAME(GetSecurityDescriptorGroup);

// Copies a descriptor into one block. *lpdwBufferLength receives what is needed when the buffer is
// too small.
// Errors: ERROR_INSUFFICIENT_BUFFER; ERROR_UNKNOWN_REVISION; ERROR_INVALID_SECURITY_DESCR;
// ERROR_INVALID_ACL.
WINBASEAPI BOOL WINAPI MakeSelfRelativeSD(PSECURITY_DESCRIPTOR pAbsoluteSecurityDescriptor,
                                          PSECURITY_DESCRIPTOR pSelfRelativeSecurityDescriptor,
                                          LPDWORD lpdwBufferLength) WINMEM_NAME(MakeSelfRelativeSD);

// An empty list of nAclLength bytes in all. dwAclRevision: ACL_REVISION, ACL_REVISION_DS.
// Errors: ERROR_INSUFFICIENT_BUFFER; ERROR_INVALID_PARAMETER.
WINBASEAPI BOOL WINAPI InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision)
    WINMEM_NAME(InitializeAcl);

// Is the list well-formed? FALSE sets no last error.
WINBASEAPI BOOL WINAPI IsValidAcl(PACL pAcl) WINMEM_NAME(IsValidAcl);

// Adds an entry at the end of the list. Order matters: see docs/SECURITY.md.
// Errors: ERROR_ALLOTTED_SPACE_EXCEEDED; ERROR_INVALID_ACL; ERROR_INVALID_SID;
// ERROR_REVISION_MISMATCH; ERROR_INVALID_FLAGS (AceFlags other than those of inheritance).
WINBASEAPI BOOL WINAPI AddAccessAllowedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask,
                                           PSID pSid) WINMEM_NAME(AddAccessAllowedAce);
WINBASEAPI BOOL WINAPI AddAccessAllowedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                             DWORD AccessMask, PSID pSid)
    WINMEM_NAME(AddAccessAllowedAceEx);
WINBASEAPI BOOL WINAPI AddAccessDeniedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask,
                                          PSID pSid) WINMEM_NAME(AddAccessDeniedAce);
WINBASEAPI BOOL WINAPI AddAccessDeniedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                            DWORD AccessMask, PSID pSid)
    WINMEM_NAME(AddAccessDeniedAceEx);

// Points *pAce at an entry of the list, counted from 0.
// Errors: ERROR_INVALID_PARAMETER.
WINBASEAPI BOOL WINAPI GetAce(PACL pAcl, DWORD dwAceIndex, LPVOID *pAce) WINMEM_NAME(GetAce);

// The list's revision, or how many entries and bytes are used.
// Errors: ERROR_INVALID_ACL; ERROR_INSUFFICIENT_BUFFER; ERROR_INVALID_PARAMETER (class).
WINBASEAPI BOOL WINAPI GetAclInformation(PACL pAcl, LPVOID pAclInformation,
                                         DWORD nAclInformationLength,
                                         ACL_INFORMATION_CLASS dwAclInformationClass)
    WINMEM_NAME(GetAclInformation);

// Security identifiers. IsValidSid: FALSE sets no last error. EqualSid, GetLengthSid: of valid ones.
WINBASEAPI BOOL WINAPI IsValidSid(PSID pSid) WINMEM_NAME(IsValidSid);
WINBASEAPI DWORD WINAPI GetLengthSid(PSID pSid) WINMEM_NAME(GetLengthSid);
WINBASEAPI DWORD WINAPI GetSidLengthRequired(UCHAR nSubAuthorityCount)
    WINMEM_NAME(GetSidLengthRequired);
WINBASEAPI BOOL WINAPI EqualSid(PSID pSid1, PSID pSid2) WINMEM_NAME(EqualSid);

// Errors: ERROR_INVALID_SID; ERROR_INSUFFICIENT_BUFFER.
WINBASEAPI BOOL WINAPI CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid)
    WINMEM_NAME(CopySid);

// Writes the head of an identifier; its sub-authorities are stored through GetSidSubAuthority.
// Errors: ERROR_INVALID_PARAMETER.
WINBASEAPI BOOL WINAPI InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                     BYTE nSubAuthorityCount) WINMEM_NAME(InitializeSid);
WINBASEAPI PDWORD WINAPI GetSidSubAuthority(PSID pSid, DWORD nSubAuthority)
    WINMEM_NAME(GetSidSubAuthority);
WINBASEAPI PUCHAR WINAPI GetSidSubAuthorityCount(PSID pSid) WINMEM_NAME(GetSidSubAuthorityCount);
WINBASEAPI PSID_IDENTIFIER_AUTHORITY WINAPI GetSidIdentifierAuthority(PSID pSid)
    WINMEM_NAME(GetSidIdentifierAuthority);

// An identifier with at most eight sub-authorities in memory of its own, given back by FreeSid.
// Errors: ERROR_INVALID_SID; ERROR_NOT_ENOUGH_MEMORY.
WINBASEAPI BOOL WINAPI AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                                BYTE nSubAuthorityCount, DWORD nSubAuthority0,
                                                DWORD nSubAuthority1, DWORD nSubAuthority2,
                                                DWORD nSubAuthority3, DWORD nSubAuthority4,
                                                DWORD nSubAuthority5, DWORD nSubAuthority6,
                                                DWORD nSubAuthority7, PSID *pSid)
    WINMEM_NAME(AllocateAndInitializeSid);
// NULL.
WINBASEAPI PVOID WINAPI FreeSid(PSID pSid) WINMEM_NAME(FreeSid);

// Identifiers that are the same on every machine. *cbSid receives their size.
// Errors: ERROR_INSUFFICIENT_BUFFER; ERROR_INVALID_PARAMETER (one that needs a domain, or unknown).
WINBASEAPI BOOL WINAPI CreateWellKnownSid(WELL_KNOWN_SID_TYPE WellKnownSidType, PSID DomainSid,
                                          PSID pSid, DWORD *cbSid) WINMEM_NAME(CreateWellKnownSid);
WINBASEAPI BOOL WINAPI IsWellKnownSid(PSID pSid, WELL_KNOWN_SID_TYPE WellKnownSidType)
    WINMEM_NAME(IsWellKnownSid);

// Not there yet: an object's rights are settled when it is made.
WINBASEAPI BOOL WINAPI GetKernelObjectSecurity(HANDLE Handle,
                                               SECURITY_INFORMATION RequestedInformation,
                                               PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                               DWORD nLength, LPDWORD lpnLengthNeeded)
    WINMEM_NAME(GetKernelObjectSecurity);
WINBASEAPI BOOL WINAPI SetKernelObjectSecurity(HANDLE Handle,
                                               SECURITY_INFORMATION SecurityInformation,
                                               PSECURITY_DESCRIPTOR SecurityDescriptor)
    WINMEM_NAME(SetKernelObjectSecurity);

WINMEM_END_DECLS

#endif
