// SPDX-License-Identifier: MIT
// Every host call of opening, creating, cutting, growing, reading, writing and deleting files fails
// once: the operation reports it or does without. A failure leaves the file and its directory as
// they were, no descriptor open and no share mode behind.
#include "conform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/fault.h"

#define RW   (GENERIC_READ | GENERIC_WRITE)
#define SIZE 10000

// What a failed operation must not change.
struct digest {
    unsigned descriptors, entries;
    uint64_t size;
    mode_t mode;
    unsigned char content[SIZE + 1];
};

static HANDLE file; // for the operations on an open one
static bool fired;  // the fault

static unsigned count_entries(const char *directory)
{
    DIR *stream = opendir(directory);
    unsigned count = 0;

    require(stream);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count;
}

static void digest(struct digest *d)
{
    struct stat st;
    int fd = open("world/file", O_RDONLY);

    memset(d, 0, sizeof(*d));
    if (fd >= 0) {
        require(fstat(fd, &st) == 0);
        d->size = (uint64_t)st.st_size;
        d->mode = st.st_mode;
        require(read(fd, d->content, sizeof(d->content)) >= 0);
        close(fd);
    }
    d->entries = count_entries("world");
    d->descriptors = count_entries("/proc/self/fd");
}

static void reset_world(void)
{
    unsigned char content[SIZE];
    int fd;

    unlink("world/file");
    fd = open("world/file", O_WRONLY | O_CREAT | O_EXCL, 0644);

    require(fd >= 0);
    pattern_fill(content, 0, SIZE);
    require(write(fd, content, SIZE) == SIZE);
    close(fd);
    unlink("world/new");
    rmdir("world/dir");
    require(chmod("world/file", 0644) == 0);
}

// Ends the part under test: what follows undoes it and must not fail.
static void disarm(void)
{
    fired = fired || host_calls_fired();
    host_calls_fail_at(0, 0);
}

// The one thing under test. What it made is undone before the next round.
typedef bool (*operation)(void);

static bool try_open(const char *path, DWORD access, DWORD share, DWORD how, DWORD flags)
{
    HANDLE opened = CreateFileA(path, access, share, NULL, how, flags, NULL);

    if (opened == INVALID_HANDLE_VALUE)
        return false;
    disarm(); // closing is not what is under test here
    CloseHandle(opened);
    return true;
}

static void expect_nobody_holds_it(void)
{
    HANDLE alone = CreateFileA("./world/file", RW, 0, NULL, OPEN_EXISTING, 0, NULL);

    expect_true(alone != INVALID_HANDLE_VALUE);
    CloseHandle(alone);
}

static void fail_each_call(operation run, bool with_file, int error)
{
    static struct digest before, after;
    unsigned nth = 0;
    bool ok;

    do {
        DWORD reported;

        nth++;
        reset_world();
        if (with_file) {
            file = CreateFileA("./world/file", RW, 0, NULL, OPEN_EXISTING, 0, NULL);
            require(file != INVALID_HANDLE_VALUE);
        }
        digest(&before);
        SetLastError(0);
        fired = false;
        host_calls_reset();
        host_calls_fail_at(nth, error);
        ok = run();
        reported = GetLastError();
        conform_note("call %u (%s) with errno %d", nth, host_calls_last(), error);
        fired = fired || host_calls_fired();
        host_calls_fail_at(0, 0);
        digest(&after);
        if (!ok) {
            expect_true(fired && reported != 0);
            expect_mem(&after, &before, sizeof(before));
        }
        expect_eq_u(after.descriptors, before.descriptors);
        if (with_file)
            CloseHandle(file);
        else if (after.mode & 0200)
            expect_nobody_holds_it();
    } while (fired && nth < 100);
    expect_true(ok && nth > 1 && nth < 100);
}

static void fail(operation run, bool with_file)
{
    static const int errors[] = {EIO, ENOSPC, ENOMEM, EMFILE, EACCES, ENOLCK, EAGAIN, EINTR};

    mkdir("world", 0700);
    reset_world();
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        fail_each_call(run, with_file, errors[i]);
}

static bool open_alone(void)
{
    return try_open("./world/file", RW, 0, OPEN_EXISTING, 0);
}

static bool open_for_reading(void)
{
    return try_open("./world/file", GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING, 0);
}

