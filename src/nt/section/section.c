// SPDX-License-Identifier: MIT
// Section objects: their type, their making and their end.
#include "nt/section/section.h"

#include <stdlib.h>

#include "base/assert.h"
#include "host/host.h"
#include "nt/object/namespace.h"
#include "nt/section/commit.h"

static void section_destroy(struct wm_object *object)
{
    struct wm_section *section = (struct wm_section *)object;

    if (section->stream) {
        wm_stream_unmark(section->stream, section->mark);
        wm_stream_put(section->stream);
    }
    if (section->owns_fd)
        (void)host_close(section->fd); // memory has nobody to tell about an error
    wm_named_destroy(object);
    if (section->charged)
        wm_commit_return(section->charged);
    wm_lock_destroy(&section->lock);
    free(section);
}

static void section_fork_child(struct wm_object *object)
{
    struct wm_section *section = (struct wm_section *)object;

    wm_lock_reset(&section->lock);
    if (section->stream)
        wm_stream_fork_child(section->stream);
}

const struct wm_object_type wm_section_type = {
    .kind = WM_KIND_SECTION,
    .name = "Section",
    .map =
        {
            .GenericRead = STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
            .GenericWrite = STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
            .GenericExecute = STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE,
            .GenericAll = SECTION_ALL_ACCESS | SECTION_MAP_EXECUTE_EXPLICIT,
        },
    .valid = SECTION_ALL_ACCESS | SECTION_MAP_EXECUTE_EXPLICIT | SYNCHRONIZE,
    .cleanup = wm_named_cleanup,
    .destroy = section_destroy,
    .fork_child = section_fork_child,
};

struct wm_section *wm_section_new(const struct wm_section_args *args)
{
    struct wm_section *section = calloc(1, sizeof(*section));

    if (!section)
        return NULL;
    wm_object_init(&section->object, &wm_section_type);
    wm_lock_init(&section->lock, WM_RANK_SECTION);
    section->fd = -1;
    section->protect = args->protect;
    section->attributes = args->attributes;
    return section;
}
