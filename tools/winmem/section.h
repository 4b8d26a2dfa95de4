// SPDX-License-Identifier: MIT
// Sections as the subcommands use them: opened by name, read and written without a fault.
#ifndef TOOL_SECTION_H
#define TOOL_SECTION_H

#include "command.h"
#include "hexdump.h"

struct tool_section_info {
    uint64_t size;
    uint32_t attributes; // SEC_*
};
bool tool_section_query(HANDLE section, struct tool_section_info *out);

// Opens a name of any kind, with no more rights than that takes. NULL with the last error set;
// *kind (may be NULL) is what it turned out to be.
HANDLE tool_open_any(const struct tool_name *name, const char **kind);

// Opens a section to map it; NULL after saying what is wrong, with the exit code in *code.
HANDLE tool_open_section(const struct tool_name *name, DWORD access, struct tool_section_info *info,
                         int *code);

// Where a section is read from: by descriptor, since reading through a view would allocate what
// nobody has touched yet, and could fault. Holds no name. -1 with the last error set.
int tool_section_reader(HANDLE section);
// Reads [offset, offset+length). What is not there (not committed, beyond the end of its file) is
// zero, and marked so where `there` is not NULL.
void tool_section_read(int reader, const struct tool_section_info *info, uint64_t offset,
                       void *data, bool *there, size_t length);
// Writes, committing what it needs to. False with the last error set.
bool tool_section_write(HANDLE section, const struct tool_section_info *info, uint64_t offset,
                        const void *data, size_t length);

// [offset, offset+length) cut to what the section has; length 0: to its end. False after saying
// that the offset is beyond it.
bool tool_range(uint64_t size, uint64_t offset, uint64_t *length);

#endif
