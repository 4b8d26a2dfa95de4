// SPDX-License-Identifier: MIT
// Sections without a file: nameless, made with a name, and opened by name.
#include "win32_peer.h"

#include <stdio.h>
#include <stdlib.h>

// One process can't have open as many files as there are names in a large crowd.
#define CROWD_MEMBER 15000u
#define CROWD_MOST   8u

struct state {
    struct win32_peer peer;
    HANDLE held; // by this process; NULL: by none
    size_t size;
    int touch;
    char name[80];
};

static struct state *begin(const struct bench_config *config)
{
    struct state *s = win32_state(sizeof *s);

    s->size = (size_t)config->size;
    s->touch = config->touch;
    win32_peer_name(&s->peer);
    snprintf(s->name, sizeof s->name, "%s", win32_peer_thing(s->peer.name, 0));
    return s;
}

static void use(const struct state *s, HANDLE section)
{
    unsigned char *view = win32_view(section, FILE_MAP_WRITE, 0, s->size);

    if (s->touch == BENCH_TOUCH_ALL)
        for (size_t at = 0; at < s->size; at += BENCH_PAGE)
            bench_touch_byte(view + at, BENCH_TOUCH_WRITE);
    else
        bench_touch_byte(view, s->touch);
    win32_unmap(view);
    win32_close(section);
}

static HANDLE create(const struct state *s, const char *name)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, (DWORD)s->size, name);

    win32_check(section != NULL, "CreateFileMapping");
    return section;
}

static void *make_open(const struct bench_config *config)
{
    return begin(config);
}

static void nameless_run(void *state, size_t times)
{
    bench_start();
    for (size_t i = 0; i < times; i++)
        use(state, create(state, NULL));
    bench_stop();
}

static void create_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++)
        use(s, create(s, s->name));
    bench_stop();
}

static void *other_open(const struct bench_config *config)
{
    struct state *s = begin(config);

    win32_peer_start(&s->peer, "hold", s->size);
    return s;
}

static void *own_open(const struct bench_config *config)
{
    struct state *s = other_open(config);

    s->held = OpenFileMappingA(FILE_MAP_WRITE, FALSE, s->name);
    return s;
}

static void open_run(void *state, size_t times)
{
    struct state *s = state;

    bench_start();
    for (size_t i = 0; i < times; i++) {
        HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, s->name);

        win32_check(section != NULL, "OpenFileMapping");
        use(s, section);
    }
    bench_stop();
}

static void other_close(void *state)
{
    struct state *s = state;

    if (s->held)
        win32_close(s->held);
    win32_peer_stop(&s->peer);
    free(s);
}

// Other names: as many as there are views. They stay until the end, and others join them.
static void *crowd_open(const struct bench_config *config)
{
    static struct win32_peer members[CROWD_MOST * 4];
    static size_t count, names;

    while (names < config->views && count < sizeof members / sizeof members[0]) {
        size_t more = config->views - names < CROWD_MEMBER ? config->views - names : CROWD_MEMBER;

        win32_peer_name(&members[count]);
        win32_peer_start(&members[count++], "crowd", more);
        names += more;
    }
    return other_open(config);
}

// Other holders of the name: as many processes as there are views. They stay, too.
static void *holders_open(const struct bench_config *config)
{
    static struct win32_peer holders;
    static uint64_t count;
    struct state *s = begin(config);

    if (!count)
        win32_peer_name(&holders);
    if (count < config->views)
        win32_peers_join(&holders, config->views - count, s->size);
    count = config->views;
    snprintf(s->name, sizeof s->name, "%s", win32_peer_thing(holders.name, 0));
    return s;
}

const struct bench_side win32_name_sides[] = {
    {"nameless", make_open, nameless_run, free},
    {"name-create", make_open, create_run, free},
    {"name-open", other_open, open_run, other_close},
    {"name-again", own_open, open_run, other_close},
    {"name-crowd", crowd_open, open_run, other_close},
    {"name-holders", holders_open, open_run, free},
    {0},
};
