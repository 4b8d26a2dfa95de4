// SPDX-License-Identifier: MIT
// Name files and the table of names: the protocol, its cost in host calls, forks, damage.
// protocol: --list
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntstatus.h>

#include "host/fault.h"
#include "nt/object/name.h"
#include "nt/object/name_directory.h"
#include "nt/object/name_file.h"

static struct wm_name_key make_key(const char *text, enum wm_name_scope scope)
{
    static uint16_t units[16][256];
    static unsigned next;
    uint16_t *at = units[next++ % 16];
    struct wm_name_key key = {.scope = scope, .length = (uint32_t)strlen(text), .units = at};

    for (uint32_t i = 0; i < key.length; i++)
        at[i] = (unsigned char)text[i];
    wm_name_hash(&key);
    return key;
}

static struct wm_name_key local(const char *text)
{
    return make_key(text, WM_SCOPE_LOCAL);
}

static const struct wm_name_record event_record = {
    .kind = WM_KIND_EVENT, .data_size = 4096, .owner_access = 0x1F0003};
static const struct wm_name_making event_making = {.record = &event_record};

static NTSTATUS try_create(const char *text, struct wm_name **name)
{
    struct wm_name_key key = local(text);

    return wm_name_file_create(&key, &event_making, name);
}

static NTSTATUS try_open(const char *text, struct wm_name **name)
{
    struct wm_name_key key = local(text);

    return wm_name_file_open(&key, name);
}

static struct wm_name *create(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_create(text, &name), STATUS_SUCCESS);
    return name;
}

static struct wm_name *open_name(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_open(text, &name), STATUS_SUCCESS);
    return name;
}

static void expect_none(const char *text)
{
    struct wm_name *name;

    EXPECT_EQ(try_open(text, &name), STATUS_OBJECT_NAME_NOT_FOUND);
}

static bool count_one(const struct wm_name_listing *entry, void *context)
{
    (void)entry;
    ++*(unsigned *)context;
    return true;
}

static unsigned files(void)
{
    unsigned count = 0;

    EXPECT_EQ(wm_name_list(count_one, &count), STATUS_SUCCESS);
    return count;
}

TEST(a_name_appears_and_ends_with_its_holders)
{
    struct wm_name *a = create("first"), *b, *other;

    EXPECT_EQ(try_create("first", &other), STATUS_OBJECT_NAME_COLLISION);
    b = open_name("first");
    EXPECT_EQ(b->record.kind, WM_KIND_EVENT);
    EXPECT_EQ(b->record.data_size, 4096);
    EXPECT_EQ(b->record.creator_pid, getpid());
    wm_name_free(a);
    a = open_name("first");
    wm_name_free(b);
    wm_name_free(a);
    expect_none("first");
    EXPECT_EQ(files(), 0);
}

TEST(host_calls)
{
    struct wm_name *a, *b;

    wm_name_free(create("warm"));
    host_calls_reset();
    expect_none("counted");
    EXPECT_EQ(host_calls_count(), 2); // and whether the directory is still there
    host_calls_reset();
    a = create("counted");
    EXPECT_EQ(host_calls_count(), 4); // after the look, openat: five in all
    host_calls_reset();
    b = open_name("counted");
    EXPECT_EQ(host_calls_count(), 5);
    host_calls_reset();
    wm_name_free(b);
    EXPECT_EQ(host_calls_count(), 3);
    host_calls_reset();
    wm_name_free(a);
    EXPECT_EQ(host_calls_count(), 4);
    EXPECT_EQ(files(), 0);
}
