// SPDX-License-Identifier: MIT
// File objects where Linux shows through: system calls, permissions, devices, limits, full disks,
// forks, file systems without locks or attributes.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <winioctl.h>
#include <winternl.h>

#include "host/fault.h"
#include "host/host.h"
#include "nt/file/file.h"

#define RW (GENERIC_READ | GENERIC_WRITE)

static HANDLE open_with(const char *path, DWORD access, DWORD share, DWORD how, DWORD flags)
{
    return CreateFileA(path, access, share, NULL, how, flags, NULL);
}

static HANDLE must_open(const char *path, DWORD access, DWORD share, DWORD how, DWORD flags)
{
    HANDLE file = open_with(path, access, share, how, flags);

    require(file != INVALID_HANDLE_VALUE);
    return file;
}

// The path of a new file as the host has it, for use beside winmem.
static const char *host_file(const char *content)
{
    static char names[8][32];
    static unsigned count;
    char *name = names[count++ % 8];
    int fd;

    strcpy(name, "./file-XXXXXX");
    fd = mkstemp(name);
    require(fd >= 0);
    require(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    close(fd);
    return name;
}

static unsigned calls_of_open(const char *path, DWORD access, DWORD share)
{
    unsigned calls;
    HANDLE file;

    CloseHandle(must_open(path, access, share, OPEN_EXISTING, 0)); // what happens once
    host_calls_reset();
    file = must_open(path, access, share, OPEN_EXISTING, 0);
    calls = host_calls_count();
    CloseHandle(file);
    return calls;
}

// Root is not bound by permission bits, so for root the read-only attribute has to be looked up.
CASE(opening_takes_few_calls, "")
{
    const char *path = host_file("x");
    unsigned look = geteuid() == 0;

    expect_eq_u(calls_of_open(path, RW, 0), 2 + look);    // open, lock
    expect_eq_u(calls_of_open(path, RW, 7), 4 + look);    // open, three for the share mode
    expect_eq_u(calls_of_open(path, GENERIC_READ, 1), 5); // is it a directory?
    expect_eq_u(calls_of_open(path, 0, 0), 2);            // no share mode
}

CASE(reading_and_writing_take_few_calls, "")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    char buffer[10];
    DWORD n;

    require(ReadFile(file, buffer, 1, &n, NULL)); // the file's kind is asked for once
    host_calls_reset();
    expect_true(ReadFile(file, buffer, 5, &n, NULL));
    expect_eq_u(host_calls_count(), 1);
    host_calls_reset();
    expect_true(WriteFile(file, "abc", 3, &n, NULL));
    expect_eq_u(host_calls_count(), 2); // the limit on file sizes, write
}

CASE(kinds_of_existing_things, "F1")
{
    char buffer[4];
    HANDLE file;
    DWORD n;

    // One end of a pipe does not wait for the other, and its ends share.
    require(mkfifo("fifo", 0600) == 0);
    file = must_open("./fifo", GENERIC_READ, 0, OPEN_EXISTING, 0);
    expect_eq_u(GetFileType(file), FILE_TYPE_PIPE);
    HANDLE other = must_open("./fifo", GENERIC_WRITE, 0, OPEN_EXISTING, 0);
    expect_true(WriteFile(other, "abc", 3, &n, NULL));
    expect_true(ReadFile(file, buffer, 4, &n, NULL));
    expect_eq_u(n, 3);
    CloseHandle(other);
    expect_fail(ReadFile(file, buffer, 4, &n, NULL), ERROR_BROKEN_PIPE);
    CloseHandle(file);
    // A pipe opened both ways, whose kind nobody asked for at first.
    file = must_open("./fifo", RW, 0, OPEN_EXISTING, 0);
    CloseHandle(must_open("./fifo", RW, 0, OPEN_EXISTING, 0));
    CloseHandle(file);
    unlink("fifo");

    file = must_open("NUL", RW, 0, CREATE_ALWAYS, 0);
    CloseHandle(must_open("C:\\x\\nul", RW, 0, OPEN_EXISTING, 0));
    expect_eq_u(GetFileType(file), FILE_TYPE_CHAR);
    expect_true(WriteFile(file, "abc", 3, &n, NULL));
    expect_eq_u(n, 3);
    expect_true(ReadFile(file, buffer, 4, &n, NULL));
    expect_eq_u(n, 0);
    CloseHandle(file);
}

