// SPDX-License-Identifier: MIT
// Byte locks that belong to an open file description.
#include "host/host.h"

#include <fcntl.h>

#include "host/fault.h"

int host_lock(int fd, int type, int64_t start, int64_t length)
{
    struct flock lock = {
        .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    long result = HOST_CALL(fcntl(fd, F_OFD_SETLK, &lock));

    // POSIX lets a file system say a conflict either way.
    return result == -EACCES ? -EAGAIN : (int)result;
}

int host_lock_test(int fd, int type, int64_t start, int64_t length, int *found, int64_t *at)
{
    struct flock lock = {
        .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    long result = HOST_CALL(fcntl(fd, F_OFD_GETLK, &lock));

    if (result < 0)
        return (int)result;
    *found = lock.l_type;
    *at = lock.l_start;
    return 0;
}
