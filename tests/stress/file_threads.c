// SPDX-License-Identifier: MIT
// File objects under load: threads that open, read, write, cut, delete and bridge the same few
// files, beside forks whose children close everything. Nothing is left open, pending or locked.
#include "conform.h"
#include "stress.h"

#include <dirent.h>
#include <fcntl.h>
#include <io.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4
#define FILES   3
#define RW      (GENERIC_READ | GENERIC_WRITE)

static struct {
    char names[FILES][MAX_PATH];
    double end;
    _Atomic unsigned opened, strange;
} load;

// What may come of it when others do as they please.
static void expect_known_error(void)
{
    switch (GetLastError()) {
    case ERROR_SHARING_VIOLATION:
    case ERROR_ACCESS_DENIED: // waits for its deletion, or mapped
    case ERROR_FILE_NOT_FOUND:
    case ERROR_USER_MAPPED_FILE:
    case ERROR_FILE_EXISTS:
        return;
    default:
        fprintf(stderr, "strange error %u\n", (unsigned)GetLastError());
        load.strange++;
    }
}

static void use_section(HANDLE file)
{
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 4096, NULL);
    unsigned char *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 4096) : NULL;

    if (section)
        CloseHandle(section);
    else
        expect_known_error();
    if (view) {
        view[5] = 1; // nobody may cut the file meanwhile
        UnmapViewOfFile(view);
    }
}

static void use(HANDLE file, unsigned *random)
{
    char buffer[6000] = {0};
    DWORD n;

    switch (next(random) % 5) {
    case 0:
        if (!WriteFile(file, buffer, next(random) % sizeof(buffer), &n, NULL))
            expect_known_error();
        break;
    case 1:
        if (!ReadFile(file, buffer, sizeof(buffer), &n, NULL))
            expect_known_error();
        break;
    case 2:
        SetFilePointer(file, (LONG)(next(random) % 5000), NULL, FILE_BEGIN);
        if (!SetEndOfFile(file))
            expect_known_error();
        break;
    case 3:
        use_section(file);
        break;
    default: {
        int fd = _open_osfhandle((intptr_t)file, _O_RDWR);

        if (fd >= 0)
            _close(fd); // and the handle with it
        return;
    }
    }
    CloseHandle(file);
}

static void step(unsigned *random)
{
    const char *name = load.names[next(random) % FILES];
    DWORD share = next(random) % 4 ? 7 : next(random) % 8;
    HANDLE file;

    if (next(random) % 16 == 0) {
        if (!DeleteFileA(name))
            expect_known_error();
        return;
    }
    file = CreateFileA(name, RW, share, NULL, next(random) % 4 ? OPEN_ALWAYS : CREATE_ALWAYS,
                       next(random) % 8 ? 0 : FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        expect_known_error();
        return;
    }
    load.opened++;
    use(file, random);
}

static void *work(void *seed)
{
    unsigned random = *(unsigned *)seed;

    while (seconds() < load.end)
        step(&random);
    return NULL;
}

static unsigned descriptors(void)
{
    DIR *stream = opendir("/proc/self/fd");
    unsigned count = 0;

    require(stream);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count;
}

static void name_files(void)
{
    for (unsigned i = 0; i < FILES; i++)
        snprintf(load.names[i], sizeof(load.names[i]), "%s", temp_name());
}

static unsigned start_and_count(void)
{
    HANDLE file = CreateFileA(load.names[0], RW, 0, NULL, OPEN_ALWAYS, 0, NULL);

    require(file != INVALID_HANDLE_VALUE);
    use_section(file);
    CloseHandle(file);
    return descriptors();
}

static void expect_quiet(unsigned before)
{
    expect_eq_u(load.strange, 0);
    expect_true(load.opened > 20);
    for (unsigned i = 0; i < FILES; i++) {
        HANDLE file = CreateFileA(load.names[i], RW, 0, NULL, OPEN_ALWAYS, 0, NULL);

        expect_true(file != INVALID_HANDLE_VALUE);
        CloseHandle(file);
        expect_true(DeleteFileA(load.names[i]));
    }
    expect_eq_u(descriptors(), before);
}

CASE(threads_share_files, "F1")
{
    pthread_t threads[THREADS];
    unsigned seeds[THREADS], before;

    name_files();
    before = start_and_count();
    load.end = seconds() + duration();
    for (unsigned i = 0; i < THREADS; i++) {
        seeds[i] = i * 7919 + (unsigned)getpid();
        require(pthread_create(&threads[i], NULL, work, &seeds[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    expect_quiet(before);
}

CASE(forks_beside_threads, "F1")
{
    pthread_t threads[2];
    unsigned seeds[2] = {1, 2}, before, random = 3;

    name_files();
    before = start_and_count();
    load.end = seconds() + duration();
    for (unsigned i = 0; i < 2; i++)
        require(pthread_create(&threads[i], NULL, work, &seeds[i]) == 0);
    while (seconds() < load.end) {
        pid_t child = fork();

        if (child == 0) {
            for (int i = 0; i < 3; i++)
                step(&random);
            _exit(0);
        }
        waitpid(child, NULL, 0);
        next(&random);
    }
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    expect_quiet(before);
}
