// SPDX-License-Identifier: MIT
// The format of name files: data, table of slots, units of the name, extra bytes, record.
#ifndef WM_NT_OBJECT_NAME_RECORD_H
#define WM_NT_OBJECT_NAME_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "nt/object/name_file.h"

#define WM_NAME_EXTRA_MAX 4096u
#define WM_NAME_DATA_UNIT 4096u

// An entry of the table that follows the data: of which process, and its descriptor + 1.
struct wm_name_entry {
    uint32_t pid, fd_plus_one;
};
#define WM_NAME_TABLE_SIZE (WM_NAME_SLOTS * sizeof(struct wm_name_entry))

// All that follows the table, as one piece of memory. The caller frees it. NULL: no memory.
void *wm_name_record_encode(const struct wm_name_key *key, const struct wm_name_record *record,
                            const void *extra, size_t *size);

// Reads the record from a file of `file_size` bytes, believing nothing. -EINVAL: it is none;
// -ENOMEM, -EIO. The key owns its units.
int wm_name_record_read(int fd, uint64_t file_size, struct wm_name_record *record,
                        struct wm_name_key *key);

// The same from memory, for what was read already: the last `size` bytes of the file.
// -ERANGE: there is more in front of them, *needed bytes in all.
int wm_name_record_decode(const void *tail, size_t size, uint64_t file_size,
                          struct wm_name_record *record, struct wm_name_key *key, size_t *needed);

// Where the extra bytes are.
uint64_t wm_name_record_extra_offset(const struct wm_name_record *record);

#endif