// Whoever may run this as root must not lose the system's devices.
CASE(devices_are_never_deleted, "")
{
    FILE_DISPOSITION_INFORMATION delete = {.DoDeleteFile = TRUE};
    IO_STATUS_BLOCK io;
    struct stat before, after;
    HANDLE file;

    // A node of our own that is no device: the guard itself is tested on a descriptor's kind.
    require(stat("/dev/null", &before) == 0 && S_ISCHR(before.st_mode));
    expect_fail(DeleteFileA("NUL"), ERROR_ACCESS_DENIED);
    expect_fail(DeleteFileA("/dev/null"), ERROR_ACCESS_DENIED);
    file = must_open("/dev/null", RW | DELETE, 7, OPEN_EXISTING, 0);
    expect_status(
        NtSetInformationFile(file, &io, &delete, sizeof(delete), FileDispositionInformation),
        STATUS_CANNOT_DELETE);
    CloseHandle(file);
    file = open_with("NUL", GENERIC_READ, 7, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    expect_fail(RemoveDirectoryA("NUL"), ERROR_DIRECTORY);
    require(stat("/dev/null", &after) == 0);
    expect_true(S_ISCHR(after.st_mode) && after.st_ino == before.st_ino);
}

CASE(standard_handles_are_not_deleted, "")
{
    const char *path = host_file("x");
    FILE_DISPOSITION_INFORMATION delete = {.DoDeleteFile = TRUE};
    IO_STATUS_BLOCK io;
    HANDLE file;
    int fd = open(path, O_RDWR);

    require(fd >= 0 && dup2(fd, 0) == 0);
    file = GetStdHandle(STD_INPUT_HANDLE);
    expect_status(
        NtSetInformationFile(file, &io, &delete, sizeof(delete), FileDispositionInformation),
        STATUS_ACCESS_DENIED);
    expect_true(access(path, F_OK) == 0);
}

CASE(read_only_is_the_absence_of_write_bits, "F1")
{
    const char *path = host_file("x");
    struct stat st;

    require(chmod(path, 0444) == 0);
    expect_eq_u(GetFileAttributesA(path), FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_ARCHIVE);
    expect_no_file(open_with(path, GENERIC_WRITE, 7, OPEN_EXISTING, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, RW, 7, OPEN_ALWAYS, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, GENERIC_READ, 7, CREATE_ALWAYS, 0), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, GENERIC_READ, 7, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE),
                   ERROR_ACCESS_DENIED);
    expect_fail(DeleteFileA(path), ERROR_ACCESS_DENIED);
    CloseHandle(must_open(path, GENERIC_READ, 7, OPEN_EXISTING, 0));
    CloseHandle(must_open(path, FILE_WRITE_ATTRIBUTES, 7, OPEN_EXISTING, 0));
    CloseHandle(must_open(path, DELETE, 7, OPEN_EXISTING, 0));
    expect_true(SetFileAttributesA(path, FILE_ATTRIBUTE_NORMAL));
    require(stat(path, &st) == 0);
    expect_eq_u(st.st_mode & 0777, 0644);
    expect_true(DeleteFileA(path));
    // At creation, the handle may write all the same.
    CloseHandle(must_open(path, RW, 0, CREATE_NEW, FILE_ATTRIBUTE_READONLY));
    require(stat(path, &st) == 0);
    expect_eq_u(st.st_mode & 0222, 0);
}

