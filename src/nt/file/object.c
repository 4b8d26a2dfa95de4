// SPDX-License-Identifier: MIT
// The file object's life: made by create.c, ended here.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/file/bridge.h"
#include "nt/file/pending.h"
#include "nt/sync/wait.h"
#include "nt/status.h"

// The last handle is closed: the file goes if it was to go, and the share mode ends. Sections may
// keep the stream.
static void file_cleanup(struct wm_object *object)
{
    struct wm_file *file = (struct wm_file *)object;

    wm_pending_close(file);
    if (atomic_load_explicit(&file->bridged, memory_order_relaxed))
        wm_bridge_forget(file);
    // The doomed keep their claim, which keeps others away.
    if (!file->doomed)
        wm_stream_end_sharing(file->stream);
    if (wm_pending_any())
        wm_pending_settle();
}

static void file_destroy(struct wm_object *object)
{
    struct wm_file *file = (struct wm_file *)object;

    wm_stream_put(file->stream);
    free(file);
}

static void file_fork_child(struct wm_object *object)
{
    wm_stream_fork_child(((struct wm_file *)object)->stream);
}

// Every file is signaled: there is no operation to wait for.
static struct wm_wait_object *file_waitable(struct wm_object *object)
{
    (void)object;
    return &wm_wait_always;
}

const struct wm_object_type wm_file_type = {
    .kind = WM_KIND_FILE,
    .name = "File",
    .map =
        {
            .GenericRead = FILE_GENERIC_READ,
            .GenericWrite = FILE_GENERIC_WRITE,
            .GenericExecute = FILE_GENERIC_EXECUTE,
            .GenericAll = FILE_ALL_ACCESS,
        },
    .valid = FILE_ALL_ACCESS,
    .cleanup = file_cleanup,
    .destroy = file_destroy,
    .waitable = file_waitable,
    .fork_child = file_fork_child,
};

// Contract in file.h.
struct wm_file *wm_file_new(void)
{
    struct wm_file *file = calloc(1, sizeof(*file));

    if (!file)
        return NULL;
    file->stream = wm_stream_new();
    if (!file->stream) {
        free(file);
        return NULL;
    }
    wm_object_init(&file->object, &wm_file_type);
    atomic_store_explicit(&file->position, -1, memory_order_relaxed);
    return file;
}

// Contract in file.h. Takes no lock.
NTSTATUS wm_file_use(HANDLE handle, ACCESS_MASK need, struct wm_handle_use *use,
                     struct wm_file **file)
{
    NTSTATUS st = wm_handle_use(handle, WM_KIND_FILE, need, use);

    if (!st)
        *file = (struct wm_file *)use->object;
    return st;
}

// Contract in file.h. Opens for reading and writing don't ask by themselves: it would cost a call.
NTSTATUS wm_file_kind(struct wm_file *file, uint32_t *type)
{
    uint32_t known = atomic_load_explicit(&file->type, memory_order_relaxed);

    if (wm_unlikely(known == 0)) {
        struct host_stat stat;
        int err = host_fstat(file->stream->fd, &stat);

        if (err)
            return wm_status_from_errno(err);
        known = stat.mode & S_IFMT;
        atomic_store_explicit(&file->type, known, memory_order_relaxed);
    }
    *type = known;
    return STATUS_SUCCESS;
}
