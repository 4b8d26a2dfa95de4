// SPDX-License-Identifier: MIT
// The host: every Linux system call that winmem makes goes through src/host.
//
// Preconditions, for all of these: pointers are valid; sizes and offsets fit off_t; paths are
// NUL-terminated UTF-8. Every function returns 0 or a negative errno, writes its outputs only on
// success, restarts on EINTR where the call allows it, leaves errno alone, takes no lock of ours
// and knows no Win32 type. Descriptors are made close-on-exec.
//
// Memory is in host/memory.h, processes, waiting and time in host/process.h.
#ifndef WM_HOST_HOST_H
#define WM_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_stat {
    uint64_t device, inode, size, allocated;               // bytes
    uint32_t mode, links;                                  // st_mode, st_nlink
    int64_t accessed_ns, modified_ns, changed_ns, born_ns; // since 1970; born 0 if unknown
    uint32_t uid;
};

// flags: O_* of open(2); O_CLOEXEC is added. mode: permissions of a new file.
int host_open(const char *path, int flags, unsigned mode, int *fd);
int host_open_at(int dir, const char *path, int flags, unsigned mode, int *fd);
// A second open file description of what `fd` refers to.
int host_reopen(int fd, int flags, int *out);
int host_close(int fd);
int host_dup(int fd, int *out);
// Do two descriptors refer to one open file description? Without the kernel's help: -ENOSYS, -EPERM.
int host_same_description(int a, int b, bool *same);
int host_get_flags(int fd, int *flags); // O_ACCMODE and the other status flags
int host_set_flags(int fd, int flags);
int host_fstat(int fd, struct host_stat *out);
int host_stat(const char *path, bool follow, struct host_stat *out); // with birth time
int host_fstat_all(int fd, struct host_stat *out);                   // with birth time; slower

// *done is the number of bytes moved; reading returns fewer only at the end of the file or when
// memory faults (then -EFAULT if none), writing when an error stopped it part-way. Positional when
// offset >= 0, else at the file position. host_read_some: one transfer, for pipes and the like.
int host_read_some(int fd, void *buffer, size_t size, int64_t offset, size_t *done);
int host_read(int fd, void *buffer, size_t size, int64_t offset, size_t *done);
int host_write(int fd, const void *buffer, size_t size, int64_t offset, size_t *done);
int host_seek(int fd, int64_t offset, int whence, int64_t *position);

int host_truncate(int fd, uint64_t size);
// Allocates space for [offset, offset+size) without changing the file's size.
// -EOPNOTSUPP where the file system can't.
int host_allocate(int fd, uint64_t offset, uint64_t size);
int host_sync(int fd);
// Writes the dirty pages of the range and waits for the writes, not for the device's cache.
int host_sync_range(int fd, uint64_t offset, uint64_t size, bool wait);
// Drops clean pages of the range from the page cache (size 0: to the end). Advice: may do nothing.
int host_drop_cache(int fd, uint64_t offset, uint64_t size);
enum host_access_pattern { HOST_ACCESS_NORMAL, HOST_ACCESS_SEQUENTIAL, HOST_ACCESS_RANDOM };
int host_advise_file(int fd, enum host_access_pattern pattern);
// statfs(2)'s f_type; bytes that this user may still allocate on the file system.
int host_fs_type(int fd, uint64_t *type);
int host_fs_free(int fd, uint64_t *bytes);
struct host_space {
    uint64_t total, available; // bytes; what this user may still allocate
    bool noexec;               // nothing on it may be mapped PROT_EXEC
    bool in_memory;            // not on a disk
};
int host_fs_space(int fd, struct host_space *out);
// The process's file-size limit in bytes; UINT64_MAX for none. Growing beyond it would raise a
// signal, so whoever grows a file asks first.
int host_file_size_limit(uint64_t *bytes);

// Locks of the open file description (OFD). F_RDLCK, F_WRLCK, F_UNLCK; -EAGAIN on a conflict.
int host_lock(int fd, int type, int64_t start, int64_t length);
// Would a lock of `type` by another description conflict? F_UNLCK in *found if not; else *found
// and *at describe *a* conflicting lock, not necessarily the lowest.
int host_lock_test(int fd, int type, int64_t start, int64_t length, int *found, int64_t *at);

int host_unlink(const char *path);
int host_unlink_at(int dir, const char *name);
// Gives a file made with O_TMPFILE its name. -EEXIST when that is taken.
int host_link(int fd, int dir, const char *name);
int host_rename(const char *from, const char *to);
// Within a directory; never replaces: -EEXIST.
int host_rename_new(int dir, const char *from, const char *to);
int host_mkdir(const char *path, unsigned mode);
int host_mkdir_at(int dir, const char *name, unsigned mode);
int host_rmdir(const char *path);
int host_chmod_fd(int fd, unsigned mode); // works for O_PATH descriptors too
#define HOST_TIME_KEEP INT64_MIN
int host_set_times(int fd, int64_t accessed_ns, int64_t modified_ns);
// Extended attributes, of any descriptor. -ENODATA: there is none of that name.
int host_get_xattr(int fd, const char *name, void *buffer, size_t size, size_t *length);
int host_set_xattr(int fd, const char *name, const void *buffer, size_t size);
// The path that the kernel knows for a descriptor; at most size-1 bytes and a NUL.
int host_fd_path(int fd, char *buffer, size_t size);
int host_getcwd(char *buffer, size_t size);
int host_chdir(const char *path);
int host_home(char *buffer, size_t size);           // by the password database
int host_real_path(const char *path, char *buffer); // buffer of PATH_MAX bytes
int host_read_link(const char *path, char *buffer, size_t size);

// Calls `visit` with every entry's name but . and .. until it returns true; *stopped tells.
int host_list(const char *directory, bool (*visit)(const char *name, void *context), void *context,
              bool *stopped);
// The same for a descriptor of a directory, which may be one for O_PATH.
int host_list_at(int dir, bool (*visit)(const char *name, void *context), void *context,
                 bool *stopped);

unsigned host_user(void); // effective, right now
bool host_is_root(void);  // judged at the start of the program: permission bits don't bind it
// Does the process have more rights than its user (AT_SECURE)? Then believe no environment.
bool host_is_secure(void);

#endif
