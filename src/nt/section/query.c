// SPDX-License-Identifier: MIT
// Asking a section what it is, and making it longer.
#include <stdatomic.h>

#include <ntstatus.h>
#include <winternl.h>

#include "host/host.h"
#include "nt/file/file.h"
#include "nt/object/handle.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"
#include "nt/status.h"

static ULONG shown_attributes(const struct wm_section *section)
{
    if (section->stream)
        return SEC_FILE | (section->attributes & (SEC_NOCACHE | SEC_WRITECOMBINE));
    return section->attributes;
}

static NTSTATUS query_basic(struct wm_section *section, PVOID out)
{
    SECTION_BASIC_INFORMATION *info = out;

    info->BaseAddress = NULL;
    info->AllocationAttributes = shown_attributes(section);
    info->MaximumSize.QuadPart =
        (LONGLONG)atomic_load_explicit(&section->size, memory_order_acquire);
    return STATUS_SUCCESS;
}

static NTSTATUS query_image(struct wm_section *section, PVOID out)
{
    (void)section;
    (void)out;
    return STATUS_SECTION_NOT_IMAGE;
}

static const struct {
    SECTION_INFORMATION_CLASS class;
    ULONG size;
    NTSTATUS (*query)(struct wm_section *section, PVOID out);
} classes[] = {
    {SectionBasicInformation, sizeof(SECTION_BASIC_INFORMATION), query_basic},
    {SectionImageInformation, sizeof(SECTION_IMAGE_INFORMATION), query_image},
};

NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle, SECTION_INFORMATION_CLASS InformationClass,
                              PVOID InformationBuffer, SIZE_T InformationBufferSize,
                              PSIZE_T ResultLength)
{
    struct wm_handle_use use;
    NTSTATUS st;

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (classes[i].class != InformationClass)
            continue;
        if (InformationBufferSize < classes[i].size)
            return STATUS_INFO_LENGTH_MISMATCH;
        if (!InformationBuffer)
            return STATUS_ACCESS_VIOLATION;
        st = wm_handle_use(SectionHandle, WM_KIND_SECTION, SECTION_QUERY, &use);
        if (st)
            return st;
        st = classes[i].query((struct wm_section *)use.object, InformationBuffer);
        wm_handle_end(&use);
        if (!st && ResultLength)
            *ResultLength = classes[i].size;
        return st;
    }
    return STATUS_INVALID_INFO_CLASS;
}

static NTSTATUS extend(struct wm_section *section, uint64_t size)
{
    struct host_stat stat;
    NTSTATUS st = STATUS_SUCCESS;
    int err;

    if (!section->stream)
        return STATUS_SECTION_NOT_EXTENDED;
    wm_lock_take(&section->lock);
    if (size <= atomic_load_explicit(&section->size, memory_order_relaxed))
        goto unlock;
    err = host_fstat(section->fd, &stat);
    if (err) {
        st = wm_status_from_errno(err);
        goto unlock;
    }
    if (size > stat.size)
        st = wm_section_may_grow(section->protect) ? wm_file_grow(section->stream, stat.size, size)
                                                   : STATUS_SECTION_NOT_EXTENDED;
    if (!st)
        atomic_store_explicit(&section->size, size, memory_order_release);
unlock:
    wm_lock_drop(&section->lock);
    return st;
}

NTSTATUS NTAPI NtExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSectionSize)
{
    struct wm_handle_use use;
    NTSTATUS st;

    if (!NewSectionSize)
        return STATUS_ACCESS_VIOLATION;
    st = wm_handle_use(SectionHandle, WM_KIND_SECTION, SECTION_EXTEND_SIZE, &use);
    if (st)
        return st;
    if (NewSectionSize->QuadPart < 0) {
        st = STATUS_INVALID_PARAMETER_2;
    } else {
        struct wm_section *section = (struct wm_section *)use.object;

        st = extend(section, (uint64_t)NewSectionSize->QuadPart);
        if (!st)
            NewSectionSize->QuadPart =
                (LONGLONG)atomic_load_explicit(&section->size, memory_order_acquire);
    }
    wm_handle_end(&use);
    return st;
}
