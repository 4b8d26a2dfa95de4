// SPDX-License-Identifier: MIT
// Share modes of this process alone, for file systems without locks. Private to share.c.
#ifndef WM_NT_FILE_SHARE_TABLE_H
#define WM_NT_FILE_SHARE_TABLE_H

#include "nt/file/share.h"

// As their namesakes in share.h. The file is known by device and inode. Each takes the table's
// lock (rank SHARE).
NTSTATUS wm_share_table_claim(int fd, uint8_t access, uint8_t deny, struct wm_share_hold *hold);
void wm_share_table_weaken(const struct wm_share_hold *hold, uint8_t access);
bool wm_share_table_others(int fd, const struct wm_share_hold *hold);
void wm_share_table_doom(const struct wm_share_hold *hold);
void wm_share_table_release(const struct wm_share_hold *hold);
int wm_share_table_mark(int fd, struct wm_share_hold *hold, enum wm_mark kind, bool on);
int wm_share_table_marked(int fd, const struct wm_share_hold *hold, unsigned kinds,
                          unsigned *found);

#endif
