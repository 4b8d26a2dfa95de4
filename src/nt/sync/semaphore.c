// SPDX-License-Identifier: MIT
// Semaphores.
#include "nt/sync/semaphore.h"

#include <stdlib.h>

#include "nt/object/handle.h"
#include "nt/object/namespace.h"

static struct wm_semaphore *semaphore_of(struct wm_object *object)
{
    return wm_container_of(object, struct wm_semaphore, object);
}

static bool local_ready(const struct wm_wait_object *wait, uint32_t thread)
{
    (void)thread;
    return wm_container_of(wait, struct wm_semaphore, wait)->count != 0;
}

static bool local_take(struct wm_wait_object *wait, uint32_t thread)
{
    (void)thread;
    wm_container_of(wait, struct wm_semaphore, wait)->count--;
    return false;
}

static const struct wm_wait_type local_wait = {
    .ready_locked = local_ready,
    .take_locked = local_take,
};

static void semaphore_destroy(struct wm_object *object)
{
    struct wm_semaphore *semaphore = semaphore_of(object);

    wm_shared_unmap(semaphore->page);
    wm_named_destroy(object);
    free(semaphore);
}

static struct wm_wait_object *semaphore_waitable(struct wm_object *object)
{
    return &semaphore_of(object)->wait;
}

const struct wm_object_type wm_semaphore_type = {
    .kind = WM_KIND_SEMAPHORE,
    .name = "Semaphore",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | SEMAPHORE_QUERY_STATE,
            .GenericWrite = STANDARD_RIGHTS_WRITE | SEMAPHORE_MODIFY_STATE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            .GenericAll = SEMAPHORE_ALL_ACCESS,
        },
    .valid = SEMAPHORE_ALL_ACCESS,
    .cleanup = wm_named_cleanup,
    .destroy = semaphore_destroy,
    .waitable = semaphore_waitable,
};

struct semaphore_args {
    uint32_t count, maximum;
};

static struct wm_semaphore *semaphore_new(const struct semaphore_args *args,
                                          const struct wm_wait_type *type)
{
    struct wm_semaphore *semaphore = calloc(1, sizeof(*semaphore));

    if (!semaphore)
        return NULL;
    wm_object_init(&semaphore->object, &wm_semaphore_type);
    wm_wait_init(&semaphore->wait, type, false);
    semaphore->count = args->count;
    semaphore->maximum = args->maximum;
    return semaphore;
}

static NTSTATUS describe(void *context, struct wm_name_record *record, const void **extra)
{
    const struct semaphore_args *args = context;

    *extra = NULL;
    wm_shared_describe(record, WM_KIND_SEMAPHORE);
    record->words[0] = args->maximum;
    return STATUS_SUCCESS;
}

static NTSTATUS fill(void *context, struct wm_name *name)
{
    const struct semaphore_args *args = context;

    return wm_shared_fill(name, args->count);
}

static NTSTATUS build(struct wm_name *name, bool created, void *context, struct wm_object **object)
{
    struct semaphore_args args = {0, (uint32_t)name->record.words[0]};
    struct wm_semaphore *semaphore;
    NTSTATUS st;

    (void)created;
    (void)context;
    if (name->record.words[0] == 0 || name->record.words[0] > INT32_MAX)
        return STATUS_OBJECT_TYPE_MISMATCH;
    semaphore = semaphore_new(&args, &wm_semaphore_shared_wait);
    if (!semaphore)
        return STATUS_NO_MEMORY;
    st = wm_shared_map(name, &semaphore->page);
    if (st)
        free(semaphore);
    else
        *object = &semaphore->object;
    return st;
}

const struct wm_named_type wm_named_semaphore = {
    .type = &wm_semaphore_type,
    .describe = describe,
    .fill = fill,
    .build = build,
};

