// SPDX-License-Identifier: MIT
// Sequences of API calls with any arguments, on files of a temporary directory.
//
// The input is a program: after a byte for the kind of host, one byte chooses the call, the next
// ones its arguments. Whatever happens, no call crashes; one that fails sets the last error; what
// is mapped readable can be read; and when all handles and views are closed, no descriptor is left.
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <io.h>
#include <psapi.h>
#include <windows.h>
#include <winioctl.h>
#include <winternl.h>

#include "base/assert.h"
#include "host/fault.h"
#include "host/memory.h"
#include "nt/file/share.h"

#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SLOTS        8
#define MOST_CALLS   64
#define LARGEST_FILE (1u << 20)
#define UNTOUCHED    0x5A5A5A5Au

static char directory[64];
static bool may_inject, injected; // failing host calls: what is left open then is nobody's fault
static HANDLE handles[SLOTS], opened[4 * MOST_CALLS];
static char *views[SLOTS], *mapped[MOST_CALLS];
static int descriptors[MOST_CALLS];
static size_t opened_count, mapped_count, descriptor_count;

static uint32_t amount(void)
{
    return PICK(0, 1, 512, 4095, 4096, 4097, 65535, 65536, 65537, 131072, LARGEST_FILE, 0x7fffffff,
                0x80000000, 0xffffffff);
}

static HANDLE handle(void)
{
    return handles[u8() % SLOTS];
}

// An address: in a view, at its ends, or nowhere.
static char *address(void)
{
    uintptr_t view = (uintptr_t)views[u8() % SLOTS];

    return (char *)(view + PICK(0, 0, 1, 4096, 8192, 65535, 65536) - (u8() < 8));
}

// Before a call, to see whether it says why it failed.
static void before(void)
{
    SetLastError(UNTOUCHED);
}

static void judge(bool done)
{
    wm_check(done || (GetLastError() != UNTOUCHED && GetLastError() != ERROR_SUCCESS));
}

static void keep_handle(HANDLE made)
{
    if (opened_count == sizeof(opened) / sizeof(opened[0]))
        abort();
    opened[opened_count++] = made;
    handles[u8() % SLOTS] = made;
}

static void keep_view(void *made)
{
    wm_check((uintptr_t)made % 65536 == 0);
    mapped[mapped_count++] = made;
    views[u8() % SLOTS] = made;
}

// Names inside the directory only: root may be running this, and a call may do what it says.
static const char *name(void)
{
    static const char *const names[] = {
        "C:\\a", "c:/B",         "C:\\dir\\c",     "C:\\dir", "C:\\none\\x", "C:\\a\\x",
        "",      "\\\\?\\C:\\a", "C:\\dir\\..\\A", "C:\\a:s", "C:\\a. .",    "C:\\*",
    };

    return names[u8() % (sizeof(names) / sizeof(names[0]))];
}

static void call_create_file(void)
{
    SECURITY_ATTRIBUTES inherit = {sizeof(inherit), NULL, TRUE};
    const char *path = name();
    DWORD access = COMBINE(GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE, GENERIC_ALL, DELETE,
                           FILE_APPEND_DATA, FILE_READ_ATTRIBUTES, MAXIMUM_ALLOWED);
    DWORD share = PICK(0, 1, 2, 3, 4, 5, 6, 7, 7, 7);
    DWORD disposition = PICK(CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS, OPEN_ALWAYS,
                             TRUNCATE_EXISTING, 0, 6);
    DWORD flags =
        COMBINE(FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_NO_BUFFERING,
                FILE_FLAG_SEQUENTIAL_SCAN, FILE_FLAG_OPEN_REPARSE_POINT, FILE_FLAG_RANDOM_ACCESS,
                FILE_FLAG_WRITE_THROUGH, FILE_FLAG_OVERLAPPED);
    HANDLE template, made;
    bool inherited;

    flags |= COMBINE(FILE_ATTRIBUTE_READONLY, FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_SYSTEM,
                     FILE_ATTRIBUTE_TEMPORARY, FILE_FLAG_POSIX_SEMANTICS, FILE_ATTRIBUTE_NORMAL,
                     FILE_ATTRIBUTE_ARCHIVE, 0);
    inherited = u8() & 1;
    template = u8() & 1 ? handle() : NULL;
    before();
    made =
        CreateFileA(path, access, share, inherited ? &inherit : NULL, disposition, flags, template);
    judge(made != INVALID_HANDLE_VALUE);
    if (made != INVALID_HANDLE_VALUE)
        keep_handle(made);
}

