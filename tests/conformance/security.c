// SPDX-License-Identifier: MIT
// Security identifiers, access control lists and descriptors, and their text.
#include "conform.h"

#include <sddl.h>

static SID_IDENTIFIER_AUTHORITY world = {SECURITY_WORLD_SID_AUTHORITY};
static SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};

static PSID everyone(void)
{
    PSID sid = NULL;

    require(AllocateAndInitializeSid(&world, 1, SECURITY_WORLD_RID, 0, 0, 0, 0, 0, 0, 0, &sid));
    return sid;
}

static PSID users(void)
{
    PSID sid = NULL;

    require(AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_USERS, 0,
                                     0, 0, 0, 0, 0, &sid));
    return sid;
}

CASE(sids_made_compared_and_copied, "")
{
    BYTE room[SECURITY_MAX_SID_SIZE];
    PSID one = everyone(), two = users();

    expect_true(IsValidSid(one));
    expect_eq_u(GetLengthSid(one), 12);
    expect_eq_u(GetLengthSid(two), 16);
    expect_eq_u(GetSidLengthRequired(2), 16);
    expect_eq_u(*GetSidSubAuthorityCount(two), 2);
    expect_eq_u(*GetSidSubAuthority(two, 1), DOMAIN_ALIAS_RID_USERS);
    expect_mem(GetSidIdentifierAuthority(two), &nt, sizeof nt);
    expect_true(EqualSid(one, one));
    expect_false(EqualSid(one, two));
    expect_false(CopySid(15, room, two));
    expect_true(CopySid(16, room, two));
    expect_true(EqualSid(room, two));
    room[0] = 2;
    expect_false(IsValidSid(room));
    room[0] = 1;
    room[1] = 16;
    expect_false(IsValidSid(room));
    FreeSid(one);
    FreeSid(two);
}

CASE_FLAGS(sids_of_too_many_parts, "", "wine-differs",
           "winnt.h: SID_MAX_SUB_AUTHORITIES is 15; InitializeSid: GetLastError tells the error")
{
    BYTE room[SECURITY_MAX_SID_SIZE];
    PSID sid = NULL;

    expect_fail(AllocateAndInitializeSid(&nt, 9, 1, 2, 3, 4, 5, 6, 7, 8, &sid), ERROR_INVALID_SID);
    expect_fail(InitializeSid(room, &nt, 16), ERROR_INVALID_PARAMETER);
    expect_true(InitializeSid(room, &nt, 15));
    for (DWORD i = 0; i < 15; i++)
        *GetSidSubAuthority(room, i) = i;
    expect_true(IsValidSid(room));
    expect_eq_u(GetLengthSid(room), SECURITY_MAX_SID_SIZE);
}

CASE(well_known_sids, "")
{
    static const struct {
        WELL_KNOWN_SID_TYPE type;
        const char *text;
    } rows[] = {
        {WinNullSid, "S-1-0-0"},
        {WinWorldSid, "S-1-1-0"},
        {WinLocalSid, "S-1-2-0"},
        {WinCreatorOwnerSid, "S-1-3-0"},
        {WinInteractiveSid, "S-1-5-4"},
        {WinAnonymousSid, "S-1-5-7"},
        {WinAuthenticatedUserSid, "S-1-5-11"},
        {WinLocalSystemSid, "S-1-5-18"},
        {WinBuiltinAdministratorsSid, "S-1-5-32-544"},
        {WinBuiltinUsersSid, "S-1-5-32-545"},
        {WinLowLabelSid, "S-1-16-4096"},
    };
    BYTE room[SECURITY_MAX_SID_SIZE];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        DWORD size = sizeof room;
        char *text = NULL;

        conform_note("%s", rows[i].text);
        require(CreateWellKnownSid(rows[i].type, NULL, room, &size));
        expect_eq_u(size, GetLengthSid(room));
        expect_true(IsWellKnownSid(room, rows[i].type));
        expect_false(IsWellKnownSid(room, WinBuiltinGuestsSid));
        require(ConvertSidToStringSidA(room, &text));
        expect_str(text, rows[i].text);
        LocalFree(text);
    }
}

