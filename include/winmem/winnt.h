// SPDX-License-Identifier: MIT
// Types and constants shared by the Win32 and the NT interface.
#ifndef WINMEM_WINNT_H
#define WINMEM_WINNT_H

#include "minwindef.h"
#include "guiddef.h"

#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64

#define MINCHAR                  0x80
#define MAXCHAR                  0x7f
#define MINSHORT                 0x8000
#define MAXSHORT                 0x7fff
#define MINLONG                  0x80000000
#define MAXLONG                  0x7fffffff
#define MAXBYTE                  0xff
#define MAXWORD                  0xffff
#define MAXDWORD                 0xffffffff
#define MAXLONGLONG              0x7fffffffffffffffLL
#define UNICODE_STRING_MAX_BYTES ((WORD)65534)
#define UNICODE_STRING_MAX_CHARS 32767

#define UNREFERENCED_PARAMETER(name)          ((void)(name))
#define DBG_UNREFERENCED_PARAMETER(name)      ((void)(name))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(name) ((void)(name))

#define FIELD_OFFSET(type, field)             ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field)            ((DWORD)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field)           (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define CONTAINING_RECORD(address, type, field) \
    ((type *)(void *)((char *)(address)-offsetof(type, field)))
#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array)     RTL_NUMBER_OF(array)
#define _ARRAYSIZE(array)    RTL_NUMBER_OF(array)
#define C_ASSERT(expression)                                                            \
    __extension__ typedef char WINMEM_C_ASSERT_NAME(__COUNTER__)[(expression) ? 1 : -1] \
        __attribute__((unused))
#define WINMEM_C_ASSERT_NAME(n)  WINMEM_C_ASSERT_PASTE(n)
#define WINMEM_C_ASSERT_PASTE(n) winmem_c_assert_##n

#define DEFINE_ENUM_FLAG_OPERATORS(type) WINMEM_ENUM_FLAGS(type)
#ifdef __cplusplus
#define WINMEM_ENUM_FLAGS(type)                   \
    inline type operator|(type a, type b)         \
    {                                             \
        return (type)((unsigned)a | (unsigned)b); \
    }                                             \
    inline type operator&(type a, type b)         \
    {                                             \
        return (type)((unsigned)a & (unsigned)b); \
    }                                             \
    inline type operator~(type a)                 \
    {                                             \
        return (type) ~(unsigned)a;               \
    }
#else
#define WINMEM_ENUM_FLAGS(type)
#endif

#define RtlEqualMemory(a, b, length)    (!memcmp((a), (b), (length)))
#define RtlMoveMemory(to, from, length) ((void)memmove((to), (from), (length)))
#define RtlCopyMemory(to, from, length) ((void)memcpy((to), (from), (length)))
#define RtlFillMemory(to, length, byte) ((void)memset((to), (byte), (length)))
#define RtlZeroMemory(to, length)       ((void)memset((to), 0, (length)))

// Zeroes a buffer in a way the compiler may not leave out.
static inline __attribute__((unused)) PVOID RtlSecureZeroMemory(PVOID to, SIZE_T length)
{
    memset(to, 0, length);
    __asm__ __volatile__("" : : "r"(to) : "memory");
    return to;
}

typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    DWORD LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
    __extension__ struct {
        ULONGLONG Alignment;
        ULONGLONG Region;
    };
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 48;
        ULONGLONG Reserved : 4;
        ULONGLONG NextEntry : 60;
    } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

#include "winmem_security.h"

// Rights that every kind of object has.
#define DELETE                   0x00010000
#define READ_CONTROL             0x00020000
#define WRITE_DAC                0x00040000
#define WRITE_OWNER              0x00080000
#define SYNCHRONIZE              0x00100000
#define STANDARD_RIGHTS_REQUIRED 0x000F0000
#define STANDARD_RIGHTS_READ     READ_CONTROL
#define STANDARD_RIGHTS_WRITE    READ_CONTROL
#define STANDARD_RIGHTS_EXECUTE  READ_CONTROL
#define STANDARD_RIGHTS_ALL      0x001F0000
#define SPECIFIC_RIGHTS_ALL      0x0000FFFF
#define ACCESS_SYSTEM_SECURITY   0x01000000
#define MAXIMUM_ALLOWED          0x02000000
#define GENERIC_ALL              0x10000000
#define GENERIC_EXECUTE          0x20000000
#define GENERIC_WRITE            0x40000000
#define GENERIC_READ             0x80000000

