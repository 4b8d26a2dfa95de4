// SPDX-License-Identifier: MIT
// winmem watch: a section's bytes or fields, again and again, with what has changed.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fields.h"
#include "listing.h"
#include "screen.h"
#include "section.h"

#define LENGTH_MAX   ((uint64_t)16 << 20)
#define LENGTH_USUAL 256u
// How often to look whether the name is still the same one.
#define CHECK_MS 1000u

struct request {
    bool escaped, wait;
    uint64_t offset, length, interval, count, pack;
    const char *structure;
    struct tool_fields *fields;
};

// What is being watched.
struct watched {
    const struct request *request;
    const struct tool_name *name;
    int reader; // of the section; -1
    struct tool_section_info info;
    uint64_t frames;
    char *path; // of the name file, with its identity
    uint64_t device, inode;
    struct tool_bytes *now, *before;
};

static const struct option options[] = {
    TOOL_OPTIONS,
    {"count", required_argument, NULL, 'c'},
    {"interval", required_argument, NULL, 'i'},
    {"length", required_argument, NULL, 'l'},
    {"offset", required_argument, NULL, 's'},
    {"pack", required_argument, NULL, 'p'},
    {"struct", required_argument, NULL, 't'},
    {"wait", no_argument, NULL, 'w'},
    {0},
};

static bool read_number(int letter, struct request *request)
{
    switch (letter) {
    case 'c':
        return tool_number(optarg, "--count", &request->count);
    case 'i':
        return tool_number(optarg, "--interval", &request->interval);
    case 'l':
        return tool_size(optarg, "--length", &request->length);
    case 'p':
        return tool_number(optarg, "--pack", &request->pack);
    default:
        return tool_size(optarg, "--offset", &request->offset);
    }
}

static int read_options(int argc, char **argv, struct request *request)
{
    for (int letter;
         (letter = getopt_long(argc, argv, TOOL_LETTERS "c:i:l:s:p:t:w", options, NULL)) != -1;) {
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            request->escaped = true;
            break;
        case 'w':
            request->wait = true;
            break;
        case 't':
            request->structure = optarg;
            break;
        case 'c':
        case 'i':
        case 'l':
        case 's':
        case 'p':
            if (!read_number(letter, request))
                return TOOL_USAGE;
            break;
        default:
            return tool_usage("%s", "");
        }
    }
    if (request->pack != 1 && request->pack != 2 && request->pack != 4 && request->pack != 8)
        return tool_usage("--pack is 1, 2, 4 or 8");
    if (request->interval < 10 || request->interval > 86400000)
        return tool_usage("--interval is 10 to 86400000 milliseconds");
    return argc - optind == 1 ? -1 : tool_usage("one name, please");
}

// The text of --struct: the list itself, or @FILE that has it. NULL after saying what is wrong.
static char *read_structure(const char *argument)
{
    char *text;
    FILE *file;
    size_t length;

    if (*argument != '@')
        return tool_copy(argument);
    file = fopen(argument + 1, "re");
    if (!file) {
        tool_fail("%s can't be read", argument + 1);
        return NULL;
    }
    text = tool_alloc(1 << 20);
    length = fread(text, 1, (1 << 20) - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static int read_fields(struct request *request)
{
    char wrong[160], *text;

    if (!request->structure)
        return -1;
    text = read_structure(request->structure);
    if (!text)
        return TOOL_FAILED;
    request->fields = tool_fields_parse(text, (unsigned)request->pack, wrong, sizeof(wrong));
    free(text);
    return request->fields ? -1 : tool_usage("--struct: %s", wrong);
}

// How many bytes a frame has.
static uint64_t length_of(const struct request *request)
{
    if (request->length)
        return request->length;
    if (request->fields)
        return request->fields->end;
    return tool_screen_rows() > 2 ? (uint64_t)(tool_screen_rows() - 2) * 16 : LENGTH_USUAL;
}

// Remembers which file the name is, to tell it from a later one of the same name.
static void remember(struct watched *watched)
{
    struct tool_listed listed;

    if (tool_listed_find(watched->name, &listed))
        return;
    watched->path = tool_copy(listed.path);
    watched->device = listed.device;
    watched->inode = listed.inode;
    tool_listed_free(&listed);
}

// The handle is closed at once: the name is to end as if nobody watched.
static int begin(struct watched *watched)
{
    const struct request *request = watched->request;
    uint64_t length = length_of(request);
    int code = TOOL_DONE;
    HANDLE section = tool_open_section(watched->name, SECTION_MAP_READ, &watched->info, &code);

    if (!section)
        return code;
    watched->reader = tool_section_reader(section);
    if (watched->reader < 0) {
        code = tool_windows_error(watched->name->shown, GetLastError());
    } else if (!tool_range(watched->info.size, request->offset, &length)) {
        code = TOOL_FAILED;
    } else if (length == 0 || length > LENGTH_MAX) {
        code = tool_fail("%llu bytes can't be watched", (unsigned long long)length);
    } else {
        remember(watched);
        watched->now = tool_bytes_new(request->offset, (size_t)length);
        watched->before = tool_bytes_new(request->offset, (size_t)length);
        watched->frames = 0;
    }
    CloseHandle(section);
    return code;
}

static void end(struct watched *watched)
{
    if (watched->reader >= 0)
        close(watched->reader);
    watched->reader = -1;
    tool_bytes_free(watched->now);
    tool_bytes_free(watched->before);
    free(watched->path);
    watched->now = watched->before = NULL;
    watched->path = NULL;
}

// Is the name still that section's? Opening it also clears up after holders that were killed.
static bool is_the_same(const struct watched *watched)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, watched->name->text);
    struct stat st;

    if (!section)
        return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(section);
    return !watched->path || (!stat(watched->path, &st) && st.st_dev == watched->device &&
                              st.st_ino == watched->inode);
}

