// SPDX-License-Identifier: MIT
// Threads, their objects and their slots. protocol: --list
#include "unit.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <windows.h>

#include "nt/thread/block.h"
#include "nt/thread/thread.h"

// Forking beside threads is what these tests are about.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

static DWORD WINAPI return_argument(LPVOID argument)
{
    return (DWORD)(uintptr_t)argument;
}

static DWORD join(HANDLE thread)
{
    DWORD code;

    EXPECT(thread);
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT(CloseHandle(thread));
    return code;
}

TEST(last_error_belongs_to_the_thread)
{
    SetLastError(5);
    EXPECT_EQ(join(CreateThread(NULL, 0, return_argument, NULL, 0, NULL)), 0);
    EXPECT_EQ(GetLastError(), 5);
}

TEST(return_values_are_exit_codes)
{
    EXPECT_EQ(join(CreateThread(NULL, 0, return_argument, (void *)42, 0, NULL)), 42);
    EXPECT_EQ(join(CreateThread(NULL, 1 << 20, return_argument, (void *)0xffffffff, 0, NULL)),
              0xffffffff);
    EXPECT_EQ(join(CreateThread(NULL, 1, return_argument, (void *)STILL_ACTIVE,
                                STACK_SIZE_PARAM_IS_A_RESERVATION, NULL)),
              STILL_ACTIVE);
}

static DWORD exit_inside(int depth)
{
    volatile char frame[64] = {(char)depth};

    if (depth == 0)
        ExitThread(17);
    return depth > 0 ? exit_inside(depth - 1) + (DWORD)frame[0] : 0;
}

static DWORD WINAPI exit_deep_inside(LPVOID argument)
{
    return exit_inside((int)(uintptr_t)argument);
}

TEST(exit_thread_gives_the_code)
{
    EXPECT_EQ(join(CreateThread(NULL, 0, exit_deep_inside, (void *)10, 0, NULL)), 17);
}

TEST(wrong_arguments_are_refused)
{
    DWORD code;

    EXPECT(!CreateThread(NULL, 0, return_argument, NULL, 0x100, NULL));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(!CreateThread(NULL, (SIZE_T)1 << 60, return_argument, NULL, 0, NULL));
    EXPECT_EQ(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    EXPECT(!OpenThread(THREAD_ALL_ACCESS, FALSE, 0x7fffffff));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(!GetExitCodeThread(GetCurrentProcess(), &code));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
}

static DWORD WINAPI report_id(LPVOID argument)
{
    *(DWORD *)argument = GetCurrentThreadId();
    return 0;
}

TEST(ids_are_the_hosts)
{
    DWORD inside = 0, outside = 0;
    HANDLE thread = CreateThread(NULL, 0, report_id, &inside, 0, &outside);

    EXPECT_EQ(GetThreadId(thread), outside);
    EXPECT_EQ(join(thread), 0);
    EXPECT_EQ(inside, outside);
    EXPECT_EQ(GetCurrentThreadId(), gettid());
    EXPECT_EQ(GetThreadId(GetCurrentThread()), gettid());
}

TEST(a_suspended_thread_waits_to_be_resumed)
{
    DWORD inside = 0, outside = 0, before;
    HANDLE thread = CreateThread(NULL, 0, report_id, &inside, CREATE_SUSPENDED, &outside);

    EXPECT(thread && outside);
    EXPECT_EQ(WaitForSingleObject(thread, 30), WAIT_TIMEOUT);
    EXPECT_EQ(__atomic_load_n(&inside, __ATOMIC_RELAXED), 0);
    EXPECT_EQ(wm_thread_suspend(thread, &before), 0);
    EXPECT_EQ(before, 1);
    EXPECT_EQ(wm_thread_resume(thread, &before), 0);
    EXPECT_EQ(before, 2);
    EXPECT_EQ(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    EXPECT_EQ(wm_thread_resume(thread, &before), 0);
    EXPECT_EQ(before, 1);
    EXPECT_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    EXPECT_EQ(wm_thread_resume(thread, &before), 0);
    EXPECT_EQ(before, 0);
    EXPECT_EQ((ULONG)wm_thread_suspend(thread, &before), (ULONG)STATUS_NOT_IMPLEMENTED);
    EXPECT_EQ(join(thread), 0);
    EXPECT_EQ(inside, outside);
}

static void *native(void *argument)
{
    HANDLE *out = argument;

    EXPECT(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), out, 0,
                           FALSE, DUPLICATE_SAME_ACCESS));
    return NULL;
}

TEST(native_threads_have_objects_that_outlive_them)
{
    pthread_t thread;
    HANDLE handle = NULL, again;
    DWORD code, id;

    EXPECT(pthread_create(&thread, NULL, native, &handle) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT_EQ(WaitForSingleObject(handle, 0), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(handle, &code));
    EXPECT_EQ(code, 0);
    id = GetThreadId(handle);
    again = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, id);
    EXPECT(again && CompareObjectHandles(handle, again));
    EXPECT(CloseHandle(again));
    EXPECT(CloseHandle(handle));
    EXPECT(!OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, id));
}

static DWORD WINAPI try_slot(LPVOID argument)
{
    DWORD index = *(DWORD *)argument;

    EXPECT(TlsGetValue(index) == NULL);
    EXPECT_EQ(GetLastError(), 0);
    EXPECT(TlsSetValue(index, &index));
    EXPECT(TlsGetValue(index) == &index);
    return 0;
}