typedef struct _GENERIC_MAPPING {
    ACCESS_MASK GenericRead;
    ACCESS_MASK GenericWrite;
    ACCESS_MASK GenericExecute;
    ACCESS_MASK GenericAll;
} GENERIC_MAPPING, *PGENERIC_MAPPING;

// Files and directories.
#define FILE_READ_DATA            0x0001
#define FILE_LIST_DIRECTORY       0x0001
#define FILE_WRITE_DATA           0x0002
#define FILE_ADD_FILE             0x0002
#define FILE_APPEND_DATA          0x0004
#define FILE_ADD_SUBDIRECTORY     0x0004
#define FILE_CREATE_PIPE_INSTANCE 0x0004
#define FILE_READ_EA              0x0008
#define FILE_WRITE_EA             0x0010
#define FILE_EXECUTE              0x0020
#define FILE_TRAVERSE             0x0020
#define FILE_DELETE_CHILD         0x0040
#define FILE_READ_ATTRIBUTES      0x0080
#define FILE_WRITE_ATTRIBUTES     0x0100
#define FILE_ALL_ACCESS           (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x1FF)
#define FILE_GENERIC_READ \
    (STANDARD_RIGHTS_READ | FILE_READ_DATA | FILE_READ_ATTRIBUTES | FILE_READ_EA | SYNCHRONIZE)
#define FILE_GENERIC_WRITE                                                             \
    (STANDARD_RIGHTS_WRITE | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA | \
     FILE_APPEND_DATA | SYNCHRONIZE)
#define FILE_GENERIC_EXECUTE \
    (STANDARD_RIGHTS_EXECUTE | FILE_READ_ATTRIBUTES | FILE_EXECUTE | SYNCHRONIZE)

#define FILE_SHARE_READ        0x00000001
#define FILE_SHARE_WRITE       0x00000002
#define FILE_SHARE_DELETE      0x00000004
#define FILE_SHARE_VALID_FLAGS 0x00000007

#define FILE_ATTRIBUTE_READONLY              0x00000001
#define FILE_ATTRIBUTE_HIDDEN                0x00000002
#define FILE_ATTRIBUTE_SYSTEM                0x00000004
#define FILE_ATTRIBUTE_DIRECTORY             0x00000010
#define FILE_ATTRIBUTE_ARCHIVE               0x00000020
#define FILE_ATTRIBUTE_DEVICE                0x00000040
#define FILE_ATTRIBUTE_NORMAL                0x00000080
#define FILE_ATTRIBUTE_TEMPORARY             0x00000100
#define FILE_ATTRIBUTE_SPARSE_FILE           0x00000200
#define FILE_ATTRIBUTE_REPARSE_POINT         0x00000400
#define FILE_ATTRIBUTE_COMPRESSED            0x00000800
#define FILE_ATTRIBUTE_OFFLINE               0x00001000
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED   0x00002000
#define FILE_ATTRIBUTE_ENCRYPTED             0x00004000
#define FILE_ATTRIBUTE_INTEGRITY_STREAM      0x00008000
#define FILE_ATTRIBUTE_VIRTUAL               0x00010000
#define FILE_ATTRIBUTE_NO_SCRUB_DATA         0x00020000
#define FILE_ATTRIBUTE_EA                    0x00040000
#define FILE_ATTRIBUTE_PINNED                0x00080000
#define FILE_ATTRIBUTE_UNPINNED              0x00100000
#define FILE_ATTRIBUTE_RECALL_ON_OPEN        0x00040000
#define FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS 0x00400000

// Sections.
#define SECTION_QUERY                0x0001
#define SECTION_MAP_WRITE            0x0002
#define SECTION_MAP_READ             0x0004
#define SECTION_MAP_EXECUTE          0x0008
#define SECTION_EXTEND_SIZE          0x0010
#define SECTION_MAP_EXECUTE_EXPLICIT 0x0020
#define SECTION_ALL_ACCESS                                                             \
    (STANDARD_RIGHTS_REQUIRED | SECTION_QUERY | SECTION_MAP_WRITE | SECTION_MAP_READ | \
     SECTION_MAP_EXECUTE | SECTION_EXTEND_SIZE)

