// SPDX-License-Identifier: MIT
// Security descriptors as rights of the owner and of others. protocol: --list
#include "unit.h"

#include <sddl.h>
#include <windows.h>

#include "nt/object/descriptor.h"
#include "nt/object/security.h"
#include "nt/section/section.h"

#define OWNER_UID 1000u
#define ALL       SECTION_ALL_ACCESS
#define IMPLIED   (READ_CONTROL | WRITE_DAC)

static const uint8_t everyone[] = {1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};
static const uint8_t authenticated[] = {1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0};
static const uint8_t users[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 33, 2, 0, 0};
static const uint8_t administrators[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};
static const uint8_t creator_owner[] = {1, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0};
static const uint8_t owner[] = {1, 2, 0, 0, 0, 0, 0, 22, 1, 0, 0, 0, 0xE8, 3, 0, 0};
static const uint8_t stranger[] = {1, 2, 0, 0, 0, 0, 0, 22, 1, 0, 0, 0, 0xE9, 3, 0, 0};
static const uint8_t unix_group[] = {1, 2, 0, 0, 0, 0, 0, 22, 2, 0, 0, 0, 0xE8, 3, 0, 0};
static const uint8_t anonymous[] = {1, 1, 0, 0, 0, 0, 0, 5, 7, 0, 0, 0};

union list {
    ACL acl;
    uint8_t bytes[512];
};

static void list_begin(union list *list)
{
    memset(list, 0, sizeof(*list));
    list->acl.AclRevision = ACL_REVISION;
    list->acl.AclSize = sizeof(ACL);
}

static void list_add(union list *list, uint8_t type, uint8_t flags, uint32_t mask,
                     const uint8_t *sid)
{
    ACL *acl = &list->acl;
    ACE_HEADER header = {type, flags, (WORD)(8 + WM_SID_SIZE(sid[1]))};
    uint8_t *at = list->bytes + acl->AclSize;

    memcpy(at, &header, sizeof(header));
    memcpy(at + 4, &mask, sizeof(mask));
    memcpy(at + 8, sid, WM_SID_SIZE(sid[1]));
    acl->AclSize += header.AceSize;
    acl->AceCount++;
}

static NTSTATUS read_as(uint32_t uid, const void *dacl, uint32_t *own, uint32_t *other)
{
    SECURITY_DESCRIPTOR descriptor = {
        .Revision = 1, .Control = SE_DACL_PRESENT, .Dacl = (PACL)(uintptr_t)dacl};

    *own = *other = 0xAAAAAAAA;
    return wm_security_read_sized(&descriptor, sizeof(descriptor), uid, &wm_section_type, own,
                                  other);
}

static void expect(const union list *list, uint32_t want_own, uint32_t want_other)
{
    uint32_t own, other;

    EXPECT_EQ(read_as(OWNER_UID, list->bytes, &own, &other), STATUS_SUCCESS);
    EXPECT_EQ(own, want_own);
    EXPECT_EQ(other, want_other);
}

TEST(without_a_list)
{
    SECURITY_DESCRIPTOR descriptor = {.Revision = 1};
    uint32_t own, other;

    EXPECT_EQ(wm_security_read(NULL, &wm_section_type, &own, &other), STATUS_SUCCESS);
    EXPECT_EQ(own, wm_section_type.valid);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(wm_security_read(&descriptor, &wm_section_type, &own, &other), STATUS_SUCCESS);
    EXPECT_EQ(own, wm_section_type.valid);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(read_as(OWNER_UID, NULL, &own, &other), STATUS_SUCCESS);
    EXPECT_EQ(own, wm_section_type.valid);
    EXPECT_EQ(other, wm_section_type.valid);
}

TEST(everybody_is_the_owner_too)
{
    const uint8_t *groups[] = {everyone, authenticated, users};
    union list list;

    for (int i = 0; i < 3; i++) {
        list_begin(&list);
        list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, SECTION_MAP_READ, groups[i]);
        expect(&list, IMPLIED | SECTION_MAP_READ, SECTION_MAP_READ);
    }
    list_begin(&list);
    expect(&list, IMPLIED, 0);
}

TEST(generic_rights_are_the_types)
{
    union list list;

    list_begin(&list);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_READ, everyone);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL, owner);
    expect(&list, wm_section_type.map.GenericAll, wm_section_type.map.GenericRead);
    list_begin(&list);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, MAXIMUM_ALLOWED | 0x0100FF00, everyone);
    expect(&list, IMPLIED, 0);
}

