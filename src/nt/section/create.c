// SPDX-License-Identifier: MIT
// NtCreateSection and NtOpenSection: arguments and rights.
#include <handleapi.h>
#include <ntstatus.h>

#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/object/namespace.h"
#include "nt/runtime.h"
#include "nt/section/named.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"

// A section without a name, and its handle.
static NTSTATUS create_nameless(struct wm_file *file, const struct wm_section_args *args,
                                ACCESS_MASK access, ULONG attributes, HANDLE *handle)
{
    ULONG flags = attributes & OBJ_INHERIT ? HANDLE_FLAG_INHERIT : 0;
    struct wm_section *section;
    NTSTATUS st =
        file ? wm_section_of_file(file, args, &section) : wm_section_of_pagefile(args, &section);

    if (st)
        return st;
    st = wm_handle_insert(&section->object, wm_object_map_access(&wm_section_type, access), flags,
                          handle);
    wm_object_put(&section->object); // the handle holds its own
    return st;
}

static NTSTATUS create(struct wm_file *file, const struct wm_section_args *args, ACCESS_MASK access,
                       const OBJECT_ATTRIBUTES *attributes, HANDLE *handle)
{
    struct wm_section_naming naming;
    NTSTATUS st;

    if (!wm_is_named(attributes))
        return create_nameless(file, args, access, attributes ? attributes->Attributes : 0, handle);
    naming.args = *args;
    naming.file = file;
    naming.section = NULL;
    st = wm_named_create(&wm_named_section, &naming, attributes, access, handle);
    if (naming.section) // made in vain
        wm_object_put(&naming.section->object);
    return st;
}

static NTSTATUS create_of_handle(HANDLE file_handle, const struct wm_section_args *args,
                                 ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes,
                                 HANDLE *handle)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(file_handle, wm_section_file_access(args->protect), &use, &file);

    if (st)
        return st;
    st = create(file, args, access, attributes, handle);
    wm_handle_end(&use);
    return st;
}

NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG SectionPageProtection, ULONG AllocationAttributes,
                               HANDLE FileHandle)
{
    const struct wm_section_args args = {
        .protect = SectionPageProtection,
        .attributes = AllocationAttributes,
        .size = MaximumSize ? (uint64_t)MaximumSize->QuadPart : 0,
    };
    NTSTATUS st = wm_section_check_args(args.protect, args.attributes, FileHandle != NULL);

    if (st)
        return st;
    if (!SectionHandle)
        return STATUS_ACCESS_VIOLATION;
    if (args.size > INT64_MAX)
        return STATUS_INVALID_PARAMETER_4;
    if (!FileHandle && args.size == 0)
        return STATUS_INVALID_PARAMETER_4;
    if (args.attributes & SEC_IMAGE)
        return STATUS_NOT_IMPLEMENTED;
    wm_runtime_start();
    if (!FileHandle)
        return create(NULL, &args, DesiredAccess, ObjectAttributes, SectionHandle);
    return create_of_handle(FileHandle, &args, DesiredAccess, ObjectAttributes, SectionHandle);
}

NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes)
{
    return wm_named_open(&wm_named_section, ObjectAttributes, DesiredAccess, SectionHandle);
}