CASE(well_known_sid_in_a_small_buffer, "")
{
    BYTE room[12];
    DWORD size = 11;

    expect_fail(CreateWellKnownSid(WinWorldSid, NULL, room, &size), ERROR_INSUFFICIENT_BUFFER);
    expect_eq_u(size, 12);
    expect_true(CreateWellKnownSid(WinWorldSid, NULL, room, &size));
}

CASE(sids_as_text_and_back, "")
{
    static const char *const texts[] = {"S-1-1-0", "S-1-5-32-544", "S-1-22-1-1000",
                                        "S-1-5-21-1-2-4294967295-500"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = NULL;
        PSID sid = NULL;

        require(ConvertStringSidToSidA(texts[i], &sid));
        require(ConvertSidToStringSidA(sid, &text));
        expect_str(text, texts[i]);
        LocalFree(sid);
        LocalFree(text);
    }
}

CASE(sids_as_wide_text, "")
{
    wchar_t *text = NULL;
    PSID sid = NULL, same = everyone();

    require(ConvertStringSidToSidW(L"S-1-1-0", &sid));
    expect_true(EqualSid(sid, same));
    require(ConvertSidToStringSidW(sid, &text));
    expect_true(wide_same(text, L"S-1-1-0"));
    LocalFree(text);
    LocalFree(sid);
    require(ConvertStringSidToSidW(L"WD", &sid));
    expect_true(EqualSid(sid, same));
    LocalFree(sid);
    FreeSid(same);
}

CASE(sids_from_bad_text, "")
{
    PSID sid = NULL;

    expect_fail(ConvertStringSidToSidA(NULL, &sid), ERROR_INVALID_PARAMETER);
    expect_fail(ConvertStringSidToSidA("S-1-1-0", NULL), ERROR_INVALID_PARAMETER);
    expect_fail(ConvertStringSidToSidA("S-1-", &sid), ERROR_INVALID_SID);
    expect_fail(ConvertStringSidToSidA("!!", &sid), ERROR_INVALID_SID);
}

CASE(lists_grow_to_their_size, "")
{
    ACL_SIZE_INFORMATION info;
    ACCESS_ALLOWED_ACE *ace;
    DWORD room[(8 + 20 + 24) / 4];
    PACL acl = (PACL)room;
    PSID one = everyone(), two = users();
    void *found = NULL;

    require(InitializeAcl(acl, sizeof room, ACL_REVISION));
    expect_true(IsValidAcl(acl));
    expect_true(AddAccessDeniedAce(acl, ACL_REVISION, 2, one));
    expect_true(AddAccessAllowedAceEx(acl, ACL_REVISION, CONTAINER_INHERIT_ACE, GENERIC_ALL, two));
    expect_fail(AddAccessAllowedAce(acl, ACL_REVISION, 1, one), ERROR_ALLOTTED_SPACE_EXCEEDED);
    expect_true(IsValidAcl(acl));
    require(GetAclInformation(acl, &info, sizeof info, AclSizeInformation));
    expect_eq_u(info.AceCount, 2);
    expect_eq_u(info.AclBytesInUse, sizeof room);
    expect_eq_u(info.AclBytesFree, 0);
    require(GetAce(acl, 0, &found));
    ace = found;
    expect_eq_u(ace->Header.AceType, ACCESS_DENIED_ACE_TYPE);
    expect_eq_u(ace->Mask, 2);
    expect_true(EqualSid(&ace->SidStart, one));
    require(GetAce(acl, 1, &found));
    ace = found;
    expect_eq_u(ace->Header.AceFlags, CONTAINER_INHERIT_ACE);
    expect_eq_u(ace->Header.AceSize, 24);
    expect_true(EqualSid(&ace->SidStart, two));
    expect_fail(GetAce(acl, 2, &found), ERROR_INVALID_PARAMETER);
    FreeSid(one);
    FreeSid(two);
}