TEST(the_first_entry_for_a_right_decides)
{
    union list list;

    list_begin(&list);
    list_add(&list, ACCESS_DENIED_ACE_TYPE, 0, SECTION_MAP_WRITE, everyone);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, everyone);
    expect(&list, ALL & ~SECTION_MAP_WRITE, ALL & ~SECTION_MAP_WRITE);
    list_begin(&list);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, everyone);
    list_add(&list, ACCESS_DENIED_ACE_TYPE, 0, SECTION_MAP_WRITE, everyone);
    expect(&list, ALL, ALL);
    list_begin(&list);
    list_add(&list, ACCESS_DENIED_ACE_TYPE, 0, SECTION_MAP_WRITE, owner);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, everyone);
    expect(&list, ALL & ~SECTION_MAP_WRITE, ALL);
}

TEST(principals_of_windows)
{
    union list list;
    uint32_t own, other;

    list_begin(&list);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, SECTION_MAP_READ, creator_owner);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, administrators);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, anonymous);
    expect(&list, IMPLIED | SECTION_MAP_READ, 0);
    EXPECT_EQ(read_as(0, list.bytes, &own, &other), STATUS_SUCCESS); // root is an administrator
    EXPECT_EQ(own, ALL);
    EXPECT_EQ(other, 0);
}

TEST(what_cannot_be_kept_is_refused)
{
    const uint8_t *who[] = {stranger, unix_group};
    union list list;
    uint32_t own, other;

    for (int i = 0; i < 4; i++) {
        list_begin(&list);
        list_add(&list, i < 2 ? ACCESS_ALLOWED_ACE_TYPE : ACCESS_DENIED_ACE_TYPE, 0, ALL,
                 who[i % 2]);
        EXPECT_EQ(read_as(OWNER_UID, list.bytes, &own, &other), STATUS_NOT_SUPPORTED);
        EXPECT_EQ(own & other, 0xAAAAAAAA);
    }
    list_begin(&list);
    list_add(&list, ACCESS_DENIED_OBJECT_ACE_TYPE, 0, ALL, everyone);
    EXPECT_EQ(read_as(OWNER_UID, list.bytes, &own, &other), STATUS_NOT_SUPPORTED);
    list_begin(&list);
    list_add(&list, ACCESS_DENIED_OBJECT_ACE_TYPE, INHERIT_ONLY_ACE, ALL, everyone);
    list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, everyone);
    expect(&list, ALL, ALL);
}

TEST(malformed_lists)
{
    const struct {
        size_t at;
        uint8_t value;
    } changes[] = {
        {0, 1},   {0, 5},     // the list's revision
        {2, 7},   {2, 20},    // its size: less than a header, within the entry
        {4, 2},               // the number of entries
        {10, 2},  {10, 0xFF}, // the entry's size: less than its header, beyond the list
        {10, 21},             // not a multiple of four
        {10, 12},             // too little for an identifier
        {16, 2},              // the identifier's revision
        {17, 2},  {17, 16},   // its length: beyond the entry, beyond all bounds
    };
    union list list;
    uint32_t own, other;

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        list_begin(&list);
        list_add(&list, ACCESS_ALLOWED_ACE_TYPE, 0, ALL, everyone);
        list.bytes[changes[i].at] = changes[i].value;
        EXPECT_EQ(read_as(OWNER_UID, list.bytes, &own, &other), STATUS_INVALID_ACL);
    }
}

TEST(malformed_descriptors)
{
    struct {
        SECURITY_DESCRIPTOR_RELATIVE head;
        uint8_t sid[12];
    } good = {{.Revision = 1, .Control = SE_SELF_RELATIVE, .Owner = 20}, {0}}, bad;
    uint32_t own, other;

#define READ(size) wm_security_read_sized(&bad, size, OWNER_UID, &wm_section_type, &own, &other)
    memcpy(good.sid, everyone, sizeof(everyone));
    bad = good;
    EXPECT_EQ(READ(sizeof(bad)), STATUS_SUCCESS);
    EXPECT_EQ(READ(sizeof(bad) - 1), STATUS_INVALID_SECURITY_DESCR);
    EXPECT_EQ(READ(19), STATUS_INVALID_SECURITY_DESCR);
    EXPECT_EQ(READ(3), STATUS_INVALID_SECURITY_DESCR);
    bad.head.Revision = 2;
    EXPECT_EQ(READ(sizeof(bad)), STATUS_UNKNOWN_REVISION);
    bad = good;
    bad.head.Owner = 16;
    EXPECT_EQ(READ(sizeof(bad)), STATUS_INVALID_SECURITY_DESCR);
    bad.head.Owner = 21;
    EXPECT_EQ(READ(sizeof(bad)), STATUS_INVALID_SECURITY_DESCR);
    bad = good;
    bad.head.Control |= SE_DACL_PRESENT;
    bad.head.Dacl = 0xFFFFFFFC;
    EXPECT_EQ(READ(sizeof(bad)), STATUS_INVALID_SECURITY_DESCR);
    bad.head.Dacl = 28; // a list that ends before its header does
    EXPECT_EQ(READ(sizeof(bad)), STATUS_INVALID_ACL);
}

