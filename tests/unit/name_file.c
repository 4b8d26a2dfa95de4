// SPDX-License-Identifier: MIT
// Name files: how they come and go, and what that costs in host calls.
// protocol: --list
#include "names.h"

#include <signal.h>

#include "host/fault.h"
#include "host/host.h"
#include "host/memory.h"

TEST(a_name_appears_and_ends_with_its_holders)
{
    struct wm_name *a = create_name("first"), *b, *other;

    EXPECT_EQ(try_create("first", &other), STATUS_OBJECT_NAME_COLLISION);
    b = open_name("first");
    EXPECT_EQ(b->record.kind, WM_KIND_EVENT);
    EXPECT_EQ(b->record.data_size, 4096);
    EXPECT_EQ(b->record.creator_pid, getpid());
    EXPECT_EQ(b->record.creator_uid, geteuid());
    wm_name_free(a);
    a = open_name("first");
    wm_name_free(b);
    wm_name_free(a);
    expect_no_name("first");
    EXPECT_EQ(name_files(), 0);
}

// They don't depend on the machine, so they are asserted. The first look takes one more for the
// question whether the directory is still there.
TEST(host_calls_of_each_operation)
{
    struct wm_name *a, *b, *c;

    wm_name_free(create_name("warm"));
    for (int i = 0; i < 3; i++) {
        host_calls_reset();
        expect_no_name("counted");
        EXPECT_EQ(host_calls_count(), 2);
        host_calls_reset();
        a = create_name("counted");
        EXPECT_EQ(host_calls_count(), 4);
        host_calls_reset();
        b = open_name("counted");
        EXPECT_EQ(host_calls_count(), 5);
        host_calls_reset();
        wm_name_free(b);
        EXPECT_EQ(host_calls_count(), 3); // not the last
        b = open_name("counted");
        c = open_name("counted");
        host_calls_reset();
        wm_name_free(a);
        EXPECT_EQ(host_calls_count(), 4); // expected to be the last, and is not
        wm_name_free(b);
        host_calls_reset();
        wm_name_free(c);
        EXPECT_EQ(host_calls_count(), 5); // the last, made elsewhere
        a = create_name("counted");
        host_calls_reset();
        wm_name_free(a);
        EXPECT_EQ(host_calls_count(), 4); // the last, made here
    }
    EXPECT_EQ(name_files(), 0);
}

TEST(scopes_and_letters_differ)
{
    struct wm_name_key other = make_key("name", WM_SCOPE_GLOBAL), same = make_key("name", 0);
    struct wm_name *a = create_name("name"), *b = create_name("Name"), *c;

    EXPECT(!wm_name_key_equal(&other, &same));
    EXPECT_EQ(wm_name_file_create(&other, &event_making, &c), STATUS_SUCCESS);
    wm_name_free(a);
    expect_no_name("name");
    wm_name_free(b);
    wm_name_free(c);
}

TEST(names_of_every_length)
{
    static uint16_t units[WM_NAME_MAX_UNITS];
    static const uint32_t lengths[] = {1, 2, 3, 4, 5, 300, 400, 500, 4096, WM_NAME_MAX_UNITS};

    for (uint32_t i = 0; i < WM_NAME_MAX_UNITS; i++)
        units[i] = (uint16_t)(0xD800 + i * 7);
    for (unsigned i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        struct wm_name_key key = {.length = lengths[i], .units = units};
        struct wm_name *a, *b;

        wm_name_hash(&key);
        EXPECT_EQ(wm_name_file_create(&key, &event_making, &a), STATUS_SUCCESS);
        EXPECT_EQ(wm_name_file_open(&key, false, &b), STATUS_SUCCESS);
        EXPECT(wm_name_key_equal(&key, &b->key));
        wm_name_free(a);
        wm_name_free(b);
    }
    EXPECT_EQ(name_files(), 0);
}