static void call_close(void)
{
    before();
    judge(CloseHandle(handle()));
}

static void call_create_mapping(void)
{
    HANDLE file = handle(), made;
    DWORD protect = PICK(PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_EXECUTE_READ,
                         PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY, PAGE_NOACCESS, 0);
    DWORD attributes = PICK(0, 0, 0, SEC_COMMIT, SEC_RESERVE, SEC_NOCACHE | SEC_COMMIT, SEC_IMAGE,
                            SEC_LARGE_PAGES, SEC_WRITECOMBINE);
    DWORD high = PICK(0, 0, 0, 1, 0x7fffffff, 0x80000000), low = amount();
    bool named = u8() < 4;

    before();
    made = CreateFileMappingA(file, NULL, protect | attributes, high, low, named ? "name" : NULL);
    judge(made != NULL);
    if (made)
        keep_handle(made);
}

static void call_map(void)
{
    HANDLE section = handle();
    DWORD access = PICK(FILE_MAP_READ, FILE_MAP_WRITE, FILE_MAP_COPY, FILE_MAP_ALL_ACCESS, 0,
                        FILE_MAP_READ | FILE_MAP_EXECUTE, FILE_MAP_COPY | FILE_MAP_EXECUTE);
    DWORD high = PICK(0, 0, 0, 1, 0xffffffff), low = amount(), size = amount();
    char *base = u8() & 3 ? NULL : address(), *made;

    before();
    made = MapViewOfFileEx(section, access, high, low, size, base);
    judge(made != NULL);
    wm_check(!made || !base || made == base);
    if (made)
        keep_view(made);
}

static void call_map_native(void)
{
    HANDLE section = handle();
    PVOID base = u8() & 3 ? NULL : address();
    LARGE_INTEGER offset = {.QuadPart = amount()};
    SIZE_T size = amount();
    ULONG_PTR zero_bits = PICK(0, 0, 1, 16, 20, 21, 22, 31, 0x7fffffff, 0xffffffff);
    ULONG protect = PICK(PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_NOACCESS, PAGE_GUARD,
                         PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_READONLY | PAGE_NOCACHE);
    ULONG type = PICK(0, 0, MEM_RESERVE, MEM_TOP_DOWN, MEM_LARGE_PAGES, MEM_REPLACE_PLACEHOLDER);

    if (NT_SUCCESS(NtMapViewOfSection(section, GetCurrentProcess(), &base, zero_bits, 0, &offset,
                                      &size, ViewShare, type, protect)))
        keep_view(base);
}

static void call_map_bounded(void)
{
    MEM_ADDRESS_REQUIREMENTS bounds = {
        .LowestStartingAddress = (PVOID)((uintptr_t)PICK(0, 0, 0x10000, 1, 0x7ff0) << 16),
        .HighestEndingAddress = (PVOID)(((uintptr_t)PICK(0, 0, 0x8000, 0x7fff0000) << 16) - 1),
        .Alignment = PICK(0, 65536, 1u << 20, 3, 1u << 31),
    };
    MEM_EXTENDED_PARAMETER parameter = {.Pointer = &bounds};
    HANDLE section = handle();
    DWORD offset = amount(), size = amount();
    char *made;

    if (bounds.HighestEndingAddress == (PVOID)-1)
        bounds.HighestEndingAddress = NULL;
    parameter.Type = PICK(MemExtendedParameterAddressRequirements,
                          MemExtendedParameterAddressRequirements, 0, 3) &
                     7;
    before();
    made =
        MapViewOfFile3(section, NULL, NULL, offset, size, 0, PAGE_READONLY, &parameter, u8() & 1);
    judge(made != NULL);
    if (made)
        keep_view(made);
}

static void call_unmap(void)
{
    char *at = address();
    ULONG flags = u8() < 200 ? 0 : u8() & 7;

    before();
    judge(UnmapViewOfFileEx(at, flags));
}

