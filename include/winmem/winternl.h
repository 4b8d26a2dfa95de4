// SPDX-License-Identifier: MIT
// The native (NT) interface. Strings are always UTF-16, counted in bytes, whatever wchar_t is.
//
// Functions return an NTSTATUS, negative for errors, and leave the last-error value alone. Where
// they fail they leave their outputs alone as well.
#ifndef WINMEM_WINTERNL_H
#define WINMEM_WINTERNL_H

#include "minwindef.h"

typedef LONG NTSTATUS, *PNTSTATUS;
#ifndef NT_SUCCESS
#define NT_SUCCESS(status)     (((NTSTATUS)(status)) >= 0)
#define NT_INFORMATION(status) (((ULONG)(status)) >> 30 == 1)
#define NT_WARNING(status)     (((ULONG)(status)) >> 30 == 2)
#define NT_ERROR(status)       (((ULONG)(status)) >> 30 == 3)
#endif

#define NtCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define NtCurrentThread()  ((HANDLE)(LONG_PTR)-2)

typedef struct _UNICODE_STRING {
    USHORT Length;        // bytes, without a final 0
    USHORT MaximumLength; // bytes
    WINMEM_UTF16 *Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING;

#define OBJ_INHERIT            0x00000002
#define OBJ_PERMANENT          0x00000010
#define OBJ_EXCLUSIVE          0x00000020
#define OBJ_CASE_INSENSITIVE   0x00000040
#define OBJ_OPENIF             0x00000080
#define OBJ_OPENLINK           0x00000100
#define OBJ_KERNEL_HANDLE      0x00000200
#define OBJ_FORCE_ACCESS_CHECK 0x00000400
#define OBJ_VALID_ATTRIBUTES   0x00001FF2

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

#define InitializeObjectAttributes(attributes, name, flags, root, descriptor) \
    do {                                                                      \
        (attributes)->Length = sizeof(OBJECT_ATTRIBUTES);                     \
        (attributes)->RootDirectory = (root);                                 \
        (attributes)->ObjectName = (name);                                    \
        (attributes)->Attributes = (flags);                                   \
        (attributes)->SecurityDescriptor = (descriptor);                      \
        (attributes)->SecurityQualityOfService = NULL;                        \
    } while (0)

typedef struct _IO_STATUS_BLOCK {
    __extension__ union {
        NTSTATUS Status;
        PVOID Pointer;
    };
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef VOID(NTAPI *PIO_APC_ROUTINE)(PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG Reserved);

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

// NtCreateFile: what to do when the file is there or is not, and what happened.
#define FILE_SUPERSEDE           0x00000000
#define FILE_OPEN                0x00000001
#define FILE_CREATE              0x00000002
#define FILE_OPEN_IF             0x00000003
#define FILE_OVERWRITE           0x00000004
#define FILE_OVERWRITE_IF        0x00000005
#define FILE_MAXIMUM_DISPOSITION 0x00000005

#define FILE_SUPERSEDED     0x00000000
#define FILE_OPENED         0x00000001
#define FILE_CREATED        0x00000002
#define FILE_OVERWRITTEN    0x00000003
#define FILE_EXISTS         0x00000004
#define FILE_DOES_NOT_EXIST 0x00000005

#define FILE_DIRECTORY_FILE            0x00000001
#define FILE_WRITE_THROUGH             0x00000002
#define FILE_SEQUENTIAL_ONLY           0x00000004
#define FILE_NO_INTERMEDIATE_BUFFERING 0x00000008
#define FILE_SYNCHRONOUS_IO_ALERT      0x00000010
#define FILE_SYNCHRONOUS_IO_NONALERT   0x00000020
#define FILE_NON_DIRECTORY_FILE        0x00000040
#define FILE_CREATE_TREE_CONNECTION    0x00000080
#define FILE_COMPLETE_IF_OPLOCKED      0x00000100
#define FILE_NO_EA_KNOWLEDGE           0x00000200
#define FILE_OPEN_REMOTE_INSTANCE      0x00000400
#define FILE_RANDOM_ACCESS             0x00000800
#define FILE_DELETE_ON_CLOSE           0x00001000
#define FILE_OPEN_BY_FILE_ID           0x00002000
#define FILE_OPEN_FOR_BACKUP_INTENT    0x00004000
#define FILE_NO_COMPRESSION            0x00008000
#define FILE_OPEN_REQUIRING_OPLOCK     0x00010000
#define FILE_RESERVE_OPFILTER          0x00100000
#define FILE_OPEN_REPARSE_POINT        0x00200000
#define FILE_OPEN_NO_RECALL            0x00400000
#define FILE_OPEN_FOR_FREE_SPACE_QUERY 0x00800000
#define FILE_VALID_OPTION_FLAGS        0x00FFFFFF

// Byte offsets with a meaning of their own for NtReadFile and NtWriteFile (high part -1).
#define FILE_WRITE_TO_END_OF_FILE      0xFFFFFFFF
#define FILE_USE_FILE_POINTER_POSITION 0xFFFFFFFE

typedef enum _FILE_INFORMATION_CLASS {
    FileDirectoryInformation = 1,
    FileBasicInformation = 4,
    FileStandardInformation = 5,
    FileInternalInformation = 6,
    FileEaInformation = 7,
    FileAccessInformation = 8,
    FileNameInformation = 9,
    FileRenameInformation = 10,
    FileDispositionInformation = 13,
    FilePositionInformation = 14,
    FileModeInformation = 16,
    FileAlignmentInformation = 17,
    FileAllInformation = 18,
    FileAllocationInformation = 19,
    FileEndOfFileInformation = 20,
    FileNetworkOpenInformation = 34,
    FileAttributeTagInformation = 35,
    FileDispositionInformationEx = 64
} FILE_INFORMATION_CLASS,
    *PFILE_INFORMATION_CLASS;

typedef struct _FILE_BASIC_INFORMATION {
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    ULONG FileAttributes;
} FILE_BASIC_INFORMATION, *PFILE_BASIC_INFORMATION;

typedef struct _FILE_STANDARD_INFORMATION {
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG NumberOfLinks;
    BOOLEAN DeletePending;
    BOOLEAN Directory;
} FILE_STANDARD_INFORMATION, *PFILE_STANDARD_INFORMATION;

typedef struct _FILE_INTERNAL_INFORMATION {
    LARGE_INTEGER IndexNumber;
} FILE_INTERNAL_INFORMATION, *PFILE_INTERNAL_INFORMATION;

typedef struct _FILE_ACCESS_INFORMATION {
    ACCESS_MASK AccessFlags;
} FILE_ACCESS_INFORMATION, *PFILE_ACCESS_INFORMATION;

typedef struct _FILE_NAME_INFORMATION {
    ULONG FileNameLength; // bytes
    WINMEM_UTF16 FileName[1];
} FILE_NAME_INFORMATION, *PFILE_NAME_INFORMATION;

// The documented name of the member is also a macro of fileapi.h, hence the second one.
typedef struct _FILE_DISPOSITION_INFORMATION {
    __extension__ union {
        BOOLEAN DeleteFile;
        BOOLEAN DoDeleteFile;
    };
} FILE_DISPOSITION_INFORMATION, *PFILE_DISPOSITION_INFORMATION;

typedef struct _FILE_POSITION_INFORMATION {
    LARGE_INTEGER CurrentByteOffset;
} FILE_POSITION_INFORMATION, *PFILE_POSITION_INFORMATION;

typedef struct _FILE_ALLOCATION_INFORMATION {
    LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFORMATION, *PFILE_ALLOCATION_INFORMATION;

typedef struct _FILE_END_OF_FILE_INFORMATION {
    LARGE_INTEGER EndOfFile;
} FILE_END_OF_FILE_INFORMATION, *PFILE_END_OF_FILE_INFORMATION;

typedef struct _FILE_NETWORK_OPEN_INFORMATION {
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG FileAttributes;
} FILE_NETWORK_OPEN_INFORMATION, *PFILE_NETWORK_OPEN_INFORMATION;

typedef enum _SECTION_INHERIT { ViewShare = 1, ViewUnmap = 2 } SECTION_INHERIT;

typedef enum _SECTION_INFORMATION_CLASS {
    SectionBasicInformation = 0,
    SectionImageInformation = 1,
    SectionRelocationInformation = 2,
    SectionOriginalBaseInformation = 3,
    SectionInternalImageInformation = 4
} SECTION_INFORMATION_CLASS;

typedef struct _SECTION_BASIC_INFORMATION {
    PVOID BaseAddress;          // NULL except for SEC_BASED
    ULONG AllocationAttributes; // SEC_*
    LARGE_INTEGER MaximumSize;  // bytes; exact for files, whole pages otherwise
} SECTION_BASIC_INFORMATION, *PSECTION_BASIC_INFORMATION;

typedef struct _SECTION_IMAGE_INFORMATION {
    PVOID TransferAddress;
    ULONG ZeroBits;
    SIZE_T MaximumStackSize;
    SIZE_T CommittedStackSize;
    ULONG SubSystemType;
    __extension__ union {
        __extension__ struct {
            USHORT SubSystemMinorVersion;
            USHORT SubSystemMajorVersion;
        };
        ULONG SubSystemVersion;
    };
    __extension__ union {
        __extension__ struct {
            USHORT MajorOperatingSystemVersion;
            USHORT MinorOperatingSystemVersion;
        };
        ULONG OperatingSystemVersion;
    };
    USHORT ImageCharacteristics;
    USHORT DllCharacteristics;
    USHORT Machine;
    BOOLEAN ImageContainsCode;
    UCHAR ImageFlags;
    ULONG LoaderFlags;
    ULONG ImageFileSize;
    ULONG CheckSum;
} SECTION_IMAGE_INFORMATION, *PSECTION_IMAGE_INFORMATION;

typedef enum _MEMORY_INFORMATION_CLASS {
    MemoryBasicInformation = 0,
    MemoryWorkingSetInformation = 1,
    MemoryMappedFilenameInformation = 2,
    MemoryRegionInformation = 3,
    MemoryWorkingSetExInformation = 4
} MEMORY_INFORMATION_CLASS;

// MemoryMappedFilenameInformation: the string follows the structure, with a final 0.
typedef struct _MEMORY_SECTION_NAME {
    UNICODE_STRING SectionFileName;
} MEMORY_SECTION_NAME, *PMEMORY_SECTION_NAME;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;

typedef enum _EVENT_INFORMATION_CLASS { EventBasicInformation } EVENT_INFORMATION_CLASS;
typedef struct _EVENT_BASIC_INFORMATION {
    EVENT_TYPE EventType;
    LONG EventState;
} EVENT_BASIC_INFORMATION, *PEVENT_BASIC_INFORMATION;

typedef enum _MUTANT_INFORMATION_CLASS { MutantBasicInformation } MUTANT_INFORMATION_CLASS;
typedef struct _MUTANT_BASIC_INFORMATION {
    LONG CurrentCount; // 1: free; 0 and below: owned
    BOOLEAN OwnedByCaller;
    BOOLEAN AbandonedState;
} MUTANT_BASIC_INFORMATION, *PMUTANT_BASIC_INFORMATION;

typedef enum _SEMAPHORE_INFORMATION_CLASS { SemaphoreBasicInformation } SEMAPHORE_INFORMATION_CLASS;
typedef struct _SEMAPHORE_BASIC_INFORMATION {
    ULONG CurrentCount;
    ULONG MaximumCount;
} SEMAPHORE_BASIC_INFORMATION, *PSEMAPHORE_BASIC_INFORMATION;

WINMEM_BEGIN_DECLS

// Makes a section of a file (or, with a NULL FileHandle, of the page file).
//   DesiredAccess         SECTION_* rights of the new handle
//   MaximumSize           NULL or 0: the file's size; a larger size extends a writable file
//   SectionPageProtection PAGE_*, bounds what views may do
//   AllocationAttributes  SEC_COMMIT for files, SEC_NOCACHE, ...
// Errors: STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_PARAMETER_6 and such,
// STATUS_ACCESS_DENIED, STATUS_SECTION_TOO_BIG (larger than a file it may not extend),
// STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_DISK_FULL, STATUS_OBJECT_TYPE_MISMATCH.
NTSYSCALLAPI NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes,
                                            PLARGE_INTEGER MaximumSize, ULONG SectionPageProtection,
                                            ULONG AllocationAttributes, HANDLE FileHandle)
    WINMEM_NAME(NtCreateSection);

// Opens a named section. Not implemented yet: STATUS_NOT_IMPLEMENTED.
NTSYSCALLAPI NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes)
    WINMEM_NAME(NtOpenSection);

// SectionBasicInformation into a SECTION_BASIC_INFORMATION. Needs SECTION_QUERY.
// Errors: STATUS_INFO_LENGTH_MISMATCH, STATUS_SECTION_NOT_IMAGE, STATUS_ACCESS_DENIED.
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle,
                                           SECTION_INFORMATION_CLASS SectionInformationClass,
                                           PVOID SectionInformation,
                                           SIZE_T SectionInformationLength, PSIZE_T ReturnLength)
    WINMEM_NAME(NtQuerySection);