#define SEC_HUGE_PAGES             0x00020000
#define SEC_PARTITION_OWNER_HANDLE 0x00040000
#define SEC_64K_PAGES              0x00080000
#define SEC_FILE                   0x00800000
#define SEC_IMAGE                  0x01000000
#define SEC_PROTECTED_IMAGE        0x02000000
#define SEC_RESERVE                0x04000000
#define SEC_COMMIT                 0x08000000
#define SEC_NOCACHE                0x10000000
#define SEC_WRITECOMBINE           0x40000000
#define SEC_LARGE_PAGES            0x80000000
#define SEC_IMAGE_NO_EXECUTE       (SEC_IMAGE | SEC_NOCACHE)

// Page protection.
#define PAGE_NOACCESS            0x01
#define PAGE_READONLY            0x02
#define PAGE_READWRITE           0x04
#define PAGE_WRITECOPY           0x08
#define PAGE_EXECUTE             0x10
#define PAGE_EXECUTE_READ        0x20
#define PAGE_EXECUTE_READWRITE   0x40
#define PAGE_EXECUTE_WRITECOPY   0x80
#define PAGE_GUARD               0x100
#define PAGE_NOCACHE             0x200
#define PAGE_WRITECOMBINE        0x400
#define PAGE_TARGETS_INVALID     0x40000000
#define PAGE_TARGETS_NO_UPDATE   0x40000000
#define PAGE_ENCLAVE_UNVALIDATED 0x20000000
#define PAGE_REVERT_TO_FILE_MAP  0x80000000

// Page state, memory type, allocation type.
#define MEM_COMMIT                     0x00001000
#define MEM_RESERVE                    0x00002000
#define MEM_REPLACE_PLACEHOLDER        0x00004000
#define MEM_DECOMMIT                   0x00004000
#define MEM_RELEASE                    0x00008000
#define MEM_FREE                       0x00010000
#define MEM_PRIVATE                    0x00020000
#define MEM_MAPPED                     0x00040000
#define MEM_RESERVE_PLACEHOLDER        0x00040000
#define MEM_RESET                      0x00080000
#define MEM_TOP_DOWN                   0x00100000
#define MEM_WRITE_WATCH                0x00200000
#define MEM_PHYSICAL                   0x00400000
#define MEM_ROTATE                     0x00800000
#define MEM_DIFFERENT_IMAGE_BASE_OK    0x00800000
#define MEM_RESET_UNDO                 0x01000000
#define MEM_IMAGE                      0x01000000
#define MEM_LARGE_PAGES                0x20000000
#define MEM_4MB_PAGES                  0x80000000
#define MEM_64K_PAGES                  (MEM_LARGE_PAGES | MEM_PHYSICAL)
#define MEM_UNMAP_WITH_TRANSIENT_BOOST 0x00000001
#define MEM_COALESCE_PLACEHOLDERS      0x00000001
#define MEM_PRESERVE_PLACEHOLDER       0x00000002

typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress;       // of the run of pages with equal state, protection and type
    PVOID AllocationBase;    // of the whole view or allocation; NULL when free
    DWORD AllocationProtect; // protection the view or allocation was made with
    WORD PartitionId;
    SIZE_T RegionSize; // bytes from BaseAddress
    DWORD State;       // MEM_COMMIT, MEM_RESERVE or MEM_FREE
    DWORD Protect;     // PAGE_*; 0 when reserved
    DWORD Type;        // MEM_PRIVATE, MEM_MAPPED or MEM_IMAGE; 0 when free
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

typedef struct _MEM_ADDRESS_REQUIREMENTS {
    PVOID LowestStartingAddress;
    PVOID HighestEndingAddress;
    SIZE_T Alignment;
} MEM_ADDRESS_REQUIREMENTS, *PMEM_ADDRESS_REQUIREMENTS;

