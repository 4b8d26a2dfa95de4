// SPDX-License-Identifier: MIT
// SEC_NOCACHE: the disk is updated while writing goes on, and no page stays cached afterwards.
#ifndef WM_NT_SECTION_NOCACHE_H
#define WM_NT_SECTION_NOCACHE_H

#include <stddef.h>
#include <stdint.h>

struct wm_stream;

// A view of a SEC_NOCACHE section comes and goes. While there is one, a thread starts writing the
// file's dirty pages every few milliseconds. The end waits for the writes of the view's range and
// drops its pages from the page cache. Without a thread (none could be made) only the end acts.
void wm_nocache_begin(struct wm_stream *stream);
void wm_nocache_end(struct wm_stream *stream, uint64_t offset, size_t size);

// Fork: the child has no such thread until it maps a view itself.
void wm_nocache_fork_prepare(void);
void wm_nocache_fork_parent(void);
void wm_nocache_fork_child(void);

#endif
