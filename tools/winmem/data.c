// SPDX-License-Identifier: MIT
// winmem cat and write: a section's bytes, from it and into it.
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "section.h"

// How much is mapped at once.
#define CHUNK ((size_t)4 << 20)

struct request {
    bool escaped;
    uint64_t offset, length; // length 0: to the end
};

static const struct option options[] = {
    TOOL_OPTIONS,
    {"length", required_argument, NULL, 'l'},
    {"offset", required_argument, NULL, 's'},
    {0},
};

static int read_options(int argc, char **argv, const char *letters, struct request *request)
{
    for (int letter; (letter = getopt_long(argc, argv, letters, options, NULL)) != -1;) {
        if (letter != '?' && !strchr(letters, letter))
            return tool_usage("no such option: %s", argv[optind - 1]);
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            request->escaped = true;
            break;
        case 'l':
            if (!tool_size(optarg, "--length", &request->length))
                return TOOL_USAGE;
            if (!request->length)
                return tool_usage("--length is at least 1");
            break;
        case 's':
            if (!tool_size(optarg, "--offset", &request->offset))
                return TOOL_USAGE;
            break;
        default:
            return tool_usage("%s", "");
        }
    }
    return argc - optind == 1 ? -1 : tool_usage("one name, please");
}

static bool write_all(const char *bytes, size_t length)
{
    while (length) {
        ssize_t done = write(STDOUT_FILENO, bytes, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes += done;
        length -= (size_t)done;
    }
    return true;
}

static int copy_out(int reader, const struct tool_section_info *info, const struct request *request)
{
    uint64_t length = request->length, at = request->offset;
    int code = TOOL_DONE;
    char *buffer;

    if (!tool_range(info->size, at, &length))
        return TOOL_FAILED;
    buffer = tool_alloc(CHUNK);
    while (length && code == TOOL_DONE) {
        size_t part = length < CHUNK ? (size_t)length : CHUNK;

        tool_section_read(reader, info, at, buffer, NULL, part);
        if (!write_all(buffer, part))
            code = tool_fail("writing failed: %s", strerror(errno));
        at += part;
        length -= part;
    }
    free(buffer);
    return code;
}

static int cat(const struct tool_name *name, const struct request *request)
{
    struct tool_section_info info;
    int code = TOOL_DONE, reader;
    HANDLE section = tool_open_section(name, SECTION_MAP_READ, &info, &code);

    if (!section)
        return code;
    reader = tool_section_reader(section);
    if (reader < 0) {
        code = tool_windows_error(name->shown, GetLastError());
    } else {
        code = copy_out(reader, &info, request);
        close(reader);
    }
    CloseHandle(section);
    return code;
}

// As much as there is, up to `room`.
static size_t read_input(char *buffer, size_t room)
{
    size_t have = 0;

    while (have < room) {
        ssize_t done = read(STDIN_FILENO, buffer + have, room - have);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            break;
        have += (size_t)done;
    }
    return have;
}

static int fill(const struct tool_name *name, const struct request *request)
{
    struct tool_section_info info;
    uint64_t at = request->offset, room = 0;
    char *buffer;
    int code = TOOL_DONE;
    HANDLE section = tool_open_section(name, SECTION_MAP_WRITE, &info, &code);

    if (!section)
        return code;
    if (!tool_range(info.size, at, &room))
        code = TOOL_FAILED;
    buffer = tool_alloc(CHUNK);
    for (size_t length = 1; length && code == TOOL_DONE; at += length, room -= length) {
        length = read_input(buffer, room < CHUNK ? (size_t)room : CHUNK);
        if (length && !tool_section_write(section, &info, at, buffer, length)) {
            code = tool_windows_error(name->shown, GetLastError());
            break;
        }
    }
    if (code == TOOL_DONE && !room && read_input(buffer, 1))
        code = tool_fail("%s: the section is full; the rest of the input is left", name->shown);
    free(buffer);
    CloseHandle(section);
    return code;
}

static int run(int argc, char **argv, const char *letters,
               int (*action)(const struct tool_name *, const struct request *))
{
    struct request request = {0};
    int code = read_options(argc, argv, letters, &request);
    struct tool_name name;

    if (code >= 0)
        return code;
    if (!tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    code = action(&name, &request);
    tool_name_free(&name);
    return code;
}

static int run_cat(int argc, char **argv)
{
    return run(argc, argv, TOOL_LETTERS "l:s:", cat);
}

static int run_write(int argc, char **argv)
{
    return run(argc, argv, TOOL_LETTERS "s:", fill);
}

const struct tool_command tool_cat = {
    .name = "cat",
    .arguments = "[-E] [--offset N] [--length N] NAME",
    .purpose = "Writes a section's bytes to standard output; what is not committed reads as zeros",
    .options = "  -E, --escaped       NAME is written as 'winmem ls' prints it\n"
               "  -l, --length N      so many bytes; without: to the end\n"
               "  -s, --offset N      from there on\n",
    .run = run_cat,
};

const struct tool_command tool_write = {
    .name = "write",
    .arguments = "[-E] [--offset N] NAME",
    .purpose = "Copies standard input into a section, committing what it needs",
    .options = "  -E, --escaped       NAME is written as 'winmem ls' prints it\n"
               "  -s, --offset N      from there on\n",
    .run = run_write,
};
