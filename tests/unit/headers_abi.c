// SPDX-License-Identifier: MIT
// Sizes, offsets and constants of the public headers that are fixed by the Windows ABI. Compiled
// as C and as C++, with both widths of wchar_t. Running it checks the inline functions.
#include <windows.h>
#include <ntstatus.h>
#include <winternl.h>
#include <psapi.h>
#include <winioctl.h>
#include <intrin.h>
#include <tchar.h>
#include <io.h>

#ifdef __cplusplus
#define CHECK(condition) static_assert(condition, #condition)
#else
#define CHECK(condition) _Static_assert(condition, #condition)
#endif
#define SIZE_IS(type, size)            CHECK(sizeof(type) == (size))
#define OFFSET_IS(type, field, offset) CHECK(offsetof(type, field) == (offset))

SIZE_IS(BYTE, 1);
SIZE_IS(BOOLEAN, 1);
SIZE_IS(WORD, 2);
SIZE_IS(BOOL, 4);
SIZE_IS(LONG, 4);
SIZE_IS(DWORD, 4);
SIZE_IS(ULONG, 4);
SIZE_IS(NTSTATUS, 4);
SIZE_IS(HRESULT, 4);
SIZE_IS(__int64, 8);
SIZE_IS(unsigned __int64, 8);
SIZE_IS(LONGLONG, 8);
SIZE_IS(SIZE_T, sizeof(size_t));
SIZE_IS(HANDLE, 8);
SIZE_IS(WCHAR, __SIZEOF_WCHAR_T__);
SIZE_IS(WINMEM_UTF16, 2);
SIZE_IS(WCHAR16, 2);
CHECK((DWORD)-1 > 0);
CHECK((LONG)-1 < 0);
CHECK((SIZE_T)-1 > 0);

SIZE_IS(FILETIME, 8);
SIZE_IS(LARGE_INTEGER, 8);
SIZE_IS(GUID, 16);
SIZE_IS(LIST_ENTRY, 16);
SIZE_IS(SLIST_ENTRY, 16);
SIZE_IS(SLIST_HEADER, 16);
SIZE_IS(SECURITY_ATTRIBUTES, 24);
SIZE_IS(OVERLAPPED, 32);
OFFSET_IS(OVERLAPPED, OffsetHigh, 20);
OFFSET_IS(OVERLAPPED, hEvent, 24);
SIZE_IS(CRITICAL_SECTION, 40);
SIZE_IS(SRWLOCK, 8);
SIZE_IS(CONDITION_VARIABLE, 8);
SIZE_IS(INIT_ONCE, 8);

SIZE_IS(MEMORY_BASIC_INFORMATION, 48);
OFFSET_IS(MEMORY_BASIC_INFORMATION, AllocationProtect, 16);
OFFSET_IS(MEMORY_BASIC_INFORMATION, PartitionId, 20);
OFFSET_IS(MEMORY_BASIC_INFORMATION, RegionSize, 24);
OFFSET_IS(MEMORY_BASIC_INFORMATION, State, 32);
OFFSET_IS(MEMORY_BASIC_INFORMATION, Type, 40);
SIZE_IS(MEM_EXTENDED_PARAMETER, 16);
OFFSET_IS(MEM_EXTENDED_PARAMETER, ULong64, 8);
SIZE_IS(MEM_ADDRESS_REQUIREMENTS, 24);
SIZE_IS(WIN32_MEMORY_RANGE_ENTRY, 16);

SIZE_IS(SYSTEM_INFO, 48);
OFFSET_IS(SYSTEM_INFO, dwAllocationGranularity, 40);
SIZE_IS(MEMORYSTATUSEX, 64);
SIZE_IS(SYSTEMTIME, 16);
SIZE_IS(OSVERSIONINFOA, 148);
SIZE_IS(OSVERSIONINFOEXA, 156);
SIZE_IS(OSVERSIONINFOW, 20 + 128 * sizeof(WCHAR));
SIZE_IS(OSVERSIONINFOEXW, 28 + 128 * sizeof(WCHAR));
SIZE_IS(RTL_OSVERSIONINFOW, 276);
SIZE_IS(RTL_OSVERSIONINFOEXW, 284);

SIZE_IS(BY_HANDLE_FILE_INFORMATION, 52);
SIZE_IS(WIN32_FILE_ATTRIBUTE_DATA, 36);
SIZE_IS(CREATEFILE2_EXTENDED_PARAMETERS, 32);
SIZE_IS(FILE_SET_SPARSE_BUFFER, 1);
SIZE_IS(STARTUPINFOA, 104);
SIZE_IS(STARTUPINFOW, 104);
OFFSET_IS(STARTUPINFOW, hStdError, 96);
SIZE_IS(PROCESS_INFORMATION, 24);