CASE(attributes_are_kept_in_the_file, "")
{
    const DWORD hidden = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    const char *path = host_file("x");

    if (!SetFileAttributesA(path, hidden))
        conform_skip("the file system keeps no extended attributes");
    expect_eq_u(GetFileAttributesA(path), hidden);
    expect_no_file(open_with(path, RW, 0, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL),
                   ERROR_ACCESS_DENIED);
    expect_eq_u(size_of(path), 1);
    CloseHandle(must_open(path, RW, 0, CREATE_ALWAYS, hidden));
    expect_eq_u(GetFileAttributesA(path), hidden | FILE_ATTRIBUTE_ARCHIVE);
    expect_eq_u(size_of(path), 0);
    expect_true(SetFileAttributesA(path, FILE_ATTRIBUTE_NORMAL));
    expect_eq_u(GetFileAttributesA(path), FILE_ATTRIBUTE_NORMAL);
    CloseHandle(must_open("./new", RW, 0, CREATE_NEW, FILE_ATTRIBUTE_HIDDEN));
    expect_eq_u(GetFileAttributesA("./new"), FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_ARCHIVE);
    CloseHandle(must_open("./copy", RW, 0, CREATE_NEW, 0));
    expect_eq_u(GetFileAttributesA("./copy"), FILE_ATTRIBUTE_ARCHIVE);
}

CASE(symbolic_links, "")
{
    HANDLE file;

    require(symlink("target", "link") == 0);
    expect_no_file(open_with("./link", RW, 0, OPEN_EXISTING, 0), ERROR_FILE_NOT_FOUND);
    expect_no_file(open_with("./link", RW, 0, CREATE_NEW, 0), ERROR_FILE_EXISTS);
    CloseHandle(must_open("./link", RW, 0, OPEN_ALWAYS, 0)); // makes what the link names
    expect_true(access("target", F_OK) == 0);
    file = must_open("./link", 0, 0, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT);
    BY_HANDLE_FILE_INFORMATION info;
    expect_true(GetFileInformationByHandle(file, &info));
    expect_true(info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT);
    CloseHandle(file);
    expect_true(DeleteFileA("./link")); // the link, not what it names
    expect_true(access("target", F_OK) == 0);
    require(symlink("loop", "loop") == 0);
    expect_no_file(open_with("./loop", RW, 0, OPEN_EXISTING, 0), ERROR_CANT_ACCESS_FILE);
}

CASE(position_is_the_kernels, "")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    struct wm_handle_use use;
    struct wm_file *object;
    char buffer[4];
    DWORD n;
    int fd;

    require(wm_file_use(file, 0, &use, &object) == 0);
    fd = dup(object->stream->fd);
    wm_handle_end(&use);
    expect_true(ReadFile(file, buffer, 3, &n, NULL));
    expect_eq_u(lseek(fd, 0, SEEK_CUR), 3);
    require(lseek(fd, 7, SEEK_SET) == 7);
    expect_true(ReadFile(file, buffer, 3, &n, NULL));
    expect_mem(buffer, "789", 3);
    // Where the kernel keeps none: descriptors for attributes only.
    HANDLE attributes = must_open("NUL", 0, 7, OPEN_EXISTING, 0);
    expect_eq_u(SetFilePointer(attributes, 5, NULL, FILE_CURRENT), 5);
    expect_eq_u(SetFilePointer(attributes, 5, NULL, FILE_CURRENT), 10);
}

CASE(position_beyond_the_file_system, "")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    LARGE_INTEGER far = {.QuadPart = INT64_MAX - 100}, at;
    char buffer[4];
    DWORD n = 9;

    expect_true(SetFilePointerEx(file, far, &at, FILE_BEGIN));
    expect_true(ReadFile(file, buffer, 4, &n, NULL));
    expect_eq_u(n, 0);
    expect_fail(WriteFile(file, "abc", 3, &n, NULL), ERROR_DISK_FULL);
    far.QuadPart = 101;
    expect_fail(SetFilePointerEx(file, far, &at, FILE_CURRENT), ERROR_INVALID_PARAMETER);
    far.QuadPart = -(INT64_MAX - 100) + 4;
    expect_true(SetFilePointerEx(file, far, &at, FILE_CURRENT));
    expect_eq_u(at.QuadPart, 4);
    expect_true(ReadFile(file, buffer, 4, &n, NULL));
    expect_mem(buffer, "4567", 4);
    far.QuadPart = -11;
    expect_fail(SetFilePointerEx(file, far, &at, FILE_END), ERROR_NEGATIVE_SEEK);
}