static void call_protect(void)
{
    char *at = address();
    SIZE_T size = amount();
    DWORD old = UNTOUCHED, protect;
    BOOL done;

    protect = PICK(PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_NOACCESS, PAGE_EXECUTE_READ,
                   PAGE_EXECUTE_WRITECOPY, PAGE_GUARD | PAGE_READONLY, 0);
    before();
    done = VirtualProtect(at, size, protect, u8() < 250 ? &old : NULL);
    judge(done);
    wm_check(done == (old != UNTOUCHED));
}

// Reads, and perhaps writes, one byte of a page that says that it can be.
static void touch(char *at, const MEMORY_BASIC_INFORMATION *info, bool write)
{
    const DWORD writable =
        PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    volatile char *byte = at;

    if (info->State != MEM_COMMIT || info->Type != MEM_MAPPED ||
        (info->Protect & 0xff) == PAGE_NOACCESS || (info->Protect & 0xff) == PAGE_EXECUTE)
        return;
    for (size_t i = 0; i < mapped_count; i++) {
        if (info->AllocationBase == mapped[i]) {
            char value = *byte;

            if (write && (info->Protect & writable))
                *byte = (char)(value + 1);
            return;
        }
    }
}

static void call_query(void)
{
    char *at = address();
    bool write = u8() & 1;
    MEMORY_BASIC_INFORMATION info;
    SIZE_T got;

    before();
    got = VirtualQuery(at, &info, sizeof(info));
    judge(got != 0);
    if (!got)
        return;
    wm_check(got == sizeof(info) && info.RegionSize && info.RegionSize % 4096 == 0);
    wm_check((uintptr_t)at - (uintptr_t)info.BaseAddress < info.RegionSize);
    wm_check(info.State == MEM_FREE || info.AllocationBase <= info.BaseAddress);
    touch(at, &info, write);
}

static void call_query_native(void)
{
    char *at = address();
    size_t room = PICK(0, 8, 16, 24, 48, 64, 512, 4096) % 4097;
    MEMORY_INFORMATION_CLASS class = (MEMORY_INFORMATION_CLASS)(u8() % 6);
    void *buffer = malloc(room);
    SIZE_T length;

    (void)NtQueryVirtualMemory(GetCurrentProcess(), at, class, buffer, room, &length);
    free(buffer);
}

static void call_flush(void)
{
    char *at = address();
    SIZE_T size = amount();

    before();
    judge(FlushViewOfFile(at, size));
}

static void call_duplicate(void)
{
    HANDLE source = handle(), made = NULL;
    DWORD access = PICK(0, GENERIC_READ, FILE_MAP_READ, GENERIC_ALL, 0xffffffff);
    DWORD options = u8() < 200 ? u8() & 3 : u32();
    BOOL inherit = u8() & 1, done;

    before();
    done = DuplicateHandle(GetCurrentProcess(), source, GetCurrentProcess(), &made, access, inherit,
                           options);
    judge(done);
    if (done && made)
        keep_handle(made);
}

static void call_handle_information(void)
{
    HANDLE of = handle();
    DWORD flags, mask = PICK(1, 2, 3, 4);

    before();
    if (u8() & 1)
        judge(SetHandleInformation(of, mask, u8() & 3));
    else
        judge(GetHandleInformation(of, &flags));
    (void)CompareObjectHandles(of, handle());
}

static void call_io(void)
{
    HANDLE file = handle();
    DWORD size = amount() % (LARGEST_FILE / 4), moved = 0;
    OVERLAPPED at = {.Offset = amount(), .OffsetHigh = PICK(0, 0, 1, 0xffffffff)};
    bool positioned = u8() & 1;
    char *buffer = calloc(1, size ? size : 1);

    before();
    if (u8() & 1)
        judge(ReadFile(file, buffer, size, &moved, positioned ? &at : NULL));
    else
        judge(WriteFile(file, buffer, size, &moved, positioned ? &at : NULL));
    wm_check(moved <= size);
    free(buffer);
}

