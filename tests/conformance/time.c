// SPDX-License-Identifier: MIT
// Clocks: GetTickCount64, QueryPerformanceCounter, Sleep, system information.
#include "conform.h"

CASE(ticks_go_on_while_asleep, "")
{
    ULONGLONG before = GetTickCount64();
    ULONGLONG after;

    Sleep(60);
    after = GetTickCount64();
    expect_true(after - before >= 40);
    expect_true(after - before < 20000);
    expect_true((DWORD)(GetTickCount() - (DWORD)after) < 20000);
}

CASE(performance_counter_agrees_with_ticks, "")
{
    LARGE_INTEGER frequency, before, after;
    ULONGLONG start;
    double seconds;

    expect_true(QueryPerformanceFrequency(&frequency));
    expect_true(frequency.QuadPart >= 1000000);
    expect_true(QueryPerformanceCounter(&before));
    start = GetTickCount64();
    Sleep(100);
    expect_true(QueryPerformanceCounter(&after));
    seconds = (double)(after.QuadPart - before.QuadPart) / (double)frequency.QuadPart;
    expect_true(seconds >= 0.09);
    expect_true(seconds < 20);
    expect_true(seconds * 1000 + 50 >= (double)(GetTickCount64() - start) - 50);
}

CASE(counter_never_goes_back, "")
{
    LARGE_INTEGER last, now;

    require(QueryPerformanceCounter(&last));
    for (int i = 0; i < 10000; i++) {
        require(QueryPerformanceCounter(&now));
        require(now.QuadPart >= last.QuadPart);
        last = now;
    }
}

CASE(system_time_is_after_2020, "")
{
    FILETIME time;
    uint64_t ticks;

    GetSystemTimeAsFileTime(&time);
    ticks = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
    expect_true(ticks > 132223104000000000ull);
    expect_true(ticks < 200000000000000000ull);
}

CASE(system_information_is_of_windows, "")
{
    SYSTEM_INFO info;

    memset(&info, 0xee, sizeof info);
    GetSystemInfo(&info);
    expect_eq_u(info.dwPageSize, 4096);
    expect_eq_u(info.dwAllocationGranularity, 65536);
    expect_true(info.dwNumberOfProcessors >= 1);
    expect_true((uintptr_t)info.lpMinimumApplicationAddress >= 4096);
    expect_true((uintptr_t)info.lpMaximumApplicationAddress > 0x7fff0000u);
    expect_true(info.dwActiveProcessorMask & 1);
    expect_eq_u(info.wProcessorArchitecture, 9);
}

CASE(version_is_at_least_that_of_windows_2000, "")
{
    OSVERSIONINFOA version;

    memset(&version, 0, sizeof version);
    version.dwOSVersionInfoSize = sizeof version;
    expect_true(GetVersionExA(&version));
    expect_true(version.dwMajorVersion >= 5);
    expect_eq_u(version.dwPlatformId, VER_PLATFORM_WIN32_NT);
    version.dwOSVersionInfoSize = 7;
    expect_false(GetVersionExA(&version));
}