#ifdef __x86_64__
SIZE_IS(M128A, 16);
SIZE_IS(XMM_SAVE_AREA32, 512);
SIZE_IS(CONTEXT, 1232);
OFFSET_IS(CONTEXT, ContextFlags, 48);
OFFSET_IS(CONTEXT, EFlags, 68);
OFFSET_IS(CONTEXT, Rax, 120);
OFFSET_IS(CONTEXT, Rip, 248);
OFFSET_IS(CONTEXT, FltSave, 256);
OFFSET_IS(CONTEXT, Xmm0, 416);
OFFSET_IS(CONTEXT, VectorRegister, 768);
OFFSET_IS(CONTEXT, LastExceptionFromRip, 1224);
CHECK(__alignof__(CONTEXT) == 16);
#endif
SIZE_IS(EXCEPTION_RECORD, 152);
SIZE_IS(EXCEPTION_POINTERS, 16);

SIZE_IS(UNICODE_STRING, 16);
SIZE_IS(OBJECT_ATTRIBUTES, 48);
SIZE_IS(IO_STATUS_BLOCK, 16);
SIZE_IS(SECTION_BASIC_INFORMATION, 24);
SIZE_IS(SECTION_IMAGE_INFORMATION, 64);
SIZE_IS(MEMORY_SECTION_NAME, 16);
SIZE_IS(FILE_BASIC_INFORMATION, 40);
SIZE_IS(FILE_STANDARD_INFORMATION, 24);
SIZE_IS(FILE_NAME_INFORMATION, 8);
SIZE_IS(FILE_DISPOSITION_INFORMATION, 1);
SIZE_IS(FILE_NETWORK_OPEN_INFORMATION, 56);

CHECK(FSCTL_SET_SPARSE == 0x000900C4);
CHECK(FILE_ALL_ACCESS == 0x001F01FF);
CHECK(FILE_GENERIC_READ == 0x00120089);
CHECK(FILE_GENERIC_WRITE == 0x00120116);
CHECK(FILE_GENERIC_EXECUTE == 0x001200A0);
CHECK(SECTION_ALL_ACCESS == 0x000F001F);
CHECK(FILE_MAP_EXECUTE == 0x20);
CHECK(PROCESS_ALL_ACCESS == 0x001FFFFF);
CHECK(CONTEXT_ALL == 0x0010001F);
CHECK(NT_SUCCESS(STATUS_IMAGE_NOT_AT_BASE));
CHECK(!NT_SUCCESS(STATUS_GUARD_PAGE_VIOLATION));
CHECK(HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED) == E_ACCESSDENIED);
CHECK(MAKELONG(0x1234, 0x5678) == 0x56781234);
CHECK(LOWORD(0x56781234) == 0x1234 && HIWORD(0x56781234) == 0x5678);
CHECK(ARRAYSIZE(TEXT("abc")) == 4);
C_ASSERT(sizeof(TCHAR) == sizeof(_TCHAR));

// The words of Microsoft's compiler, in the places where sources have them.
__declspec(align(64)) extern int winmem_test_aligned;
__declspec(noreturn) void winmem_test_noreturn(void);
static __declspec(thread) int winmem_test_thread;
__declspec(dllexport) int __cdecl winmem_test_exported(void);
__declspec(noinline) int __stdcall winmem_test_words(_In_ __int64 a, _Out_opt_ unsigned __int32 *b);

// Every function-like macro and inline at least once, so that each is compiled.
int winmem_test_words(_In_ __int64 a, _Out_opt_ unsigned __int32 *b)
{
    struct outer {
        int first;
        LIST_ENTRY link;
    } outer;
    LONG counter = 0;
    LONG64 wide = 0;
    PVOID pointer = NULL;
    DWORD index = 0;
    char bytes[8];
    UNICODE_STRING string = {0, 0, NULL};
    OBJECT_ATTRIBUTES attributes;

    UNREFERENCED_PARAMETER(a);
    ZeroMemory(bytes, sizeof bytes);
    FillMemory(bytes, sizeof bytes, 0x5a);
    CopyMemory(bytes, bytes + 4, 4);
    MoveMemory(bytes, bytes + 1, 4);
    SecureZeroMemory(bytes, sizeof bytes);
    InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE, NULL, NULL);
    InterlockedIncrement(&counter);
    InterlockedExchangeAdd64(&wide, 5);
    InterlockedCompareExchangePointer(&pointer, bytes, NULL);
    MemoryBarrier();
    YieldProcessor();
    _ReadWriteBarrier();
    _BitScanForward(&index, 8);
    if (b != NULL)
        *b = (unsigned)index + (unsigned)winmem_test_thread;
    return CONTAINING_RECORD(&outer.link, struct outer, link) == &outer && _tcslen(_T("abc")) == 3;
}

static int failures;