CASE(lists_that_cannot_be, "")
{
    DWORD room[16], bad_sid[4] = {9, 9, 9, 9};
    PACL acl = (PACL)room;
    PSID one = everyone();

    expect_fail(InitializeAcl(acl, sizeof(ACL) - 1, ACL_REVISION), ERROR_INSUFFICIENT_BUFFER);
    expect_fail(InitializeAcl(acl, sizeof room, 1), ERROR_INVALID_PARAMETER);
    expect_fail(InitializeAcl(acl, sizeof room, 5), ERROR_INVALID_PARAMETER);
    require(InitializeAcl(acl, sizeof room, ACL_REVISION));
    expect_fail(AddAccessAllowedAce(acl, ACL_REVISION, 1, bad_sid), ERROR_INVALID_SID);
    expect_fail(AddAccessAllowedAce(acl, 5, 1, one), ERROR_REVISION_MISMATCH);
    acl->AceCount = 9;
    expect_false(IsValidAcl(acl));
    acl->AceCount = 0;
    acl->AclRevision = 1;
    expect_false(IsValidAcl(acl));
    FreeSid(one);
}

CASE(descriptors_and_their_parts, "")
{
    BOOL present = 7, defaulted = 7;
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD room[16], revision = 0;
    PSID one = everyone(), owner = (PSID)room;
    PACL acl = (PACL)room, found = (PACL)&present;

    expect_fail(InitializeSecurityDescriptor(&descriptor, 2), ERROR_UNKNOWN_REVISION);
    require(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    expect_true(IsValidSecurityDescriptor(&descriptor));
    require(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted));
    expect_eq_u(present, FALSE);
    require(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    require(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted));
    expect_eq_u(present, TRUE);
    expect_eq_u(defaulted, FALSE);
    expect_ptr(found, NULL);
    require(InitializeAcl(acl, sizeof room, ACL_REVISION));
    require(SetSecurityDescriptorDacl(&descriptor, TRUE, acl, TRUE));
    require(GetSecurityDescriptorDacl(&descriptor, &present, &found, &defaulted));
    expect_ptr(found, acl);
    expect_eq_u(defaulted, TRUE);
    require(GetSecurityDescriptorOwner(&descriptor, &owner, &defaulted));
    expect_ptr(owner, NULL);
    require(SetSecurityDescriptorOwner(&descriptor, one, FALSE));
    require(GetSecurityDescriptorOwner(&descriptor, &owner, &defaulted));
    expect_ptr(owner, one);
    require(SetSecurityDescriptorControl(&descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED));
    require(GetSecurityDescriptorControl(&descriptor, &control, &revision));
    expect_eq_u(control, SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_PROTECTED);
    expect_eq_u(revision, SECURITY_DESCRIPTOR_REVISION);
    expect_fail(SetSecurityDescriptorControl(&descriptor, SE_SELF_RELATIVE, SE_SELF_RELATIVE),
                ERROR_INVALID_PARAMETER);
    descriptor.Revision = 3;
    expect_false(IsValidSecurityDescriptor(&descriptor));
    expect_fail(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE), ERROR_UNKNOWN_REVISION);
    FreeSid(one);
}