typedef enum MEM_EXTENDED_PARAMETER_TYPE {
    MemExtendedParameterInvalidType = 0,
    MemExtendedParameterAddressRequirements,
    MemExtendedParameterNumaNode,
    MemExtendedParameterPartitionHandle,
    MemExtendedParameterUserPhysicalHandle,
    MemExtendedParameterAttributeFlags,
    MemExtendedParameterImageMachine,
    MemExtendedParameterMax
} MEM_EXTENDED_PARAMETER_TYPE,
    *PMEM_EXTENDED_PARAMETER_TYPE;

#define MEM_EXTENDED_PARAMETER_TYPE_BITS           8
#define MEM_EXTENDED_PARAMETER_GRAPHICS            0x00000001
#define MEM_EXTENDED_PARAMETER_NONPAGED            0x00000002
#define MEM_EXTENDED_PARAMETER_NONPAGED_LARGE      0x00000008
#define MEM_EXTENDED_PARAMETER_NONPAGED_HUGE       0x00000010
#define MEM_EXTENDED_PARAMETER_EC_CODE             0x00000040
#define MEM_EXTENDED_PARAMETER_NUMA_NODE_MANDATORY MINLONG64
#define MINLONG64                                  ((LONG64)(-0x7fffffffffffffffLL - 1))

typedef struct DECLSPEC_ALIGN(8) MEM_EXTENDED_PARAMETER {
    __extension__ struct {
        DWORD64 Type : MEM_EXTENDED_PARAMETER_TYPE_BITS;
        DWORD64 Reserved : 64 - MEM_EXTENDED_PARAMETER_TYPE_BITS;
    };
    __extension__ union {
        DWORD64 ULong64;
        PVOID Pointer;
        SIZE_T Size;
        HANDLE Handle;
        DWORD ULong;
    };
} MEM_EXTENDED_PARAMETER, *PMEM_EXTENDED_PARAMETER;

typedef enum _MEM_SECTION_EXTENDED_PARAMETER_TYPE {
    MemSectionExtendedParameterInvalidType = 0,
    MemSectionExtendedParameterUserPhysicalFlags,
    MemSectionExtendedParameterNumaNode,
    MemSectionExtendedParameterSigningLevel,
    MemSectionExtendedParameterMax
} MEM_SECTION_EXTENDED_PARAMETER_TYPE;

// Processes, threads, synchronization objects.
#define PROCESS_TERMINATE                 0x0001
#define PROCESS_CREATE_THREAD             0x0002
#define PROCESS_SET_SESSIONID             0x0004
#define PROCESS_VM_OPERATION              0x0008
#define PROCESS_VM_READ                   0x0010
#define PROCESS_VM_WRITE                  0x0020
#define PROCESS_DUP_HANDLE                0x0040
#define PROCESS_CREATE_PROCESS            0x0080
#define PROCESS_SET_QUOTA                 0x0100
#define PROCESS_SET_INFORMATION           0x0200
#define PROCESS_QUERY_INFORMATION         0x0400
#define PROCESS_SUSPEND_RESUME            0x0800
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000
#define PROCESS_SET_LIMITED_INFORMATION   0x2000
#define PROCESS_ALL_ACCESS                (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFF)

#define THREAD_TERMINATE                 0x0001
#define THREAD_SUSPEND_RESUME            0x0002
#define THREAD_GET_CONTEXT               0x0008
#define THREAD_SET_CONTEXT               0x0010
#define THREAD_SET_INFORMATION           0x0020
#define THREAD_QUERY_INFORMATION         0x0040
#define THREAD_SET_THREAD_TOKEN          0x0080
#define THREAD_IMPERSONATE               0x0100
#define THREAD_DIRECT_IMPERSONATION      0x0200
#define THREAD_SET_LIMITED_INFORMATION   0x0400
#define THREAD_QUERY_LIMITED_INFORMATION 0x0800
#define THREAD_ALL_ACCESS                (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFF)

#define EVENT_QUERY_STATE      0x0001
#define EVENT_MODIFY_STATE     0x0002
#define EVENT_ALL_ACCESS       (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define MUTANT_QUERY_STATE     0x0001
#define MUTEX_MODIFY_STATE     MUTANT_QUERY_STATE
#define MUTANT_ALL_ACCESS      (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | MUTANT_QUERY_STATE)
#define MUTEX_ALL_ACCESS       MUTANT_ALL_ACCESS
#define SEMAPHORE_QUERY_STATE  0x0001
#define SEMAPHORE_MODIFY_STATE 0x0002
#define SEMAPHORE_ALL_ACCESS   (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)