TEST(the_record_comes_back_as_given)
{
    static const char extra[] = "/some/where";
    struct wm_name_record record = {
        .kind = WM_KIND_SECTION,
        .flags = 5,
        .data_size = 3 * 4096,
        .size = 12000,
        .protect = 4,
        .attributes = 0x8000000,
        .owner_access = 0xF001F,
        .device = 1,
        .inode = 2,
        .born_ns = 3,
        .words = {4, 5, 6, 7},
        .extra_size = sizeof(extra),
    };
    struct wm_name_making making = {.record = &record, .extra = extra};
    struct wm_name_key key = make_key("record", WM_SCOPE_LOCAL);
    char buffer[64];
    struct wm_name *a, *b;
    size_t size;

    EXPECT_EQ(wm_name_file_create(&key, &making, &a), STATUS_SUCCESS);
    b = open_name("record");
    EXPECT_EQ(memcmp(&a->record, &b->record, sizeof(a->record)), 0);
    EXPECT_EQ(b->record.words[3], 7);
    EXPECT_EQ(wm_name_file_extra(b, buffer, sizeof(buffer), &size), STATUS_SUCCESS);
    EXPECT_EQ(size, sizeof(extra));
    EXPECT_EQ(memcmp(buffer, extra, size), 0);
    wm_name_free(a);
    wm_name_free(b);
}

static NTSTATUS fill_badly(void *args, struct wm_name *half)
{
    expect_no_name(args);
    EXPECT_EQ(wm_name_claim_slot(half), STATUS_SUCCESS);
    return STATUS_NO_MEMORY;
}

TEST(a_failed_fill_leaves_nothing)
{
    struct wm_name_making making = {&event_record, NULL, fill_badly, (char *)"filled"};
    struct wm_name_key key = make_key("filled", WM_SCOPE_LOCAL);
    struct wm_name *name;

    EXPECT_EQ(wm_name_file_create(&key, &making, &name), STATUS_NO_MEMORY);
    EXPECT_EQ(name_files(), 0);
}

static NTSTATUS fill_with_slot(void *args, struct wm_name *half)
{
    (void)args;
    return wm_name_claim_slot(half);
}

// A slot moves the hold to another description; what is mapped must not keep the name.
TEST(a_slot_taken_before_the_name_appears_does_not_keep_it)
{
    struct wm_name_making making = {.record = &event_record, .fill = fill_with_slot};
    struct wm_name_key key = make_key("slot", WM_SCOPE_LOCAL);
    struct wm_name *name;

    EXPECT_EQ(wm_name_file_create(&key, &making, &name), STATUS_SUCCESS);
    EXPECT(name->slot >= 0 && name->hold_fd != name->fd);
    wm_name_release(name);
    expect_no_name("slot");
    EXPECT(wm_name_slot_is_alive(name, (uint32_t)name->slot));
    wm_name_free(name);
    EXPECT_EQ(name_files(), 0);
}

TEST(data_stay_when_the_name_has_gone)
{
    struct wm_name *a = create_name("data"), *b;
    char byte = 'x';

    EXPECT_EQ(pwrite(a->fd, &byte, 1, 10), 1);
    b = open_name("data");
    wm_name_release(a);
    wm_name_release(b);
    wm_name_release(b);
    expect_no_name("data");
    byte = 0;
    EXPECT_EQ(pread(b->fd, &byte, 1, 10), 1);
    EXPECT_EQ(byte, 'x');
    wm_name_free(a);
    a = create_name("data");
    EXPECT_EQ(pread(a->fd, &byte, 1, 10), 1);
    EXPECT_EQ(byte, 0);
    wm_name_free(a);
    wm_name_free(b);
}