CASE(large_buffers_are_judged_without_touching_them, "F5")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    size_t size = 64 << 20;
    HANDLE big = must_open("./big", RW, 0, CREATE_NEW, 0);
    HANDLE section;
    unsigned char *view;
    LARGE_INTEGER end = {.QuadPart = (LONGLONG)size};
    DWORD n, old;

    require(DeviceIoControl(big, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    require(SetFilePointerEx(big, end, NULL, FILE_BEGIN) && SetEndOfFile(big));
    section = make_section(big, PAGE_READWRITE);
    view = make_view(section, FILE_MAP_WRITE);
    expect_true(ReadFile(file, view, (DWORD)size, &n, NULL));
    expect_eq_u(n, 10);
    require(VirtualProtect(view + size - 4096, 4096, PAGE_READONLY, &old));
    SetFilePointer(file, 2, NULL, FILE_BEGIN);
    expect_fail(ReadFile(file, view, (DWORD)size, &n, NULL), ERROR_NOACCESS);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 2);
    CloseHandle(section);
    CloseHandle(big);
    unlink("big");
}

static void limit_files_to(rlim_t bytes)
{
    struct rlimit limit = {bytes, RLIM_INFINITY};

    require(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

// The kernel's answer to a file that grows too large is a signal that ends the process.
CASE(file_size_limit_is_an_error_and_no_signal, "S00")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    char buffer[5000] = {1};
    DWORD n;

    limit_files_to(4096);
    expect_fail(WriteFile(file, buffer, sizeof(buffer), &n, NULL), ERROR_DISK_FULL);
    expect_eq_u(n, 0);
    SetFilePointer(file, 4000, NULL, FILE_BEGIN);
    expect_fail(WriteFile(file, buffer, 97, &n, NULL), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 10);
    expect_true(WriteFile(file, buffer, 96, &n, NULL));
    expect_fail(WriteFile(file, buffer, 1, &n, NULL), ERROR_DISK_FULL);
    SetFilePointer(file, 4097, NULL, FILE_BEGIN);
    expect_fail(SetEndOfFile(file), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 4096);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 8192, NULL) != NULL,
                ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 4096);
    limit_files_to(RLIM_INFINITY); // a program may change its mind
    expect_true(SetEndOfFile(file));
}

static void write_text(const char *path, const char *format, unsigned number)
{
    char text[64];
    int fd = open(path, O_WRONLY);
    int length = snprintf(text, sizeof(text), format, number); // the number may go unused

    if (fd < 0 || write(fd, text, (size_t)length) != length)
        conform_skip("a file system of our own takes root or user namespaces");
    close(fd);
}

// Mounts of our own, as root or as the root of a user namespace.
static void own_mounts(void)
{
    unsigned user = geteuid(), group = getegid();

    if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        write_text("/proc/self/uid_map", "0 %u 1", user);
        write_text("/proc/self/setgroups", "deny", 0);
        write_text("/proc/self/gid_map", "0 %u 1", group);
    }
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
        conform_skip("a file system of our own takes root or user namespaces");
}

// A file system of 256 KiB that nobody else sees.
static const char *small_disk(void)
{
    own_mounts();
    mkdir("small", 0700);
    require(mount("winmem", "small", "tmpfs", 0, "size=256k") == 0);
    return "./small/file";
}

CASE(full_disk_leaves_the_file_as_it_was, "S00")
{
    const char *path = small_disk();
    HANDLE file = must_open(path, RW, 0, CREATE_NEW, 0);
    static char buffer[300 << 10];
    DWORD n;

    pattern_fill(buffer, 0, sizeof(buffer));
    expect_true(WriteFile(file, buffer, 1000, &n, NULL));
    SetFilePointer(file, 1 << 20, NULL, FILE_BEGIN);
    expect_fail(SetEndOfFile(file), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 1000);
    expect_fail(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 1 << 20, NULL) != NULL,
                ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 1000);
    SetFilePointer(file, 1000, NULL, FILE_BEGIN);
    expect_fail(WriteFile(file, buffer, sizeof(buffer), &n, NULL), ERROR_DISK_FULL);
    expect_eq_u(GetFileSize(file, NULL), 1000);
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), 1000);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    expect_true(ReadFile(file, buffer, 2000, &n, NULL));
    expect_eq_u(n, 1000);
    expect_pattern(buffer, 0, 1000);
    SetFilePointer(file, 200 << 10, NULL, FILE_BEGIN);
    expect_true(SetEndOfFile(file)); // the space was not lost
    CloseHandle(file);
    umount("small");
}

