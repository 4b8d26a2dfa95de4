// SPDX-License-Identifier: MIT
// The protocol of share.h on locks of open file descriptions.
#include "nt/file/share_space.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include <ntstatus.h>

#include "base/assert.h"
#include "host/host.h"
#include "host/memory.h"
#include "host/process.h"
#include "nt/file/share_table.h"
#include "nt/runtime.h"
#include "nt/status.h"

#define PATIENCE_NS (250ull * 1000 * 1000) // with somebody who stays tentative
#define FORK_NS     (100ull * 1000 * 1000) // since a fork: the child should have come to its exec

// A slot's index is denyR denyW denyD accessR accessW accessD from the highest bit down: in this
// order what a plain reader or writer can't live with is one range. Each mask holds the slots with
// that bit.
#define SLOTS_DENY_R   0xFFFFFFFF00000000ull
#define SLOTS_DENY_W   0xFFFF0000FFFF0000ull
#define SLOTS_DENY_D   0xFF00FF00FF00FF00ull
#define SLOTS_ACCESS_R 0xF0F0F0F0F0F0F0F0ull
#define SLOTS_ACCESS_W 0xCCCCCCCCCCCCCCCCull
#define SLOTS_ACCESS_D 0xAAAAAAAAAAAAAAAAull
#define SLOTS_UNUSED   0x0101010101010101ull // no access: nobody is ever there

// Denies all and does nothing: a file that waits for its deletion. Everybody's foe.
#define SLOT_DOOMED 56

// Units: the slots 0..63, the image mark, the writable mark.
typedef unsigned __int128 unit_set;
#define UNIT_IMAGE 64
#define UNIT_WRITE 65
#define UNITS      66
#define UNIT(n)    ((unit_set)1 << (n))

enum outcome { GRANTED, REFUSED, UNDECIDED, NO_LOCKS };

#if defined(WM_HOST_HOOKS)
_Atomic bool wm_share_table_only;

void wm_share_force_table(bool on)
{
    wm_share_table_only = on;
}
#endif

static int slot_of(uint8_t access, uint8_t deny)
{
    return (deny & WM_SHARE_R ? 32 : 0) | (deny & WM_SHARE_W ? 16 : 0) |
           (deny & WM_SHARE_D ? 8 : 0) | (access & WM_SHARE_R ? 4 : 0) |
           (access & WM_SHARE_W ? 2 : 0) | (access & WM_SHARE_D ? 1 : 0);
}

// What somebody with this access and denial can't live with.
static unit_set foes(uint8_t access, uint8_t deny)
{
    uint64_t slots =
        (access & WM_SHARE_R ? SLOTS_DENY_R : 0) | (access & WM_SHARE_W ? SLOTS_DENY_W : 0) |
        (access & WM_SHARE_D ? SLOTS_DENY_D : 0) | (deny & WM_SHARE_R ? SLOTS_ACCESS_R : 0) |
        (deny & WM_SHARE_W ? SLOTS_ACCESS_W : 0) | (deny & WM_SHARE_D ? SLOTS_ACCESS_D : 0);

    // Unused slots between two ranges join them.
    slots = (slots & ~SLOTS_UNUSED) | (SLOTS_UNUSED & (slots << 1 | slots >> 1));
    return (unit_set)slots | (access & WM_SHARE_W ? UNIT(UNIT_IMAGE) : 0) |
           (deny & WM_SHARE_W ? UNIT(UNIT_WRITE) : 0);
}

static int count_ranges(unit_set set)
{
    unit_set starts = set & ~(set << 1);

    return __builtin_popcountll((uint64_t)starts) + __builtin_popcountll((uint64_t)(starts >> 64));
}

// Contract in share_space.h.
bool wm_share_means_no_locks(int err)
{
    return err == -ENOLCK || err == -EOPNOTSUPP || err == -EINVAL || err == -EOVERFLOW ||
           err == -ENOSYS;
}

static bool is_writable(int open_flags)
{
    return (open_flags & O_ACCMODE) != O_RDONLY;
}