CASE(descriptors_in_one_block, "")
{
    DWORD acl_room[8], room[32], size = 0;
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_DESCRIPTOR *made = (SECURITY_DESCRIPTOR *)room;
    BOOL present = 0, defaulted = 0;
    PSID one = everyone();
    PACL acl = (PACL)acl_room, found = NULL;

    require(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    require(InitializeAcl(acl, sizeof acl_room, ACL_REVISION));
    require(AddAccessAllowedAce(acl, ACL_REVISION, GENERIC_READ, one));
    require(SetSecurityDescriptorDacl(&descriptor, TRUE, acl, FALSE));
    require(SetSecurityDescriptorOwner(&descriptor, one, FALSE));
    expect_eq_u(GetSecurityDescriptorLength(&descriptor), sizeof descriptor + 12 + 32);
    expect_fail(MakeSelfRelativeSD(&descriptor, NULL, &size), ERROR_INSUFFICIENT_BUFFER);
    expect_eq_u(size, 20 + 12 + 32);
    size = sizeof room;
    require(MakeSelfRelativeSD(&descriptor, made, &size));
    expect_true(IsValidSecurityDescriptor(made));
    expect_eq_u(GetSecurityDescriptorLength(made), 20 + 12 + 32);
    require(GetSecurityDescriptorDacl(made, &present, &found, &defaulted));
    expect_mem(found, acl, sizeof acl_room);
    FreeSid(one);
}

CASE(descriptors_in_one_block_stay, "")
{
    SECURITY_DESCRIPTOR_RELATIVE made = {.Revision = SECURITY_DESCRIPTOR_REVISION,
                                         .Control = SE_SELF_RELATIVE};

    expect_fail(SetSecurityDescriptorDacl(&made, TRUE, NULL, FALSE), ERROR_INVALID_SECURITY_DESCR);
    expect_fail(SetSecurityDescriptorOwner(&made, NULL, FALSE), ERROR_INVALID_SECURITY_DESCR);
}

/* Entry `index` of the list that the text gives. */
static ACCESS_ALLOWED_ACE *entry_of(const char *text, DWORD index, void **descriptor)
{
    BOOL present = FALSE, defaulted;
    void *ace = NULL;
    PACL acl = NULL;
    ULONG size = 0;

    require(ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, descriptor,
                                                                 &size));
    expect_true(IsValidSecurityDescriptor(*descriptor));
    expect_eq_u(size, GetSecurityDescriptorLength(*descriptor));
    require(GetSecurityDescriptorDacl(*descriptor, &present, &acl, &defaulted) && present);
    require(GetAce(acl, index, &ace));
    return ace;
}

CASE(descriptor_text_entries, "")
{
    static const struct {
        const char *text;
        BYTE type, flags;
        DWORD mask;
    } rows[] = {
        {"D:(A;;GA;;;WD)", ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL},
        {"D:P(D;;GRGW;;;WD)", ACCESS_DENIED_ACE_TYPE, 0, GENERIC_READ | GENERIC_WRITE},
        {"D:(A;;0x1f0003;;;WD)", ACCESS_ALLOWED_ACE_TYPE, 0, 0x1F0003},
        {"D:(A;OICI;RCWDSD;;;WD)", ACCESS_ALLOWED_ACE_TYPE,
         OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE, READ_CONTROL | WRITE_DAC | DELETE},
        {"O:BAG:SYD:(A;;GX;;;S-1-1-0)", ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_EXECUTE},
        {"D:(A;;GA;;;WD)S:(ML;;NW;;;LW)", ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL},
    };
    PSID one = everyone();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *descriptor = NULL;
        ACCESS_ALLOWED_ACE *ace;

        conform_note("%s", rows[i].text);
        ace = entry_of(rows[i].text, 0, &descriptor);
        expect_eq_u(ace->Header.AceType, rows[i].type);
        expect_eq_u(ace->Header.AceFlags, rows[i].flags);
        expect_eq_u(ace->Mask, rows[i].mask);
        expect_true(EqualSid(&ace->SidStart, one));
        LocalFree(descriptor);
    }
    FreeSid(one);
}

CASE(descriptor_text_wide, "")
{
    void *descriptor = NULL, *ace = NULL;
    BOOL present = FALSE, defaulted;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    PACL acl = NULL;

    require(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"D:P(A;;GA;;;BA)(A;;GR;;;AU)", SDDL_REVISION_1, &descriptor, NULL));
    require(GetSecurityDescriptorDacl(descriptor, &present, &acl, &defaulted));
    expect_eq_u(acl->AceCount, 2);
    require(GetAce(acl, 1, &ace));
    expect_true(IsWellKnownSid(&((ACCESS_ALLOWED_ACE *)ace)->SidStart, WinAuthenticatedUserSid));
    require(GetSecurityDescriptorControl(descriptor, &control, &revision));
    expect_eq_u(control, SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_DACL_PROTECTED);
    LocalFree(descriptor);
}

