// SPDX-License-Identifier: MIT
// Sections of files.
#include <stdatomic.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "host/host.h"
#include "nt/file/file.h"
#include "nt/section/rules.h"
#include "nt/section/section.h"
#include "nt/status.h"

// The file's size against the size asked for (0: as the file is). Makes the file longer where the
// section may write it.
static NTSTATUS settle_size(struct wm_stream *stream, uint32_t protect, uint64_t wanted,
                            uint64_t *size)
{
    struct host_stat stat;
    int err = host_fstat(stream->fd, &stat);
    NTSTATUS st;

    if (err)
        return wm_status_from_errno(err);
    if (!S_ISREG(stat.mode))
        return STATUS_INVALID_FILE_FOR_SECTION;
    if (wanted == 0 && stat.size == 0)
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    if (wanted > stat.size) {
        if (!wm_section_may_grow(protect))
            return STATUS_SECTION_TOO_BIG;
        st = wm_file_grow(stream, stat.size, wanted);
        if (st)
            return st;
    }
    *size = wanted ? wanted : stat.size;
    return STATUS_SUCCESS;
}

// The mark comes before the size is read: from then on nobody who keeps the rules makes the file
// shorter, so the size stays true.
NTSTATUS wm_section_of_file(struct wm_file *file, const struct wm_section_args *args,
                            struct wm_section **out)
{
    enum wm_mark mark = wm_section_mark_kind(args->protect);
    struct wm_section *section;
    struct wm_stream *stream;
    uint64_t settled = 0;
    NTSTATUS st;

    if (!S_ISREG(file->type) && file->type != 0)
        return STATUS_INVALID_FILE_FOR_SECTION;
    st = wm_stream_for_section(file->stream, &stream);
    if (st)
        return st;
    st = wm_stream_mark(stream, mark);
    if (st)
        goto put;
    st = settle_size(stream, args->protect, args->size, &settled);
    if (st)
        goto unmark;
    section = wm_section_new(args);
    if (!section) {
        st = STATUS_NO_MEMORY;
        goto unmark;
    }
    section->stream = stream;
    section->fd = stream->fd;
    section->mark = mark;
    section->pattern = file->pattern;
    atomic_store_explicit(&section->size, settled, memory_order_relaxed);
    *out = section;
    return STATUS_SUCCESS;
unmark:
    wm_stream_unmark(stream, mark);
put:
    wm_stream_put(stream);
    return st;
}
