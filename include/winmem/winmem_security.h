// SPDX-License-Identifier: MIT
// Security identifiers, access control lists and security descriptors (part of winnt.h).
#ifndef WINMEM_SECURITY_H
#define WINMEM_SECURITY_H

#include "minwindef.h"

#define ANYSIZE_ARRAY 1

typedef PVOID PSECURITY_DESCRIPTOR;
typedef PVOID PSID;
typedef DWORD SECURITY_INFORMATION, *PSECURITY_INFORMATION;

#define OWNER_SECURITY_INFORMATION            0x00000001
#define GROUP_SECURITY_INFORMATION            0x00000002
#define DACL_SECURITY_INFORMATION             0x00000004
#define SACL_SECURITY_INFORMATION             0x00000008
#define LABEL_SECURITY_INFORMATION            0x00000010
#define PROTECTED_DACL_SECURITY_INFORMATION   0x80000000
#define UNPROTECTED_DACL_SECURITY_INFORMATION 0x20000000

// Security identifiers.
#define SID_REVISION                    1
#define SID_MAX_SUB_AUTHORITIES         15
#define SID_RECOMMENDED_SUB_AUTHORITIES 1
#define SECURITY_MAX_SID_SIZE           68

typedef struct _SID_IDENTIFIER_AUTHORITY {
    BYTE Value[6];
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
    BYTE Revision;
    BYTE SubAuthorityCount;
    SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
    DWORD SubAuthority[ANYSIZE_ARRAY];
} SID, *PISID;

typedef enum _SID_NAME_USE {
    SidTypeUser = 1,
    SidTypeGroup,
    SidTypeDomain,
    SidTypeAlias,
    SidTypeWellKnownGroup,
    SidTypeDeletedAccount,
    SidTypeInvalid,
    SidTypeUnknown,
    SidTypeComputer,
    SidTypeLabel,
} SID_NAME_USE,
    *PSID_NAME_USE;

#define SECURITY_NULL_SID_AUTHORITY \
    {                               \
        0, 0, 0, 0, 0, 0            \
    }
#define SECURITY_WORLD_SID_AUTHORITY \
    {                                \
        0, 0, 0, 0, 0, 1             \
    }
#define SECURITY_LOCAL_SID_AUTHORITY \
    {                                \
        0, 0, 0, 0, 0, 2             \
    }
#define SECURITY_CREATOR_SID_AUTHORITY \
    {                                  \
        0, 0, 0, 0, 0, 3               \
    }
#define SECURITY_NON_UNIQUE_AUTHORITY \
    {                                 \
        0, 0, 0, 0, 0, 4              \
    }
#define SECURITY_NT_AUTHORITY \
    {                         \
        0, 0, 0, 0, 0, 5      \
    }
#define SECURITY_APP_PACKAGE_AUTHORITY \
    {                                  \
        0, 0, 0, 0, 0, 15              \
    }
#define SECURITY_MANDATORY_LABEL_AUTHORITY \
    {                                      \
        0, 0, 0, 0, 0, 16                  \
    }

#define SECURITY_NULL_RID                    0x00000000
#define SECURITY_WORLD_RID                   0x00000000
#define SECURITY_LOCAL_RID                   0x00000000
#define SECURITY_CREATOR_OWNER_RID           0x00000000
#define SECURITY_CREATOR_GROUP_RID           0x00000001
#define SECURITY_CREATOR_OWNER_RIGHTS_RID    0x00000004
#define SECURITY_DIALUP_RID                  0x00000001
#define SECURITY_NETWORK_RID                 0x00000002
#define SECURITY_BATCH_RID                   0x00000003
#define SECURITY_INTERACTIVE_RID             0x00000004
#define SECURITY_SERVICE_RID                 0x00000006
#define SECURITY_ANONYMOUS_LOGON_RID         0x00000007
#define SECURITY_AUTHENTICATED_USER_RID      0x0000000B
#define SECURITY_RESTRICTED_CODE_RID         0x0000000C
#define SECURITY_LOCAL_SYSTEM_RID            0x00000012
#define SECURITY_LOCAL_SERVICE_RID           0x00000013
#define SECURITY_NETWORK_SERVICE_RID         0x00000014
#define SECURITY_BUILTIN_DOMAIN_RID          0x00000020
#define DOMAIN_ALIAS_RID_ADMINS              0x00000220
#define DOMAIN_ALIAS_RID_USERS               0x00000221
#define DOMAIN_ALIAS_RID_GUESTS              0x00000222
#define DOMAIN_ALIAS_RID_POWER_USERS         0x00000223
#define SECURITY_APP_PACKAGE_BASE_RID        0x00000002
#define SECURITY_BUILTIN_PACKAGE_ANY_PACKAGE 0x00000001
#define SECURITY_MANDATORY_UNTRUSTED_RID     0x00000000
#define SECURITY_MANDATORY_LOW_RID           0x00001000
#define SECURITY_MANDATORY_MEDIUM_RID        0x00002000
#define SECURITY_MANDATORY_HIGH_RID          0x00003000
#define SECURITY_MANDATORY_SYSTEM_RID        0x00004000