static void expect(int line, LONGLONG got, LONGLONG wanted)
{
    if (got != wanted) {
        failures++;
        printf("line %d: %lld, not %lld\n", line, got, wanted);
    }
}
#define EXPECT(got, wanted) expect(__LINE__, (LONGLONG)(got), (LONGLONG)(wanted))

static void test_interlocked(void)
{
    LONG n = 5;
    SHORT small = -1;
    CHAR tiny = 0x70;
    LONG64 wide = 0x100000000LL;
    PVOID pointer = &n;

    EXPECT(InterlockedIncrement(&n), 6);
    EXPECT(InterlockedDecrement(&n), 5);
    EXPECT(InterlockedExchange(&n, 12), 5);
    EXPECT(InterlockedExchangeAdd(&n, -2), 12);
    EXPECT(InterlockedCompareExchange(&n, 1, 9), 10);
    EXPECT(InterlockedCompareExchange(&n, 1, 10), 10);
    EXPECT(InterlockedOr(&n, 6), 1);
    EXPECT(InterlockedAnd(&n, 3), 7);
    EXPECT(InterlockedXor(&n, 1), 3);
    EXPECT(InterlockedAdd(&n, 40), 42);
    EXPECT(n, 42);
    EXPECT(InterlockedIncrement16(&small), 0);
    EXPECT(InterlockedExchange8(&tiny, 1), 0x70);
    EXPECT(InterlockedIncrement64(&wide), 0x100000001LL);
    EXPECT(InterlockedCompareExchange64(&wide, 7, 0x100000001LL), 0x100000001LL);
    EXPECT(wide, 7);
    EXPECT(InterlockedCompareExchangePointer(&pointer, NULL, &n) == &n, 1);
    EXPECT(InterlockedExchangePointer(&pointer, &wide) == NULL, 1);
    EXPECT(InterlockedBitTestAndSet(&n, 0), 0);
    EXPECT(InterlockedBitTestAndReset(&n, 0), 1);
    EXPECT(n, 42);
}

#ifdef __x86_64__
static void test_interlocked_128(void)
{
    DECLSPEC_ALIGN(16) LONG64 pair[2] = {1, 2};
    LONG64 comparand[2] = {1, 3};

    EXPECT(InterlockedCompareExchange128(pair, 20, 10, comparand), 0);
    EXPECT(comparand[1], 2);
    EXPECT(InterlockedCompareExchange128(pair, 20, 10, comparand), 1);
    EXPECT(pair[0], 10);
    EXPECT(pair[1], 20);
}
#endif

static void test_intrinsics(void)
{
    DWORD index = 99;
    UINT64 high;

    EXPECT(_BitScanForward(&index, 0), 0);
    EXPECT(index, 99);
    EXPECT(_BitScanReverse(&index, 0x90), 1);
    EXPECT(index, 7);
    EXPECT(_BitScanForward64(&index, 1ULL << 40), 1);
    EXPECT(index, 40);
    EXPECT(_byteswap_ulong(0x11223344), 0x44332211);
    EXPECT(__popcnt(0xF0F0), 8);
    EXPECT(_umul128(1ULL << 63, 4, &high), 0);
    EXPECT(high, 2);
#ifdef __x86_64__
    int info[4];

    __cpuid(info, 0);
    EXPECT(info[0] > 0, 1);
    __cpuidex(info, 0, 0);
    EXPECT(info[0] > 0, 1);
#endif
}

static void test_text(void)
{
    TCHAR text[32];

    _tcscpy(text, _T("abc"));
    _tcscat(text, _T("DEF"));
    EXPECT(_tcslen(text), 6);
    EXPECT(_tcsicmp(text, _T("ABCdef")), 0);
    EXPECT(_tcscmp(text, _T("abcDEF")), 0);
    EXPECT(_tcsncmp(text, _T("abX"), 2), 0);
    EXPECT(_tcscmp(_T("a"), _T("b")) < 0, 1);
    EXPECT(_tcsstr(text, _T("cD")) - text, 2);
    EXPECT(_tcsstr(text, _T("x")) == NULL, 1);
    EXPECT(_tcschr(text, _T('D')) - text, 3);
    EXPECT(_tcsrchr(text, _T('z')) == NULL, 1);
    EXPECT(_tcstol(_T("-12z"), NULL, 10), -12);
    EXPECT(_tcstoul(_T("ffffffff"), NULL, 16), 0xffffffffu);
    EXPECT((DWORD)_tcstoul(_T("-1"), NULL, 10), 0xffffffffu);
}

int main(void)
{
    unsigned __int32 bit = 0;

    EXPECT(winmem_test_words(1, &bit), 1);
    EXPECT(bit, 3);
    test_interlocked();
#ifdef __x86_64__
    test_interlocked_128();
#endif
    test_intrinsics();
    test_text();
    return failures != 0;
}
