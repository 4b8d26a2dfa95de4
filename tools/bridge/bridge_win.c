// SPDX-License-Identifier: MIT
// The Wine side of `winmem bridge`: a small Windows program that holds names in Wine's name space.
//
// It answers a line on standard input with a line on standard output, and ends with its input:
//   export SIZE ACCESS PATH NAME   makes the section NAME of the file PATH, r or w -> ok
//   import NAME                    opens the section NAME and maps it -> view ADDRESS SIZE ACCESS
// or `error CODE`. PATH and NAME are UTF-16 units of four hexadecimal digits each. What was made or
// opened stays until the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define LINE_MAX_BYTES (4 * 32767 + 4 * 4096 + 64)

// The text of `hex`, allocated (Wine wants it aligned); NULL when it is not of that form.
static WCHAR *units_of(const char *hex)
{
    size_t digits = hex ? strlen(hex) : 0;
    WCHAR *units = calloc(digits / 4 + 1, sizeof(*units));

    if (!units || !digits || digits % 4 || strspn(hex, "0123456789abcdef") != digits) {
        free(units);
        return NULL;
    }
    for (size_t i = 0; i < digits / 4; i++) {
        char four[5] = {hex[4 * i], hex[4 * i + 1], hex[4 * i + 2], hex[4 * i + 3], 0};

        units[i] = (WCHAR)strtoul(four, NULL, 16);
    }
    return units;
}

static DWORD export_file(unsigned long long size, int writable, const WCHAR *path,
                         const WCHAR *name)
{
    DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, error = 0;
    HANDLE file, section;

    file = CreateFileW(path, writable ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ, share, NULL,
                       OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    section = CreateFileMappingW(file, NULL, writable ? PAGE_READWRITE : PAGE_READONLY,
                                 (DWORD)(size >> 32), (DWORD)size, name);
    if (!section || GetLastError() == ERROR_ALREADY_EXISTS)
        error = GetLastError();
    if (section && error)
        CloseHandle(section);
    CloseHandle(file);
    return error;
}

static DWORD import_section(const WCHAR *name)
{
    MEMORY_BASIC_INFORMATION info;
    int writable = 1;
    HANDLE section = OpenFileMappingW(FILE_MAP_WRITE | FILE_MAP_READ, FALSE, name);
    void *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;

    if (!view) {
        if (section)
            CloseHandle(section);
        else if (GetLastError() != ERROR_ACCESS_DENIED)
            return GetLastError();
        writable = 0;
        section = OpenFileMappingW(FILE_MAP_READ, FALSE, name);
        view = section ? MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0) : NULL;
    }
    if (!view || !VirtualQuery(view, &info, sizeof(info)))
        return GetLastError();
    printf("view %llx %llu %c\n", (unsigned long long)(ULONG_PTR)view,
           (unsigned long long)info.RegionSize, writable ? 'w' : 'r');
    return 0;
}

static DWORD answer_import(void)
{
    WCHAR *name = units_of(strtok(NULL, " \r\n"));
    DWORD error = name ? import_section(name) : ERROR_INVALID_PARAMETER;

    free(name);
    return error;
}

static DWORD answer_export(void)
{
    char *size = strtok(NULL, " \r\n"), *access = strtok(NULL, " \r\n");
    WCHAR *path = units_of(strtok(NULL, " \r\n")), *name = units_of(strtok(NULL, " \r\n"));
    DWORD error = ERROR_INVALID_PARAMETER;

    if (size && access && path && name)
        error = export_file(strtoull(size, NULL, 10), *access == 'w', path, name);
    if (!error)
        puts("ok");
    free(path);
    free(name);
    return error;
}

static DWORD answer(char *line)
{
    char *word = strtok(line, " \r\n");

    if (word && strcmp(word, "import") == 0)
        return answer_import();
    return word && strcmp(word, "export") == 0 ? answer_export() : ERROR_INVALID_PARAMETER;
}

int main(void)
{
    char *line = malloc(LINE_MAX_BYTES);

    if (!line)
        return 1;
    setvbuf(stdout, NULL, _IONBF, 0);
    while (fgets(line, LINE_MAX_BYTES, stdin)) {
        DWORD error = answer(line);

        if (error)
            printf("error %lu\n", error);
    }
    free(line);
    return 0;
}