static void show(struct watched *watched, struct tool_screen *screen)
{
    const struct request *request = watched->request;
    struct tool_bytes *before = watched->before;
    struct tool_text text = {0};

    watched->before = watched->now;
    watched->now = before;
    tool_section_read(watched->reader, &watched->info, request->offset, watched->now->data,
                      watched->now->there, watched->now->length);
    before = watched->frames++ ? watched->before : NULL;
    tool_text_add(&text, "%s: %llu bytes at %llu of %llu\n", watched->name->shown,
                  (unsigned long long)watched->now->length, (unsigned long long)request->offset,
                  (unsigned long long)watched->info.size);
    if (request->fields)
        tool_fields_show(&text, request->fields, watched->now, before, screen->marks, tool_ascii);
    else
        tool_hexdump(&text, watched->now, before, screen->marks);
    tool_screen_frame(screen, text.bytes);
    free(text.bytes);
}

// Shows frames until the name ends (true), or the count or a signal ends the watching.
static bool follow(struct watched *watched, struct tool_screen *screen, uint64_t *left)
{
    uint64_t unchecked = 0;

    for (;;) {
        show(watched, screen);
        if (*left && --*left == 0)
            return false;
        if (tool_screen_pause(screen, (unsigned)watched->request->interval))
            return false;
        unchecked += watched->request->interval;
        if (unchecked >= CHECK_MS && !is_the_same(watched))
            return true;
        if (unchecked >= CHECK_MS)
            unchecked = 0;
    }
}

// Until there is a section of that name; false when a signal came first.
static bool await(const struct watched *watched, struct tool_screen *screen)
{
    for (;;) {
        HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, watched->name->text);

        if (section)
            CloseHandle(section);
        if (section || GetLastError() != ERROR_FILE_NOT_FOUND)
            return true;
        if (tool_screen_pause(screen, 100))
            return false;
    }
}

static int watch(const struct request *request, const struct tool_name *name)
{
    struct watched watched = {.request = request, .name = name, .reader = -1};
    struct tool_screen screen;
    uint64_t left = request->count;
    bool again = true;
    int code = TOOL_DONE;

    tool_screen_begin(&screen);
    if (!left && !screen.live)
        left = 1;
    while (again && code == TOOL_DONE && (!request->wait || await(&watched, &screen))) {
        code = begin(&watched);
        if (code == TOOL_DONE)
            again = follow(&watched, &screen, &left) && request->wait;
        end(&watched);
    }
    tool_screen_end(&screen);
    return code;
}

static int run(int argc, char **argv)
{
    struct request request = {.interval = 500, .pack = 8};
    int code = read_options(argc, argv, &request);
    struct tool_name name;

    if (code < 0)
        code = read_fields(&request);
    if (code >= 0)
        return code;
    if (!tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    code = watch(&request, &name);
    tool_name_free(&name);
    tool_fields_free(request.fields);
    return code;
}

const struct tool_command tool_watch = {
    .name = "watch",
    .arguments = "[OPTIONS] NAME",
    .purpose = "Shows a section's bytes or fields live, and marks what changed",
    .options =
        "  -c, --count N       so many frames; without: one, on a terminal until Ctrl-C\n"
        "  -E, --escaped       NAME is written as 'winmem ls' prints it\n"
        "  -i, --interval MS   milliseconds between frames (500)\n"
        "  -l, --length N      so many bytes\n"
        "  -p, --pack N        fields are aligned to at most 1, 2, 4 or 8 bytes (8)\n"
        "  -s, --offset N      from there on\n"
        "  -t, --struct LIST   fields instead of bytes, as in\n"
        "                      'u32 id, f32 speed, char name[16], wchar text[32], x8 a @64'\n"
        "                      or @FILE that has such a list; winmem(1) lists the types\n"
        "  -w, --wait          wait for the name, also for the next one of that name\n",
    .run = run,
};
