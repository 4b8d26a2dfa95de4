// SPDX-License-Identifier: MIT
// Creating and opening files: dispositions, share modes, what happens in which order.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <handleapi.h>
#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/file/attributes.h"
#include "nt/file/bridge.h"
#include "nt/file/open.h"
#include "nt/file/pending.h"
#include "nt/runtime.h"
#include "nt/status.h"

#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

// Somebody else may create, remove or rename between two of our steps; nobody does so for ever.
#define MOST_ROUNDS 64

static NTSTATUS check_arguments(const struct wm_file_open *open)
{
    const ULONG both = FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE;
    const ACCESS_MASK generic = GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL;

    if (open->disposition > FILE_MAXIMUM_DISPOSITION || (open->options & both) == both)
        return STATUS_INVALID_PARAMETER;
    if (open->share & ~(ULONG)FILE_SHARE_VALID_FLAGS)
        return STATUS_INVALID_PARAMETER;
    if (open->options & ~(ULONG)FILE_VALID_OPTION_FLAGS)
        return STATUS_INVALID_PARAMETER;
    if (open->options & FILE_OPEN_BY_FILE_ID)
        return STATUS_NOT_SUPPORTED;
    if (open->access & ACCESS_SYSTEM_SECURITY)
        return STATUS_PRIVILEGE_NOT_HELD;
    if (open->access & ~(generic | MAXIMUM_ALLOWED | wm_file_type.valid))
        return STATUS_ACCESS_DENIED;
    if ((open->options & FILE_DELETE_ON_CLOSE) &&
        !(open->access & (DELETE | GENERIC_ALL | MAXIMUM_ALLOWED)))
        return STATUS_INVALID_PARAMETER;
    // Synchronous operations wait, which is a right of its own; each generic one includes it.
    if ((open->options & SYNCHRONOUS) &&
        !(open->access & (SYNCHRONIZE | generic | MAXIMUM_ALLOWED)))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

static bool may_create(ULONG disposition)
{
    return disposition != FILE_OPEN && disposition != FILE_OVERWRITE;
}

static bool overwrites(ULONG disposition)
{
    return disposition == FILE_SUPERSEDE || disposition == FILE_OVERWRITE ||
           disposition == FILE_OVERWRITE_IF;
}

// Nothing is there under the path as written: respells it, and says how to go on. *found: something
// is there under another spelling, or since a moment ago.
static NTSTATUS look_around(const struct wm_file_open *open, bool *found)
{
    NTSTATUS st = wm_path_search(open->path, !open->exact_case);

    *found = st == STATUS_SUCCESS;
    if (st == STATUS_OBJECT_NAME_NOT_FOUND && may_create(open->disposition))
        return STATUS_SUCCESS;
    if (*found && open->disposition == FILE_CREATE)
        return STATUS_OBJECT_NAME_COLLISION;
    return st;
}

// Found but not to be opened: a symbolic link whose target is not there?
static bool leads_nowhere(const struct wm_path *path)
{
    struct host_stat stat;

    return host_stat(path->text, false, &stat) == 0 && S_ISLNK(stat.mode) &&
           host_stat(path->text, true, &stat) == -ENOENT;
}

// Opens or creates: the file object has its descriptor afterwards. Nothing is cut or claimed yet.
static NTSTATUS find_or_make(struct wm_open_request *request, struct wm_file *file, bool *created)
{
    const struct wm_file_open *open = request->open;
    bool found = false;
    NTSTATUS st;

    for (int round = 0; round < MOST_ROUNDS; round++) {
        bool dangling = false;

        *created = false;
        if (open->disposition != FILE_CREATE) {
            st = wm_open_existing(request, file);
            if (st != STATUS_OBJECT_NAME_NOT_FOUND)
                return st;
            dangling = found && leads_nowhere(open->path);
        }
        if (!dangling) {
            st = look_around(open, &found);
            if (st)
                return st;
            if (found)
                continue;
        }
        if (!may_create(open->disposition))
            return STATUS_OBJECT_NAME_NOT_FOUND;
        st = wm_open_new(request, dangling, file);
        *created = st == STATUS_SUCCESS;
        if (st != STATUS_OBJECT_NAME_COLLISION || open->disposition == FILE_CREATE)
            return st;
    }
    return STATUS_SHARING_VIOLATION;
}

static bool on_disk(const struct wm_file *file)
{
    uint32_t type = atomic_load_explicit(&file->type, memory_order_relaxed);

    return type == 0 || type == S_IFREG || type == S_IFDIR;
}

static NTSTATUS claim(const struct wm_open_request *request, struct wm_file *file, bool created)
{
    uint8_t access = wm_share_access_bits(request->access);
    uint8_t deny = wm_share_deny_bits(request->open->share);
    unsigned marks = 0;
    NTSTATUS st;

    if (!on_disk(file) || (file->stream->open_flags & O_PATH))
        return STATUS_SUCCESS;
    if (request->overwrite && !created)
        access |= WM_SHARE_W;
    st = wm_stream_claim(file->stream, access, deny);
    if (st == STATUS_SHARING_VIOLATION && wm_bridge_sweep())
        st = wm_stream_claim(file->stream, access, deny);
    if (st || created || !(request->open->options & FILE_DELETE_ON_CLOSE))
        return st;
    st = wm_stream_marked(file->stream, WM_MARK_ALL, &marks);
    return !st && marks ? STATUS_CANNOT_DELETE : st;
}

// A file was asked for, and the name ends in a separator: what Windows says to that.
static NTSTATUS name_of_directory(const struct wm_file_open *open)
{
    struct host_stat stat;
    NTSTATUS st = wm_path_search(open->path, !open->exact_case);

    if (st == STATUS_OBJECT_NAME_NOT_FOUND)
        return may_create(open->disposition) ? STATUS_OBJECT_NAME_INVALID : st;
    if (st)
        return st;
    if (host_stat(open->path->text, true, &stat) || S_ISDIR(stat.mode))
        return STATUS_OBJECT_PATH_NOT_FOUND;
    return STATUS_OBJECT_NAME_INVALID;
}

// Does this process wait to delete what was found?
static bool is_doomed(const struct wm_file_open *open, const struct wm_file *file)
{
    struct host_stat stat;

    if (!wm_pending_any())
        return false;
    if (file->stream->fd < 0)
        return host_stat(open->path->text, true, &stat) == 0 && wm_pending_is_doomed(&stat);
    return host_fstat(file->stream->fd, &stat) == 0 && wm_pending_is_doomed(&stat);
}

// The last steps that can fail, in an order in which each failure leaves the file as it was.
static NTSTATUS overwrite(const struct wm_open_request *request, struct wm_file *file)
{
    const ULONG telling = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
    ULONG attributes = request->open->attributes | FILE_ATTRIBUTE_ARCHIVE;
    ULONG kept = wm_attributes_kept(file->stream->fd, S_IFREG);
    uint8_t wanted = wm_share_access_bits(request->access);
    unsigned marks = 0;
    NTSTATUS st;

    // Hidden and system files are overwritten only by those who know what they are.
    if (kept & telling & ~attributes)
        return STATUS_ACCESS_DENIED;
    st = wm_stream_cut(file->stream, 0);
    if (st == STATUS_USER_MAPPED_FILE &&
        !wm_stream_marked(file->stream, WM_MARK_BIT(WM_MARK_IMAGE), &marks) && marks)
        st = STATUS_SHARING_VIOLATION;
    if (st)
        return st;
    // The file is cut: what is left to do is done as far as possible. Its attributes are replaced.
    if (((attributes ^ kept) & WM_SETTABLE_ATTRIBUTES) || (attributes & FILE_ATTRIBUTE_READONLY))
        (void)wm_attributes_set(file->stream->fd, attributes);
    if (!(wanted & WM_SHARE_W))
        wm_stream_weaken(file->stream, wanted);
    return STATUS_SUCCESS;
}

static void fill(struct wm_file *file, const struct wm_open_request *request)
{
    const struct wm_file_open *open = request->open;
    bool data = request->access & (FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA);

    file->access = request->access;
    file->share = open->share;
    file->options = open->options;
    file->direct = (open->options & FILE_NO_INTERMEDIATE_BUFFERING) && on_disk(file);
    if (open->options & FILE_RANDOM_ACCESS)
        file->pattern = HOST_ACCESS_RANDOM;
    else if (open->options & FILE_SEQUENTIAL_ONLY)
        file->pattern = HOST_ACCESS_SEQUENTIAL;
    if (file->pattern != HOST_ACCESS_NORMAL && data)
        (void)host_advise_file(file->stream->fd, (enum host_access_pattern)file->pattern);
}

// A created file that could not be handed out goes again, if it is still the one of that name.
static void take_back(const struct wm_file_open *open, const struct wm_file *file)
{
    struct host_stat made, named;

    if (host_fstat(file->stream->fd, &made) || host_stat(open->path->text, false, &named) ||
        made.device != named.device || made.inode != named.inode)
        return;
    if (S_ISDIR(made.mode))
        (void)host_rmdir(open->path->text);
    else
        (void)host_unlink(open->path->text);
}

static void finish_new(const struct wm_open_request *request, struct wm_file *file)
{
    ULONG wanted = request->open->attributes & WM_SETTABLE_ATTRIBUTES;
    uint32_t mode = atomic_load_explicit(&file->type, memory_order_relaxed);

    // ARCHIVE alone is what a file has without a record. What can't be kept is dropped.
    if (wanted & ~(ULONG)FILE_ATTRIBUTE_ARCHIVE)
        (void)wm_attributes_store(file->stream->fd, mode, wanted | FILE_ATTRIBUTE_ARCHIVE);
}

// Everything from the descriptor on. On failure the handle is not made, and the caller drops the
// object.
static NTSTATUS hand_out(const struct wm_open_request *request, struct wm_file *file, bool created,
                         HANDLE *handle)
{
    HANDLE made;
    NTSTATUS st = claim(request, file, created);

    if (st)
        return st;
    fill(file, request);
    st = wm_handle_insert(&file->object, request->access, request->open->handle_flags, &made);
    if (st)
        return st;
    if (request->overwrite && !created && (file->type == 0 || S_ISREG(file->type)))
        st = overwrite(request, file);
    if (st) {
        (void)wm_handle_close(made);
        return st;
    }
    if (created)
        finish_new(request, file);
    if ((request->open->options & FILE_DELETE_ON_CLOSE) && on_disk(file))
        wm_pending_set(file, true);
    *handle = made;
    return STATUS_SUCCESS;
}

static ULONG_PTR what_happened(ULONG disposition, bool created)
{
    if (created)
        return FILE_CREATED;
    if (disposition == FILE_SUPERSEDE)
        return FILE_SUPERSEDED;
    return overwrites(disposition) ? FILE_OVERWRITTEN : FILE_OPENED;
}

// Contract in file.h. Takes the stream's lock, the share table's and the handle table's.
NTSTATUS wm_file_create(const struct wm_file_open *wanted, HANDLE *handle, ULONG_PTR *information)
{
    struct wm_file_open copy = *wanted, *open = &copy;
    struct wm_open_request request = {
        .open = open,
        .access = wm_object_map_access(&wm_file_type, open->access),
        .maximum = open->access & MAXIMUM_ALLOWED,
    };
    struct wm_file *file;
    bool created = false;
    NTSTATUS st = check_arguments(open);

    if (st)
        return st;
    if (open->path->directory && (open->options & FILE_NON_DIRECTORY_FILE))
        return name_of_directory(open);
    if (open->path->device)
        open->disposition = FILE_OPEN; // devices are there, and nothing to cut
    request.overwrite = overwrites(open->disposition);
    file = wm_file_new();
    if (!file)
        return STATUS_NO_MEMORY;
    st = find_or_make(&request, file, &created);
    if ((!st || st == STATUS_OBJECT_NAME_COLLISION) && !created && is_doomed(open, file))
        st = STATUS_DELETE_PENDING;
    if (!st) {
        st = hand_out(&request, file, created, handle);
        if (st && created)
            take_back(open, file);
    }
    // Without a handle no cleanup runs, and the share mode would wait for a child's exec.
    if (st)
        wm_stream_end_sharing(file->stream);
    wm_object_put(&file->object);
    if (!st)
        *information = what_happened(open->disposition, created);
    return st;
}
