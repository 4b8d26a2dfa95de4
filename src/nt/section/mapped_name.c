// SPDX-License-Identifier: MIT
// The name of the file behind an address. Volumes are numbered by their drive letters: C: is
// \Device\HarddiskVolume3. The name is the file's present one, as the kernel knows it.
#include "nt/section/mapped_name.h"

#include <stdio.h>
#include <string.h>

#include <ntstatus.h>

#include "base/utf.h"
#include "host/host.h"
#include "nt/file/path.h"
#include "nt/section/section.h"
#include "nt/section/view.h"
#include "nt/status.h"

#define DEVICE_PREFIX  "\\Device\\HarddiskVolume"
#define NAME_MAX_BYTES (WM_PATH_MAX + sizeof(DEVICE_PREFIX) + 4)

// What the kernel appends to the name of a file that has none left.
#define DELETED " (deleted)"

static void strip_deleted(char *path)
{
    size_t length = strlen(path), tail = sizeof(DELETED) - 1;

    if (length > tail && strcmp(path + length - tail, DELETED) == 0)
        path[length - tail] = '\0';
}

// "C:\dir\file" becomes "\Device\HarddiskVolume3\dir\file".
static void to_device(const char *shown, char *out, size_t size)
{
    snprintf(out, size, DEVICE_PREFIX "%d%s", (shown[0] | 0x20) - 'a' + 1, shown + 2);
}

static NTSTATUS name_of(const struct wm_section *section, char *out, size_t size)
{
    char host[WM_PATH_MAX], shown[WM_PATH_MAX];
    NTSTATUS st;
    int err;

    if (!section->stream)
        return STATUS_FILE_INVALID;
    err = host_fd_path(section->fd, host, sizeof(host));
    if (err)
        return wm_status_from_errno(err);
    strip_deleted(host);
    st = wm_path_show(host, shown, sizeof(shown));
    if (!st)
        to_device(shown, out, size);
    return st;
}

static NTSTATUS answer(const char *name, PVOID buffer, SIZE_T size, PSIZE_T result)
{
    size_t units = wm_utf8_to_utf16(name, strlen(name), NULL, 0, NULL);
    size_t bytes = (units + 1) * sizeof(uint16_t);
    UNICODE_STRING *out = buffer;
    uint16_t *text = (uint16_t *)(out + 1);

    if (result)
        *result = sizeof(*out) + bytes;
    if (size < sizeof(*out))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (size < sizeof(*out) + bytes)
        return STATUS_BUFFER_OVERFLOW;
    wm_utf8_to_utf16(name, strlen(name), text, units, NULL);
    text[units] = 0;
    out->Length = (USHORT)(units * sizeof(uint16_t));
    out->MaximumLength = (USHORT)bytes;
    out->Buffer = (PWSTR)text;
    return STATUS_SUCCESS;
}

NTSTATUS wm_mapped_name_query(uintptr_t address, PVOID buffer, SIZE_T size, PSIZE_T result)
{
    char name[NAME_MAX_BYTES];
    struct wm_region view;
    NTSTATUS st;

    if (wm_view_get(address, &view))
        return STATUS_INVALID_ADDRESS;
    st = name_of(view.section, name, sizeof(name));
    wm_view_put(&view);
    return st ? st : answer(name, buffer, size, result);
}