// Extends a section of a file, and the file, to NewSectionSize bytes; a smaller size changes
// nothing. Receives the resulting size. Needs SECTION_EXTEND_SIZE.
NTSYSCALLAPI NTSTATUS NTAPI NtExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSectionSize)
    WINMEM_NAME(NtExtendSection);

// Maps a view.
//   BaseAddress    in: wanted address or NULL; out: the view's, on 64 KiB
//   ZeroBits       0, or how many high bits of the address must be 0
//   SectionOffset  NULL, or in: wanted; out: rounded down as used
//   ViewSize       in: bytes or 0 for all; out: whole pages mapped
//   Win32Protect   PAGE_*, within what section and handle allow
// Errors: STATUS_CONFLICTING_ADDRESSES, STATUS_MAPPED_ALIGNMENT, STATUS_INVALID_VIEW_SIZE,
// STATUS_SECTION_PROTECTION, STATUS_ACCESS_DENIED, STATUS_INVALID_PARAMETER_n, STATUS_NO_MEMORY.
NTSYSCALLAPI NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle,
                                               PVOID *BaseAddress, ULONG_PTR ZeroBits,
                                               SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
                                               PSIZE_T ViewSize, SECTION_INHERIT InheritDisposition,
                                               ULONG AllocationType, ULONG Win32Protect)
    WINMEM_NAME(NtMapViewOfSection);

