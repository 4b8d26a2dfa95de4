// SPDX-License-Identifier: MIT
// Named sections: files that were renamed or deleted, forks, native names, and what each operation
// asks of the host.
#include "conform.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>
#include <winternl.h>

#include "host/fault.h"

static const char *own_name(void)
{
    static char name[64];

    snprintf(name, sizeof name, "winmem-unit-%u", (unsigned)GetCurrentProcessId());
    return name;
}

static HANDLE make(DWORD protect, size_t size, const char *name)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protect, 0, (DWORD)size, name);
}

static HANDLE must_make(DWORD protect, size_t size, const char *name)
{
    HANDLE section = make(protect, size, name);

    require(section != NULL);
    return section;
}

// -- files ----------------------------------------------------------------------------------------

// Expects 5000 bytes of the pattern and leaves a byte.
CHILD(look)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, argv[0]);
    unsigned char *view;

    if (!section)
        return (int)GetLastError();
    view = make_view(section, FILE_MAP_WRITE);
    expect_pattern(view, 0, 5000);
    view[0] = 0xee;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

static void make_file(const char *path)
{
    unsigned char text[5000];
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

    pattern_fill(text, 0, sizeof text);
    require(fd >= 0 && write(fd, text, sizeof text) == sizeof text);
    close(fd);
}

static HANDLE section_of(const char *path)
{
    HANDLE file = open_shared(path, GENERIC_READ | GENERIC_WRITE, 7);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, own_name());

    require(section != NULL);
    CloseHandle(file);
    return section;
}

static void expect_found(HANDLE section)
{
    unsigned char *view = make_view(section, FILE_MAP_WRITE);

    expect_eq_u(child_run("look", own_name()), 0);
    expect_eq_u(view[0], 0xee);
    pattern_fill(view, 0, 1);
}

CASE(renamed_files_are_found, "-")
{
    HANDLE section;

    make_file("old");
    section = section_of("./old");
    require(rename("old", "new") == 0);
    expect_found(section);
    CloseHandle(section);
    unlink("new");
}

CASE(deleted_files_are_found, "-")
{
    HANDLE section;

    make_file("old");
    section = section_of("./old");
    require(unlink("old") == 0);
    expect_found(section);
    CloseHandle(section);
    expect_eq_u(child_run("look", own_name()), ERROR_FILE_NOT_FOUND);
}

// What stands at the path by now is never taken for the file.
CASE(other_files_are_not_taken, "-")
{
    static const char *const kinds[] = {"file", "pipe", "directory", "link"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        HANDLE section;

        conform_note("%s", kinds[i]);
        make_file("old");
        section = section_of("./old");
        require(rename("old", "new") == 0);
        switch (i) {
        case 0:
            make_file("old");
            break;
        case 1:
            require(mkfifo("old", 0600) == 0);
            break;
        case 2:
            require(mkdir("old", 0700) == 0);
            break;
        default:
            require(symlink("new", "old") == 0);
        }
        expect_found(section);
        CloseHandle(section);
        require(remove("old") == 0 && remove("new") == 0);
    }
}

// -- forks ----------------------------------------------------------------------------------------

CASE(a_forked_child_holds_the_name, "-")
{
    const char *name = own_name(); // with the parent's number
    HANDLE section = must_make(PAGE_READWRITE, 4096, name);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    int down[2], status = -1;
    char byte = 0;
    pid_t child;

    require(pipe(down) == 0);
    child = fork();
    require(child >= 0);
    if (child == 0) {
        close(down[1]);
        view[0] = 1;
        if (read(down[0], &byte, 1) < 0) // until the parent has closed its handle
            _exit(1);
        _exit(OpenFileMappingA(FILE_MAP_READ, FALSE, name) ? 0 : (int)GetLastError());
    }
    require(CloseHandle(section));
    section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
    expect_true(section); // the child has it
    expect_eq_u(CloseHandle(section), TRUE);
    close(down[1]);
    require(waitpid(child, &status, 0) == child);
    expect_eq_u(status, 0);
    expect_eq_u(view[0], 1);
    expect_fail(OpenFileMappingA(FILE_MAP_READ, FALSE, name), ERROR_FILE_NOT_FOUND);
}