static void call_seek(void)
{
    LARGE_INTEGER distance = {.QuadPart = amount()}, position;
    HANDLE file = handle();
    LONG low, high;

    distance.QuadPart *= 1ll << (u8() & 31);
    before();
    judge(SetFilePointerEx(file, distance, &position, u8() % 4));
    low = (LONG)amount();
    high = (LONG)u32();
    (void)SetFilePointer(file, low, high & 1 ? &high : NULL, u8() % 4);
}

static void call_size(void)
{
    HANDLE file = handle();
    BY_HANDLE_FILE_INFORMATION information;
    LARGE_INTEGER size;
    char text[300];
    DWORD length;

    before();
    switch (u8() % 6) {
    case 0:
    case 1:
        judge(SetEndOfFile(file));
        break;
    case 2:
        judge(GetFileSizeEx(file, &size));
        break;
    case 3:
        judge(GetFileInformationByHandle(file, &information));
        break;
    case 4:
        length = u8();
        judge(GetFinalPathNameByHandleA(file, text, length, u8() & 15) != 0);
        break;
    default:
        (void)GetFileType(file);
        judge(FlushFileBuffers(file));
    }
}

static void call_path(void)
{
    const char *path = name();
    WIN32_FILE_ATTRIBUTE_DATA data;

    before();
    switch (u8() % 6) {
    case 0:
        judge(DeleteFileA(path));
        break;
    case 1:
        judge(CreateDirectoryA(path, NULL));
        break;
    case 2:
        judge(RemoveDirectoryA(path));
        break;
    case 3:
        judge(SetFileAttributesA(path, u32()));
        break;
    case 4:
        judge(GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES);
        break;
    default:
        judge(GetFileAttributesExA(path, GetFileExInfoStandard, &data));
    }
}

static void call_control(void)
{
    DWORD code = PICK(FSCTL_SET_SPARSE, FSCTL_SET_SPARSE, FSCTL_SET_SPARSE | 1), got;
    BYTE in = u8(), given = u8();
    HANDLE file = handle();

    before();
    judge(DeviceIoControl(file, code, given & 1 ? &in : NULL, given >> 1 & 1, NULL, 0, &got, NULL));
}

static void call_file_information(void)
{
    size_t room = PICK(0, 1, 4, 8, 24, 40, 56, 104, 300) % 512;
    FILE_INFORMATION_CLASS class = (FILE_INFORMATION_CLASS)(u8() % 66);
    HANDLE file = handle();
    uint8_t *buffer = malloc(room);
    IO_STATUS_BLOCK io;

    for (size_t i = 0; i < room && i < 16; i++)
        buffer[i] = u8() % 3;
    if (u8() & 1)
        (void)NtQueryInformationFile(file, &io, buffer, (ULONG)room, class);
    else
        (void)NtSetInformationFile(file, &io, buffer, (ULONG)room, class);
    free(buffer);
}

static void call_section(void)
{
    SECTION_BASIC_INFORMATION information;
    LARGE_INTEGER size = {.QuadPart = amount()};
    HANDLE section = handle();

    if (u8() & 1)
        (void)NtExtendSection(section, &size);
    else
        (void)NtQuerySection(section, (SECTION_INFORMATION_CLASS)(u8() % 5), &information,
                             u8() % (sizeof(information) + 1), NULL);
}

static void call_mapped_name(void)
{
    char *at = address(), *text;
    DWORD size = u8();

    text = malloc(size);
    before();
    judge(GetMappedFileNameA(GetCurrentProcess(), at, text, size) != 0);
    free(text);
}

// A descriptor for a handle, a handle for a descriptor, or neither any more.
static void call_bridge(void)
{
    HANDLE file = handle();
    uint8_t how = u8();
    intptr_t made;
    int fd;

    if (how % 3 == 0) {
        fd = _open_osfhandle((intptr_t)file, 0);
        if (fd >= 0) {
            wm_check(injected || _get_osfhandle(fd) == (intptr_t)file);
            descriptors[descriptor_count++] = fd;
        }
    } else if (descriptor_count && how % 3 == 1) {
        made = _get_osfhandle(descriptors[how % descriptor_count]);
        if (made != -1)
            keep_handle((HANDLE)made);
    } else if (descriptor_count) {
        close(descriptors[--descriptor_count]);
    }
}

