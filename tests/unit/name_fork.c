// SPDX-License-Identifier: MIT
// Names across fork, exec and posix_spawn: every process holds for itself.
// protocol: --list
#include "names.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "host/memory.h"

extern char **environ;

TEST(a_child_holds_what_its_parent_held)
{
    struct wm_name *name = create_name("child");
    struct partner partner;

    if (partner_start(&partner)) {
        partner_hear(&partner);
        expect_no_name("nothing");
        wm_name_free(open_name("child"));
        wm_name_free(name);
        _exit(0);
    }
    wm_name_free(name);
    wm_name_free(open_name("child"));
    partner_say(&partner);
    EXPECT_EQ(partner_end(&partner), 0);
    expect_no_name("child");
    EXPECT_EQ(name_files(), 0);
}

TEST(a_child_gives_up_for_itself_alone)
{
    struct wm_name *name = create_name("parent");
    struct partner partner;

    if (partner_start(&partner)) {
        wm_name_free(name);
        _exit(0);
    }
    EXPECT_EQ(partner_end(&partner), 0);
    wm_name_free(open_name("parent"));
    wm_name_free(name);
    EXPECT_EQ(name_files(), 0);
}

// A mapping keeps the description that it was made of, in the child, too.
TEST(an_inherited_mapping_keeps_no_name)
{
    struct partner maker, child;

    if (partner_start(&maker)) {
        struct wm_name *name = create_name("mapped");
        volatile char *view = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, name->fd, 0);

        EXPECT(view != MAP_FAILED);
        EXPECT_EQ(wm_name_claim_slot(name), STATUS_SUCCESS);
        if (partner_start(&child)) {
            close(child.from);
            wm_name_free(name);
            partner_say(&maker); // to the grandparent
            partner_hear(&maker);
            view[0] = 1;
            _exit(0);
        }
        pause();
    }
    partner_hear(&maker);
    wm_name_free(open_name("mapped"));
    kill(maker.pid, SIGKILL);
    waitpid(maker.pid, NULL, 0);
    expect_no_name("mapped"); // while the grandchild maps it
    EXPECT_EQ(name_files(), 0);
    partner_say(&maker);
}

TEST(a_child_does_not_keep_its_parents_slot)
{
    struct wm_name *name = create_name("slot");
    struct partner maker, child;
    int32_t slot;
    char byte;

    if (partner_start(&maker)) {
        EXPECT_EQ(wm_name_claim_slot(name), STATUS_SUCCESS);
        slot = name->slot;
        if (partner_start(&child)) {
            EXPECT_EQ(write(maker.to, &slot, sizeof(slot)), sizeof(slot));
            partner_hear(&maker);
            wm_name_free(name);
            _exit(0);
        }
        pause();
    }
    EXPECT_EQ(read(maker.from, &slot, sizeof(slot)), sizeof(slot));
    EXPECT(wm_name_slot_is_alive(name, (uint32_t)slot));
    kill(maker.pid, SIGKILL);
    waitpid(maker.pid, NULL, 0);
    EXPECT(!wm_name_slot_is_alive(name, (uint32_t)slot));
    wm_name_free(name);
    partner_say(&maker);
    EXPECT_EQ(read(maker.from, &byte, 1), 0); // the grandchild has ended
    EXPECT_EQ(name_files(), 0);
}

// What the parent published the child has open, too, and may soon be the only one.
TEST(a_child_publishes_for_itself)
{
    struct partner maker, child;
    struct host_stat stat;
    struct wm_name *name;
    int fd, found;
    char byte;

    EXPECT_EQ(host_memfd("data", &fd), 0);
    EXPECT_EQ(host_fstat(fd, &stat), 0);
    if (partner_start(&maker)) {
        name = create_name("published");
        EXPECT_EQ(wm_name_publish(name, fd), STATUS_SUCCESS);
        if (partner_start(&child)) {
            partner_say(&maker);
            partner_hear(&maker);
            wm_name_free(name);
            _exit(0);
        }
        pause();
    }
    close(fd);
    partner_hear(&maker);
    kill(maker.pid, SIGKILL);
    waitpid(maker.pid, NULL, 0);
    name = open_name("published");
    EXPECT_EQ(wm_name_find_published(name, O_RDWR, stat.device, stat.inode, &found),
              STATUS_SUCCESS);
    close(found);
    wm_name_free(name);
    partner_say(&maker);
    EXPECT_EQ(read(maker.from, &byte, 1), 0);
    EXPECT_EQ(name_files(), 0);
}

// The child's hold goes at exec without a word: the parent, not the last when it closed, looks again.
TEST(a_hold_that_exec_closes_leaves_no_file)
{
    struct wm_name *name = create_name("exec");
    struct partner partner;
    char byte;

    if (partner_start(&partner)) {
        partner_hear(&partner);
        execlp("true", "true", (char *)NULL);
        _exit(1);
    }
    wm_name_free(name);
    EXPECT_EQ(name_files(), 1);
    partner_say(&partner);
    EXPECT_EQ(read(partner.from, &byte, 1), 0);
    EXPECT_EQ(partner_end(&partner), 0);
    wm_name_free(create_name("another"));
    EXPECT_EQ(name_files(), 0);
}

TEST(a_descriptor_that_nobody_adopts_leaves_no_file)
{
    struct wm_name *name = create_name("handed");
    int fd;

    EXPECT_EQ(wm_name_file_for_child(name, &fd), STATUS_SUCCESS);
    wm_name_free(name);
    EXPECT_EQ(name_files(), 1);
    close(fd);
    wm_name_free(create_name("another"));
    EXPECT_EQ(name_files(), 0);
}

TEST(a_child_without_descriptors_to_spare_still_holds)
{
    struct wm_name *name = create_name("full");
    struct rlimit limit = {0, 0}, before;
    int first = open("/dev/null", O_RDONLY);
    pid_t pid;
    int status;

    // None is left for the child's own; closing the hold that it inherits makes one free.
    EXPECT_EQ(wm_name_claim_slot(name), STATUS_SUCCESS);
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)dup(first) + 1;
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        EXPECT(name->held);
        EXPECT(name->hold_fd != name->fd);
        wm_name_free(name);
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    wm_name_free(open_name("full"));
    wm_name_free(name);
    EXPECT_EQ(name_files(), 0);
}

static _Atomic bool stop;

static void *spawn_all_the_time(void *unused)
{
    char *argv[] = {(char *)"true", NULL};
    pid_t pid;

    while (!atomic_load(&stop)) {
        if (posix_spawnp(&pid, "true", NULL, NULL, argv, environ) == 0)
            waitpid(pid, NULL, 0);
    }
    return unused;
}

// A child that posix_spawn starts shares all descriptions until its exec.
TEST(programs_that_are_being_started_keep_no_name)
{
    pthread_t thread;

    EXPECT_EQ(pthread_create(&thread, NULL, spawn_all_the_time, NULL), 0);
    for (int i = 0; i < 3000 / UNIT_SLOW; i++) {
        struct wm_name *a = create_name("spawn"), *b = open_name("spawn");

        wm_name_free(i % 2 ? a : b);
        wm_name_free(i % 2 ? b : a);
        expect_no_name("spawn");
    }
    EXPECT_EQ(name_files(), 0);
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
}