// The kernel drops the dead process's locks; whoever comes next clears up, and starts afresh.
TEST(a_killed_holder_leaves_a_name_that_nobody_finds)
{
    struct partner partner;
    struct wm_name *name;
    char byte = 0;

    if (partner_start(&partner)) {
        name = create_name("killed");
        EXPECT_EQ(pwrite(name->fd, "x", 1, 0), 1);
        partner_say(&partner);
        pause();
    }
    partner_hear(&partner);
    wm_name_free(open_name("killed"));
    kill(partner.pid, SIGKILL);
    EXPECT_EQ(partner_end(&partner), SIGKILL);
    EXPECT_EQ(name_files(), 1);
    name = create_name("other");
    expect_no_name("killed");
    EXPECT_EQ(name_files(), 1);
    wm_name_free(name);
    name = create_name("killed");
    EXPECT_EQ(pread(name->fd, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 0);
    wm_name_free(name);
}

static void make_many_and_die(void)
{
    char text[24];

    for (int i = 0; i < 40; i++) {
        snprintf(text, sizeof(text), "dead %d", i);
        create_name(text);
    }
    kill(getpid(), SIGKILL);
}

TEST(a_sweep_reaps_the_dead_only)
{
    struct wm_name *kept = create_name("kept");
    pid_t pid = fork();

    if (pid == 0)
        make_many_and_die();
    EXPECT(waitpid(pid, NULL, 0) == pid);
    EXPECT_EQ(name_files(), 41);
    EXPECT(wm_name_sweep(10) <= 10);
    EXPECT(name_files() >= 31);
    wm_name_sweep(1000);
    EXPECT_EQ(name_files(), 1);
    wm_name_free(kept);
}

TEST(slots_tell_the_living_from_the_dead)
{
    struct wm_name *name = create_name("slots");
    struct partner partner;
    uint32_t slot;

    EXPECT(!wm_name_slot_is_alive(name, 5));
    EXPECT(!wm_name_slot_is_alive(name, WM_NAME_SLOTS));
    EXPECT_EQ(wm_name_claim_slot(name), STATUS_SUCCESS);
    EXPECT(wm_name_slot_is_alive(name, (uint32_t)name->slot));
    if (partner_start(&partner)) {
        struct wm_name *own = open_name("slots");

        EXPECT_EQ(name->slot, -1); // the parent's
        EXPECT_EQ(wm_name_claim_slot(own), STATUS_SUCCESS);
        EXPECT_EQ(write(partner.to, &own->slot, sizeof(own->slot)), sizeof(own->slot));
        pause();
    }
    EXPECT_EQ(read(partner.from, &slot, sizeof(slot)), sizeof(slot));
    EXPECT(slot != (uint32_t)name->slot);
    EXPECT(wm_name_slot_is_alive(name, slot));
    kill(partner.pid, SIGKILL);
    partner_end(&partner);
    EXPECT(!wm_name_slot_is_alive(name, slot));
    wm_name_free(name);
}

TEST(all_slots_can_be_taken)
{
    struct wm_name *maker = create_name("full"), *names[WM_NAME_SLOTS / 4];
    bool seen[WM_NAME_SLOTS] = {0};

    for (unsigned i = 0; i < WM_NAME_SLOTS / 4; i++) {
        names[i] = open_name("full");
        EXPECT_EQ(wm_name_claim_slot(names[i]), STATUS_SUCCESS);
        EXPECT(!seen[names[i]->slot]);
        seen[names[i]->slot] = true;
    }
    // The rest at once, by somebody who keeps no rules.
    for (int64_t slot = 0; slot < WM_NAME_SLOTS; slot++)
        if (!seen[slot])
            EXPECT_EQ(host_lock(maker->fd, F_WRLCK, ((int64_t)1 << 62) + 4096 + slot, 1), 0);
    EXPECT_EQ(wm_name_claim_slot(maker), STATUS_INSUFFICIENT_RESOURCES);
    for (unsigned i = 0; i < WM_NAME_SLOTS / 4; i++)
        wm_name_free(names[i]);
    EXPECT_EQ(wm_name_claim_slot(maker), STATUS_SUCCESS);
    wm_name_free(maker);
    EXPECT_EQ(name_files(), 0);
}

TEST(a_published_descriptor_is_found_by_its_identity)
{
    struct wm_name *name = create_name("published");
    struct partner partner;
    struct host_stat stat;
    char byte = 0;
    int found, fd;

    EXPECT_EQ(host_memfd("data", &fd), 0);
    if (partner_start(&partner)) {
        struct wm_name *own = open_name("published");

        EXPECT_EQ(write(fd, "x", 1), 1);
        EXPECT_EQ(wm_name_publish(own, fd), STATUS_SUCCESS);
        partner_say(&partner);
        partner_hear(&partner);
        wm_name_free(own);
        _exit(0);
    }
    partner_hear(&partner);
    EXPECT_EQ(host_fstat(fd, &stat), 0);
    close(fd);
    EXPECT_EQ(wm_name_find_published(name, O_RDWR, stat.device, stat.inode + 1, &found),
              STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(wm_name_find_published(name, O_RDWR, stat.device, stat.inode, &found),
              STATUS_SUCCESS);
    EXPECT_EQ(pread(found, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 'x');
    close(found);
    partner_say(&partner);
    EXPECT_EQ(partner_end(&partner), 0);
    EXPECT_EQ(wm_name_find_published(name, O_RDWR, stat.device, stat.inode, &found),
              STATUS_OBJECT_NAME_NOT_FOUND);
    wm_name_free(name);
}

TEST(a_descriptor_that_was_handed_over_holds_the_name)
{
    struct wm_name *a = create_name("handed"), *b;
    int fd;

    EXPECT_EQ(wm_name_file_for_child(a, &fd), STATUS_SUCCESS);
    wm_name_free(a);
    wm_name_free(open_name("handed"));
    EXPECT_EQ(wm_name_file_adopt(fd, &b), STATUS_SUCCESS);
    EXPECT(b->held && b->writable);
    EXPECT_EQ(b->record.kind, WM_KIND_EVENT);
    wm_name_free(b);
    expect_no_name("handed");
    EXPECT_EQ(name_files(), 0);
}

TEST(adopting_after_the_name_ended_gives_the_data_alone)
{
    struct wm_name *a = create_name("late"), *b;
    int fd;

    EXPECT_EQ(wm_name_file_of_process((uint32_t)getpid(), a->fd, &fd), STATUS_SUCCESS);
    wm_name_release(a);
    EXPECT_EQ(wm_name_file_adopt(fd, &b), STATUS_SUCCESS);
    EXPECT(!b->held);
    EXPECT_EQ(b->record.data_size, 4096);
    wm_name_free(b);
    wm_name_free(a);
    EXPECT_EQ(wm_name_file_of_process((uint32_t)getpid(), 999, &fd), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(a_nameless_file_has_slots_and_can_be_adopted)
{
    struct wm_name *a, *b;
    int fd;

    EXPECT_EQ(wm_name_file_nameless(&event_making, &a), STATUS_SUCCESS);
    EXPECT(!a->held && a->key.length == 0 && a->inode != 0);
    EXPECT_EQ(wm_name_claim_slot(a), STATUS_SUCCESS);
    EXPECT_EQ(wm_name_file_for_child(a, &fd), STATUS_SUCCESS);
    EXPECT_EQ(wm_name_file_adopt(fd, &b), STATUS_SUCCESS);
    EXPECT_EQ(b->inode, a->inode);
    EXPECT(wm_name_slot_is_alive(b, (uint32_t)a->slot));
    wm_name_free(a);
    wm_name_free(b);
    EXPECT_EQ(name_files(), 0);
}

TEST(adopting_refuses_what_is_no_name_file)
{
    struct wm_name *name;
    int fds[2], fd;

    EXPECT_EQ(host_memfd("empty", &fd), 0);
    EXPECT_EQ(wm_name_file_adopt(fd, &name), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(ftruncate(fd, 1 << 20), 0);
    EXPECT_EQ(wm_name_file_adopt(fd, &name), STATUS_OBJECT_TYPE_MISMATCH);
    close(fd);
    EXPECT_EQ(pipe(fds), 0);
    EXPECT(wm_name_file_adopt(fds[0], &name) < 0);
    EXPECT_EQ(fcntl(fds[0], F_GETFD), 0); // still ours
}
