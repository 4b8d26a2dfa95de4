// SPDX-License-Identifier: MIT
// What the tests of names share.
#ifndef NAMES_H
#define NAMES_H

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>

#include "nt/object/name.h"
#include "nt/object/name_file.h"
#include "nt/runtime.h"

static inline struct wm_name_key make_key(const char *text, enum wm_name_scope scope)
{
    static uint16_t units[16][256];
    static unsigned next;
    uint16_t *at = units[next++ % 16];
    struct wm_name_key key = {.scope = scope, .length = (uint32_t)strlen(text), .units = at};

    EXPECT(key.length <= 256);
    for (uint32_t i = 0; i < key.length; i++)
        at[i] = (unsigned char)text[i];
    wm_name_hash(&key);
    return key;
}

static const struct wm_name_record event_record = {
    .kind = WM_KIND_EVENT, .data_size = 4096, .owner_access = 0x1F0003};
static const struct wm_name_making event_making = {.record = &event_record};

static inline NTSTATUS try_create(const char *text, struct wm_name **name)
{
    struct wm_name_key key = make_key(text, WM_SCOPE_LOCAL);

    wm_runtime_start(); // fork handlers
    return wm_name_file_create(&key, &event_making, name);
}

static inline NTSTATUS try_open(const char *text, struct wm_name **name)
{
    struct wm_name_key key = make_key(text, WM_SCOPE_LOCAL);

    return wm_name_file_open(&key, false, name);
}

static inline struct wm_name *create_name(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_create(text, &name), STATUS_SUCCESS);
    EXPECT(name->held);
    return name;
}

static inline struct wm_name *open_name(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_open(text, &name), STATUS_SUCCESS);
    EXPECT(name->held);
    return name;
}

static inline void expect_no_name(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_open(text, &name), STATUS_OBJECT_NAME_NOT_FOUND);
}

static inline bool count_name(const struct wm_name_listing *entry, void *context)
{
    (void)entry;
    ++*(unsigned *)context;
    return true;
}

// Name files of this user, dead ones included.
static inline unsigned name_files(void)
{
    unsigned count = 0;

    EXPECT_EQ(wm_name_list(count_name, &count), STATUS_SUCCESS);
    return count;
}

// Where the name's file is; a static buffer.
static inline const char *name_path(const char *text)
{
    static char path[4200];
    struct wm_name_key key = make_key(text, WM_SCOPE_LOCAL);
    char leaf[WM_NAME_LEAF_SIZE];

    wm_name_leaf(&key, leaf);
    snprintf(path, sizeof(path), "%s/winmem.%u/%s", getenv("WINMEM_NAMES"), geteuid(), leaf);
    return path;
}

static inline const char *names_directory(void)
{
    static char path[4200];

    snprintf(path, sizeof(path), "%s/winmem.%u", getenv("WINMEM_NAMES"), geteuid());
    return path;
}

// Runs `body` in a child, which must end well.
static inline void in_child(void (*body)(void))
{
    pid_t pid = fork();
    int status;

    EXPECT(pid >= 0);
    if (pid == 0) {
        body();
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
}

// A child that does something, says so, and waits to be told to go on.
struct partner {
    pid_t pid;
    int to, from; // the child's ends in the child
};

static inline void partner_say(const struct partner *partner)
{
    EXPECT(write(partner->to, "x", 1) == 1);
}

static inline void partner_hear(const struct partner *partner)
{
    char byte;

    EXPECT(read(partner->from, &byte, 1) == 1);
}

// True in the child.
static inline bool partner_start(struct partner *partner)
{
    int down[2], up[2];

    EXPECT(pipe2(down, O_CLOEXEC) == 0 && pipe2(up, O_CLOEXEC) == 0);
    partner->pid = fork();
    EXPECT(partner->pid >= 0);
    if (partner->pid == 0) {
        close(down[1]);
        close(up[0]);
        partner->to = up[1];
        partner->from = down[0];
        return true;
    }
    close(down[0]);
    close(up[1]);
    partner->to = down[1];
    partner->from = up[0];
    return false;
}

// The child's exit status as waitpid gives it.
static inline int partner_end(struct partner *partner)
{
    int status;

    EXPECT(waitpid(partner->pid, &status, 0) == partner->pid);
    close(partner->to);
    close(partner->from);
    return status;
}

#endif