// Different for each thread and call; a forked child starts with its parent's sequence, which
// costs it a retry at worst.
static uint64_t next_random(void)
{
    static _Thread_local uint64_t state;

    if (state == 0)
        state = host_random() | 1;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

// Contract in share_space.h.
void wm_share_nap(unsigned round)
{
    uint64_t longest = 100000ull * ((round < 8 ? round : 8) + 1);

    host_sleep_until(host_monotonic_ns() + 20000 + next_random() % longest);
}

// Sets a byte in a slice. Descriptors that can't be read can't carry read locks: they take a write
// lock on a byte of their own instead. -EAGAIN: an exclusive holder has it all.
static int set_slice(int fd, int open_flags, int64_t region, int slot)
{
    int64_t at = region + slot * SLICE;
    int err = -EAGAIN;

    if ((open_flags & O_ACCMODE) != O_WRONLY)
        return host_lock(fd, F_RDLCK, at, 1);
    for (int i = 0; i < 4 && err == -EAGAIN; i++)
        err = host_lock(fd, F_WRLCK, at + 1 + (int64_t)(next_random() % (SLICE - 1)), 1);
    return err;
}

// Where the lock that the kernel showed begins, as a unit; -1 below the region, which only an
// exclusive hold reaches down to.
static int unit_of(int64_t at, int64_t region)
{
    if (at < region)
        return -1;
    if (at < region + 64 * SLICE)
        return (int)((at - region) / SLICE);
    return UNIT_IMAGE + (int)(at - MARKS);
}

static int64_t unit_start(int unit, int64_t region)
{
    return unit <= 64 ? region + unit * SLICE : MARKS + (unit - UNIT_IMAGE);
}

// Looks at the units [first, last]. *kind is the lock's type.
static int look(int fd, int64_t region, int first, int last, int *unit, int *kind)
{
    int64_t start = unit_start(first, region), at = 0;
    int err = host_lock_test(fd, F_WRLCK, start, unit_start(last + 1, region) - start, kind, &at);

    if (!err && *kind != F_UNLCK)
        *unit = unit_of(at, region);
    return err;
}

// What stands at the place in question: a foe, or somebody cutting the file, which ends soon.
static enum outcome judge(int unit, int kind)
{
    return unit >= UNIT_IMAGE && kind == F_WRLCK ? UNDECIDED : REFUSED;
}

// Is one of `set` there? GRANTED: none. The kernel shows any one conflicting lock, not the lowest,
// so a friend that it shows proves nothing: then each range that holds foes only is asked for.
static int scan(int fd, int64_t region, unit_set set, enum outcome *out)
{
    int last = region == TENTATIVE ? UNITS - 1 : 63;
    int unit = 0, kind = F_UNLCK, err;

    *out = GRANTED;
    if (last == 63)
        set &= UNIT(64) - 1;
    if (count_ranges(set) > 1) {
        err = look(fd, region, 0, last, &unit, &kind);
        if (err || kind == F_UNLCK)
            return err;
        if (unit < UNIT_IMAGE && (unit < 0 || (set & UNIT(unit)))) {
            *out = REFUSED;
            return 0;
        }
    }
    for (int first = 0; first <= last; first++) {
        int end = first;

        if (!(set & UNIT(first)))
            continue;
        while (end < last && (set & UNIT(end + 1)))
            end++;
        err = look(fd, region, first, end, &unit, &kind);
        if (err)
            return err;
        if (kind != F_UNLCK) {
            *out = judge(unit, kind);
            if (*out == REFUSED)
                return 0;
        }
        first = end;
    }
    return 0;
}

// One try at the exclusive lock: everything but the read mark.
static int try_exclusive(int fd, enum outcome *out)
{
    int unit = 0, kind = F_UNLCK;
    int err = host_lock(fd, F_WRLCK, CONFIRMED, MARK_READ - CONFIRMED);

    *out = GRANTED;
    if (err != -EAGAIN)
        return err;
    *out = REFUSED;
    err = look(fd, CONFIRMED, 0, 63, &unit, &kind);
    if (err || kind != F_UNLCK)
        return err;
    err = look(fd, TENTATIVE, UNIT_IMAGE, UNIT_WRITE, &unit, &kind);
    if (!err)
        *out = kind == F_UNLCK ? UNDECIDED : judge(unit, kind);
    return err;
}

// One try with slices. On anything but GRANTED nothing stays locked.
static int try_slices(int fd, int open_flags, uint8_t access, uint8_t deny, enum outcome *out)
{
    unit_set set = foes(access, deny), marks = set & ~(UNIT(64) - 1);
    int slot = slot_of(access, deny);
    enum outcome standing = GRANTED;
    int err = set_slice(fd, open_flags, TENTATIVE, slot);

    *out = REFUSED;
    if (err)
        return err == -EAGAIN ? 0 : err;
    err = scan(fd, TENTATIVE, set, out);
    if (!err && *out == GRANTED) {
        err = set_slice(fd, open_flags, CONFIRMED, slot);
        if (!err)
            return 0;
    }
    // Does a foe stand firm? A section does, and whoever is confirmed. Our own tentative byte stays
    // set while we look: whoever comes meanwhile sees it.
    if (!err)
        err = scan(fd, CONFIRMED, set, &standing);
    if (!err && standing == GRANTED && *out == REFUSED)
        err = scan(fd, TENTATIVE, marks, &standing);
    *out = standing == REFUSED ? REFUSED : UNDECIDED;
    (void)host_lock(fd, F_UNLCK, CONFIRMED, MARKS - CONFIRMED);
    return err;
}

// Devices, pipes and sockets are not shared or denied; who meets a lock on one ignores it.
static bool is_disk_file(int fd)
{
    struct host_stat stat;

    return host_fstat(fd, &stat) != 0 || S_ISREG(stat.mode) || S_ISDIR(stat.mode);
}

// Which refusal it was: is one of those who hold the file there for its deletion only?
static NTSTATUS refusal(int fd)
{
    int unit = 0, kind = F_UNLCK;

    if (look(fd, CONFIRMED, SLOT_DOOMED, SLOT_DOOMED, &unit, &kind) || kind == F_UNLCK)
        return STATUS_SHARING_VIOLATION;
    // An exclusive hold begins further down.
    return unit == SLOT_DOOMED ? STATUS_DELETE_PENDING : STATUS_SHARING_VIOLATION;
}

// After a fork, a lock of ours may live on in a child that is about to exec.
static bool may_be_a_childs(uint64_t now)
{
    uint64_t forked = wm_last_fork_ns();

    return forked && now < forked + FORK_NS;
}

static NTSTATUS claim_locks(int fd, int open_flags, struct wm_share_hold *hold, bool *no_locks)
{
    bool exclusive = hold->deny == 7 && (hold->access & WM_SHARE_W) && is_writable(open_flags);
    uint64_t start = 0, now;

    for (unsigned round = 0;; round++) {
        enum outcome out;
        int err = exclusive ? try_exclusive(fd, &out)
                            : try_slices(fd, open_flags, hold->access, hold->deny, &out);

        *no_locks = wm_share_means_no_locks(err);
        if (err)
            return wm_status_from_errno(err);
        if (out == GRANTED) {
            hold->state = exclusive ? WM_SHARE_EXCLUSIVE : WM_SHARE_SLICES;
            return STATUS_SUCCESS;
        }
        if (round == 0 && !is_disk_file(fd)) {
            hold->state = WM_SHARE_NONE;
            return STATUS_SUCCESS;
        }
        now = host_monotonic_ns();
        if (start == 0)
            start = now;
        if (now - start >= PATIENCE_NS || (out == REFUSED && !may_be_a_childs(now)))
            return refusal(fd);
        wm_share_nap(round);
    }
}

// Contract in share.h.
NTSTATUS wm_share_claim(int fd, int open_flags, uint8_t access, uint8_t deny,
                        struct wm_share_hold *hold)
{
    bool no_locks = wm_share_table_only;
    NTSTATUS st = STATUS_SUCCESS;

    *hold = (struct wm_share_hold){.state = WM_SHARE_NONE, .access = access, .deny = deny};
    if (access == 0)
        return STATUS_SUCCESS;
    if (!no_locks)
        st = claim_locks(fd, open_flags, hold, &no_locks);
    if (no_locks) {
        if (!is_disk_file(fd))
            return STATUS_SUCCESS;
        st = wm_share_table_claim(fd, access, deny, hold);
        if (!st)
            hold->state = WM_SHARE_TABLE;
    }
    return st;
}

// Contract in share.h. The weaker claim is set before the stronger one goes: nobody gets in between.
void wm_share_weaken(int fd, int open_flags, struct wm_share_hold *hold, uint8_t access)
{
    int before = slot_of(hold->access, hold->deny), after = slot_of(access, hold->deny);

    if (hold->state == WM_SHARE_TABLE)
        wm_share_table_weaken(hold, access);
    if (hold->state == WM_SHARE_EXCLUSIVE && access == 0) {
        // Without access nobody is denied anything. With any, all are, as before.
        wm_share_release(fd, hold, 0, true);
        return;
    }
    if (hold->state == WM_SHARE_SLICES && before != after) {
        if (access && (set_slice(fd, open_flags, TENTATIVE, after) ||
                       set_slice(fd, open_flags, CONFIRMED, after)))
            return;
        (void)host_lock(fd, F_UNLCK, TENTATIVE + before * SLICE, SLICE);
        (void)host_lock(fd, F_UNLCK, CONFIRMED + before * SLICE, SLICE);
    }
    hold->access = access;
}

// Contract in share.h.
void wm_share_release(int fd, struct wm_share_hold *hold, unsigned marks, bool unlock)
{
    int64_t end = MARKS;

    if (hold->state == WM_SHARE_TABLE)
        wm_share_table_release(hold);
    if (unlock && hold->state == WM_SHARE_EXCLUSIVE && !(marks & WM_MARK_BIT(WM_MARK_IMAGE))) {
        // The mark bytes below a section's own are locked with the rest.
        end = marks & WM_MARK_BIT(WM_MARK_WRITE) ? MARK_WRITE : MARK_READ;
    } else if (unlock && hold->state == WM_SHARE_EXCLUSIVE &&
               !(marks & WM_MARK_BIT(WM_MARK_WRITE))) {
        (void)host_lock(fd, F_UNLCK, MARK_WRITE, 1);
    }
    if (unlock && (hold->state == WM_SHARE_SLICES || hold->state == WM_SHARE_EXCLUSIVE))
        (void)host_lock(fd, F_UNLCK, CONFIRMED, end - CONFIRMED);
    // A table entry with marks is found by the hold's address, so the state must tell.
    if (hold->state != WM_SHARE_TABLE || !marks)
        hold->state = WM_SHARE_NONE;
}

// Contract in share.h. Says no when it can't tell.
bool wm_share_others(int fd, const struct wm_share_hold *hold)
{
    int unit = 0, kind = F_UNLCK;

    if (wm_share_table_only || hold->state == WM_SHARE_TABLE)
        return wm_share_table_others(fd, hold);
    return look(fd, CONFIRMED, 0, 63, &unit, &kind) == 0 && kind != F_UNLCK;
}

// Contract in share.h. An exclusive holder is alone, so it keeps what it has.
void wm_share_doom(int fd, int open_flags, struct wm_share_hold *hold)
{
    int slot = slot_of(hold->access, hold->deny);

    if (hold->state == WM_SHARE_TABLE)
        wm_share_table_doom(hold);
    if (hold->state != WM_SHARE_SLICES)
        return;
    if (set_slice(fd, open_flags, TENTATIVE, SLOT_DOOMED) ||
        set_slice(fd, open_flags, CONFIRMED, SLOT_DOOMED))
        return;
    (void)host_lock(fd, F_UNLCK, TENTATIVE + slot * SLICE, SLICE);
    (void)host_lock(fd, F_UNLCK, CONFIRMED + slot * SLICE, SLICE);
}
