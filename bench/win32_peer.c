// SPDX-License-Identifier: MIT
// Second processes of the Win32 sides.
#include "win32_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60000u

const char *win32_peer_thing(const char *name, uint64_t which)
{
    static char text[80];

    snprintf(text, sizeof text, "%s-%u", name, (unsigned)which);
    return text;
}

// -- in the peer --------------------------------------------------------------------------------

static HANDLE new_section(const char *name, uint64_t size, DWORD attributes)
{
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | attributes,
                                        (DWORD)(size >> 32), (DWORD)size, name);

    win32_check(section != NULL, "CreateFileMapping of a peer");
    return section;
}

static void *new_view(HANDLE section)
{
    return win32_view(section, FILE_MAP_WRITE, 0, 0);
}

static void *make_control(const char *name)
{
    char text[80];

    snprintf(text, sizeof text, "%s-control", name);
    return new_view(new_section(text, BENCH_PAGE, 0));
}

struct task {
    const char *name;
    uint64_t number;
    HANDLE parent;
};

static void wait_for_stop(volatile LONG *control, const struct task *task)
{
    while (!control[1])
        if (WaitForSingleObject(task->parent, 5) == WAIT_OBJECT_0)
            return;
}

static void hold(const struct task *task)
{
    volatile unsigned char *view =
        new_view(new_section(win32_peer_thing(task->name, 0), task->number, 0));
    volatile LONG *control;

    for (uint64_t at = 0; at < task->number; at += BENCH_PAGE)
        view[at] = 1;
    control = make_control(task->name);
    control[0] = 1;
    wait_for_stop(control, task);
}

static void crowd(const struct task *task)
{
    volatile LONG *control;

    for (uint64_t i = 0; i < task->number; i++)
        new_section(win32_peer_thing(task->name, i), BENCH_PAGE, 0);
    control = make_control(task->name);
    control[0] = 1;
    WaitForSingleObject(task->parent, INFINITE);
}

static void join(const struct task *task)
{
    HANDLE counter = OpenFileMappingA(FILE_MAP_WRITE, FALSE, win32_peer_thing(task->name, 1));

    new_section(win32_peer_thing(task->name, 0), task->number, 0);
    InterlockedIncrement((volatile LONG *)new_view(counter));
    WaitForSingleObject(task->parent, INFINITE);
}

static void commit(const struct task *task)
{
    void *view = new_view(new_section(win32_peer_thing(task->name, 0), task->number, SEC_RESERVE));
    volatile LONG *control;

    win32_check(VirtualAlloc(view, (SIZE_T)task->number, MEM_COMMIT, PAGE_READWRITE) != NULL,
                "VirtualAlloc");
    control = make_control(task->name);
    control[0] = 1;
    wait_for_stop(control, task);
}

static void answer(const struct task *task)
{
    volatile LONG *word = new_view(new_section(win32_peer_thing(task->name, 0), task->number, 0));
    volatile LONG *control = make_control(task->name);

    control[0] = 1;
    while (!control[1]) {
        LONG seen = *word;

        if (seen & 1)
            *word = seen + 1;
        YieldProcessor();
    }
}

static void reply(const struct task *task)
{
    HANDLE asked = CreateEventA(NULL, FALSE, FALSE, win32_peer_thing(task->name, 0));
    HANDLE answered = CreateEventA(NULL, FALSE, FALSE, win32_peer_thing(task->name, 1));
    volatile LONG *control = make_control(task->name);

    win32_check(asked && answered, "CreateEvent");
    control[0] = 1;
    while (!control[1])
        if (WaitForSingleObject(asked, 100) == WAIT_OBJECT_0)
            SetEvent(answered);
}

int bench_win32_peer(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*play)(const struct task *task);
    } roles[] = {
        {"hold", hold},     {"crowd", crowd},   {"join", join},
        {"commit", commit}, {"answer", answer}, {"reply", reply},
    };
    struct task task;

    if (argc != 6 || strcmp(argv[1], "--peer") != 0)
        return -1;
    task.name = argv[3];
    task.number = strtoull(argv[4], NULL, 10);
    task.parent = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)strtoul(argv[5], NULL, 10));
    win32_check(task.parent != NULL, "OpenProcess");
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].name, argv[2]) == 0) {
            roles[i].play(&task);
            return 0;
        }
    return 2;
}

// -- in the process that measures ---------------------------------------------------------------

void win32_peer_name(struct win32_peer *peer)
{
    static unsigned count;

    memset(peer, 0, sizeof *peer);
    snprintf(peer->name, sizeof peer->name, "winmem bench %lu.%u",
             (unsigned long)GetCurrentProcessId(), ++count);
}

static void start(struct win32_peer *peer, const char *role, uint64_t number)
{
    char path[MAX_PATH], line[MAX_PATH + 160];
    PROCESS_INFORMATION process;
    STARTUPINFOA startup;

    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    win32_check(GetModuleFileNameA(NULL, path, sizeof path) != 0, "GetModuleFileName");
    snprintf(line, sizeof line, "\"%s\" --peer %s \"%s\" %llu %lu", path, role, peer->name,
             (unsigned long long)number, (unsigned long)GetCurrentProcessId());
    win32_check(CreateProcessA(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process),
                "CreateProcess");
    win32_close(process.hThread);
    peer->process = process.hProcess;
}

void win32_peer_start(struct win32_peer *peer, const char *role, uint64_t number)
{
    char control[80];

    start(peer, role, number);
    snprintf(control, sizeof control, "%s-control", peer->name);
    for (DWORD waited = 0; !peer->control; waited++) {
        peer->control = OpenFileMappingA(FILE_MAP_WRITE, FALSE, control);
        if (!peer->control)
            win32_check(WaitForSingleObject(peer->process, 1) == WAIT_TIMEOUT &&
                            waited < PATIENCE_MS,
                        "peer");
    }
    peer->stop = (volatile LONG *)new_view(peer->control);
    while (!peer->stop[0])
        Sleep(1);
}

void win32_peer_stop(struct win32_peer *peer)
{
    peer->stop[1] = 1;
    WaitForSingleObject(peer->process, INFINITE);
    win32_unmap((void *)peer->stop);
    win32_close(peer->control);
    win32_close(peer->process);
}

void win32_peers_join(struct win32_peer *peer, uint64_t count, uint64_t size)
{
    HANDLE counter = new_section(win32_peer_thing(peer->name, 1), BENCH_PAGE, 0);
    volatile LONG *joined = new_view(counter);

    for (uint64_t i = 0; i < count; i++) {
        start(peer, "join", size);
        win32_close(peer->process);
    }
    while (*joined < (LONG)count)
        Sleep(1);
    win32_unmap((void *)joined);
    win32_close(counter);
}