// The same with extended parameters: address limits and alignment, NUMA node.
NTSYSCALLAPI NTSTATUS NTAPI NtMapViewOfSectionEx(HANDLE SectionHandle, HANDLE ProcessHandle,
                                                 PVOID *BaseAddress, PLARGE_INTEGER SectionOffset,
                                                 PSIZE_T ViewSize, ULONG AllocationType,
                                                 ULONG PageProtection,
                                                 PMEM_EXTENDED_PARAMETER ExtendedParameters,
                                                 ULONG ExtendedParameterCount)
    WINMEM_NAME(NtMapViewOfSectionEx);

// Removes the view that contains BaseAddress. Errors: STATUS_NOT_MAPPED_VIEW.
NTSYSCALLAPI NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress)
    WINMEM_NAME(NtUnmapViewOfSection);
NTSYSCALLAPI NTSTATUS NTAPI NtUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress,
                                                   ULONG Flags) WINMEM_NAME(NtUnmapViewOfSectionEx);

// Writes the dirty pages of a range of a view to its file; the range comes back rounded to pages.
NTSYSCALLAPI NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                 PSIZE_T RegionSize, PIO_STATUS_BLOCK IoStatus)
    WINMEM_NAME(NtFlushVirtualMemory);

// MemoryBasicInformation, or MemoryMappedFilenameInformation.
// Errors: STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_INVALID_INFO_CLASS,
// STATUS_BUFFER_OVERFLOW, STATUS_INVALID_ADDRESS (no mapped file there).
NTSYSCALLAPI NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                                                 MEMORY_INFORMATION_CLASS MemoryInformationClass,
                                                 PVOID MemoryInformation,
                                                 SIZE_T MemoryInformationLength,
                                                 PSIZE_T ReturnLength)
    WINMEM_NAME(NtQueryVirtualMemory);

