// SPDX-License-Identifier: MIT
// Where the memory of named sections is: beside a small, full or noexec /dev/shm, and on a disk.
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static const char *own_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-unit-%u", (unsigned)GetCurrentProcessId());
    return name;
}

static HANDLE make(DWORD protect, size_t size, const char *name)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, (DWORD)size, name);
}

static HANDLE must_make(DWORD protect, size_t size, const char *name)
{
    HANDLE section = make(protect, size, name);

    require(section != NULL);
    return section;
}

static void write_text(const char *path, const char *format, unsigned number)
{
    char text[32];
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int length = snprintf(text, sizeof(text), format, number); // the number may go unused

    if (fd < 0 || write(fd, text, (size_t)length) != length)
        conform_skip("a file system of our own takes root or user namespaces");
    close(fd);
}

// A /dev/shm that only this process and its children see.
static void own_shm(unsigned long flags, const char *options)
{
    unsigned user = geteuid(), group = getegid();

    if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        write_text("/proc/self/uid_map", "0 %u 1", user);
        write_text("/proc/self/setgroups", "deny", 0);
        write_text("/proc/self/gid_map", "0 %u 1", group);
    }
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
        conform_skip("a file system of our own takes root or user namespaces");
    require(mount("winmem", "/dev/shm", "tmpfs", flags, options) == 0);
    unsetenv("WINMEM_NAMES");
}

static bool shm_like(const char *folder)
{
    struct statfs fs;

    require(statfs(folder, &fs) == 0);
    return fs.f_type == TMPFS_MAGIC;
}

// What the files of the names in `base` take.
static size_t bytes_of_names(const char *base)
{
    char command[500];
    unsigned long kib = 0;
    FILE *pipe;

    snprintf(command, sizeof command, "du -sk '%s'", base);
    pipe = popen(command, "re");
    require(pipe && fscanf(pipe, "%lu", &kib) == 1);
    pclose(pipe);
    return kib << 10;
}

static size_t shm_used(void)
{
    struct statvfs fs;

    require(statvfs("/dev/shm", &fs) == 0);
    return (fs.f_blocks - fs.f_bfree) * fs.f_frsize;
}

// Fills a section through its name, in another process: every page, which a full file system would
// answer with a signal.
CHILD(fill_all)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    size_t size = (size_t)atol(argv[1]);

    for (size_t at = 0; at < size; at += 4096) {
        expect_eq_u(view[at], 1);
        view[at] = 2;
    }
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

static void fill_here_and_there(HANDLE section, const char *name, size_t size)
{
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    char args[100];

    for (size_t at = 0; at < size; at += 4096)
        view[at] = 1;
    snprintf(args, sizeof args, "%s %zu", name, size);
    expect_eq_u(child_run("fill_all", args), 0);
    for (size_t at = 0; at < size; at += 4096)
        expect_eq_u(view[at], 2);
}

CASE(two_large_sections_beside_a_small_shm, "-")
{
    HANDLE one, two;

    own_shm(0, "size=64m");
    one = must_make(PAGE_READWRITE, 40 * MIB, "one");
    two = must_make(PAGE_READWRITE, 40 * MIB, "two");
    fill_here_and_there(one, "one", 40 * MIB);
    fill_here_and_there(two, "two", 40 * MIB);
    expect_true(shm_used() < 4 * MIB);
    CloseHandle(one);
    CloseHandle(two);
}

CASE(small_sections_have_their_memory_in_a_small_shm, "-")
{
    HANDLE section;
    size_t before;

    own_shm(0, "size=64m");
    CloseHandle(must_make(PAGE_READWRITE, 4096, "first"));
    before = shm_used();
    section = must_make(PAGE_READWRITE, 2 * MIB, "one");
    expect_true(shm_used() >= before + 2 * MIB); // allocated, not touched
    fill_here_and_there(section, "one", 2 * MIB);
    CloseHandle(section);
}

// Nothing that was granted is taken back when the place fills up: by us or by others.
CASE(many_sections_in_a_small_shm_all_work, "-")
{
    static HANDLE sections[20];
    char name[24];

    own_shm(0, "size=16m");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "many-%d", i);
        sections[i] = must_make(PAGE_READWRITE, 2 * MIB, name);
    }
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "many-%d", i);
        fill_here_and_there(sections[i], name, 2 * MIB);
        CloseHandle(sections[i]);
    }
}

CASE(a_full_shm_refuses_names, "-")
{
    int fd;

    own_shm(0, "size=1m");
    CloseHandle(must_make(PAGE_READWRITE, 4096, "first"));
    fd = open("/dev/shm/ballast", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    require(fd >= 0 && posix_fallocate(fd, 0, (off_t)(MIB - shm_used())) == 0);
    expect_fail(make(PAGE_READWRITE, 4096, "second"), ERROR_COMMITMENT_LIMIT);
    CloseHandle(must_make(PAGE_READWRITE, 4096, NULL)); // needs no name
    require(ftruncate(fd, 0) == 0);
    CloseHandle(must_make(PAGE_READWRITE, 4096, "second"));
    close(fd);
}

CHILD(run_code)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ | FILE_MAP_EXECUTE, FALSE, argv[0]);
    void *code = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, 0);

    require(code != NULL);
    return ((int (*)(void))(uintptr_t)code)();
}