typedef enum {
    WinNullSid = 0,
    WinWorldSid = 1,
    WinLocalSid = 2,
    WinCreatorOwnerSid = 3,
    WinCreatorGroupSid = 4,
    WinNtAuthoritySid = 7,
    WinDialupSid = 8,
    WinNetworkSid = 9,
    WinBatchSid = 10,
    WinInteractiveSid = 11,
    WinServiceSid = 12,
    WinAnonymousSid = 13,
    WinAuthenticatedUserSid = 17,
    WinRestrictedCodeSid = 18,
    WinLocalSystemSid = 22,
    WinLocalServiceSid = 23,
    WinNetworkServiceSid = 24,
    WinBuiltinDomainSid = 25,
    WinBuiltinAdministratorsSid = 26,
    WinBuiltinUsersSid = 27,
    WinBuiltinGuestsSid = 28,
    WinBuiltinPowerUsersSid = 29,
    WinUntrustedLabelSid = 65,
    WinLowLabelSid = 66,
    WinMediumLabelSid = 67,
    WinHighLabelSid = 68,
    WinSystemLabelSid = 69,
    WinCreatorOwnerRightsSid = 71,
    WinBuiltinAnyPackageSid = 84,
} WELL_KNOWN_SID_TYPE;

// Access control lists.
#define ACL_REVISION     2
#define ACL_REVISION_DS  4
#define MIN_ACL_REVISION 2
#define MAX_ACL_REVISION 4

typedef struct _ACL {
    BYTE AclRevision;
    BYTE Sbz1;
    WORD AclSize;
    WORD AceCount;
    WORD Sbz2;
} ACL, *PACL;

typedef struct _ACE_HEADER {
    BYTE AceType;
    BYTE AceFlags;
    WORD AceSize;
} ACE_HEADER, *PACE_HEADER;

#define ACCESS_ALLOWED_ACE_TYPE          0x0
#define ACCESS_DENIED_ACE_TYPE           0x1
#define SYSTEM_AUDIT_ACE_TYPE            0x2
#define SYSTEM_ALARM_ACE_TYPE            0x3
#define ACCESS_ALLOWED_COMPOUND_ACE_TYPE 0x4
#define ACCESS_ALLOWED_OBJECT_ACE_TYPE   0x5
#define ACCESS_DENIED_OBJECT_ACE_TYPE    0x6
#define ACCESS_ALLOWED_CALLBACK_ACE_TYPE 0x9
#define ACCESS_DENIED_CALLBACK_ACE_TYPE  0xA
#define SYSTEM_MANDATORY_LABEL_ACE_TYPE  0x11

#define OBJECT_INHERIT_ACE         0x01
#define CONTAINER_INHERIT_ACE      0x02
#define NO_PROPAGATE_INHERIT_ACE   0x04
#define INHERIT_ONLY_ACE           0x08
#define INHERITED_ACE              0x10
#define VALID_INHERIT_FLAGS        0x1F
#define SUCCESSFUL_ACCESS_ACE_FLAG 0x40
#define FAILED_ACCESS_ACE_FLAG     0x80

typedef struct _ACCESS_ALLOWED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE;

typedef struct _ACCESS_DENIED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE;

typedef struct _SYSTEM_MANDATORY_LABEL_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_MANDATORY_LABEL_ACE, *PSYSTEM_MANDATORY_LABEL_ACE;

#define SYSTEM_MANDATORY_LABEL_NO_WRITE_UP   0x1
#define SYSTEM_MANDATORY_LABEL_NO_READ_UP    0x2
#define SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP 0x4

typedef enum _ACL_INFORMATION_CLASS {
    AclRevisionInformation = 1,
    AclSizeInformation,
} ACL_INFORMATION_CLASS;

typedef struct _ACL_REVISION_INFORMATION {
    DWORD AclRevision;
} ACL_REVISION_INFORMATION, *PACL_REVISION_INFORMATION;

typedef struct _ACL_SIZE_INFORMATION {
    DWORD AceCount;
    DWORD AclBytesInUse;
    DWORD AclBytesFree;
} ACL_SIZE_INFORMATION, *PACL_SIZE_INFORMATION;

// Security descriptors: absolute with pointers, self-relative with offsets from its start.
#define SECURITY_DESCRIPTOR_REVISION   1
#define SECURITY_DESCRIPTOR_REVISION1  1
#define SECURITY_DESCRIPTOR_MIN_LENGTH (sizeof(SECURITY_DESCRIPTOR))

typedef WORD SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;

#define SE_OWNER_DEFAULTED       0x0001
#define SE_GROUP_DEFAULTED       0x0002
#define SE_DACL_PRESENT          0x0004
#define SE_DACL_DEFAULTED        0x0008
#define SE_SACL_PRESENT          0x0010
#define SE_SACL_DEFAULTED        0x0020
#define SE_DACL_AUTO_INHERIT_REQ 0x0100
#define SE_SACL_AUTO_INHERIT_REQ 0x0200
#define SE_DACL_AUTO_INHERITED   0x0400
#define SE_SACL_AUTO_INHERITED   0x0800
#define SE_DACL_PROTECTED        0x1000
#define SE_SACL_PROTECTED        0x2000
#define SE_RM_CONTROL_VALID      0x4000
#define SE_SELF_RELATIVE         0x8000

typedef struct _SECURITY_DESCRIPTOR_RELATIVE {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    DWORD Owner;
    DWORD Group;
    DWORD Sacl;
    DWORD Dacl;
} SECURITY_DESCRIPTOR_RELATIVE, *PISECURITY_DESCRIPTOR_RELATIVE;

typedef struct _SECURITY_DESCRIPTOR {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    PSID Owner;
    PSID Group;
    PACL Sacl;
    PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

#endif