CASE(read_only_file_system, "F1")
{
    const char *path = small_disk();

    CloseHandle(must_open(path, RW, 0, CREATE_NEW, 0));
    require(mount("none", "small", NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
    expect_no_file(open_with(path, RW, 0, OPEN_EXISTING, 0), ERROR_WRITE_PROTECT);
    expect_no_file(open_with("./small/new", RW, 0, CREATE_NEW, 0), ERROR_WRITE_PROTECT);
    expect_fail(DeleteFileA(path), ERROR_WRITE_PROTECT);
    CloseHandle(must_open(path, GENERIC_READ, 0, OPEN_EXISTING, 0));
    umount("small");
}

// The child has the parent's handles; what it closes must not end the parent's share mode.
CASE(forked_child_does_not_end_the_share_mode, "F1")
{
    const char *path = host_file("x");
    HANDLE file = must_open(path, RW, 0, OPEN_EXISTING, 0);
    HANDLE doomed = must_open("./doomed", RW, 7, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE);
    int status;
    pid_t child = fork();

    if (child == 0) {
        CloseHandle(file);
        CloseHandle(doomed);
        exit(0);
    }
    require(waitpid(child, &status, 0) == child && status == 0);
    expect_no_file(open_with(path, RW, 7, OPEN_EXISTING, 0), ERROR_SHARING_VIOLATION);
    expect_true(access("doomed", F_OK) == 0);
    CloseHandle(file);
    CloseHandle(doomed);
    expect_true(access("doomed", F_OK) != 0);
    CloseHandle(must_open(path, RW, 0, OPEN_EXISTING, 0));
}

// While the child lives, it has the file open as well: as with an inherited handle.
CASE(forked_child_keeps_the_file_open, "F1")
{
    const char *path = host_file("x");
    HANDLE file = must_open(path, RW, 0, OPEN_EXISTING, 0);
    int ends[2], status;
    char byte;
    pid_t child;

    require(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(ends[0]);
    CloseHandle(file);
    expect_no_file(open_with(path, RW, 0, OPEN_EXISTING, 0), ERROR_SHARING_VIOLATION);
    close(ends[1]);
    require(waitpid(child, &status, 0) == child && status == 0);
    CloseHandle(must_open(path, RW, 0, OPEN_EXISTING, 0));
}

// A section that is made after a fork maps a description of its own: closing the handle then ends
// the share mode while the view lives on.
CASE(section_after_a_fork, "F4")
{
    const char *path = host_file("0123456789");
    HANDLE file = must_open(path, RW, 0, OPEN_EXISTING, 0), section;
    unsigned char *view;
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    require(waitpid(child, NULL, 0) == child);
    section = make_section(file, PAGE_READONLY);
    view = make_view(section, FILE_MAP_READ);
    CloseHandle(file);
    CloseHandle(section);
    file = must_open(path, RW, 0, OPEN_EXISTING, 0);
    expect_fail(SetEndOfFile(file), ERROR_USER_MAPPED_FILE);
    UnmapViewOfFile(view);
    expect_true(SetEndOfFile(file));
}

CASE(file_systems_without_locks, "F1")
{
    const char *path = host_file("0123456789");
    HANDLE file, section;
    unsigned char *view;

    wm_share_force_table(true);
    file = must_open(path, RW, FILE_SHARE_READ, OPEN_EXISTING, 0);
    expect_no_file(open_with(path, GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING, 0),
                   ERROR_SHARING_VIOLATION);
    CloseHandle(must_open(path, GENERIC_READ, 7, OPEN_EXISTING, 0));
    section = make_section(file, PAGE_READWRITE);
    view = make_view(section, FILE_MAP_WRITE);
    CloseHandle(file);
    expect_no_file(open_with(path, GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING, 0),
                   ERROR_SHARING_VIOLATION);
    CloseHandle(section);
    file = must_open(path, RW, 7, OPEN_EXISTING, 0);
    expect_fail(SetEndOfFile(file), ERROR_USER_MAPPED_FILE);
    expect_no_file(open_with(path, RW, 7, CREATE_ALWAYS, 0), ERROR_USER_MAPPED_FILE);
    UnmapViewOfFile(view);
    expect_true(SetEndOfFile(file));
    CloseHandle(file);
    CloseHandle(must_open(path, RW, 0, CREATE_ALWAYS, 0));
}

// Other processes are kept from a file that waits for its deletion.
CASE(doomed_file_is_pending_everywhere, "F1")
{
    const char *path = host_file("x");
    char full[600];
    HANDLE user = must_open(path, GENERIC_READ, 7, OPEN_EXISTING, 0);

    require(realpath(path, full));
    expect_true(DeleteFileA(path));
    expect_eq_u(child_run("child_tries_to_open", full), ERROR_ACCESS_DENIED);
    expect_true(access(path, F_OK) == 0);
    expect_fail(DeleteFileA(path), ERROR_ACCESS_DENIED);
    expect_true(GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES);
    expect_err(ERROR_ACCESS_DENIED);
    CloseHandle(user);
    expect_true(access(path, F_OK) != 0);
}

CHILD(child_tries_to_open)
{
    HANDLE file = open_with(argv[0], GENERIC_READ, 7, OPEN_EXISTING, 0);

    return file == INVALID_HANDLE_VALUE ? (int)GetLastError() : 0;
}

CASE(deleting_a_mapped_file, "F4")
{
    const char *path = host_file("0123456789");
    HANDLE file = must_open(path, GENERIC_READ, 7, OPEN_EXISTING, 0);
    HANDLE section = make_section(file, PAGE_READONLY);

    CloseHandle(file);
    expect_fail(DeleteFileA(path), ERROR_ACCESS_DENIED);
    expect_no_file(open_with(path, GENERIC_READ, 7, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE),
                   ERROR_ACCESS_DENIED);
    CloseHandle(section);
    expect_true(DeleteFileA(path));
}

CASE(times_and_allocation_can_be_set, "")
{
    HANDLE file = must_open(host_file("0123456789"), RW, 0, OPEN_EXISTING, 0);
    FILE_BASIC_INFORMATION basic = {0}, back;
    FILE_ALLOCATION_INFORMATION allocation = {.AllocationSize.QuadPart = 1 << 20};
    FILE_STANDARD_INFORMATION standard;
    IO_STATUS_BLOCK io;

    basic.LastWriteTime.QuadPart = 132000000000000000ll;
    expect_status(NtSetInformationFile(file, &io, &basic, sizeof(basic), FileBasicInformation), 0);
    expect_status(NtQueryInformationFile(file, &io, &back, sizeof(back), FileBasicInformation), 0);
    expect_eq_u(back.LastWriteTime.QuadPart, basic.LastWriteTime.QuadPart);
    expect_eq_u(io.Information, sizeof(back));
    expect_status(
        NtSetInformationFile(file, &io, &allocation, sizeof(allocation), FileAllocationInformation),
        0);
    expect_status(
        NtQueryInformationFile(file, &io, &standard, sizeof(standard), FileStandardInformation), 0);
    expect_eq_u(standard.EndOfFile.QuadPart, 10);
    expect_true(standard.AllocationSize.QuadPart >= 1 << 20);
    allocation.AllocationSize.QuadPart = 3;
    expect_status(
        NtSetInformationFile(file, &io, &allocation, sizeof(allocation), FileAllocationInformation),
        0);
    expect_eq_u(GetFileSize(file, NULL), 3);
}
