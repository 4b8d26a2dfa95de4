// SPDX-License-Identifier: MIT
// Name files and object names: a record is believed only when it fits its file, a name is what is
// left of its path. The first byte chooses: a name, a record's bytes, or a sound record changed.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/memory.h"
#include "nt/object/name.h"
#include "nt/object/name_record.h"
#include "nt/object/namespace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const uint8_t *data, size_t size, HANDLE root)
{
    uint16_t *units = malloc(size + 2);
    UNICODE_STRING string = {(USHORT)(size < 65535 ? size : 65534), 65534, (void *)units};
    OBJECT_ATTRIBUTES attributes;
    struct wm_name_key key, copy;

    memcpy(units, data, string.Length);
    InitializeObjectAttributes(&attributes, &string, 0, root, NULL);
    if (wm_name_parse(&attributes, &key) == 0) {
        wm_check(key.length >= 1 && key.length <= WM_NAME_MAX_UNITS);
        wm_check(key.units >= units && key.units + key.length == units + string.Length / 2);
        for (uint32_t i = 0; i < key.length; i++)
            wm_check(key.units[i] != '\\');
        wm_check(wm_name_key_copy(&key, &copy) == 0);
        copy.hash[0] = 0;
        wm_name_hash(&copy);
        wm_check(wm_name_key_equal(&key, &copy));
        wm_name_key_free(&copy);
    }
    free(units);
}

static void check_record(const struct wm_name_record *record, const struct wm_name_key *key,
                         uint64_t file_size)
{
    wm_check(record->kind > WM_KIND_ANY && record->kind <= WM_KIND_SEMAPHORE);
    wm_check(key->length <= WM_NAME_MAX_UNITS && record->extra_size <= WM_NAME_EXTRA_MAX);
    wm_check(record->data_size % WM_NAME_DATA_UNIT == 0 && record->data_size < file_size);
    wm_check(wm_name_record_extra_offset(record) + record->extra_size <= file_size);
    wm_check(record->units == key->length && record->size <= INT64_MAX);
}

// The bytes are the end of a file, whose size is whatever they say and what they are.
static void check_tail(const uint8_t *data, size_t size)
{
    struct wm_name_record record;
    struct wm_name_key key;
    uint64_t file_size = 0;
    size_t needed;
    int err;

    if (size < sizeof(file_size))
        return;
    memcpy(&file_size, data, sizeof(file_size));
    for (int i = 0; i < 2; i++) {
        err = wm_name_record_decode(data, size, i ? file_size : size, &record, &key, &needed);
        wm_check(err == 0 || err == -EINVAL || err == -ERANGE);
        if (!err) {
            check_record(&record, &key, i ? file_size : size);
            wm_name_key_free(&key);
        }
    }
}

// A file that is right but for the changes that the input makes: pairs of a place and a value.
static void check_changed(const uint8_t *data, size_t size)
{
    static const uint16_t units[] = {'n', 'a', 'm', 'e'};
    static const char extra[] = "/path";
    const struct wm_name_record made = {
        .kind = WM_KIND_SECTION, .data_size = 4096, .size = 4096, .extra_size = sizeof(extra)};
    struct wm_name_key key = {.length = 4, .units = units};
    struct wm_name_record record;
    size_t tail_size, done;
    uint64_t file_size;
    uint8_t *tail;
    int fd;

    if (host_memfd("fuzz", &fd))
        return;
    tail = wm_name_record_encode(&key, &made, extra, &tail_size);
    wm_check(tail);
    for (size_t i = 0; i + 1 < size; i += 2)
        tail[data[i] % tail_size] ^= data[i + 1];
    file_size = made.data_size + WM_NAME_TABLE_SIZE + tail_size;
    if (size % 2)
        file_size -= data[size - 1]; // cut
    host_write(fd, tail, tail_size, (int64_t)(made.data_size + WM_NAME_TABLE_SIZE), &done);
    host_truncate(fd, file_size);
    free(tail);
    if (wm_name_record_read(fd, file_size, &record, &key) == 0) {
        check_record(&record, &key, file_size);
        wm_name_key_free(&key);
    } else {
        wm_check(size > 0); // what is unchanged is read
    }
    host_close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    switch (data[0] % 4) {
    case 0:
        check_name(data + 1, size - 1, WM_BASE_NAMED_OBJECTS);
        break;
    case 1:
        check_name(data + 1, size - 1, NULL);
        break;
    case 2:
        check_tail(data + 1, size - 1);
        break;
    default:
        check_changed(data + 1, size - 1);
        break;
    }
    return 0;
}
