// SPDX-License-Identifier: MIT
// Named sections: what their name's record says, and how a section is made of it.
#ifndef WM_NT_SECTION_NAMED_H
#define WM_NT_SECTION_NAMED_H

#include "nt/object/name_file.h"
#include "nt/section/section.h"
#include "nt/section/storage.h"

// struct wm_name_record.flags of sections.
#define WM_SECTION_OF_FILE  0x1u // device and inode are a file's, the extra bytes its path
#define WM_SECTION_IN_MEMFD 0x2u // device and inode are of memory that holders have open

#define WM_SECTION_PATH_MAX 4096u // the most extra bytes that a record has

// A named section in the making: the `args` of wm_named_create.
struct wm_section_naming {
    struct wm_section_args args;
    struct wm_file *file; // NULL: of the paging file
    // Private to the making:
    struct wm_section *section; // put by whoever made this, if it is still there
    enum wm_storage storage;
    char path[WM_SECTION_PATH_MAX];
};

// Fills in record and path for a section of naming->file, and makes the section.
NTSTATUS wm_named_file_describe(struct wm_section_naming *naming, struct wm_name_record *record,
                                const void **extra);
// The file that the record means, whatever it is called by now, and never another one: sets the
// section's stream and mark. STATUS_OBJECT_NAME_NOT_FOUND when nobody has it open any more.
NTSTATUS wm_named_file_open(struct wm_name *name, struct wm_section *section);

#endif
