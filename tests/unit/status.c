// SPDX-License-Identifier: MIT
// Results and counted strings. protocol: --list
#include "unit.h"

#include <errno.h>

#include <winternl.h>
#include <ntstatus.h>
#include <winerror.h>

#include "nt/status.h"

static const struct {
    NTSTATUS status;
    ULONG error;
} rows[] = {
    {STATUS_INVALID_VIEW_SIZE, 5},
    {STATUS_SECTION_TOO_BIG, 8},
    {STATUS_MAPPED_FILE_SIZE_ZERO, 1006},
    {STATUS_OBJECT_TYPE_MISMATCH, 6},
    {STATUS_CONFLICTING_ADDRESSES, 487},
    {STATUS_NOT_MAPPED_VIEW, 487},
    {STATUS_NOT_COMMITTED, 487},
    {STATUS_FREE_VM_NOT_AT_BASE, 487},
    {STATUS_ACCESS_VIOLATION, 998},
    {STATUS_INVALID_ADDRESS, 59},
    {STATUS_INVALID_PAGE_PROTECTION, 87},
    {STATUS_SECTION_PROTECTION, 87},
    {STATUS_INVALID_IMAGE_FORMAT, 193},
    {STATUS_INVALID_IMAGE_NOT_MZ, 193},
    {STATUS_INVALID_IMAGE_PROTECT, 193},
    {STATUS_INVALID_IMAGE_NE_FORMAT, 193},
    {STATUS_INVALID_IMAGE_WIN_16, 193},
    {STATUS_INVALID_FILE_FOR_SECTION, 193},
    {STATUS_HANDLE_NOT_CLOSABLE, 6},
    {STATUS_USER_MAPPED_FILE, 1224},
    {STATUS_MAPPED_ALIGNMENT, 1132},
    {STATUS_DISK_FULL, 112},
    {STATUS_OBJECT_NAME_COLLISION, 183},
    {STATUS_OBJECT_PATH_NOT_FOUND, 3},
    {STATUS_SHARING_VIOLATION, 32},
    {STATUS_DELETE_PENDING, 5},
    {STATUS_NO_MEMORY, 8},
    {STATUS_INSUFFICIENT_RESOURCES, 1450},
    {STATUS_INVALID_USER_BUFFER, 1784},
    {STATUS_END_OF_FILE, 38},
    {STATUS_INFO_LENGTH_MISMATCH, 24},
    {STATUS_FILE_IS_A_DIRECTORY, 5},
    {STATUS_PENDING, 997},
    {STATUS_TIMEOUT, 1460},
    {STATUS_BUFFER_OVERFLOW, 234},
    {STATUS_PARTIAL_COPY, 299},
    {STATUS_FILE_TOO_LARGE, 223},
    {STATUS_NOT_SAME_OBJECT, 1656},
};

TEST(the_surprises)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        EXPECT_EQ(RtlNtStatusToDosError(rows[i].status), rows[i].error);
}

TEST(statuses_outside_the_table)
{
    EXPECT_EQ(RtlNtStatusToDosError(0), 0);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)0xE0001234), 0xE0001234);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)0xC0070005), 5);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)0x80070057), 87);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)0xD0000022), 5);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_BREAKPOINT), 0x80000003);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)0xC0FF1234), ERROR_MR_MID_NOT_FOUND);
    EXPECT_EQ(RtlNtStatusToDosError((NTSTATUS)-1), (ULONG)-1); // a customer code by its bits
}

TEST(host_errors_have_windows_names)
{
    EXPECT_EQ(wm_status_from_errno(0), STATUS_SUCCESS);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-ENOENT)), ERROR_FILE_NOT_FOUND);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-ENOTDIR)), ERROR_PATH_NOT_FOUND);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-EACCES)), ERROR_ACCESS_DENIED);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-EROFS)), ERROR_WRITE_PROTECT);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-ENOSPC)), ERROR_DISK_FULL);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-EMFILE)), ERROR_TOO_MANY_OPEN_FILES);
    EXPECT_EQ(RtlNtStatusToDosError(wm_status_from_errno(-ENOMEM)), ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQ(wm_status_from_errno(-12345), STATUS_UNSUCCESSFUL);
}

TEST(counted_strings)
{
    static WINMEM_UTF16 text[70000];
    UNICODE_STRING string;

    RtlInitUnicodeString(&string, NULL);
    EXPECT(string.Length == 0 && string.MaximumLength == 0 && !string.Buffer);
    RtlInitUnicodeString(&string, text);
    EXPECT(string.Length == 0 && string.MaximumLength == 2 && string.Buffer == text);
    for (int i = 0; i < 69999; i++)
        text[i] = 'x';
    RtlInitUnicodeString(&string, text);
    EXPECT(string.Length == 0xfffc && string.MaximumLength == 0xfffe);
    text[32767] = 0;
    RtlInitUnicodeString(&string, text);
    EXPECT_EQ(string.Length, 0xfffc);
    text[32766] = 0;
    RtlInitUnicodeString(&string, text);
    EXPECT_EQ(string.Length, 0xfffc);
    text[100] = 0;
    RtlInitUnicodeString(&string, text);
    EXPECT(string.Length == 200 && string.MaximumLength == 202);
}