TEST(permissions_of_the_file)
{
    EXPECT_EQ(wm_security_file_mode(WM_KIND_SECTION, 0), 0600);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_SECTION, SECTION_MAP_READ | SECTION_QUERY), 0644);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_SECTION, SECTION_MAP_WRITE), 0666);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_EVENT, READ_CONTROL), 0644);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_EVENT, SYNCHRONIZE), 0666);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_MUTANT, MUTANT_QUERY_STATE), 0644);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_MUTANT, SYNCHRONIZE), 0666);
    EXPECT_EQ(wm_security_file_mode(WM_KIND_SEMAPHORE, SEMAPHORE_MODIFY_STATE), 0666);
}

TEST(rights_at_opening)
{
    const uint32_t reading = SECTION_MAP_READ | SECTION_QUERY | READ_CONTROL;
    ACCESS_MASK granted = 0;

#define CHECK(allowed, wanted) wm_security_check(&wm_section_type, allowed, wanted, &granted)
    EXPECT_EQ(CHECK(reading, SECTION_MAP_READ), STATUS_SUCCESS);
    EXPECT_EQ(granted, SECTION_MAP_READ);
    EXPECT_EQ(CHECK(reading, GENERIC_READ), STATUS_SUCCESS);
    EXPECT_EQ(granted, wm_section_type.map.GenericRead);
    EXPECT_EQ(CHECK(reading, SECTION_MAP_READ | SECTION_MAP_WRITE), STATUS_ACCESS_DENIED);
    EXPECT_EQ(CHECK(reading, MAXIMUM_ALLOWED | SECTION_MAP_WRITE), STATUS_ACCESS_DENIED);
    EXPECT_EQ(CHECK(reading, MAXIMUM_ALLOWED), STATUS_SUCCESS);
    EXPECT_EQ(granted, reading);
    EXPECT_EQ(CHECK(0, MAXIMUM_ALLOWED), STATUS_ACCESS_DENIED);
    EXPECT_EQ(CHECK(reading, 0), STATUS_ACCESS_DENIED);
    EXPECT_EQ(CHECK(reading, 0x8000), STATUS_ACCESS_DENIED);
    EXPECT_EQ(CHECK(ALL, ACCESS_SYSTEM_SECURITY), STATUS_PRIVILEGE_NOT_HELD);
}

static void expect_error(BOOL result, DWORD error)
{
    EXPECT(!result);
    EXPECT_EQ(GetLastError(), error);
}

static BOOL convert(const char *text)
{
    void *made;
    BOOL result = ConvertStringSecurityDescriptorToSecurityDescriptorA(text, 1, &made, NULL);

    if (result)
        LocalFree(made);
    return result;
}

TEST(errors_of_the_functions)
{
    uint8_t room[SECURITY_MAX_SID_SIZE];
    PSID sid = (PSID)(uintptr_t)users, made;

    expect_error(CopySid(15, room, sid), ERROR_INSUFFICIENT_BUFFER);
    expect_error(ConvertSidToStringSidA(sid, NULL), ERROR_INVALID_PARAMETER);
    expect_error(ConvertSidToStringSidA(NULL, (LPSTR *)&made), ERROR_INVALID_SID);
    expect_error(ConvertStringSidToSidA("S-1-1-0-", &made), ERROR_INVALID_SID);
    expect_error(ConvertStringSidToSidA("S-1-1-4294967296", &made), ERROR_INVALID_SID);
    expect_error(ConvertStringSidToSidA("DA", &made), ERROR_CALL_NOT_IMPLEMENTED);
    expect_error(convert(NULL), ERROR_INVALID_PARAMETER);
    expect_error(convert("D:D:"), ERROR_INVALID_PARAMETER);
    expect_error(convert("D:(A;;GA;;WD)"), ERROR_INVALID_ACL);
    expect_error(convert("D:(A;;0x100000000;;;WD)"), ERROR_INVALID_ACL);
    expect_error(convert("D:(A;;GA;;;Q!)"), ERROR_INVALID_SID);
    expect_error(convert("D:(OA;;GA;;;WD)"), ERROR_CALL_NOT_IMPLEMENTED);
    expect_error(convert("D:(XA;;GA;;;WD;(x==1))"), ERROR_CALL_NOT_IMPLEMENTED);
    EXPECT(convert("") && convert("D:NO_ACCESS_CONTROL") && convert("O:SYG:BA"));
}
