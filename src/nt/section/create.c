// SPDX-License-Identifier: MIT
// NtCreateSection and NtOpenSection: arguments and rights.
#include <handleapi.h>
#include <ntstatus.h>

#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/runtime.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"

static NTSTATUS create_from_handle(HANDLE handle, const struct wm_section_args *args,
                                   struct wm_section **out)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(handle, wm_section_file_access(args->protect), &use, &file);

    if (st)
        return st;
    st = wm_section_of_file(file, args, out);
    wm_handle_end(&use);
    return st;
}

static bool is_named(const OBJECT_ATTRIBUTES *attributes)
{
    return attributes && attributes->ObjectName && attributes->ObjectName->Length != 0;
}

NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG SectionPageProtection, ULONG AllocationAttributes,
                               HANDLE FileHandle)
{
    struct wm_section_args args = {
        .protect = SectionPageProtection,
        .attributes = AllocationAttributes,
        .size = MaximumSize ? (uint64_t)MaximumSize->QuadPart : 0,
    };
    struct wm_section *section = NULL;
    ACCESS_MASK granted;
    ULONG flags = 0;
    NTSTATUS st = wm_section_check_args(args.protect, args.attributes, FileHandle != NULL);

    if (st)
        return st;
    if (!SectionHandle)
        return STATUS_ACCESS_VIOLATION;
    if (args.size > INT64_MAX)
        return STATUS_INVALID_PARAMETER_4;
    if (!FileHandle && args.size == 0)
        return STATUS_INVALID_PARAMETER_4;
    if (is_named(ObjectAttributes) || (args.attributes & SEC_IMAGE))
        return STATUS_NOT_IMPLEMENTED;
    wm_runtime_start();
    if (FileHandle)
        st = create_from_handle(FileHandle, &args, &section);
    else
        st = wm_section_of_pagefile(&args, &section);
    if (st)
        return st;
    if (ObjectAttributes && (ObjectAttributes->Attributes & OBJ_INHERIT))
        flags |= HANDLE_FLAG_INHERIT;
    granted = wm_object_map_access(&wm_section_type, DesiredAccess);
    st = wm_handle_insert(&section->object, granted, flags, SectionHandle);
    wm_object_put(&section->object); // the handle holds its own
    return st;
}

NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes)
{
    (void)DesiredAccess;
    if (!SectionHandle || !ObjectAttributes)
        return STATUS_INVALID_PARAMETER;
    return STATUS_NOT_IMPLEMENTED;
}