NTSTATUS NTAPI NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                 POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                                 LONG MaximumCount)
{
    struct semaphore_args args = {(uint32_t)InitialCount, (uint32_t)MaximumCount};
    struct wm_semaphore *semaphore;
    NTSTATUS st;

    if (!SemaphoreHandle)
        return STATUS_ACCESS_VIOLATION;
    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount)
        return STATUS_INVALID_PARAMETER;
    if (wm_sync_is_shared(ObjectAttributes))
        return wm_named_create(&wm_named_semaphore, &args, ObjectAttributes, DesiredAccess,
                               SemaphoreHandle);
    semaphore = semaphore_new(&args, &local_wait);
    if (!semaphore)
        return STATUS_NO_MEMORY;
    st = wm_sync_insert(&semaphore->object, DesiredAccess, SemaphoreHandle);
    wm_object_put(&semaphore->object);
    return st;
}

NTSTATUS NTAPI NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes)
{
    return wm_named_open(&wm_named_semaphore, ObjectAttributes, DesiredAccess, SemaphoreHandle);
}

static NTSTATUS local_release(struct wm_semaphore *semaphore, uint32_t count, uint32_t *previous)
{
    NTSTATUS st = STATUS_SUCCESS;

    wm_lock_take(&wm_wait_lock);
    *previous = semaphore->count;
    if (count > semaphore->maximum - semaphore->count) {
        st = STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    } else {
        semaphore->count += count;
        wm_wait_wake_locked(&semaphore->wait);
    }
    wm_lock_drop(&wm_wait_lock);
    return st;
}

// Contract in sync.h.
NTSTATUS wm_semaphore_release(struct wm_object *object, LONG count, LONG *previous)
{
    struct wm_semaphore *semaphore = semaphore_of(object);
    uint32_t before = 0;
    NTSTATUS st;

    if (semaphore->page)
        st = wm_semaphore_shared_release(semaphore, (uint32_t)count, &before);
    else
        st = local_release(semaphore, (uint32_t)count, &before);
    *previous = (LONG)before;
    return st;
}

NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount, PLONG PreviousCount)
{
    struct wm_handle_use use;
    LONG previous;
    NTSTATUS st;

    if (ReleaseCount <= 0)
        return STATUS_INVALID_PARAMETER;
    st = wm_handle_use(SemaphoreHandle, WM_KIND_SEMAPHORE, SEMAPHORE_MODIFY_STATE, &use);
    if (st)
        return st;
    st = wm_semaphore_release(use.object, ReleaseCount, &previous);
    if (!st && PreviousCount)
        *PreviousCount = previous;
    wm_handle_end(&use);
    return st;
}

NTSTATUS NTAPI NtQuerySemaphore(HANDLE SemaphoreHandle,
                                SEMAPHORE_INFORMATION_CLASS SemaphoreInformationClass,
                                PVOID SemaphoreInformation, ULONG SemaphoreInformationLength,
                                PULONG ReturnLength)
{
    SEMAPHORE_BASIC_INFORMATION *information = SemaphoreInformation;
    struct wm_semaphore *semaphore;
    struct wm_handle_use use;
    uint32_t count;
    NTSTATUS st;

    if (SemaphoreInformationClass != SemaphoreBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (SemaphoreInformationLength != sizeof(*information))
        return STATUS_INFO_LENGTH_MISMATCH;
    st = wm_handle_use(SemaphoreHandle, WM_KIND_SEMAPHORE, SEMAPHORE_QUERY_STATE, &use);
    if (st)
        return st;
    semaphore = semaphore_of(use.object);
    wm_lock_take(&wm_wait_lock);
    count = semaphore->count;
    wm_lock_drop(&wm_wait_lock);
    if (semaphore->page)
        count = wm_semaphore_shared_count(semaphore);
    information->CurrentCount = count;
    information->MaximumCount = semaphore->maximum;
    if (ReturnLength)
        *ReturnLength = sizeof(*information);
    wm_handle_end(&use);
    return STATUS_SUCCESS;
}