NTSYSCALLAPI NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress,
                                                   PSIZE_T RegionSize, ULONG NewProtect,
                                                   PULONG OldProtect)
    WINMEM_NAME(NtProtectVirtualMemory);

// STATUS_SUCCESS when two views show the same image file, otherwise STATUS_NOT_SAME_DEVICE.
NTSYSCALLAPI NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID File1MappedAsAnImage,
                                                    PVOID File2MappedAsFile)
    WINMEM_NAME(NtAreMappedFilesTheSame);

// Opens or creates a file by its NT path (\??\C:\dir\file) or relative to RootDirectory.
NTSYSCALLAPI NTSTATUS NTAPI NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes,
                                         PIO_STATUS_BLOCK IoStatusBlock,
                                         PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
                                         ULONG ShareAccess, ULONG CreateDisposition,
                                         ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength)
    WINMEM_NAME(NtCreateFile);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes,
                                       PIO_STATUS_BLOCK IoStatusBlock, ULONG ShareAccess,
                                       ULONG OpenOptions) WINMEM_NAME(NtOpenFile);

NTSYSCALLAPI NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                       PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                       PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                                       PULONG Key) WINMEM_NAME(NtReadFile);
NTSYSCALLAPI NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                        PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                        PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                                        PULONG Key) WINMEM_NAME(NtWriteFile);