#define DUPLICATE_CLOSE_SOURCE 0x00000001
#define DUPLICATE_SAME_ACCESS  0x00000002

#define MAXIMUM_WAIT_OBJECTS  64
#define MAXIMUM_SUSPEND_COUNT MAXCHAR
#define TLS_MINIMUM_AVAILABLE 64

// The few status codes that Win32 programs see; ntstatus.h has them all, as NTSTATUS.
#ifndef WIN32_NO_STATUS
#ifndef STATUS_WAIT_0
#define STATUS_WAIT_0                   ((DWORD)0x00000000)
#define STATUS_ABANDONED_WAIT_0         ((DWORD)0x00000080)
#define STATUS_USER_APC                 ((DWORD)0x000000C0)
#define STATUS_TIMEOUT                  ((DWORD)0x00000102)
#define STATUS_PENDING                  ((DWORD)0x00000103)
#define STATUS_GUARD_PAGE_VIOLATION     ((DWORD)0x80000001)
#define STATUS_DATATYPE_MISALIGNMENT    ((DWORD)0x80000002)
#define STATUS_BREAKPOINT               ((DWORD)0x80000003)
#define STATUS_SINGLE_STEP              ((DWORD)0x80000004)
#define STATUS_ACCESS_VIOLATION         ((DWORD)0xC0000005)
#define STATUS_IN_PAGE_ERROR            ((DWORD)0xC0000006)
#define STATUS_INVALID_HANDLE           ((DWORD)0xC0000008)
#define STATUS_INVALID_PARAMETER        ((DWORD)0xC000000D)
#define STATUS_NO_MEMORY                ((DWORD)0xC0000017)
#define STATUS_ILLEGAL_INSTRUCTION      ((DWORD)0xC000001D)
#define STATUS_NONCONTINUABLE_EXCEPTION ((DWORD)0xC0000025)
#define STATUS_INVALID_DISPOSITION      ((DWORD)0xC0000026)
#define STATUS_ARRAY_BOUNDS_EXCEEDED    ((DWORD)0xC000008C)
#define STATUS_FLOAT_DENORMAL_OPERAND   ((DWORD)0xC000008D)
#define STATUS_FLOAT_DIVIDE_BY_ZERO     ((DWORD)0xC000008E)
#define STATUS_FLOAT_INEXACT_RESULT     ((DWORD)0xC000008F)
#define STATUS_FLOAT_INVALID_OPERATION  ((DWORD)0xC0000090)
#define STATUS_FLOAT_OVERFLOW           ((DWORD)0xC0000091)
#define STATUS_FLOAT_STACK_CHECK        ((DWORD)0xC0000092)
#define STATUS_FLOAT_UNDERFLOW          ((DWORD)0xC0000093)
#define STATUS_INTEGER_DIVIDE_BY_ZERO   ((DWORD)0xC0000094)
#define STATUS_INTEGER_OVERFLOW         ((DWORD)0xC0000095)
#define STATUS_PRIVILEGED_INSTRUCTION   ((DWORD)0xC0000096)
#define STATUS_STACK_OVERFLOW           ((DWORD)0xC00000FD)
#define STATUS_DLL_NOT_FOUND            ((DWORD)0xC0000135)
#define STATUS_CONTROL_C_EXIT           ((DWORD)0xC000013A)
#define STATUS_DLL_INIT_FAILED          ((DWORD)0xC0000142)
#endif
#endif

// System description.
#define PROCESSOR_INTEL_386            386
#define PROCESSOR_INTEL_486            486
#define PROCESSOR_INTEL_PENTIUM        586
#define PROCESSOR_AMD_X8664            8664
#define PROCESSOR_ARCHITECTURE_INTEL   0
#define PROCESSOR_ARCHITECTURE_ARM     5
#define PROCESSOR_ARCHITECTURE_IA64    6
#define PROCESSOR_ARCHITECTURE_AMD64   9
#define PROCESSOR_ARCHITECTURE_ARM64   12
#define PROCESSOR_ARCHITECTURE_UNKNOWN 0xFFFF

