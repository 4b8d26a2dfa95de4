// SPDX-License-Identifier: MIT
// Handles that a new process inherits. protocol: --list
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <spawn.h>
#include <sys/wait.h>
#include <windows.h>
#include <winmem.h>

#include "host/fault.h"
#include "nt/process/inherit.h"

static SECURITY_ATTRIBUTES inherit = {sizeof(inherit), NULL, TRUE};
static char path[] = "/tmp/unit-inherit-XXXXXX";

static HANDLE make_file(DWORD share)
{
    int fd = mkstemp(path);
    HANDLE file;

    EXPECT(fd >= 0 && write(fd, "0123456789", 10) == 10);
    close(fd);
    file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, share, &inherit, OPEN_EXISTING, 0, NULL);
    EXPECT(file != INVALID_HANDLE_VALUE);
    return file;
}

// This program in a child_* case, with words for it in the environment.
static HANDLE start_self(const char *format, const char *child, BOOL inherited)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info;
    char self[1024], line[2048];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

    EXPECT(length > 0);
    self[length] = '\0';
    snprintf(line, sizeof(line), format, self, child);
    EXPECT(CreateProcessA(NULL, line, NULL, NULL, inherited, 0, NULL, NULL, &startup, &info));
    EXPECT(CloseHandle(info.hThread));
    return info.hProcess;
}

static DWORD end_of(HANDLE process)
{
    DWORD code;

    EXPECT_EQ(WaitForSingleObject(process, 20000), WAIT_OBJECT_0);
    EXPECT(GetExitCodeProcess(process, &code));
    EXPECT(CloseHandle(process));
    return code;
}

static void set_word(const char *name, HANDLE handle)
{
    char text[32];

    snprintf(text, sizeof(text), "%p", handle);
    setenv(name, text, 1);
}

static HANDLE word(const char *name)
{
    const char *text = getenv(name);

    return text ? (HANDLE)strtoul(text, NULL, 16) : NULL;
}

TEST(child_uses_all)
{
    HANDLE file = word("UNIT_FILE"), twin = word("UNIT_TWIN"), section = word("UNIT_SECTION");
    HANDLE parent = word("UNIT_PARENT"), fresh;
    DWORD flags, moved;
    char byte, *view;

    if (!file)
        return;
    EXPECT(getenv(WM_INHERIT_VARIABLE) == NULL);
    EXPECT(GetHandleInformation(file, &flags));
    EXPECT_EQ(flags, HANDLE_FLAG_INHERIT);
    EXPECT(CompareObjectHandles(file, twin));
    EXPECT(ReadFile(file, &byte, 1, &moved, NULL) && moved == 1);
    EXPECT_EQ(byte, '3');
    EXPECT(!WriteFile(twin, "x", 1, &moved, NULL)); // duplicated for reading only
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT(view);
    view[9] = '!';
    EXPECT(UnmapViewOfFile(view));
    EXPECT_EQ(GetProcessId(parent), getppid());
    EXPECT_EQ(WaitForSingleObject(parent, 0), WAIT_TIMEOUT);
    fresh = CreateEventA(NULL, FALSE, FALSE, NULL);
    EXPECT(fresh && fresh != file && fresh != twin && fresh != section && fresh != parent);
    EXPECT(CloseHandle(fresh));
    EXPECT(CloseHandle(file) && CloseHandle(twin) && CloseHandle(section) && CloseHandle(parent));
    EXPECT(!CloseHandle(file));
    ExitProcess(42);
}

static void check_all(const char *format)
{
    HANDLE file = make_file(FILE_SHARE_READ | FILE_SHARE_WRITE), twin, section, parent, gap;
    DWORD moved;
    char byte;

    gap = CreateEventA(NULL, FALSE, FALSE, NULL); // a slot that the child does not get
    EXPECT(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &twin, GENERIC_READ,
                           TRUE, 0));
    section = CreateFileMappingA(file, &inherit, PAGE_READWRITE, 0, 0, NULL);
    EXPECT(section);
    EXPECT(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &parent,
                           0, TRUE, DUPLICATE_SAME_ACCESS));
    EXPECT_EQ(SetFilePointer(file, 3, NULL, FILE_BEGIN), 3);
    set_word("UNIT_FILE", file);
    set_word("UNIT_TWIN", twin);
    set_word("UNIT_SECTION", section);
    set_word("UNIT_PARENT", parent);
    EXPECT_EQ(end_of(start_self(format, "child_uses_all", TRUE)), 42);
    EXPECT_EQ(SetFilePointer(file, 0, NULL, FILE_CURRENT), 4); // one position for both
    EXPECT_EQ(SetFilePointer(file, 9, NULL, FILE_BEGIN), 9);
    EXPECT(ReadFile(file, &byte, 1, &moved, NULL) && byte == '!');
    EXPECT(CloseHandle(file) && CloseHandle(twin) && CloseHandle(section) && CloseHandle(parent));
    EXPECT(CloseHandle(gap));
    unlink(path);
}

