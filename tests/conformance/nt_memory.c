// SPDX-License-Identifier: MIT
// NtQueryVirtualMemory, NtProtectVirtualMemory, NtFlushVirtualMemory, NtAreMappedFilesTheSame.
#include "conform_api.h"

#define ST_INFO_LENGTH_MISMATCH  0xC0000004u
#define ST_INVALID_HANDLE        0xC0000008u
#define ST_INVALID_PARAMETER     0xC000000Du
#define ST_CONFLICTING_ADDRESSES 0xC0000018u
#define ST_NOT_MAPPED_VIEW       0xC0000019u
#define ST_NOT_SAME_DEVICE       0xC00000D4u
#define ST_INVALID_ADDRESS       0xC0000141u
#define ST_BUFFER_OVERFLOW       0x80000005u

static unsigned char *view_of(size_t size, DWORD access)
{
    return view_of_new_file(size, PAGE_READWRITE, access, NULL, NULL);
}

CASE(basic_information_is_that_of_virtual_query, "M4,V9")
{
    unsigned char *view = view_of(100000, FILE_MAP_READ);
    MEMORY_BASIC_INFORMATION info, same = query(view + 5000);
    SIZE_T length = 0;

    expect_status(NT(NtQueryVirtualMemory)(GetCurrentProcess(), view + 5000, MemoryBasicInformation,
                                           &info, sizeof info, &length),
                  0);
    expect_eq_u(length, sizeof info);
    expect_ptr(info.BaseAddress, same.BaseAddress);
    expect_ptr(info.AllocationBase, same.AllocationBase);
    expect_eq_u(info.AllocationProtect, PAGE_READONLY);
    expect_eq_u(info.RegionSize, same.RegionSize);
    expect_eq_u(info.State, MEM_COMMIT);
    expect_eq_u(info.Protect, PAGE_READONLY);
    expect_eq_u(info.Type, MEM_MAPPED);
}

CASE(query_errors, "V9")
{
    __typeof__(&NtQueryVirtualMemory) ask = NT(NtQueryVirtualMemory);
    HANDLE self = GetCurrentProcess();
    unsigned char *view = view_of(5000, FILE_MAP_READ);
    MEMORY_BASIC_INFORMATION info;

    expect_status(ask(self, view, MemoryBasicInformation, &info, sizeof info - 1, NULL),
                  ST_INFO_LENGTH_MISMATCH);
    expect_status(
        ask(self, (void *)~(uintptr_t)0xfff, MemoryBasicInformation, &info, sizeof info, NULL),
        ST_INVALID_PARAMETER);
    expect_status(ask(NULL, view, MemoryBasicInformation, &info, sizeof info, NULL),
                  ST_INVALID_HANDLE);
}

struct name {
    UNICODE_STRING string;
    unsigned char text[2048];
};

CASE(mapped_file_name_follows_its_structure, "V9")
{
    unsigned char *view = view_of(5000, FILE_MAP_READ);
    struct name name;
    SIZE_T length = 0;

    memset(&name, 0xcc, sizeof name);
    expect_status(NT(NtQueryVirtualMemory)(GetCurrentProcess(), view,
                                           MemoryMappedFilenameInformation, &name, sizeof name,
                                           &length),
                  0);
    expect_ptr(name.string.Buffer, name.text);
    expect_true(name.string.Length > 0);
    expect_eq_u(length, sizeof name.string + name.string.Length + 2);
    expect_eq_u(name.text[name.string.Length], 0);
    expect_eq_u(name.text[name.string.Length + 1], 0);
    expect_eq_u(name.text[0], '\\');
}