static void call_allocate(void)
{
    char *at = address();
    SIZE_T size = amount();
    DWORD type = PICK(MEM_COMMIT, MEM_RESERVE, MEM_RESET, MEM_COMMIT | MEM_RESERVE, 0);
    DWORD free = PICK(MEM_RELEASE, MEM_DECOMMIT, 0);

    before();
    if (u8() & 1)
        judge(VirtualAlloc(at, size, type, PAGE_READWRITE) != NULL);
    else
        judge(VirtualFree(at, size, free));
}

// One of the next host calls fails.
static void call_fail(void)
{
    int error = (int)PICK(ENOMEM, EIO, EMFILE, ENOSPC, EACCES, EAGAIN, EINVAL, EPERM, ENOLCK);

    if (!may_inject)
        return;
    host_calls_fail_at(1 + u8() % 6, error > 0 && error < 128 ? error : EIO);
    injected = true;
}

static void (*const calls[])(void) = {
    call_create_file,
    call_create_file,
    call_create_file,
    call_close,
    call_create_mapping,
    call_create_mapping,
    call_map,
    call_map,
    call_map_native,
    call_map_bounded,
    call_unmap,
    call_protect,
    call_query,
    call_query,
    call_query_native,
    call_flush,
    call_duplicate,
    call_handle_information,
    call_io,
    call_io,
    call_seek,
    call_size,
    call_path,
    call_control,
    call_file_information,
    call_section,
    call_mapped_name,
    call_bridge,
    call_allocate,
    call_fail,
};

static unsigned open_descriptors(void)
{
    DIR *open = opendir("/proc/self/fd");
    unsigned count = 0;

    while (readdir(open))
        count++;
    closedir(open);
    return count;
}

static void clean(const char *path)
{
    char inside[512];
    DIR *open = opendir(path);
    struct dirent *entry;

    while (open && (entry = readdir(open))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
        if (unlink(inside)) {
            clean(inside);
            rmdir(inside);
        }
    }
    if (open)
        closedir(open);
}

static void finish(void)
{
    clean(directory);
    rmdir(directory);
}

// Once: a drive of our own, and no file larger than the machine can bear.
static void start(void)
{
    struct rlimit limit = {4 * LARGEST_FILE, 4 * LARGEST_FILE};
    const char *where = getenv("TMPDIR");

    snprintf(directory, sizeof(directory), "%.40s/winmem-fuzz-XXXXXX", where ? where : "/tmp");
    if (!mkdtemp(directory))
        abort();
    atexit(finish);
    setenv("WINMEM_DRIVE_C", directory, 1);
    setrlimit(RLIMIT_FSIZE, &limit);
    (void)GetFileAttributesA("C:\\");
}

static void begin(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/dir", directory);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "%s/a", directory);
    if (mknod(path, S_IFREG | 0666, 0) || truncate(path, 70000))
        abort();
    for (size_t i = 0; i < SLOTS; i++) {
        handles[i] = INVALID_HANDLE_VALUE;
        views[i] = NULL;
    }
    opened_count = mapped_count = descriptor_count = 0;
}

static void end(unsigned descriptors_before)
{
    host_calls_fail_at(0, 0);
    for (size_t i = 0; i < mapped_count; i++)
        (void)UnmapViewOfFile(mapped[i]);
    while (descriptor_count)
        close(descriptors[--descriptor_count]);
    for (size_t i = 0; i < opened_count; i++) {
        (void)SetHandleInformation(opened[i], HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
        (void)CloseHandle(opened[i]);
    }
    for (size_t i = 0; i < mapped_count; i++)
        wm_check(injected || !UnmapViewOfFile(mapped[i]));
    wm_check(injected || open_descriptors() == descriptors_before);
    clean(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned descriptors_before;
    uint8_t kind;

    if (!directory[0])
        start();
    begin();
    descriptors_before = open_descriptors();
    input.data = data;
    input.size = size;
    kind = u8();
    wm_share_force_table(kind >= 0xF0); // as on a file system without locks
    host_vma_force_parsing(kind & 1);   // as on an older kernel
    may_inject = kind & 2;
    injected = false;
    for (int i = 0; i < MOST_CALLS && input.size; i++)
        calls[u8() % (sizeof(calls) / sizeof(calls[0]))]();
    end(descriptors_before);
    return 0;
}