TEST(files_sections_and_processes_are_inherited)
{
    check_all("\"%s\" %s");
}

TEST(a_program_in_between_passes_them_on)
{
    check_all("/bin/sh -c \"exec '%s' %s\"");
}

// -- programs that are not started by CreateProcess ---------------------------------------------

extern char **environ;

static size_t environment_count(void)
{
    size_t count = 0;

    while (environ[count])
        count++;
    return count;
}

// This program in a child_* case, through posix_spawn or fork and exec.
static int start_by_hand(const char *child, bool spawn)
{
    const struct winmem_inheritance *inheritance = winmem_inherit_begin();
    size_t count = environment_count();
    char **environment = calloc(count + 2, sizeof(char *));
    char *line[] = {"/proc/self/exe", (char *)(uintptr_t)child, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;

    EXPECT(inheritance && environment);
    memcpy(environment, environ, count * sizeof(char *));
    environment[count] = (char *)(uintptr_t)inheritance->variable;
    EXPECT(posix_spawn_file_actions_init(&actions) == 0);
    for (unsigned i = 0; i < inheritance->count; i++)
        EXPECT(posix_spawn_file_actions_adddup2(&actions, inheritance->descriptors[i],
                                                inheritance->descriptors[i]) == 0);
    if (spawn) {
        EXPECT(posix_spawn(&pid, line[0], &actions, NULL, line, environment) == 0);
    } else if ((pid = fork()) == 0) {
        for (unsigned i = 0; i < inheritance->count; i++)
            fcntl(inheritance->descriptors[i], F_SETFD, 0);
        execve(line[0], line, environment);
        _exit(127);
    }
    winmem_inherit_end(inheritance);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    return pid;
}

static int status_of(int pid)
{
    int status;

    EXPECT(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST(child_uses_memory)
{
    HANDLE section = word("UNIT_SECTION"), twin = word("UNIT_TWIN");
    unsigned char *view;
    DWORD flags;

    if (!section)
        return;
    EXPECT(CompareObjectHandles(section, twin));
    EXPECT(GetHandleInformation(section, &flags));
    EXPECT_EQ(flags, HANDLE_FLAG_INHERIT);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT(view && view[70000] == 7);
    view[70001] = 8;
    EXPECT(!MapViewOfFile(twin, FILE_MAP_WRITE, 0, 0, 0)); // duplicated for reading only
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    if (getenv("UNIT_NAME")) {
        HANDLE found = OpenFileMappingA(FILE_MAP_READ, FALSE, getenv("UNIT_NAME"));

        EXPECT(found && CompareObjectHandles(found, section));
        EXPECT(CloseHandle(found));
    }
    EXPECT(UnmapViewOfFile(view) && CloseHandle(section) && CloseHandle(twin));
    ExitProcess(43);
}

// A section, shared with a child by each of the three ways.
static void share_memory(const char *name)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, &inherit, PAGE_READWRITE, 0, 100000, name);
    unsigned char *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    HANDLE twin;

    EXPECT(view);
    EXPECT(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(), &twin,
                           SECTION_MAP_READ, TRUE, 0));
    view[70000] = 7;
    set_word("UNIT_SECTION", section);
    set_word("UNIT_TWIN", twin);
    if (name)
        setenv("UNIT_NAME", name, 1);
    EXPECT_EQ(end_of(start_self("\"%s\" %s", "child_uses_memory", TRUE)), 43);
    EXPECT_EQ(view[70001], 8);
    for (int spawn = 0; spawn < 2; spawn++) {
        view[70001] = 0;
        EXPECT_EQ(status_of(start_by_hand("child_uses_memory", spawn)), 43);
        EXPECT_EQ(view[70001], 8);
    }
    EXPECT(UnmapViewOfFile(view) && CloseHandle(section) && CloseHandle(twin));
}

TEST(memory_is_inherited)
{
    share_memory(NULL);
}

TEST(named_memory_is_inherited)
{
    share_memory("Local\\inherited");
}

