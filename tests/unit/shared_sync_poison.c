// SPDX-License-Identifier: MIT
// Pages of shared objects into which somebody writes whatever he likes. protocol: --list
#include "shared_sync.h"

// Writes whatever it likes into the pages of others.
static struct wm_sync_page *victims[4];
static _Atomic bool stop;

static DWORD WINAPI poison(LPVOID argument)
{
    uint64_t random = (uintptr_t)argument;

    while (!stop) {
        struct wm_sync_page *page = victims[unit_random(&random) % 4];

        atomic_store(&page->word, (uint32_t)unit_random(&random));
        atomic_store(&page->gate, (uint32_t)unit_random(&random));
    }
    return 0;
}

TEST(poisoned_pages_end_no_process_and_hang_nobody)
{
    HANDLE set[4] = {event(TRUE, FALSE, "manual"), event(FALSE, FALSE, "automatic"),
                     mutex(FALSE, "lock"), semaphore(1, 7, "tokens")};
    HANDLE thread;
    uint64_t end;

    for (int i = 0; i < 4; i++)
        victims[i] = page_of(set[i]);
    thread = CreateThread(NULL, 0, poison, (void *)1, 0, NULL);
    for (end = unit_now_ns() + 500000000; unit_now_ns() < end;) {
        LONG previous;

        for (DWORD i = 0; i < 4; i++)
            WaitForSingleObject(set[i], i % 2);
        WaitForMultipleObjects(4, set, FALSE, 1);
        WaitForMultipleObjects(4, set, TRUE, 1);
        SetEvent(set[0]);
        PulseEvent(set[0]);
        SetEvent(set[1]);
        ResetEvent(set[1]);
        PulseEvent(set[1]);
        while (ReleaseMutex(set[2]))
            ;
        if (ReleaseSemaphore(set[3], 3, &previous))
            EXPECT(previous >= 0 && previous <= 7);
    }
    stop = true;
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
}

TEST(poisoned_values_one_by_one)
{
    HANDLE set[4] = {event(TRUE, FALSE, "manual"), event(FALSE, FALSE, "automatic"),
                     mutex(FALSE, "lock"), semaphore(1, 7, "tokens")};
    uint64_t random = 5;
    LONG previous;

    for (int round = 0; round < 64; round++) {
        uint32_t value = round < 32 ? 1u << round : (uint32_t)unit_random(&random);

        for (int i = 0; i < 4; i++) {
            struct wm_sync_page *page = page_of(set[i]);

            atomic_store(&page->word, value);
            atomic_store(&page->gate, ~value);
            WaitForSingleObject(set[i], 1);
            SetEvent(set[i]);
            ResetEvent(set[i]);
            ReleaseMutex(set[i]);
            ReleaseSemaphore(set[i], 2, &previous);
        }
    }
    // Whatever happened: a mutex comes back, and a semaphore stays within its bounds.
    atomic_store(&page_of(set[2])->word, 0x7fe);
    EXPECT_EQ(WaitForSingleObject(set[2], 20000), WAIT_ABANDONED);
    atomic_store(&page_of(set[3])->word, 8);
    EXPECT_EQ(WaitForSingleObject(set[3], 0), WAIT_TIMEOUT);
}
