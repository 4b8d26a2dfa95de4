// SPDX-License-Identifier: MIT
// Steps of the name protocol that a test leaves out, to prove that it would notice.
#ifndef WM_NT_OBJECT_NAME_DEFECT_H
#define WM_NT_OBJECT_NAME_DEFECT_H

enum wm_name_defect {
    // Who opens does not look whether the file still has its name once it is locked.
    WM_NAME_SKIPS_LINK_CHECK = 1,
    // Who opens does not ask whether anybody holds the file before it locks it.
    WM_NAME_SKIPS_LIVENESS_TEST = 2,
    // Who closes leaves unlocking to close(2).
    WM_NAME_NEVER_UNLOCKS = 4,
    // Who closes tries for the write lock while it still holds the read lock, and not again after.
    WM_NAME_TESTS_BEFORE_UNLOCK = 8,
};

#if defined(WM_HOST_HOOKS)
extern unsigned wm_name_defects; // enum wm_name_defect; name_file.c
#define WM_NAME_HAS_DEFECT(defect) ((wm_name_defects & (defect)) != 0)
#else
#define WM_NAME_HAS_DEFECT(defect) 0
#endif

#endif