TEST(child_uses_objects)
{
    HANDLE event = word("UNIT_EVENT"), mutex = word("UNIT_MUTEX"), semaphore = word("UNIT_TWIN");
    LONG before;

    if (!event)
        return;
    EXPECT_EQ(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    EXPECT(ReleaseSemaphore(semaphore, 2, &before) && before == 0);
    EXPECT_EQ(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0); // and ends as its owner
    ExitProcess(44);
}

// With and without names.
static void share_objects(const char *suffix)
{
    char names[3][32];
    HANDLE event, mutex, semaphore, child;

    for (int i = 0; i < 3; i++)
        snprintf(names[i], sizeof(names[i]), "Local\\%d%s", i, suffix);
    event = CreateEventA(&inherit, FALSE, FALSE, suffix[0] ? names[0] : NULL);
    mutex = CreateMutexA(&inherit, FALSE, suffix[0] ? names[1] : NULL);
    semaphore = CreateSemaphoreA(&inherit, 0, 5, suffix[0] ? names[2] : NULL);
    EXPECT(event && mutex && semaphore);
    set_word("UNIT_EVENT", event);
    set_word("UNIT_MUTEX", mutex);
    set_word("UNIT_TWIN", semaphore);
    child = start_self("\"%s\" %s", "child_uses_objects", TRUE);
    EXPECT(SetEvent(event));
    EXPECT_EQ(end_of(child), 44);
    EXPECT_EQ(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(mutex, 20000), WAIT_ABANDONED);
    EXPECT(CloseHandle(event) && CloseHandle(mutex) && CloseHandle(semaphore));
}

TEST(objects_to_wait_for_are_inherited)
{
    share_objects("");
    share_objects("named");
}

TEST(nothing_inheritable_is_an_empty_variable)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    const struct winmem_inheritance *inheritance = winmem_inherit_begin();

    EXPECT(event && inheritance);
    EXPECT(strcmp(inheritance->variable, WM_INHERIT_VARIABLE "=") == 0);
    EXPECT_EQ(inheritance->count, 0);
    winmem_inherit_end(inheritance);
    winmem_inherit_end(NULL);
    EXPECT(CloseHandle(event));
}

TEST(child_holds)
{
    if (getenv("UNIT_HOLD"))
        Sleep(20000);
}

TEST(the_child_keeps_the_share_mode)
{
    HANDLE file = make_file(0), other, child;

    setenv("UNIT_HOLD", "1", 1);
    child = start_self("\"%s\" %s", "child_holds", TRUE);
    EXPECT(CloseHandle(file));
    other = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                        0, NULL);
    EXPECT(other == INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), ERROR_SHARING_VIOLATION);
    EXPECT(TerminateProcess(child, 1));
    EXPECT_EQ(end_of(child), 1);
    other = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                        0, NULL);
    EXPECT(other != INVALID_HANDLE_VALUE);
    EXPECT(CloseHandle(other));
    unlink(path);
}

TEST(child_counts_descriptors)
{
    struct dirent *entry;
    DIR *directory;
    int count = -1; // opendir's own

    if (!getenv("UNIT_COUNT"))
        return;
    directory = opendir("/proc/self/fd");
    while ((entry = readdir(directory)) != NULL)
        count += entry->d_name[0] != '.' && atoi(entry->d_name) > 2;
    closedir(directory);
    ExitProcess((UINT)count);
}

TEST(nothing_else_is_open_in_the_child)
{
    HANDLE file = make_file(0);
    DWORD without, with;

    setenv("UNIT_COUNT", "1", 1);
    without = end_of(start_self("\"%s\" %s", "child_counts_descriptors", FALSE));
    with = end_of(start_self("\"%s\" %s", "child_counts_descriptors", TRUE));
    EXPECT_EQ(with, without + 1);
    EXPECT(CloseHandle(file));
    unlink(path);
}

TEST(a_wrong_variable_does_no_harm)
{
    static const char *const values[] = {"", "-1", "0", "1", "9999", "x", "4294967299"};
    char own[32];

    setenv("UNIT_COUNT", "1", 1);
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        setenv(WM_INHERIT_VARIABLE, values[i], 1);
        EXPECT(end_of(start_self("\"%s\" %s", "child_counts_descriptors", FALSE)) < 10);
    }
    snprintf(own, sizeof(own), "%d", open("/etc/passwd", O_RDONLY));
    setenv(WM_INHERIT_VARIABLE, own, 1);
    EXPECT(end_of(start_self("\"%s\" %s", "child_counts_descriptors", FALSE)) < 10);
}

TEST(every_host_call_of_an_inheriting_start_may_fail)
{
    HANDLE file = make_file(0);
    HANDLE event = CreateEventA(&inherit, FALSE, FALSE, NULL);
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, &inherit, PAGE_READWRITE, 0, 4096, "Local\\some");
    bool fired = true;

    EXPECT(event && section);
    for (unsigned n = 1; fired; n++) {
        STARTUPINFOA startup = {.cb = sizeof(startup)};
        PROCESS_INFORMATION info;
        char line[] = "/bin/true";
        BOOL started;

        host_calls_fail_at(n, EMFILE);
        started = CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &info);
        fired = host_calls_fired();
        host_calls_fail_at(0, 0);
        if (started) {
            EXPECT(CloseHandle(info.hThread));
            EXPECT_EQ(end_of(info.hProcess), 0);
        }
        EXPECT(started || fired);
        EXPECT(n < 100);
    }
    EXPECT(CloseHandle(file) && CloseHandle(event) && CloseHandle(section));
    unlink(path);
}