NTSYSCALLAPI NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle,
                                                   PIO_STATUS_BLOCK IoStatusBlock,
                                                   PVOID FileInformation, ULONG Length,
                                                   FILE_INFORMATION_CLASS FileInformationClass)
    WINMEM_NAME(NtQueryInformationFile);

// FileEndOfFileInformation, FilePositionInformation, FileDispositionInformation.
NTSYSCALLAPI NTSTATUS NTAPI NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                                 PVOID FileInformation, ULONG Length,
                                                 FILE_INFORMATION_CLASS FileInformationClass)
    WINMEM_NAME(NtSetInformationFile);

NTSYSCALLAPI NTSTATUS NTAPI NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock)
    WINMEM_NAME(NtFlushBuffersFile);

NTSYSCALLAPI NTSTATUS NTAPI NtClose(HANDLE Handle) WINMEM_NAME(NtClose);

NTSYSCALLAPI NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                                              HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                                              ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                                              ULONG Options) WINMEM_NAME(NtDuplicateObject);

// Events. Errors of Create and Open as for sections; STATUS_INVALID_PARAMETER for an unknown type.
NTSYSCALLAPI NTSTATUS NTAPI NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                          BOOLEAN InitialState) WINMEM_NAME(NtCreateEvent);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes)
    WINMEM_NAME(NtOpenEvent);
// PreviousState, which may be NULL, gets 1 when the event was set, else 0.
NTSYSCALLAPI NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, PLONG PreviousState)
    WINMEM_NAME(NtSetEvent);
NTSYSCALLAPI NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, PLONG PreviousState)
    WINMEM_NAME(NtResetEvent);
