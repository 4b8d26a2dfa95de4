// SPDX-License-Identifier: MIT
// The state block: what a tool outside finds in a process that uses winmem.
//
// It is the start of a private mapping that /proc/PID/maps shows as /memfd:winmem-state. It holds
// sizes and addresses; with process_vm_readv (or /proc/PID/mem) a reader follows them to the
// handle table and the regions. Nothing in this process waits for such a reader or knows of it.
// docs/STATE-BLOCK.md tells how to read consistently.
#ifndef WM_NT_STATE_H
#define WM_NT_STATE_H

#include <stdint.h>

#define WM_STATE_NAME    "winmem-state"
#define WM_STATE_MAGIC   0x45544154534D4E57ull // the bytes "WNMSTATE"
#define WM_STATE_VERSION 1

// Addresses are those of the process. New fields are added at the end and make `size` larger; the
// version changes when one changes its meaning. nt/state_reader.h reads all this.
struct wm_state_block {
    uint64_t magic; // written last
    uint32_t version;
    uint32_t size; // of this structure, bytes
    uint32_t pid;
    uint32_t forks; // that lie between the process where winmem started and this one

    uint64_t handle_slots; // address of the pointer to slot 0; the pointer is NULL at first
    uint64_t handle_used;  // address of the uint32_t number of slots, slot 0 (never used) included
    uint32_t handle_slot_size;

    uint32_t region_chunk_size;
    uint64_t region_chunks;   // address of the pointer to the first chunk; NULL at first
    uint64_t region_sequence; // address of the uint32_t that is odd during a change
    uint32_t region_first_slot;
    uint32_t region_slot_size;
    uint32_t region_copy_offset; // of the copy for readers in a slot

    // Offsets inside objects, the way from a handle or a view to the descriptor behind it. A section
    // that a region names begins with its object.
    uint32_t object_name;  // in an object: address of its name, NULL for nameless ones
    uint32_t name_fd;      // in a name: int32_t, the name file's descriptor
    uint32_t file_stream;  // in a file object: address of its stream
    uint32_t stream_fd;    // in a stream: int32_t, the file's descriptor
    uint32_t section_fd;   // in a section: int32_t, the descriptor that views map
    uint32_t section_size; // in a section: uint64_t, bytes
    uint32_t section_protect, section_attributes; // in a section: uint32_t, PAGE_* and SEC_*
    uint32_t file_access;   // in a file object: uint32_t each, granted rights, sharing and options
    uint32_t file_position; // in a file object: int64_t; negative when the kernel has it
    uint32_t reserved;
};

// Publishes the block. Never fails: without it only the tool is blind. Called once.
void wm_state_start(void);

// In the child of a fork, which has a copy of the block.
void wm_state_fork_child(uint32_t forks);

#endif
