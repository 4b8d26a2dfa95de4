// SPDX-License-Identifier: MIT
// Names when the host fails: every call of every operation in turn, with every error that matters.
// protocol: --list
#include "../unit/names.h"

#include <errno.h>

#include "host/fault.h"

static const int errors[] = {EMFILE, ENOSPC, EACCES, EIO,       ENOMEM,
                             ENOENT, EAGAIN, EINTR,  EOPNOTSUPP};

static unsigned descriptors(void)
{
    unsigned count = 0;

    for (int fd = 3; fd < 64; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

// After whatever happened: the name can be had again, and at its end nothing is left.
static void expect_usable(const char *text)
{
    struct wm_name *name;

    wm_name_late_reap_all();
    if (try_open(text, &name) != STATUS_SUCCESS)
        name = create_name(text);
    wm_name_free(name);
    expect_no_name(text);
    EXPECT_EQ(name_files(), 0);
}

TEST(creating)
{
    struct wm_name *name;
    unsigned before;

    wm_name_free(create_name("warm"));
    expect_usable("warm");
    before = descriptors();
    for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
        for (unsigned n = 1;; n++) {
            NTSTATUS st;
            bool fired;

            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            st = try_create("fault", &name);
            fired = host_calls_fired();
            host_calls_reset();
            if (st == STATUS_SUCCESS) {
                wm_name_free(open_name("fault"));
                wm_name_free(name);
            } else {
                EXPECT(fired);
                EXPECT_EQ(name_files(), 0);
                expect_usable("warm"); // a forgotten directory is opened again
            }
            EXPECT_EQ(descriptors(), before);
            expect_usable("fault");
            if (!fired)
                break;
        }
    }
}

TEST(opening)
{
    struct wm_name *holder, *name;
    unsigned before;

    wm_name_free(create_name("warm"));
    holder = create_name("fault");
    before = descriptors();
    for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
        for (unsigned n = 1;; n++) {
            NTSTATUS st;
            bool fired;

            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            st = try_open("fault", &name);
            fired = host_calls_fired();
            host_calls_reset();
            if (st == STATUS_SUCCESS)
                wm_name_free(name);
            EXPECT(st == STATUS_SUCCESS || fired);
            EXPECT_EQ(descriptors(), before);
            EXPECT_EQ(name_files(), 1);
            wm_name_free(open_name("fault")); // the holder's is untouched
            if (!fired)
                break;
        }
    }
    wm_name_free(holder);
    expect_usable("fault");
}

// A close can't fail. What it can't reap the next comer does.
TEST(closing)
{
    wm_name_free(create_name("warm"));
    for (int last = 0; last < 2; last++) {
        for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
            for (unsigned n = 1;; n++) {
                struct wm_name *maker = create_name("fault"), *opener = open_name("fault");
                bool fired;

                wm_name_free(last ? maker : opener);
                host_calls_reset();
                host_calls_fail_at(n, errors[e]);
                wm_name_free(last ? opener : maker);
                fired = host_calls_fired();
                host_calls_reset();
                expect_no_name("fault");
                expect_usable("fault");
                if (!fired)
                    break;
            }
        }
    }
}

// A dead name is found, and the host fails on the way to a new one.
TEST(reaping)
{
    wm_name_free(create_name("warm"));
    for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
        for (unsigned n = 1;; n++) {
            struct wm_name *name;
            pid_t pid = fork();
            NTSTATUS st;
            bool fired;

            if (pid == 0) {
                create_name("fault");
                _exit(0); // without giving it up
            }
            EXPECT(waitpid(pid, NULL, 0) == pid);
            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            st = try_open("fault", &name);
            fired = host_calls_fired();
            host_calls_reset();
            EXPECT(st != STATUS_SUCCESS);
            expect_no_name("fault");
            EXPECT_EQ(name_files(), 0);
            if (!fired)
                break;
        }
    }
}

TEST(slots)
{
    for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
        for (unsigned n = 1;; n++) {
            struct wm_name *name = create_name("fault");
            NTSTATUS st;
            bool fired;

            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            st = wm_name_publish(name, 0);
            fired = host_calls_fired();
            host_calls_reset();
            EXPECT(st == STATUS_SUCCESS || fired);
            wm_name_free(open_name("fault"));
            EXPECT_EQ(wm_name_publish(name, 0), STATUS_SUCCESS);
            wm_name_free(name);
            expect_usable("fault");
            if (!fired)
                break;
        }
    }
}

// The child holds for itself, or says that it does not; the parent is as before.
TEST(forking)
{
    for (unsigned e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
        for (unsigned n = 1;; n++) {
            struct wm_name *name = create_name("fault");
            bool fired;
            int status;
            pid_t pid;

            host_calls_reset();
            host_calls_fail_at(n, errors[e]);
            pid = fork();
            if (pid == 0) {
                host_calls_reset();
                wm_name_free(name);
                _exit(0);
            }
            fired = host_calls_fired();
            host_calls_reset();
            EXPECT(waitpid(pid, &status, 0) == pid);
            EXPECT_EQ(status, 0);
            wm_name_free(open_name("fault"));
            wm_name_free(name);
            expect_no_name("fault");
            expect_usable("fault");
            if (!fired)
                break;
        }
    }
}
