// SPDX-License-Identifier: MIT
// protocol: --list
// The host layer's promises: outputs, errors, errno, what the kernel has mapped where.
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/host.h"
#include "host/memory.h"

static int new_file(size_t size)
{
    char name[] = "host-XXXXXX";
    int fd = mkstemp(name);

    EXPECT(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
    unlink(name);
    return fd;
}

TEST(errno_is_left_alone)
{
    struct host_stat stat;
    int fd = -7;

    errno = 4711;
    EXPECT_EQ(host_open("/no/such/file", O_RDONLY, 0, &fd), -ENOENT);
    EXPECT_EQ(fd, -7);
    EXPECT_EQ(host_fstat(-1, &stat), -EBADF);
    EXPECT_EQ(host_close(-1), -EBADF);
    EXPECT_EQ(host_unmap(1, 4096), -EINVAL);
    EXPECT_EQ(errno, 4711);
}

TEST(the_chosen_call_fails_once)
{
    int a = -1, b = -1, c = -1;

    host_calls_reset();
    host_calls_fail_at(2, ENOSPC);
    EXPECT_EQ(host_open("/dev/null", O_RDONLY, 0, &a), 0);
    EXPECT(!host_calls_fired());
    EXPECT_EQ(host_open("/dev/null", O_RDONLY, 0, &b), -ENOSPC);
    EXPECT(host_calls_fired() && strstr(host_calls_last(), "openat"));
    EXPECT_EQ(host_open("/dev/null", O_RDONLY, 0, &c), 0);
    EXPECT_EQ(host_calls_count(), 3);
    // A failed close has closed all the same.
    host_calls_fail_at(1, EIO);
    EXPECT_EQ(host_close(a), -EIO);
    EXPECT(fcntl(a, F_GETFD) < 0);
}

TEST(interrupted_calls_are_made_again)
{
    size_t done = 0;
    char byte = 'x';
    int fd = -1;

    host_calls_fail_at(1, EINTR);
    EXPECT_EQ(host_open(".", O_RDONLY, 0, &fd), 0);
    host_close(fd);
    fd = new_file(0);
    host_calls_fail_at(1, EINTR);
    EXPECT_EQ(host_write(fd, &byte, 1, 0, &done), 0);
    host_calls_fail_at(1, EINTR);
    EXPECT_EQ(host_read(fd, &byte, 1, 0, &done), 0);
    EXPECT_EQ(done, 1);
    host_calls_fail_at(1, EINTR);
    EXPECT_EQ(host_truncate(fd, 10), 0);
    host_calls_fail_at(1, EINTR);
    EXPECT_EQ(host_close(fd), 0);
}

TEST(reading_ends_with_the_file_or_the_memory)
{
    int fd = new_file(10000);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t done = 77;

    EXPECT_EQ(host_read(fd, memory, 8192, 5000, &done), 0);
    EXPECT_EQ(done, 5000);
    EXPECT_EQ(host_read(fd, memory, 8192, 20000, &done), 0);
    EXPECT_EQ(done, 0);
    EXPECT(mprotect(memory + 4096, 4096, PROT_NONE) == 0);
    EXPECT_EQ(host_read(fd, memory, 8192, 0, &done), 0);
    EXPECT_EQ(done, 4096);
    done = 77;
    EXPECT_EQ(host_read(fd, memory + 4096, 4096, 0, &done), -EFAULT);
    EXPECT_EQ(done, 77);
    EXPECT_EQ(host_write(fd, memory + 4096, 4096, 0, &done), -EFAULT);
}

TEST(metadata_by_descriptor_and_by_path)
{
    struct host_stat a, b, c;
    char path[4096];
    int fd = -1;

    EXPECT_EQ(host_open("meta", O_RDWR | O_CREAT, 0640, &fd), 0);
    EXPECT_EQ(host_fstat(fd, &a), 0);
    EXPECT_EQ(host_stat("meta", true, &b), 0);
    EXPECT_EQ(host_fstat_all(fd, &c), 0);
    EXPECT(a.device == b.device && a.inode == b.inode && a.mode == b.mode);
    EXPECT(b.device == c.device && b.inode == c.inode && b.born_ns == c.born_ns);
    EXPECT_EQ(a.born_ns, 0);
    EXPECT_EQ(host_set_times(fd, -1500000000, HOST_TIME_KEEP), 0);
    EXPECT_EQ(host_fstat(fd, &b), 0);
    EXPECT_EQ(b.accessed_ns, -1500000000);
    EXPECT_EQ(b.modified_ns, a.modified_ns);
    EXPECT_EQ(host_fd_path(fd, path, sizeof(path)), 0);
    EXPECT(path[0] == '/' && strcmp(strrchr(path, '/'), "/meta") == 0);
    EXPECT_EQ(host_fd_path(fd, path, 4), -ENAMETOOLONG);
    unlink("meta");
}

TEST(locks_belong_to_the_description)
{
    int a = -1, b = -1, copy = -1, kind = 0;
    int64_t at = 0;
    bool same = false;

    EXPECT_EQ(host_open("locked", O_RDWR | O_CREAT, 0600, &a), 0);
    EXPECT_EQ(host_reopen(a, O_RDWR, &b), 0);
    EXPECT_EQ(host_dup(a, &copy), 0);
    EXPECT_EQ(host_lock(a, F_WRLCK, 1000, 10), 0);
    EXPECT_EQ(host_lock(b, F_RDLCK, 1009, 1), -EAGAIN);
    EXPECT_EQ(host_lock(copy, F_RDLCK, 1009, 1), 0);
    EXPECT_EQ(host_lock_test(b, F_RDLCK, 0, 2000, &kind, &at), 0);
    EXPECT(kind == F_WRLCK && at == 1000);
    EXPECT_EQ(host_lock_test(copy, F_WRLCK, 0, 2000, &kind, &at), 0);
    EXPECT_EQ(kind, F_UNLCK);
    if (host_same_description(a, copy, &same) == 0) {
        EXPECT(same);
        EXPECT_EQ(host_same_description(a, b, &same), 0);
        EXPECT(!same);
    }
    unlink("locked");
}

static bool stop_at_b(const char *name, void *context)
{
    ++*(int *)context;
    return strcmp(name, "b") == 0;
}

TEST(directories_are_listed)
{
    bool stopped = false;
    int count = 0;

    EXPECT(mkdir("list", 0700) == 0 && mkdir("list/a", 0700) == 0);
    EXPECT_EQ(host_list("list", stop_at_b, &count, &stopped), 0);
    EXPECT(count == 1 && !stopped);
    EXPECT(mkdir("list/b", 0700) == 0);
    EXPECT_EQ(host_list("list", stop_at_b, &count, &stopped), 0);
    EXPECT(stopped);
    EXPECT_EQ(host_list("nowhere", stop_at_b, &count, &stopped), -ENOENT);
}

static void expect_mappings(void)
{
    int fd = new_file(5 * 4096);
    struct host_map_args args = {
        .size = 5 * 4096,
        .prot = PROT_READ,
        .flags = MAP_SHARED,
        .fd = fd,
        .placement = HOST_PLACE_HINT,
    };
    struct host_vma vma;
    uintptr_t base = 0;
    struct stat st;

    EXPECT(fstat(fd, &st) == 0);
    EXPECT_EQ(host_map(&args, &base), 0);
    EXPECT_EQ(host_protect(base + 2 * 4096, 4096, PROT_READ | PROT_WRITE), 0);
    EXPECT_EQ(host_vma_find(base + 2 * 4096 + 5, &vma), 0);
    EXPECT_EQ(vma.start, base + 2 * 4096);
    EXPECT_EQ(vma.end, base + 3 * 4096);
    EXPECT_EQ(vma.prot, PROT_READ | PROT_WRITE);
    EXPECT(vma.shared && vma.has_path);
    EXPECT_EQ(vma.offset, 2 * 4096);
    EXPECT_EQ(vma.inode, st.st_ino);
    EXPECT_EQ(host_unmap(base + 4096, 4096), 0);
    EXPECT_EQ(host_vma_find(base + 4096, &vma), 0); // the next one
    EXPECT_EQ(vma.start, base + 2 * 4096);
    EXPECT_EQ(host_vma_find(0x7FFFFFFFF000, &vma), -ENOENT);
}

TEST(mappings_as_the_kernel_tells)
{
    expect_mappings();
}

TEST(mappings_as_older_kernels_write_them)
{
    host_vma_force_parsing(true);
    expect_mappings();
}

TEST(both_ways_agree_on_all_mappings)
{
    uintptr_t at = 0;

    for (int i = 0; i < 1000; i++) {
        struct host_vma asked, parsed;
        int err;

        host_vma_force_parsing(false);
        err = host_vma_find(at, &asked);
        host_vma_force_parsing(true);
        EXPECT_EQ(host_vma_find(at, &parsed), err);
        if (err)
            return;
        EXPECT(asked.start == parsed.start && asked.end == parsed.end);
        EXPECT(asked.prot == parsed.prot && asked.shared == parsed.shared);
        EXPECT(asked.offset == parsed.offset && asked.inode == parsed.inode);
        at = asked.end;
    }
}

TEST(placements)
{
    struct host_map_args args = {
        .size = 4096,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE,
        .fd = -1,
        .placement = HOST_PLACE_HINT,
    };
    uintptr_t first = 0, second = 0;

    EXPECT_EQ(host_map(&args, &first), 0);
    *(char *)first = 1;
    args.address = first;
    EXPECT_EQ(host_map(&args, &second), 0);
    EXPECT(second != first);
    args.placement = HOST_PLACE_EXACT;
    EXPECT_EQ(host_map(&args, &second), -EEXIST);
    EXPECT_EQ(*(char *)first, 1);
    args.placement = HOST_PLACE_OVER;
    EXPECT_EQ(host_map(&args, &second), 0);
    EXPECT_EQ(second, first);
    EXPECT_EQ(*(char *)first, 0);
}

TEST(private_copies_are_told_from_the_files_pages)
{
    int fd = new_file(4 * 4096);
    struct host_map_args args = {
        .size = 4 * 4096,
        .prot = PROT_READ | PROT_WRITE,
        .flags = MAP_PRIVATE,
        .fd = fd,
        .placement = HOST_PLACE_HINT,
    };
    uint8_t out[4];
    uintptr_t base = 0;

    EXPECT_EQ(host_map(&args, &base), 0);
    (void)*(volatile char *)base;        // the file's
    *(volatile char *)(base + 4096) = 1; // a copy
    *(volatile char *)(base + 3 * 4096) = 1;
    EXPECT_EQ(host_private_pages(base, 4, out), 0);
    EXPECT(out[0] == 0 && out[1] == 1 && out[2] == 0 && out[3] == 1);
}

TEST(limits)
{
    uint64_t bytes = 0, available = 0;
    size_t count = 0;

    EXPECT_EQ(host_map_limit(&count), 0);
    EXPECT(count >= 1000);
    EXPECT_EQ(host_file_size_limit(&bytes), 0);
    EXPECT(bytes > 0);
    EXPECT_EQ(host_fs_free(new_file(1), &available), 0);
    EXPECT(host_random() != host_random());
}
