// SPDX-License-Identifier: MIT
// Path names: whatever the text, the result is a clean host path that stays on its drive.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nt/file/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_parent_segment(const char *text)
{
    for (const char *at = strstr(text, ".."); at; at = strstr(at + 1, ".."))
        if ((at == text || at[-1] == '/') && (at[2] == '\0' || at[2] == '/'))
            return true;
    return false;
}

static void check(const struct wm_path *path)
{
    wm_check(path->length < WM_PATH_MAX && strlen(path->text) == path->length);
    wm_check(path->root <= path->length);
    if (path->posix || path->device)
        return;
    wm_check(!has_parent_segment(path->text + path->root));
}

static void parse(const uint8_t *data, size_t size, enum wm_path_syntax syntax)
{
    struct wm_path path;

    if (wm_path_parse((const char *)data, size, syntax, &path) == 0)
        check(&path);
    if (wm_path_parse_utf16((const uint16_t *)(const void *)data, size / 2, syntax, &path) == 0)
        check(&path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // Aligned, as the UTF-16 half needs it.
    uint16_t *copy = malloc(size + 2);
    char shown[2 * WM_PATH_MAX];

    setenv("WINMEM_DRIVE_C", "/tmp", 1);
    memcpy(copy, data, size);
    parse((uint8_t *)copy, size, WM_PATH_WIN32);
    parse((uint8_t *)copy, size, WM_PATH_NT);
    if (wm_path_full((char *)copy, size, shown, sizeof(shown)) == 0)
        wm_check(strlen(shown) < sizeof(shown));
    free(copy);
    return 0;
}
