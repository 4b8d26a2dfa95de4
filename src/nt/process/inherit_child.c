// SPDX-License-Identifier: MIT
// Handles that a new process inherits: the child's side, before main().
#include <stdlib.h>

#include "base/checked.h"
#include "host/host.h"
#include "host/process.h"
#include "nt/object/handle.h"
#include "nt/process/inherit.h"
#include "nt/process/inherit_record.h"

// Is the descriptor what the parent handed over? A program in between may have closed it, and
// another file may have its number.
static bool is_same(const struct wm_inherit_record *record)
{
    struct host_stat stat;

    return record->fd > 2 && host_fstat(record->fd, &stat) == 0 && stat.device == record->device &&
           stat.inode == record->inode;
}

// A file and its section may share a descriptor; here each has its own.
static bool own_descriptor(struct wm_inherit_record *records, unsigned index)
{
    int copy;

    for (unsigned i = 0; i < index; i++) {
        if (records[i].fd != records[index].fd)
            continue;
        if (host_dup(records[index].fd, &copy))
            return false;
        records[index].fd = copy;
        return true;
    }
    return host_close_on_exec(records[index].fd) == 0;
}

static struct wm_object *adopt(struct wm_inherit_record *records, unsigned index)
{
    struct wm_object *object;

    if (!is_same(&records[index]) || !own_descriptor(records, index))
        return NULL;
    object = wm_inherit_make(&records[index]);
    if (!object)
        host_close(records[index].fd);
    return object;
}

// Makes the handles; several of one object, as in the parent. Some may fail: they are not there.
static void adopt_all(struct wm_inherit_record *records, unsigned count)
{
    struct wm_object **objects = calloc(count, sizeof(struct wm_object *));

    for (unsigned i = 0; objects && i < count; i++) {
        unsigned first = records[i].first < i ? records[i].first : i;

        if (first == i)
            objects[i] = adopt(records, i);
        if (objects[first])
            (void)wm_handle_insert_inherited(objects[first], records[i].granted, records[i].flags,
                                             (HANDLE)(uintptr_t)records[i].handle);
    }
    for (unsigned i = 0; objects && i < count; i++)
        if (objects[i])
            wm_object_put(objects[i]);
    free(objects);
}

static void read_carrier(int carrier)
{
    struct wm_inherit_header header;
    struct wm_inherit_record *records;
    struct host_stat stat;
    size_t done, size;

    if (host_read(carrier, &header, sizeof(header), 0, &done) || done != sizeof(header) ||
        header.magic != WM_INHERIT_MAGIC || !wm_mul_size(header.count, sizeof(*records), &size) ||
        host_fstat(carrier, &stat) || stat.size != sizeof(header) + size)
        return;
    records = malloc(size);
    if (records && host_read(carrier, records, size, sizeof(header), &done) == 0 && done == size) {
        adopt_all(records, header.count);
        host_close(carrier);
    }
    free(records);
}

// Contract in inherit.h.
void wm_inherit_from_parent(void)
{
    const char *number = secure_getenv(WM_INHERIT_VARIABLE);
    int carrier;

    if (!number)
        return;
    carrier = atoi(number);
    if (carrier > 2)
        read_carrier(carrier);
    unsetenv(WM_INHERIT_VARIABLE); // it is not for this program's own children
}
