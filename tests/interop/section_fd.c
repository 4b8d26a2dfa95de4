// SPDX-License-Identifier: MIT
// _open_sectionfd: a section's memory for whoever maps by the host's means.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <sys/mman.h>
#include <unistd.h>

static int descriptor_fails(HANDLE section, int flags, int error)
{
    int fd;

    errno = 0;
    fd = _open_sectionfd((intptr_t)section, flags);
    return expect_eq_u((unsigned)fd, (unsigned)-1) && expect_eq_u(errno, error);
}

CASE(host_mapping_of_a_section_is_the_same_memory, "M4")
{
    HANDLE file, section;
    unsigned char *view, *mapped;
    int fd;

    file = open_file(temp_file(70000), GENERIC_READ | GENERIC_WRITE);
    section = make_section(file, PAGE_READWRITE);
    view = make_view(section, FILE_MAP_WRITE);
    fd = _open_sectionfd((intptr_t)section, O_RDWR);
    require(fd >= 0);
    mapped = mmap(NULL, 70000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    require(mapped != MAP_FAILED);
    expect_pattern(mapped, 0, 70000);
    mapped[69999] = 0x5a;
    expect_eq_u(view[69999], 0x5a);
    view[0] = 0xa5;
    expect_eq_u(mapped[0], 0xa5);
    expect_eq_u(close(fd), 0);
    expect_eq_u(mapped[0], 0xa5);
    expect_eq_u(munmap(mapped, 70000), 0);
    expect_true(CloseHandle(section));
    expect_true(CloseHandle(file));
}

CASE(memory_without_a_file_has_a_descriptor_too, "")
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100000, NULL);
    unsigned char *view, *mapped;
    int fd;

    require(section != NULL);
    view = make_view(section, FILE_MAP_WRITE);
    fd = _open_sectionfd((intptr_t)section, O_RDWR);
    require(fd >= 0);
    mapped = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    require(mapped != MAP_FAILED);
    expect_true(CloseHandle(section));
    close(fd);
    mapped[99999] = 0x5a;
    expect_eq_u(view[99999], 0x5a);
    munmap(mapped, 100000);
}

// The mapping must not keep alive what ends with the handles.
CASE(host_mapping_keeps_no_share_mode, "F1,F3")
{
    const char *path = temp_file(70000);
    HANDLE file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE section;
    void *mapped;
    int fd;

    require(file != INVALID_HANDLE_VALUE);
    section = make_section(file, PAGE_READONLY);
    fd = _open_sectionfd((intptr_t)section, O_RDONLY);
    require(fd >= 0);
    mapped = mmap(NULL, 70000, PROT_READ, MAP_SHARED, fd, 0);
    require(mapped != MAP_FAILED);
    expect_true(CloseHandle(section));
    expect_true(CloseHandle(file));
    file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, TRUNCATE_EXISTING, 0, NULL);
    expect_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    close(fd);
    munmap(mapped, 70000);
}

CASE(descriptor_of_a_section_is_as_the_rights, "M2")
{
    HANDLE file = open_file(temp_file(5000), GENERIC_READ | GENERIC_WRITE);
    HANDLE readonly = make_section(file, PAGE_READONLY);
    HANDLE writable = make_section(file, PAGE_READWRITE), reader = NULL, nothing = NULL;
    int fd;

    expect_true(DuplicateHandle(GetCurrentProcess(), writable, GetCurrentProcess(), &reader,
                                FILE_MAP_READ, FALSE, 0));
    expect_true(
        DuplicateHandle(GetCurrentProcess(), writable, GetCurrentProcess(), &nothing, 0, FALSE, 0));
    descriptor_fails(readonly, O_RDWR, EACCES);
    descriptor_fails(reader, O_RDWR, EACCES);
    descriptor_fails(nothing, O_RDONLY, EACCES);
    descriptor_fails(file, O_RDONLY, EBADF);
    descriptor_fails(NULL, O_RDONLY, EBADF);
    descriptor_fails(writable, O_WRONLY, EINVAL);
    fd = _open_sectionfd((intptr_t)reader, O_RDONLY);
    expect_true(fd >= 0);
    expect_eq_u(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    expect_eq_u(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
}
