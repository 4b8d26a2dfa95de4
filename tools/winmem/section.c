// SPDX-License-Identifier: MIT
// Sections as the subcommands use them: opened by name, read and written without a fault.
#include "section.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <io.h>
#include <winternl.h>

#define GRANULARITY 65536u

bool tool_section_query(HANDLE section, struct tool_section_info *out)
{
    SECTION_BASIC_INFORMATION info;

    if (NtQuerySection(section, SectionBasicInformation, &info, sizeof(info), NULL))
        return false;
    *out =
        (struct tool_section_info){(uint64_t)info.MaximumSize.QuadPart, info.AllocationAttributes};
    return true;
}

static HANDLE open_section(const char *name)
{
    return OpenFileMappingA(FILE_MAP_READ | SECTION_QUERY, FALSE, name);
}

static HANDLE open_event(const char *name)
{
    return OpenEventA(SYNCHRONIZE, FALSE, name);
}

static HANDLE open_mutex(const char *name)
{
    return OpenMutexA(SYNCHRONIZE, FALSE, name);
}

static HANDLE open_semaphore(const char *name)
{
    return OpenSemaphoreA(SYNCHRONIZE, FALSE, name);
}

HANDLE tool_open_any(const struct tool_name *name, const char **kind)
{
    static const struct {
        const char *name;
        HANDLE (*open)(const char *name);
    } kinds[] = {{"section", open_section},
                 {"event", open_event},
                 {"mutex", open_mutex},
                 {"semaphore", open_semaphore}};
    HANDLE handle = NULL;

    // A name of another kind is told apart by the error.
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && !handle; i++) {
        handle = kinds[i].open(name->text);
        if (kind)
            *kind = kinds[i].name;
        if (!handle && GetLastError() != ERROR_INVALID_HANDLE)
            break;
    }
    return handle;
}

HANDLE tool_open_section(const struct tool_name *name, DWORD access, struct tool_section_info *info,
                         int *code)
{
    HANDLE section = OpenFileMappingA(access | SECTION_QUERY, FALSE, name->text);

    if (section && tool_section_query(section, info))
        return section;
    *code = tool_windows_error(name->shown, section ? ERROR_INVALID_HANDLE : GetLastError());
    if (section)
        CloseHandle(section);
    return NULL;
}

int tool_section_reader(HANDLE section)
{
    int fd = _open_sectionfd((intptr_t)section, O_RDONLY);

    if (fd < 0)
        SetLastError(errno == EACCES ? ERROR_ACCESS_DENIED : ERROR_NOT_ENOUGH_MEMORY);
    return fd;
}

// How many bytes from `at` on are there, or are not, up to the next border.
static size_t next_part(int reader, const struct tool_section_info *info, uint64_t at,
                        size_t length, bool *there)
{
    off_t border;

    *there = true;
    if (!(info->attributes & SEC_RESERVE))
        return length;
    border = lseek(reader, (off_t)at, SEEK_DATA);
    *there = border == (off_t)at;
    if (*there)
        border = lseek(reader, (off_t)at, SEEK_HOLE);
    if (border < 0 || (uint64_t)border - at > length)
        return length;
    return (size_t)((uint64_t)border - at);
}

void tool_section_read(int reader, const struct tool_section_info *info, uint64_t offset,
                       void *data, bool *there, size_t length)
{
    memset(data, 0, length);
    for (size_t at = 0; at < length;) {
        bool committed;
        size_t part = next_part(reader, info, offset + at, length - at, &committed);
        ssize_t done = committed ? pread(reader, (uint8_t *)data + at, part, (off_t)(offset + at))
                                 : (ssize_t)part;
        bool good = committed && done > 0;

        if (done > 0)
            part = (size_t)done;
        // Who shares the memory may take pages away between two questions.
        if (part == 0 || part > length - at)
            part = length - at;
        if (there)
            memset(there + at, good, part);
        at += part;
    }
}

bool tool_section_write(HANDLE section, const struct tool_section_info *info, uint64_t offset,
                        const void *data, size_t length)
{
    uint64_t start = offset / GRANULARITY * GRANULARITY;
    size_t before = (size_t)(offset - start);
    struct iovec mine = {(void *)(uintptr_t)data, length}, its = {NULL, length};
    char *view =
        MapViewOfFile(section, FILE_MAP_WRITE, (DWORD)(start >> 32), (DWORD)start, before + length);
    bool done = false;

    if (!view)
        return false;
    if (!(info->attributes & SEC_RESERVE) ||
        VirtualAlloc(view + before, length, MEM_COMMIT, PAGE_READWRITE)) {
        // The kernel copies, and so meets what would be a fault here: the file may have been cut.
        its.iov_base = view + before;
        done = process_vm_writev(getpid(), &mine, 1, &its, 1, 0) == (ssize_t)length;
        if (!done)
            SetLastError(ERROR_NOACCESS);
    }
    UnmapViewOfFile(view);
    return done;
}

bool tool_range(uint64_t size, uint64_t offset, uint64_t *length)
{
    if (offset > size) {
        tool_fail("offset %llu is beyond the section's %llu bytes", (unsigned long long)offset,
                  (unsigned long long)size);
        return false;
    }
    if (*length == 0 || *length > size - offset)
        *length = size - offset;
    return true;
}