CASE(descriptor_text_of_no_list, "")
{
    BOOL present = FALSE, defaulted = FALSE;
    void *descriptor = NULL;
    PACL acl = NULL;

    require(ConvertStringSecurityDescriptorToSecurityDescriptorA("D:", SDDL_REVISION_1, &descriptor,
                                                                 NULL));
    require(GetSecurityDescriptorDacl(descriptor, &present, &acl, &defaulted));
    expect_eq_u(present, TRUE);
    require(acl != NULL);
    expect_eq_u(acl->AceCount, 0);
    LocalFree(descriptor);
}

CASE(descriptor_text_that_is_wrong, "")
{
    void *descriptor = NULL;

#define CONVERT(text, revision) \
    ConvertStringSecurityDescriptorToSecurityDescriptorA(text, revision, &descriptor, NULL)
    expect_false(CONVERT(NULL, SDDL_REVISION_1));
    expect_fail(CONVERT("D:(A;;GA;;;WD)", 0), ERROR_UNKNOWN_REVISION);
    expect_fail(CONVERT("D:(A;;GA;;;WD)", 2), ERROR_UNKNOWN_REVISION);
    expect_fail(CONVERT("X:(A;;GA;;;WD)", SDDL_REVISION_1), ERROR_INVALID_PARAMETER);
    expect_false(CONVERT("D:(A;;GA;;WD)", SDDL_REVISION_1));
    expect_false(CONVERT("D:(A;;GA;;;WD", SDDL_REVISION_1));
    expect_false(CONVERT("D:(A;;GA;;;!!)", SDDL_REVISION_1));
    expect_false(CONVERT("D:(Q;;GA;;;WD)", SDDL_REVISION_1));
}

/* -- descriptors of objects ----------------------------------------------------------------------- */

static HANDLE section_with(const char *text, const char *name)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
    HANDLE section;

    require(ConvertStringSecurityDescriptorToSecurityDescriptorA(
        text, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL));
    section = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, 4096, name);
    LocalFree(attributes.lpSecurityDescriptor);
    return section;
}

CASE(the_list_of_a_section_decides_at_opening, "")
{
    HANDLE section = section_with("D:(A;;GR;;;WD)", "Local\\conform-list"), opened;
    unsigned char *view;

    require(section);
    view = make_view(section, FILE_MAP_WRITE); /* who makes it has what is asked for */
    view[0] = 1;
    opened = OpenFileMappingA(FILE_MAP_READ, FALSE, "Local\\conform-list");
    require(opened);
    expect_eq_u(*make_view(opened, FILE_MAP_READ), 1);
    expect_fail(MapViewOfFile(opened, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    expect_fail(OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Local\\conform-list"),
                ERROR_ACCESS_DENIED);
    expect_true(CloseHandle(opened));
    expect_true(CloseHandle(section));
}

CASE(denying_entries_come_first, "")
{
    HANDLE section = section_with("D:(D;;0x2;;;WD)(A;;GA;;;WD)", "Local\\conform-denied"), opened;

    require(section);
    expect_fail(OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Local\\conform-denied"),
                ERROR_ACCESS_DENIED);
    opened = OpenFileMappingA(FILE_MAP_READ, FALSE, "Local\\conform-denied");
    expect_true(opened != NULL);
    CloseHandle(opened);
    CloseHandle(section);
}

CASE(an_empty_list_admits_nobody, "")
{
    HANDLE section = section_with("D:", "Local\\conform-empty");

    require(section);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, "Local\\conform-empty"),
                ERROR_ACCESS_DENIED);
    CloseHandle(section);
}

CASE(a_null_list_admits_everybody, "")
{
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    HANDLE mutex, opened;

    require(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    require(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    mutex = CreateMutexA(&attributes, FALSE, "Global\\conform-null");
    require(mutex);
    opened = OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "Global\\conform-null");
    expect_true(opened != NULL);
    CloseHandle(opened);
    CloseHandle(mutex);
}
