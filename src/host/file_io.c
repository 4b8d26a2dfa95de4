// SPDX-License-Identifier: MIT
// Moving data, size, space and durability of files.
#include "host/host.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/signal.h"

// The kernel moves at most this much in a call; asking for more would be refused on some kernels.
#define MOST_AT_ONCE 0x7ffff000u

static long read_once(int fd, void *buffer, size_t size, int64_t offset)
{
    long result;

    if (size > MOST_AT_ONCE)
        size = MOST_AT_ONCE;
    do
        result = offset >= 0 ? HOST_CALL(pread(fd, buffer, size, offset))
                             : HOST_CALL(read(fd, buffer, size));
    while (result == -EINTR);
    return result;
}

static long write_once(int fd, const void *buffer, size_t size, int64_t offset)
{
    long result;

    if (size > MOST_AT_ONCE)
        size = MOST_AT_ONCE;
    do
        result = offset >= 0 ? HOST_CALL(pwrite(fd, buffer, size, offset))
                             : HOST_CALL(write(fd, buffer, size));
    while (result == -EINTR);
    return result;
}

// One transfer, as much as there is: for pipes, terminals and sockets.
int host_read_some(int fd, void *buffer, size_t size, int64_t offset, size_t *done)
{
    long result = read_once(fd, buffer, size, offset);

    if (result < 0)
        return (int)result;
    *done = (size_t)result;
    return 0;
}

// Reads until `size` bytes are there or the file ends.
int host_read(int fd, void *buffer, size_t size, int64_t offset, size_t *done)
{
    size_t have = 0;

    while (have < size) {
        int64_t at = offset >= 0 ? offset + (int64_t)have : -1;
        long result = read_once(fd, (char *)buffer + have, size - have, at);

        // With O_DIRECT the end of the file may lie off the alignment that the next try needs.
        if (result == 0 || (result < 0 && have > 0))
            break;
        if (result < 0)
            return (int)result;
        have += (size_t)result;
    }
    *done = have;
    return 0;
}

// Writes all, or returns the error that stopped it when nothing was written. When something was,
// returns 0 with *done short: the next try would fail.
int host_write(int fd, const void *buffer, size_t size, int64_t offset, size_t *done)
{
    size_t have = 0;

    while (have < size) {
        int64_t at = offset >= 0 ? offset + (int64_t)have : -1;
        long result = write_once(fd, (const char *)buffer + have, size - have, at);

        if (result == 0 || (result < 0 && have > 0))
            break;
        if (result < 0)
            return (int)result;
        have += (size_t)result;
    }
    *done = have;
    return 0;
}

int host_seek(int fd, int64_t offset, int whence, int64_t *position)
{
    long result = HOST_CALL(lseek(fd, offset, whence));

    if (result < 0)
        return (int)result;
    *position = result;
    return 0;
}

int host_truncate(int fd, uint64_t size)
{
    long result;

    do
        result = HOST_CALL(ftruncate(fd, (off_t)size));
    while (result == -EINTR);
    return (int)result;
}

// Never posix_fallocate: where the file system can't, that one writes every block by hand.
static long allocate(int fd, uint64_t offset, uint64_t size)
{
    return HOST_CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size));
}

// A signal undoes what a file in memory has allocated so far, so that under a running timer a large
// request would never end: from the second try on signals wait.
int host_allocate(int fd, uint64_t offset, uint64_t size)
{
    long result = allocate(fd, offset, size);
    sigset_t all, before;

    if (result != -EINTR)
        return (int)result;
    sigfillset(&all);
    (void)host_signal_mask(SIG_SETMASK, &all, &before);
    do
        result = allocate(fd, offset, size);
    while (result == -EINTR);
    (void)host_signal_mask(SIG_SETMASK, &before, NULL);
    return (int)result;
}

int host_sync(int fd)
{
    return (int)HOST_CALL(fsync(fd));
}

int host_sync_range(int fd, uint64_t offset, uint64_t size, bool wait)
{
    unsigned flags = SYNC_FILE_RANGE_WRITE;

    if (wait)
        flags |= SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
    return (int)HOST_CALL(sync_file_range(fd, (off_t)offset, (off_t)size, flags));
}

// posix_fadvise returns its error instead of setting errno.
static int advise(int fd, uint64_t offset, uint64_t size, int advice)
{
    long result = HOST_CALL(-posix_fadvise(fd, (off_t)offset, (off_t)size, advice));

    return (int)result;
}

int host_drop_cache(int fd, uint64_t offset, uint64_t size)
{
    return advise(fd, offset, size, POSIX_FADV_DONTNEED);
}

int host_advise_file(int fd, enum host_access_pattern pattern)
{
    static const int advice[] = {
        [HOST_ACCESS_NORMAL] = POSIX_FADV_NORMAL,
        [HOST_ACCESS_SEQUENTIAL] = POSIX_FADV_SEQUENTIAL,
        [HOST_ACCESS_RANDOM] = POSIX_FADV_RANDOM,
    };

    return advise(fd, 0, 0, advice[pattern]);
}

int host_file_size_limit(uint64_t *bytes)
{
    struct rlimit limit;
    long result = HOST_CALL(getrlimit(RLIMIT_FSIZE, &limit));

    if (result < 0)
        return (int)result;
    *bytes = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
    return 0;
}
