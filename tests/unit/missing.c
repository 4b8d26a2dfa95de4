// SPDX-License-Identifier: MIT
// What is not implemented says so: every function that docs/CONFORMANCE.md calls missing, and the
// missing uses of those that it calls partial. Arguments are such as would do on Windows.
// protocol: --list
#include <windows.h>
#include <ntstatus.h>
#include <winternl.h>

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "unit.h"

#define FAILS_AS_MISSING(call, failure)                        \
    do {                                                       \
        SetLastError(ERROR_SUCCESS);                           \
        EXPECT((call) == (failure));                           \
        EXPECT_EQ(GetLastError(), ERROR_CALL_NOT_IMPLEMENTED); \
    } while (0)

// A file of 64 KiB in the test's own directory.
static HANDLE file(void)
{
    HANDLE handle = CreateFileA("missing.bin", GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE, 7,
                                NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    LARGE_INTEGER size = {.QuadPart = 65536};

    EXPECT(handle != INVALID_HANDLE_VALUE);
    EXPECT(SetFilePointerEx(handle, size, NULL, FILE_BEGIN) && SetEndOfFile(handle));
    return handle;
}

static HANDLE section(void)
{
    HANDLE handle = CreateFileMappingA(file(), NULL, PAGE_READWRITE, 0, 0, NULL);

    EXPECT(handle != NULL);
    return handle;
}

TEST(private_memory)
{
    FAILS_AS_MISSING(VirtualAlloc(NULL, 65536, MEM_RESERVE, PAGE_READWRITE), NULL);
    FAILS_AS_MISSING(
        VirtualAllocEx(GetCurrentProcess(), NULL, 65536, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
        NULL);
    FAILS_AS_MISSING(
        VirtualAlloc2(GetCurrentProcess(), NULL, 65536, MEM_RESERVE, PAGE_READWRITE, NULL, 0),
        NULL);
    FAILS_AS_MISSING(VirtualFree((void *)0x10000, 0, MEM_RELEASE), FALSE);
    FAILS_AS_MISSING(VirtualFreeEx(GetCurrentProcess(), (void *)0x10000, 0, MEM_RELEASE), FALSE);
}

TEST(images)
{
    FAILS_AS_MISSING(CreateFileMappingA(file(), NULL, PAGE_READONLY | SEC_IMAGE, 0, 0, NULL), NULL);
}

TEST(placeholders)
{
    HANDLE mapping = section();
    void *view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);

    FAILS_AS_MISSING(MapViewOfFile3(mapping, GetCurrentProcess(), (void *)0x20000000, 0, 65536,
                                    MEM_REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0),
                     NULL);
    FAILS_AS_MISSING(UnmapViewOfFileEx(view, MEM_PRESERVE_PLACEHOLDER), FALSE);
    FAILS_AS_MISSING(UnmapViewOfFile2(GetCurrentProcess(), view, MEM_PRESERVE_PLACEHOLDER), FALSE);
    EXPECT(UnmapViewOfFile(view)); // it is still there
}

TEST(guard_pages)
{
    void *view = MapViewOfFile(section(), FILE_MAP_WRITE, 0, 0, 0);
    MEMORY_BASIC_INFORMATION information;
    DWORD old = 0x12345678;

    FAILS_AS_MISSING(VirtualProtect(view, 4096, PAGE_READWRITE | PAGE_GUARD, &old), FALSE);
    EXPECT_EQ(old, 0x12345678);
    EXPECT(VirtualQuery(view, &information, sizeof(information)) == sizeof(information));
    EXPECT_EQ(information.Protect, PAGE_READWRITE);
}

TEST(suspended_and_debugged_processes)
{
    const DWORD flags[] = {CREATE_SUSPENDED, DEBUG_PROCESS, DEBUG_ONLY_THIS_PROCESS,
                           EXTENDED_STARTUPINFO_PRESENT};
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION information;
    char line[] = "/bin/true";

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        FAILS_AS_MISSING(CreateProcessA(NULL, line, NULL, NULL, FALSE, flags[i], NULL, NULL,
                                        &startup, &information),
                         FALSE);
}

TEST(suspending_a_thread_that_runs)
{
    FAILS_AS_MISSING(SuspendThread(GetCurrentThread()), (DWORD)-1);
}

struct stranger {
    sem_t is_known, may_end;
    pid_t id;
};

static void *be_a_stranger(void *argument)
{
    struct stranger *stranger = argument;

    stranger->id = gettid();
    sem_post(&stranger->is_known);
    sem_wait(&stranger->may_end);
    return NULL;
}

TEST(threads_that_winmem_has_not_met)
{
    struct stranger stranger;
    pthread_t thread;

    sem_init(&stranger.is_known, 0, 0);
    sem_init(&stranger.may_end, 0, 0);
    EXPECT(pthread_create(&thread, NULL, be_a_stranger, &stranger) == 0);
    sem_wait(&stranger.is_known);
    FAILS_AS_MISSING(OpenThread(SYNCHRONIZE, FALSE, (DWORD)stranger.id), NULL);
    sem_post(&stranger.may_end);
    pthread_join(thread, NULL);
}

TEST(messages_wrapped_to_a_width)
{
    char text[64];

    FAILS_AS_MISSING(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | 20, NULL, ERROR_FILE_NOT_FOUND, 0,
                                    text, sizeof(text), NULL),
                     0);
}

TEST(security_of_handles)
{
    SECURITY_DESCRIPTOR descriptor;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    DWORD size = 0;

    EXPECT(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    FAILS_AS_MISSING(GetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &descriptor,
                                             sizeof(descriptor), &size),
                     FALSE);
    FAILS_AS_MISSING(SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &descriptor), FALSE);
}

TEST(memory_and_handles_of_other_processes)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION child;
    MEMORY_BASIC_INFORMATION information;
    char line[] = "/bin/sleep 60";
    HANDLE mapping = section(), target = NULL;

    EXPECT(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    FAILS_AS_MISSING(
        VirtualQueryEx(child.hProcess, (void *)0x10000, &information, sizeof(information)), 0);
    FAILS_AS_MISSING(MapViewOfFileNuma2(mapping, child.hProcess, 0, NULL, 0, 0, PAGE_READONLY,
                                        NUMA_NO_PREFERRED_NODE),
                     NULL);
    FAILS_AS_MISSING(DuplicateHandle(GetCurrentProcess(), mapping, child.hProcess, &target, 0,
                                     FALSE, DUPLICATE_SAME_ACCESS),
                     FALSE);
    EXPECT(target == NULL);
    EXPECT(TerminateProcess(child.hProcess, 0));
}
