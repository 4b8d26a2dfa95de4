// SPDX-License-Identifier: MIT
// Marks of nt/file/share.h: which sections exist, and cutting files that have none.
#include <errno.h>
#include <fcntl.h>

#include "host/host.h"
#include "host/process.h"
#include "nt/file/share_space.h"
#include "nt/file/share_table.h"

#define CUT_NS  (1000ull * 1000 * 1000) // for the end of a cut
#define MARK_NS (2ull * 1000 * 1000)    // for marks of a process on its way out

static int64_t mark_byte(enum wm_mark kind)
{
    static const int64_t bytes[] = {
        [WM_MARK_READ] = MARK_READ,
        [WM_MARK_WRITE] = MARK_WRITE,
        [WM_MARK_IMAGE] = MARK_IMAGE,
    };

    return bytes[kind];
}

// Contract in share.h. Under an exclusive hold the mark turns that byte of the write lock into a
// read lock; clearing it unlocks the byte, which nobody misses: the slices alone keep others out.
int wm_share_mark(int fd, struct wm_share_hold *hold, enum wm_mark kind, bool on)
{
    uint64_t deadline = 0;
    int err = -ENOLCK;

    if (hold->state != WM_SHARE_TABLE && !wm_share_table_only)
        err = host_lock(fd, on ? F_RDLCK : F_UNLCK, mark_byte(kind), 1);
    for (unsigned round = 0; err == -EAGAIN; round++) {
        uint64_t now = host_monotonic_ns();

        if (deadline == 0)
            deadline = now + CUT_NS;
        else if (now > deadline)
            return err;
        wm_share_nap(round);
        err = host_lock(fd, F_RDLCK, mark_byte(kind), 1);
    }
    // Who holds locks on this file does not turn to the table: the two don't see each other.
    if (wm_share_means_no_locks(err) &&
        (hold->state == WM_SHARE_NONE || hold->state == WM_SHARE_TABLE)) {
        err = wm_share_table_mark(fd, hold, kind, on);
        if (!err)
            hold->state = WM_SHARE_TABLE;
    }
    return err;
}

// Contract in share.h.
int wm_share_marked(int fd, const struct wm_share_hold *hold, unsigned kinds, unsigned *found)
{
    unsigned marks = 0;
    int err = wm_share_table_only || hold->state == WM_SHARE_TABLE ? -ENOLCK : 0;

    for (int kind = 0; kind < WM_MARK_KINDS && !err; kind++) {
        int type = F_UNLCK;
        int64_t at;

        if (!(kinds & WM_MARK_BIT(kind)))
            continue;
        err = host_lock_test(fd, F_WRLCK, mark_byte((enum wm_mark)kind), 1, &type, &at);
        // A write lock there is an exclusive holder's, or somebody's who is cutting the file.
        if (!err && type == F_RDLCK)
            marks |= WM_MARK_BIT(kind);
    }
    if (wm_share_means_no_locks(err))
        return wm_share_table_marked(fd, hold, kinds, found);
    if (!err)
        *found = marks;
    return err;
}

// Contract in share.h. Marks of a process that is just exiting or spawning are waited out.
int wm_share_begin_cut(int fd, const struct wm_share_hold *hold)
{
    int err = wm_share_table_only || hold->state == WM_SHARE_TABLE ? -ENOLCK : -EAGAIN;
    unsigned found = 0;
    uint64_t deadline = 0;

    for (unsigned round = 0; err == -EAGAIN; round++) {
        uint64_t now;

        err = host_lock(fd, F_WRLCK, MARKS, WM_MARK_KINDS);
        if (err != -EAGAIN)
            break;
        now = host_monotonic_ns();
        if (deadline == 0)
            deadline = now + MARK_NS;
        else if (now > deadline)
            return err;
        wm_share_nap(round);
    }
    if (!wm_share_means_no_locks(err))
        return err;
    // The table is looked at once only: its marks and cuts are in this process, and a program that
    // maps and cuts a file at once has to order the two itself.
    err = wm_share_table_marked(fd, hold, WM_MARK_ALL, &found);
    return err ? err : found ? -EAGAIN : 0;
}

// Contract in share.h.
void wm_share_end_cut(int fd, const struct wm_share_hold *hold)
{
    if (!wm_share_table_only && hold->state != WM_SHARE_TABLE)
        (void)host_lock(fd, F_UNLCK, MARKS, WM_MARK_KINDS);
}