#if defined(__x86_64__)
CASE(executable_sections_beside_a_noexec_shm, "-")
{
    static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; // mov eax, 42; ret
    HANDLE section;

    own_shm(MS_NOEXEC, "");
    section = must_make(PAGE_EXECUTE_READWRITE, 4096, "code");
    memcpy(make_view(section, FILE_MAP_WRITE), code, sizeof code);
    expect_eq_u(child_run("run_code", "code"), 42);
    CloseHandle(section);
    section = must_make(PAGE_READWRITE, 4096, "data");
    fill_here_and_there(section, "data", 4096);
    CloseHandle(section);
}
#endif

CHILD(keep)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);

    require(section != NULL);
    flag_set(argv[1]);
    flag_wait(argv[2]);
    return 0;
}

// Memory that is not in the name file is found with any holder, not only with its maker.
CASE(memory_of_its_own_outlives_its_maker, "-")
{
    const char *ready = temp_name(), *go = temp_name();
    HANDLE section, child;
    char args[1200];

    own_shm(0, "size=64m");
    section = must_make(PAGE_READWRITE, 40 * MIB, "one");
    make_view(section, FILE_MAP_WRITE)[5] = 5;
    snprintf(args, sizeof args, "one %s %s", ready, go);
    child = child_start("keep", args);
    flag_wait(ready);
    CloseHandle(section);
    section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "one");
    require(section != NULL);
    expect_eq_u(make_view(section, FILE_MAP_READ)[5], 5);
    CloseHandle(section);
    flag_set(go);
    expect_eq_u(child_wait(child), 0);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, "one"), ERROR_FILE_NOT_FOUND);
}

// Is argv[0] a handle of the parent's, to a section of 40 MiB with a 6 in it?
CHILD(use_inherited)
{
    HANDLE section = (HANDLE)(uintptr_t)strtoull(argv[0], NULL, 16);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(query(view).RegionSize, 40 * MIB);
    expect_eq_u(view[5], 6);
    view[5] = 7;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(memory_of_its_own_is_inherited, "-")
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE section;
    unsigned char *view;
    char args[40];

    own_shm(0, "size=64m");
    section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, 40 * MIB, "one");
    view = make_view(section, FILE_MAP_WRITE);
    view[5] = 6;
    snprintf(args, sizeof args, "%llx", (unsigned long long)(uintptr_t)section);
    expect_eq_u(child_run("use_inherited", args), 0);
    expect_eq_u(view[5], 7);
    CloseHandle(section);
}

CHILD(commit_there)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(query(view).State, MEM_RESERVE);
    require(VirtualAlloc(view + 4096, 4096, MEM_COMMIT, PAGE_READWRITE));
    view[4096] = 77;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(reserved_sections_beside_a_small_shm, "-")
{
    HANDLE section;
    unsigned char *view;

    own_shm(0, "size=64m");
    section = must_make(PAGE_READWRITE | SEC_RESERVE, 200 * MIB, "reserved");
    view = make_view(section, FILE_MAP_WRITE);
    expect_eq_u(child_run("commit_there", "reserved"), 0);
    expect_eq_u(view[4096], 77);
    CloseHandle(section);
}

// As where there is no /dev/shm. The memory is not on the disk: nothing is written behind its back.
CASE(names_on_a_disk, "-")
{
    char base[400];
    HANDLE section;

    require(mkdir("disk", 0700) == 0 && getcwd(base, sizeof base - 5));
    strcat(base, "/disk");
    setenv("WINMEM_NAMES", base, 1);
    section = must_make(PAGE_READWRITE, 4 * MIB, own_name());
    fill_here_and_there(section, own_name(), 4 * MIB);
    if (shm_like(base))
        conform_skip("the temporary directory is not on a disk");
    expect_true(bytes_of_names(base) < MIB);
    CloseHandle(section);
}

// A child shows what it has to others, too: its parent may go first.
CASE(a_forked_child_shows_memory_of_its_own, "-")
{
    const char *ready = temp_name(), *go = temp_name();
    HANDLE section;
    int status = -1;
    pid_t child;

    own_shm(0, "size=64m");
    section = must_make(PAGE_READWRITE, 40 * MIB, "one");
    make_view(section, FILE_MAP_WRITE)[5] = 5;
    child = fork();
    require(child >= 0);
    if (child == 0) {
        flag_set(ready);
        flag_wait(go);
        _exit(!CloseHandle(section));
    }
    flag_wait(ready);
    CloseHandle(section);
    section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "one");
    require(section != NULL);
    expect_eq_u(make_view(section, FILE_MAP_READ)[5], 5);
    flag_set(go);
    require(waitpid(child, &status, 0) == child);
    expect_eq_u(status, 0);
    CloseHandle(section);
}