#define VER_NT_WORKSTATION         0x0000001
#define VER_NT_DOMAIN_CONTROLLER   0x0000002
#define VER_NT_SERVER              0x0000003
#define VER_PLATFORM_WIN32s        0
#define VER_PLATFORM_WIN32_WINDOWS 1
#define VER_PLATFORM_WIN32_NT      2
#define VER_SUITE_TERMINAL         0x00000010
#define VER_SUITE_SINGLEUSERTS     0x00000100

typedef struct _OSVERSIONINFOA {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    CHAR szCSDVersion[128];
} OSVERSIONINFOA, *POSVERSIONINFOA, *LPOSVERSIONINFOA;

// Longer than on Windows where wchar_t has four bytes; dwOSVersionInfoSize = sizeof as always.
typedef struct _OSVERSIONINFOW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXA {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    CHAR szCSDVersion[128];
    WORD wServicePackMajor;
    WORD wServicePackMinor;
    WORD wSuiteMask;
    BYTE wProductType;
    BYTE wReserved;
} OSVERSIONINFOEXA, *POSVERSIONINFOEXA, *LPOSVERSIONINFOEXA;

typedef struct _OSVERSIONINFOEXW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WCHAR szCSDVersion[128];
    WORD wServicePackMajor;
    WORD wServicePackMinor;
    WORD wSuiteMask;
    BYTE wProductType;
    BYTE wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW;

// The same for RtlGetVersion, which like all of ntdll is UTF-16 whatever wchar_t is.
#if __SIZEOF_WCHAR_T__ == 2
typedef OSVERSIONINFOW RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;
typedef OSVERSIONINFOEXW RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;
#else
typedef struct _RTL_OSVERSIONINFOW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WINMEM_UTF16 szCSDVersion[128];
} RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _RTL_OSVERSIONINFOEXW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WINMEM_UTF16 szCSDVersion[128];
    WORD wServicePackMajor;
    WORD wServicePackMinor;
    WORD wSuiteMask;
    BYTE wProductType;
    BYTE wReserved;
} RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;
#endif

#ifdef UNICODE
typedef OSVERSIONINFOW OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXW OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#else
typedef OSVERSIONINFOA OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef OSVERSIONINFOEXA OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;
#endif

// Languages, as far as FormatMessage needs them.
#define MAKELANGID(primary, sub) ((((WORD)(sub)) << 10) | (WORD)(primary))
#define PRIMARYLANGID(id)        ((WORD)(id)&0x3ff)
#define SUBLANGID(id)            ((WORD)(id) >> 10)
#define LANG_NEUTRAL             0x00
#define LANG_ENGLISH             0x09
#define SUBLANG_NEUTRAL          0x00
#define SUBLANG_DEFAULT          0x01
#define SUBLANG_SYS_DEFAULT      0x02
#define SUBLANG_ENGLISH_US       0x01

// Locks in one pointer-sized word, zero when idle.
typedef struct _RTL_SRWLOCK {
    PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK;
#define RTL_SRWLOCK_INIT \
    {                    \
        0                \
    }

typedef struct _RTL_CONDITION_VARIABLE {
    PVOID Ptr;
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE;
#define RTL_CONDITION_VARIABLE_INIT \
    {                               \
        0                           \
    }
#define RTL_CONDITION_VARIABLE_LOCKMODE_SHARED 0x1

typedef union _RTL_RUN_ONCE {
    PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE;
#define RTL_RUN_ONCE_INIT \
    {                     \
        0                 \
    }

typedef struct _RTL_CRITICAL_SECTION_DEBUG RTL_CRITICAL_SECTION_DEBUG, *PRTL_CRITICAL_SECTION_DEBUG;

typedef struct _RTL_CRITICAL_SECTION {
    PRTL_CRITICAL_SECTION_DEBUG DebugInfo;
    LONG LockCount;
    LONG RecursionCount;
    HANDLE OwningThread;
    HANDLE LockSemaphore;
    ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION;
#define RTL_CRITICAL_SECTION_FLAG_NO_DEBUG_INFO 0x01000000
#define RTL_CRITICAL_SECTION_ALL_FLAG_BITS      0xFF000000

#include "winmem_context.h"
#include "winmem_interlocked.h"

#endif