NTSYSCALLAPI NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle) WINMEM_NAME(NtClearEvent);
// Lets those go on who wait now, one or all, and leaves the event reset.
NTSYSCALLAPI NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, PLONG PreviousState)
    WINMEM_NAME(NtPulseEvent);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryEvent(HANDLE EventHandle,
                                         EVENT_INFORMATION_CLASS EventInformationClass,
                                         PVOID EventInformation, ULONG EventInformationLength,
                                         PULONG ReturnLength) WINMEM_NAME(NtQueryEvent);

// Mutexes. STATUS_MUTANT_NOT_OWNED when another thread, or none, owns it.
NTSYSCALLAPI NTSTATUS NTAPI NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                           POBJECT_ATTRIBUTES ObjectAttributes,
                                           BOOLEAN InitialOwner) WINMEM_NAME(NtCreateMutant);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                                         POBJECT_ATTRIBUTES ObjectAttributes)
    WINMEM_NAME(NtOpenMutant);
// PreviousCount, which may be NULL: 0 when the thread had taken it once, -1 for twice, ...
NTSYSCALLAPI NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount)
    WINMEM_NAME(NtReleaseMutant);
NTSYSCALLAPI NTSTATUS NTAPI NtQueryMutant(HANDLE MutantHandle,
                                          MUTANT_INFORMATION_CLASS MutantInformationClass,
                                          PVOID MutantInformation, ULONG MutantInformationLength,
                                          PULONG ReturnLength) WINMEM_NAME(NtQueryMutant);

// Semaphores. STATUS_SEMAPHORE_LIMIT_EXCEEDED when the count would be above the maximum.
NTSYSCALLAPI NTSTATUS NTAPI NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                              POBJECT_ATTRIBUTES ObjectAttributes,
                                              LONG InitialCount, LONG MaximumCount)
    WINMEM_NAME(NtCreateSemaphore);
NTSYSCALLAPI NTSTATUS NTAPI NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                            POBJECT_ATTRIBUTES ObjectAttributes)
    WINMEM_NAME(NtOpenSemaphore);
NTSYSCALLAPI NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount,
                                               PLONG PreviousCount) WINMEM_NAME(NtReleaseSemaphore);
NTSYSCALLAPI NTSTATUS NTAPI NtQuerySemaphore(HANDLE SemaphoreHandle,
                                             SEMAPHORE_INFORMATION_CLASS SemaphoreInformationClass,
                                             PVOID SemaphoreInformation,
                                             ULONG SemaphoreInformationLength, PULONG ReturnLength)
    WINMEM_NAME(NtQuerySemaphore);

// Waits. Timeout NULL: for ever; negative: from now, in 100 ns; else the time since 1601.
// STATUS_WAIT_0 + i, STATUS_ABANDONED_WAIT_0 + i, STATUS_TIMEOUT (which is no failure).
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable,
                                                  PLARGE_INTEGER Timeout)
    WINMEM_NAME(NtWaitForSingleObject);
NTSYSCALLAPI NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG Count, const HANDLE *Handles,
                                                     WAIT_TYPE WaitType, BOOLEAN Alertable,
                                                     PLARGE_INTEGER Timeout)
    WINMEM_NAME(NtWaitForMultipleObjects);
// Sets an event, releases a mutex or raises a semaphore by one, then waits.
NTSYSCALLAPI NTSTATUS NTAPI NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                                           BOOLEAN Alertable,
                                                           PLARGE_INTEGER Timeout)
    WINMEM_NAME(NtSignalAndWaitForSingleObject);

// The last-error value that stands for a status.
NTSYSAPI ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status) WINMEM_NAME(RtlNtStatusToDosError);

// Makes a counted string refer to a terminated one (which is not copied); NULL gives an empty one.
NTSYSAPI VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString,
                                         const WINMEM_UTF16 *SourceString)
    WINMEM_NAME(RtlInitUnicodeString);

NTSYSAPI NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)
    WINMEM_NAME(RtlGetVersion);

WINMEM_END_DECLS

#endif