TEST(slots_belong_to_threads)
{
    DWORD indexes[WM_TLS_INLINE_SLOTS + WM_TLS_EXPANSION_SLOTS];
    unsigned count = 0;
    DWORD index;

    while ((index = TlsAlloc()) != TLS_OUT_OF_INDEXES)
        indexes[count++] = index;
    EXPECT_EQ(count, WM_TLS_INLINE_SLOTS + WM_TLS_EXPANSION_SLOTS);
    for (unsigned i = 0; i < count; i++) {
        EXPECT(TlsGetValue(indexes[i]) == NULL);
        EXPECT(TlsSetValue(indexes[i], &indexes[i]));
    }
    for (unsigned i = 0; i < count; i += 500)
        EXPECT_EQ(join(CreateThread(NULL, 0, try_slot, &indexes[i], 0, NULL)), 0);
    for (unsigned i = 0; i < count; i++) {
        SetLastError(9);
        EXPECT(TlsGetValue(indexes[i]) == &indexes[i]);
        EXPECT_EQ(GetLastError(), 0);
        EXPECT(TlsFree(indexes[i]));
        EXPECT(!TlsFree(indexes[i]));
        EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    }
    EXPECT(TlsGetValue(count) == NULL);
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    EXPECT(!TlsSetValue(count, NULL));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

static HANDLE set, freed;

static DWORD WINAPI keep_slot(LPVOID argument)
{
    DWORD *indexes = argument;

    EXPECT(TlsSetValue(indexes[0], indexes));
    EXPECT(TlsSetValue(indexes[1], indexes));
    EXPECT(SetEvent(set));
    EXPECT_EQ(WaitForSingleObject(freed, INFINITE), WAIT_OBJECT_0);
    EXPECT(TlsGetValue(indexes[0]) == NULL);
    EXPECT(TlsGetValue(indexes[1]) == NULL);
    return 0;
}

TEST(freeing_a_slot_clears_it_everywhere)
{
    DWORD indexes[2];
    HANDLE thread;

    set = CreateEventA(NULL, FALSE, FALSE, NULL);
    freed = CreateEventA(NULL, FALSE, FALSE, NULL);
    indexes[0] = TlsAlloc();
    do {
        indexes[1] = TlsAlloc();
    } while (indexes[1] < WM_TLS_INLINE_SLOTS);
    thread = CreateThread(NULL, 0, keep_slot, indexes, 0, NULL);
    EXPECT_EQ(WaitForSingleObject(set, INFINITE), WAIT_OBJECT_0);
    EXPECT(TlsFree(indexes[0]));
    EXPECT(TlsFree(indexes[1]));
    EXPECT(SetEvent(freed));
    EXPECT_EQ(join(thread), 0);
    EXPECT(CloseHandle(set) && CloseHandle(freed));
}

static DWORD WINAPI create_and_slots(LPVOID argument)
{
    for (unsigned i = 0; i < 200 / UNIT_SLOW; i++) {
        DWORD index = TlsAlloc();

        EXPECT(index != TLS_OUT_OF_INDEXES);
        EXPECT(TlsGetValue(index) == NULL);
        EXPECT(TlsSetValue(index, argument));
        EXPECT_EQ(join(CreateThread(NULL, 0, return_argument, (void *)(uintptr_t)i, 0, NULL)), i);
        EXPECT(TlsGetValue(index) == argument);
        EXPECT(TlsFree(index));
    }
    return 0;
}

TEST(many_threads_come_and_go)
{
    HANDLE threads[4];

    for (int i = 0; i < 4; i++)
        threads[i] = CreateThread(NULL, 0, create_and_slots, &threads[i], 0, NULL);
    EXPECT_EQ(WaitForMultipleObjects(4, threads, TRUE, 60000), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(join(threads[i]), 0);
}

static volatile bool stop;

static DWORD WINAPI fork_beside(LPVOID argument)
{
    DWORD index = *(DWORD *)argument;

    EXPECT(TlsSetValue(index, argument));
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        HANDLE thread = CreateThread(NULL, 0, return_argument, NULL, 0, NULL);

        EXPECT_EQ(join(thread), 0);
    }
    return 0;
}

TEST(a_forked_child_has_one_thread)
{
    DWORD index;
    HANDLE threads[2];

    do {
        index = TlsAlloc();
    } while (index < WM_TLS_INLINE_SLOTS);
    EXPECT(TlsSetValue(index, &index));
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, fork_beside, &index, 0, NULL);
    for (unsigned i = 0; i < 60 / UNIT_SLOW; i++) {
        int status;
        pid_t pid = fork();

        if (pid == 0) {
            EXPECT_EQ(GetCurrentThreadId(), getpid());
            EXPECT_EQ(GetThreadId(GetCurrentThread()), getpid());
            EXPECT(TlsGetValue(index) == &index);
            EXPECT_EQ(WaitForMultipleObjects(2, threads, TRUE, 0), WAIT_OBJECT_0);
            EXPECT_EQ(join(CreateThread(NULL, 0, return_argument, (void *)3, 0, NULL)), 3);
            EXPECT(TlsFree(index));
            _exit(0);
        }
        EXPECT(waitpid(pid, &status, 0) == pid);
        EXPECT_EQ(status, 0);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    EXPECT_EQ(join(threads[0]), 0);
    EXPECT_EQ(join(threads[1]), 0);
}

TEST(the_block_is_small)
{
    EXPECT(sizeof(struct wm_thread_block) <= 600);
}