static bool open_other_case(void)
{
    return try_open("./World/FILE", RW, 0, OPEN_EXISTING, 0);
}

static bool open_always(void)
{
    return try_open("./world/new", RW, 0, OPEN_ALWAYS, 0);
}

static bool create_new(void)
{
    return try_open("./world/new", RW, 0, CREATE_NEW, FILE_ATTRIBUTE_HIDDEN);
}

static bool create_always(void)
{
    return try_open("./world/file", RW, 0, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL);
}

static bool create_always_for_reading(void)
{
    return try_open("./world/file", GENERIC_READ, 7, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL);
}

static bool truncate_existing(void)
{
    return try_open("./world/file", GENERIC_WRITE, 0, TRUNCATE_EXISTING, 0);
}

static bool open_unbuffered(void)
{
    return try_open("./world/file", RW, 0, OPEN_EXISTING,
                    FILE_FLAG_NO_BUFFERING | FILE_FLAG_RANDOM_ACCESS);
}

static bool open_to_delete(void)
{
    HANDLE opened = CreateFileA("./world/file", GENERIC_READ, 7, NULL, OPEN_EXISTING,
                                FILE_FLAG_DELETE_ON_CLOSE, NULL);

    if (opened == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(opened); // deletes, or can't and has nobody to tell
    return true;
}

static bool delete_file(void)
{
    return DeleteFileA("./world/file");
}

static bool create_directory(void)
{
    return CreateDirectoryA("./world/dir", NULL);
}

static bool set_attributes(void)
{
    return SetFileAttributesA("./world/file", FILE_ATTRIBUTE_READONLY);
}

static bool get_attributes(void)
{
    return GetFileAttributesA("./world/file") != INVALID_FILE_ATTRIBUTES;
}

static bool temp_file_name(void)
{
    char name[MAX_PATH];

    return GetTempFileNameA("world", "abc", 0, name) && (unlink(name), true);
}

static bool grow(void)
{
    SetFilePointer(file, 100000, NULL, FILE_BEGIN);
    return SetEndOfFile(file);
}

static bool cut(void)
{
    LARGE_INTEGER at = {.QuadPart = 100};

    return SetFilePointerEx(file, at, NULL, FILE_BEGIN) && SetEndOfFile(file);
}

static bool write_at_the_end(void)
{
    static char buffer[9000];
    LARGE_INTEGER none = {.QuadPart = 0};
    DWORD n;

    return SetFilePointerEx(file, none, NULL, FILE_END) &&
           WriteFile(file, buffer, sizeof(buffer), &n, NULL) && n == sizeof(buffer);
}

static bool read_across_the_end(void)
{
    static char buffer[SIZE + 100];
    DWORD n;

    return ReadFile(file, buffer, sizeof(buffer), &n, NULL) && n == SIZE;
}

static bool flush(void)
{
    return FlushFileBuffers(file);
}

static bool close_handle(void)
{
    HANDLE copy = file;

    // Closing always closes.
    require(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &file, 0, FALSE,
                            DUPLICATE_SAME_ACCESS));
    return CloseHandle(copy) && SetFilePointer(file, 0, NULL, FILE_CURRENT) == 0;
}

#define FAULT_CASE(operation, with_file) \
    CASE(each_call_of_##operation, "")   \
    {                                    \
        fail(operation, with_file);      \
    }

FAULT_CASE(open_alone, false)
FAULT_CASE(open_for_reading, false)
FAULT_CASE(open_other_case, false)
FAULT_CASE(open_always, false)
FAULT_CASE(create_new, false)
FAULT_CASE(create_always, false)
FAULT_CASE(create_always_for_reading, false)
FAULT_CASE(truncate_existing, false)
FAULT_CASE(open_unbuffered, false)
FAULT_CASE(open_to_delete, false)
FAULT_CASE(delete_file, false)
FAULT_CASE(create_directory, false)
FAULT_CASE(set_attributes, false)
FAULT_CASE(get_attributes, false)
FAULT_CASE(temp_file_name, false)
FAULT_CASE(grow, true)
FAULT_CASE(cut, true)
FAULT_CASE(write_at_the_end, true)
FAULT_CASE(read_across_the_end, true)
FAULT_CASE(flush, true)
FAULT_CASE(close_handle, true)
