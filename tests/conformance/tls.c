// SPDX-License-Identifier: MIT
// TlsAlloc, TlsGetValue, TlsSetValue, TlsFree.
#include "conform.h"

CASE(new_slot_is_null_and_keeps_its_value, "")
{
    DWORD slot = TlsAlloc();
    int here;

    require(slot != TLS_OUT_OF_INDEXES);
    SetLastError(CONFORM_POISON);
    expect_ptr(TlsGetValue(slot), NULL);
    expect_err(0);
    expect_true(TlsSetValue(slot, &here));
    SetLastError(CONFORM_POISON);
    expect_ptr(TlsGetValue(slot), &here);
    expect_err(0);
    expect_true(TlsFree(slot));
}

static DWORD shared_slot;

static DWORD WINAPI uses_slot(void *argument)
{
    if (TlsGetValue(shared_slot))
        return 1;
    if (!TlsSetValue(shared_slot, argument))
        return 2;
    Sleep(5);
    return TlsGetValue(shared_slot) == argument ? 0 : 3;
}

CASE(each_thread_has_its_own_value, "")
{
    HANDLE thread[5];

    shared_slot = TlsAlloc();
    require(TlsSetValue(shared_slot, (void *)(uintptr_t)99));
    for (uintptr_t i = 0; i < 5; i++)
        thread[i] = CreateThread(NULL, 0, uses_slot, (void *)(i + 1), 0, NULL);
    for (int i = 0; i < 5; i++) {
        DWORD code = 9;

        WaitForSingleObject(thread[i], INFINITE);
        expect_true(GetExitCodeThread(thread[i], &code));
        expect_eq_u(code, 0);
        CloseHandle(thread[i]);
    }
    expect_ptr(TlsGetValue(shared_slot), 99);
}

CASE(reused_slot_starts_null, "")
{
    for (int i = 0; i < 100; i++) {
        DWORD slot = TlsAlloc();

        require(slot != TLS_OUT_OF_INDEXES);
        expect_ptr(TlsGetValue(slot), NULL);
        expect_true(TlsSetValue(slot, (void *)(uintptr_t)7));
        expect_true(TlsFree(slot));
    }
}

CASE(more_than_a_thousand_slots_then_none, "")
{
    static DWORD slots[5000];
    int count = 0;

    while (count < 5000 && (slots[count] = TlsAlloc()) != TLS_OUT_OF_INDEXES)
        count++;
    expect_true(count >= 1024 - 64);
    expect_true(count < 5000);
    for (int i = 0; i < count; i++)
        expect_true(TlsSetValue(slots[i], &slots[i]));
    for (int i = 0; i < count; i++)
        expect_ptr(TlsGetValue(slots[i]), &slots[i]);
    for (int i = 0; i < count; i++)
        expect_true(TlsFree(slots[i]));
    expect_true(TlsAlloc() != TLS_OUT_OF_INDEXES);
}

CASE(bad_slots_fail, "")
{
    DWORD slot = TlsAlloc();

    expect_fail(TlsSetValue(0xffffffff, NULL), ERROR_INVALID_PARAMETER);
    expect_fail(TlsGetValue(0xffffffff), ERROR_INVALID_PARAMETER);
    expect_fail(TlsFree(0xffffffff), ERROR_INVALID_PARAMETER);
    expect_fail(TlsFree(100000), ERROR_INVALID_PARAMETER);
    expect_true(TlsFree(slot));
    expect_fail(TlsFree(slot), ERROR_INVALID_PARAMETER);
}