// -- native names ---------------------------------------------------------------------------------

static NTSTATUS native(const char *text, ULONG flags, bool create, HANDLE *handle)
{
    uint16_t units[200];
    UNICODE_STRING name = {.Buffer = (PWSTR)units};
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER size = {.QuadPart = 4096};

    for (name.Length = 0; text[name.Length / 2]; name.Length += 2)
        units[name.Length / 2] = (unsigned char)text[name.Length / 2];
    name.MaximumLength = name.Length;
    InitializeObjectAttributes(&attributes, &name, flags, NULL, NULL);
    *handle = NULL;
    return create ? NtCreateSection(handle, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE,
                                    SEC_COMMIT, NULL)
                  : NtOpenSection(handle, SECTION_MAP_READ, &attributes);
}

CASE(native_names_are_paths, "-")
{
    HANDLE one, two;

    expect_eq_u(native("\\Sessions\\1\\BaseNamedObjects\\native", 0, true, &one), 0);
    two = OpenFileMappingA(FILE_MAP_READ, FALSE, "native");
    expect_true(two);
    CloseHandle(two);
    expect_eq_u((ULONG)native("\\Sessions\\1\\BaseNamedObjects\\native", 0, true, &two),
                (ULONG)STATUS_OBJECT_NAME_COLLISION);
    expect_eq_u((ULONG)native("\\Sessions\\1\\BaseNamedObjects\\native", OBJ_OPENIF, true, &two),
                (ULONG)STATUS_OBJECT_NAME_EXISTS);
    CloseHandle(two);
    expect_eq_u((ULONG)native("\\BaseNamedObjects\\native", 0, false, &two),
                (ULONG)STATUS_OBJECT_NAME_NOT_FOUND);
    CloseHandle(one);
    expect_eq_u((ULONG)native("\\Sessions\\1\\BaseNamedObjects\\native", 0, false, &two),
                (ULONG)STATUS_OBJECT_NAME_NOT_FOUND);
}

// -- host calls -----------------------------------------------------------------------------------

static void warm_up(const char *name)
{
    HANDLE section = must_make(PAGE_READWRITE, 4096, name);
    void *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    UnmapViewOfFile(view);
    CloseHandle(section);
}

// By hand: shm_open, ftruncate, mmap, munmap, close, shm_unlink.
CASE(host_calls_of_creating, "-")
{
    HANDLE section;
    void *view;

    warm_up("calls");
    host_calls_reset();
    section = must_make(PAGE_READWRITE, 4096, "calls");
    expect_eq_u(host_calls_count(), 5); // look, open, write, lock, link
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    UnmapViewOfFile(view);
    expect_eq_u(host_calls_count(), 7);
    CloseHandle(section);
    expect_eq_u(host_calls_count(), 11); // lock, look, unlink, close
}

// A second handle to what this process has open asks the host nothing.
CASE(host_calls_of_opening_again, "-")
{
    HANDLE section = must_make(PAGE_READWRITE, 4096, "calls"), again;

    host_calls_reset();
    again = OpenFileMappingA(FILE_MAP_READ, FALSE, "calls");
    CloseHandle(again);
    expect_eq_u(host_calls_count(), 0);
    CloseHandle(section);
}

CHILD(count_opening)
{
    unsigned count;
    HANDLE section;
    void *view;

    warm_up("other");
    host_calls_reset();
    section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, argv[0]);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    require(view != NULL);
    UnmapViewOfFile(view);
    CloseHandle(section);
    count = host_calls_count();
    return (int)count;
}

// open, look, lock, fstat, read; map, unmap; unlock, look, close. By hand: shm_open, fstat, mmap,
// munmap, close.
CASE(host_calls_of_opening, "-")
{
    HANDLE section = must_make(PAGE_READWRITE, 4096, own_name());

    expect_eq_u(child_run("count_opening", own_name()), 10);
    CloseHandle(section);
}
