// SPDX-License-Identifier: MIT
// The in-process table: share modes and marks on file systems that have no locks.
#include "nt/file/share_table.h"

#include <errno.h>
#include <stdlib.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "base/lock.h"
#include "host/host.h"
#include "nt/status.h"

// One per hold. It lives until hold and marks are both gone.
struct entry {
    struct entry *next;
    const struct wm_share_hold *hold;
    uint64_t device, inode;
    uint8_t access, deny;
    bool held;      // counts for sharing
    bool doomed;    // only waits for its deletion
    unsigned marks; // bits
};

static struct wm_lock lock = WM_LOCK_INIT(WM_RANK_SHARE);
static struct entry *entries WM_GUARDED_BY(lock);

static struct entry **find_locked(const struct wm_share_hold *hold) WM_REQUIRES(lock)
{
    struct entry **at = &entries;

    while (*at && (*at)->hold != hold)
        at = &(*at)->next;
    return at;
}

static void drop_if_unused_locked(struct entry **at) WM_REQUIRES(lock)
{
    struct entry *entry = *at;

    if (entry->held || entry->marks)
        return;
    *at = entry->next;
    free(entry);
}

static bool disagrees(const struct entry *other, const struct host_stat *file, uint8_t access,
                      uint8_t deny)
{
    if (other->device != file->device || other->inode != file->inode)
        return false;
    if (other->doomed)
        return true;
    if (other->held && wm_share_conflict(other->access, other->deny, access, deny))
        return true;
    return ((other->marks & WM_MARK_BIT(WM_MARK_WRITE)) && (deny & WM_SHARE_W)) ||
           ((other->marks & WM_MARK_BIT(WM_MARK_IMAGE)) && (access & WM_SHARE_W));
}

NTSTATUS wm_share_table_claim(int fd, uint8_t access, uint8_t deny, struct wm_share_hold *hold)
{
    struct entry *fresh;
    struct host_stat file;
    NTSTATUS st = STATUS_SUCCESS;
    int err = host_fstat(fd, &file);

    if (err)
        return wm_status_from_errno(err);
    fresh = calloc(1, sizeof(*fresh));
    if (!fresh)
        return STATUS_NO_MEMORY;
    *fresh = (struct entry){
        .hold = hold,
        .device = file.device,
        .inode = file.inode,
        .access = access,
        .deny = deny,
        .held = true,
    };
    wm_lock_take(&lock);
    wm_assert(!*find_locked(hold));
    for (struct entry *e = entries; e && !st; e = e->next) {
        if (disagrees(e, &file, access, deny))
            st = e->doomed ? STATUS_DELETE_PENDING : STATUS_SHARING_VIOLATION;
    }
    if (!st) {
        fresh->next = entries;
        entries = fresh;
    }
    wm_lock_drop(&lock);
    if (st)
        free(fresh);
    return st;
}

void wm_share_table_weaken(const struct wm_share_hold *hold, uint8_t access)
{
    struct entry **at;

    wm_lock_take(&lock);
    at = find_locked(hold);
    if (*at)
        (*at)->access = access;
    wm_lock_drop(&lock);
}

void wm_share_table_doom(const struct wm_share_hold *hold)
{
    struct entry **at;

    wm_lock_take(&lock);
    at = find_locked(hold);
    if (*at)
        (*at)->doomed = true;
    wm_lock_drop(&lock);
}

bool wm_share_table_others(int fd, const struct wm_share_hold *hold)
{
    struct host_stat file;
    bool found = false;

    if (host_fstat(fd, &file))
        return false;
    wm_lock_take(&lock);
    for (struct entry *e = entries; e && !found; e = e->next)
        found = e->hold != hold && e->held && !e->doomed && e->device == file.device &&
                e->inode == file.inode;
    wm_lock_drop(&lock);
    return found;
}

void wm_share_table_release(const struct wm_share_hold *hold)
{
    struct entry **at;

    wm_lock_take(&lock);
    at = find_locked(hold);
    if (*at) {
        (*at)->held = false;
        (*at)->doomed = false;
        drop_if_unused_locked(at);
    }
    wm_lock_drop(&lock);
}

int wm_share_table_mark(int fd, struct wm_share_hold *hold, enum wm_mark kind, bool on)
{
    struct entry *fresh = NULL;
    struct host_stat file = {0};
    struct entry **at;
    int err = on ? host_fstat(fd, &file) : 0;

    if (err)
        return err;
    if (on && !(fresh = calloc(1, sizeof(*fresh))))
        return -ENOMEM;
    wm_lock_take(&lock);
    at = find_locked(hold);
    if (!*at && fresh) {
        fresh->hold = hold;
        fresh->device = file.device;
        fresh->inode = file.inode;
        *at = fresh;
        fresh = NULL;
    }
    if (*at && on) {
        (*at)->marks |= WM_MARK_BIT(kind);
    } else if (*at) {
        (*at)->marks &= ~WM_MARK_BIT(kind);
        drop_if_unused_locked(at);
    }
    wm_lock_drop(&lock);
    free(fresh);
    return 0;
}

int wm_share_table_marked(int fd, const struct wm_share_hold *hold, unsigned kinds, unsigned *found)
{
    struct host_stat file;
    unsigned marks = 0;
    int err = host_fstat(fd, &file);

    if (err)
        return err;
    wm_lock_take(&lock);
    for (struct entry *e = entries; e; e = e->next) {
        if (e->hold != hold && e->device == file.device && e->inode == file.inode)
            marks |= e->marks;
    }
    wm_lock_drop(&lock);
    *found = marks & kinds;
    return 0;
}

// The lock is held across the fork, so that the child's table is whole.
void wm_share_fork_prepare(void) WM_UNCHECKED_LOCKING
{
    wm_lock_take(&lock);
}

void wm_share_fork_parent(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}

void wm_share_fork_child(void) WM_UNCHECKED_LOCKING
{
    wm_lock_drop(&lock);
}
