// SPDX-License-Identifier: MIT
// Harness of the conformance programs: temporary files, views and second processes.
#define __USE_MINGW_ANSI_STDIO 1
#include "conform.h"

#include "conform_internal.h"

#include <stdlib.h>

#define TEMP_MAX 64
static char temp_paths[TEMP_MAX][MAX_PATH];
static int temp_count;

/* Views of the case, unmapped at its end: a mapped file cannot be deleted. */
#define VIEW_MAX 256
static void *views[VIEW_MAX];
static unsigned view_count;

void view_drop(void *view)
{
    views[view_count++ % VIEW_MAX] = view;
}

static void temp_remove(void)
{
    for (unsigned i = 0; i < VIEW_MAX && i < view_count; i++)
        UnmapViewOfFile(views[i]);
    for (int i = 0; i < temp_count; i++) {
        SetFileAttributesA(temp_paths[i], FILE_ATTRIBUTE_NORMAL);
        DeleteFileA(temp_paths[i]);
    }
}

const char *temp_name(void)
{
    char dir[MAX_PATH];
    char *path = temp_paths[temp_count];
    DWORD length = GetTempPathA(sizeof dir, dir);

    require(temp_count < TEMP_MAX);
    require(length > 0 && length < sizeof dir);
    require(GetTempFileNameA(dir, "wmc", 0, path) != 0);
    require(DeleteFileA(path));
    if (temp_count++ == 0)
        atexit(temp_remove);
    return path;
}

unsigned char pattern_at(uint64_t offset)
{
    uint64_t mixed = offset * 31 + (offset >> 12) * 7;

    return (unsigned char)(1 + mixed % 255);
}

void pattern_fill(void *buffer, uint64_t offset, size_t size)
{
    unsigned char *p = buffer;

    for (size_t i = 0; i < size; i++)
        p[i] = pattern_at(offset + i);
}

const char *temp_file(size_t size)
{
    static unsigned char block[65536];
    const char *path = temp_name();
    HANDLE file =
        CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    size_t done = 0;

    require(file != INVALID_HANDLE_VALUE);
    while (done < size) {
        DWORD part = (DWORD)(size - done < sizeof block ? size - done : sizeof block);
        DWORD written = 0;

        pattern_fill(block, done, part);
        require(WriteFile(file, block, part, &written, NULL) && written == part);
        done += part;
    }
    require(CloseHandle(file));
    return path;
}

HANDLE open_shared(const char *path, DWORD access, DWORD share)
{
    HANDLE file =
        CreateFileA(path, access, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

    require(file != INVALID_HANDLE_VALUE);
    return file;
}

HANDLE open_file(const char *path, DWORD access)
{
    return open_shared(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
}

uint64_t size_of(const char *path)
{
    LARGE_INTEGER size;
    HANDLE file = CreateFileA(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

    size.QuadPart = -1;
    if (file != INVALID_HANDLE_VALUE) {
        GetFileSizeEx(file, &size);
        CloseHandle(file);
    }
    return (uint64_t)size.QuadPart;
}

HANDLE make_section(HANDLE file, DWORD protect)
{
    HANDLE section = CreateFileMappingA(file, NULL, protect, 0, 0, NULL);

    require(section != NULL);
    return section;
}

unsigned char *make_view(HANDLE section, DWORD access)
{
    unsigned char *view = MapViewOfFile(section, access, 0, 0, 0);

    require(view != NULL);
    view_drop(view);
    return view;
}

unsigned char *view_of_new_file(size_t size, DWORD protect, DWORD access, HANDLE *file,
                                HANDLE *section)
{
    HANDLE f = open_file(temp_file(size), GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE);
    HANDLE s = make_section(f, protect);
    unsigned char *view = make_view(s, access);

    if (file)
        *file = f;
    else
        require(CloseHandle(f));
    if (section)
        *section = s;
    else
        require(CloseHandle(s));
    return view;
}

static HANDLE probe_file(void)
{
    static HANDLE file = INVALID_HANDLE_VALUE;
    DWORD written;

    if (file == INVALID_HANDLE_VALUE) {
        file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
        require(WriteFile(file, "\x5a", 1, &written, NULL));
    }
    return file;
}

int can_read(const void *at)
{
    HANDLE file = probe_file();
    DWORD written = 0;

    SetFilePointer(file, 16, NULL, FILE_BEGIN);
    return WriteFile(file, at, 1, &written, NULL) && written == 1;
}

int can_write(void *at)
{
    HANDLE file = probe_file();
    DWORD got = 0;

    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    return ReadFile(file, at, 1, &got, NULL) && got == 1;
}

MEMORY_BASIC_INFORMATION query(const void *at)
{
    MEMORY_BASIC_INFORMATION info;

    memset(&info, 0xee, sizeof info);
    expect_eq_u(VirtualQuery(at, &info, sizeof info), sizeof info);
    return info;
}

HANDLE child_start(const char *name, const char *args)
{
    char command[2048];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;

    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    snprintf(command, sizeof command, "\"%s\" --child %s %s", conform_program(), name,
             args ? args : "");
    require(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    CloseHandle(process.hThread);
    return process.hProcess;
}

DWORD child_wait(HANDLE process)
{
    DWORD code = ~0u;

    require(WaitForSingleObject(process, 60000) == WAIT_OBJECT_0);
    require(GetExitCodeProcess(process, &code));
    CloseHandle(process);
    return code;
}

DWORD child_run(const char *name, const char *args)
{
    return child_wait(child_start(name, args));
}

void flag_set(const char *path)
{
    HANDLE file = CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

    require(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

void flag_wait(const char *path)
{
    ULONGLONG limit = GetTickCount64() + 20000;

    while (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES) {
        require(GetTickCount64() < limit);
        Sleep(2);
    }
}