CASE(mapped_file_name_needs_room_and_a_file, "V9")
{
    __typeof__(&NtQueryVirtualMemory) ask = NT(NtQueryVirtualMemory);
    HANDLE self = GetCurrentProcess();
    unsigned char *view = view_of(5000, FILE_MAP_READ);
    struct name name;
    SIZE_T needed = 0, full = 0;

    require(ask(self, view, MemoryMappedFilenameInformation, &name, sizeof name, &full) == 0);
    memset(&name, 0xcc, sizeof name);
    expect_status(
        ask(self, view, MemoryMappedFilenameInformation, &name, sizeof name.string + 4, &needed),
        ST_BUFFER_OVERFLOW);
    expect_eq_u(needed, full);
    expect_eq_u(name.text[0], 0xcc);
    expect_status(ask(self, &name, MemoryMappedFilenameInformation, &name, sizeof name, NULL),
                  ST_INVALID_ADDRESS);
    expect_true(UnmapViewOfFile(view));
    expect_status(ask(self, view, MemoryMappedFilenameInformation, &name, sizeof name, NULL),
                  ST_INVALID_ADDRESS);
}

CASE(protect_gives_back_the_pages_it_changed, "M5")
{
    unsigned char *view = view_of(5 * 4096, FILE_MAP_WRITE);
    void *base = view + 4096 + 100;
    SIZE_T size = 4096;
    ULONG old = 0;

    expect_status(
        NT(NtProtectVirtualMemory)(GetCurrentProcess(), &base, &size, PAGE_READONLY, &old), 0);
    expect_ptr(base, view + 4096);
    expect_eq_u(size, 8192);
    expect_eq_u(old, PAGE_READWRITE);
    expect_eq_u(query(view + 4096).RegionSize, 8192);
    expect_eq_u(query(view + 4096).Protect, PAGE_READONLY);
}

CASE_FLAGS(flush_gives_back_the_pages_it_took, "M9", "wine-differs",
           "Microsoft, ZwFlushVirtualMemory: base rounded down, size up to whole pages")
{
    unsigned char *view = view_of(5 * 4096, FILE_MAP_WRITE);
    IO_STATUS_BLOCK io;
    void *base = view + 4096 + 100;
    SIZE_T size = 0;

    view[4096] = 1;
    expect_status(NT(NtFlushVirtualMemory)(GetCurrentProcess(), &base, &size, &io), 0);
    expect_ptr(base, view + 4096);
    expect_eq_u(size, 4 * 4096);
    base = view + 100;
    size = 4096;
    expect_status(NT(NtFlushVirtualMemory)(GetCurrentProcess(), &base, &size, &io), 0);
    expect_ptr(base, view);
    expect_eq_u(size, 8192);
    size = 0;
    base = view;
    expect_status(NT(NtFlushVirtualMemory)(NULL, &base, &size, &io), ST_INVALID_HANDLE);
}

CASE_FLAGS(flush_outside_views, "M9", "wine-differs",
           "Microsoft, ZwFlushVirtualMemory: STATUS_NOT_MAPPED_VIEW")
{
    unsigned char *view = view_of(4096, FILE_MAP_WRITE);
    IO_STATUS_BLOCK io;
    void *base = view;
    SIZE_T size = 0;

    expect_true(UnmapViewOfFile(view));
    expect_status(NT(NtFlushVirtualMemory)(GetCurrentProcess(), &base, &size, &io),
                  ST_NOT_MAPPED_VIEW);
}

CASE(data_views_are_not_the_same_image, "M8")
{
    HANDLE section;
    unsigned char *one = view_of_new_file(5000, PAGE_READONLY, FILE_MAP_READ, NULL, &section);
    unsigned char *two = make_view(section, FILE_MAP_READ);
    unsigned char *other = view_of(5000, FILE_MAP_READ);
    char local = 1;

    expect_status(NT(NtAreMappedFilesTheSame)(one, two), ST_NOT_SAME_DEVICE);
    expect_status(NT(NtAreMappedFilesTheSame)(one, other), ST_NOT_SAME_DEVICE);
    expect_status(NT(NtAreMappedFilesTheSame)(NULL, one), ST_INVALID_ADDRESS);
    expect_status(NT(NtAreMappedFilesTheSame)(one, NULL), ST_INVALID_ADDRESS);
    expect_status(NT(NtAreMappedFilesTheSame)(&local, one), ST_CONFLICTING_ADDRESSES);
    CloseHandle(section);
}
