// SPDX-License-Identifier: MIT
// winmem create, open, hold: making a name, asking for it, keeping it alive.
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keep.h"
#include "section.h"

struct request {
    bool escaped, reserve, world, new_only;
    struct tool_keeping keeping;
};

struct making {
    const struct request *request;
    const struct tool_name *name;
    uint64_t size;
};

static void print_section(const struct tool_name *name, HANDLE section, bool existed)
{
    struct tool_section_info info;
    char *attributes;

    if (!tool_section_query(section, &info)) {
        printf("%s: section\n", name->shown);
        return;
    }
    attributes = tool_attribute_names(info.attributes, "|");
    printf("%s: section, %llu bytes, %s%s\n", name->shown, (unsigned long long)info.size,
           attributes, existed ? ", existed already" : "");
    free(attributes);
}

static HANDLE make(void *context, int *code)
{
    struct making *making = context;
    const struct request *request = making->request;
    DWORD protect = PAGE_READWRITE | (request->reserve ? SEC_RESERVE : 0), error;
    SECURITY_DESCRIPTOR everybody;
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes),
                                      .lpSecurityDescriptor = &everybody};
    HANDLE section;

    InitializeSecurityDescriptor(&everybody, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&everybody, TRUE, NULL, FALSE);
    section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, request->world ? &attributes : NULL, protect,
                           (DWORD)(making->size >> 32), (DWORD)making->size, making->name->text);
    error = GetLastError();
    if (section && error == ERROR_ALREADY_EXISTS && request->new_only) {
        CloseHandle(section);
        section = NULL;
    }
    if (!section)
        *code = tool_windows_error(making->name->shown, error);
    else if (!request->keeping.background)
        print_section(making->name, section, error == ERROR_ALREADY_EXISTS);
    return section;
}

static HANDLE take(void *context, int *code)
{
    const struct tool_name *name = context;
    HANDLE handle = tool_open_any(name, NULL);

    if (!handle)
        *code = tool_windows_error(name->shown, GetLastError());
    return handle;
}

// Cuts off `-- COMMAND...`. Returns how many arguments are before it.
static int split(int argc, char **argv, struct request *request)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        if (i + 1 < argc)
            request->keeping.command = argv + i + 1;
        argv[i] = NULL;
        return i;
    }
    return argc;
}

static const struct option options[] = {
    TOOL_OPTIONS,
    {"background", no_argument, NULL, 'b'},
    {"hold", no_argument, NULL, 'H'},
    {"new", no_argument, NULL, 'n'},
    {"reserve", no_argument, NULL, 'r'},
    {"world", no_argument, NULL, 'w'},
    {0},
};

static int read_options(int argc, char **argv, const char *letters, struct request *request)
{
    opterr = 1;
    for (int letter; (letter = getopt_long(argc, argv, letters, options, NULL)) != -1;) {
        // An option of another of these commands.
        if (letter != '?' && !strchr(letters, letter))
            return tool_usage("no such option: %s", argv[optind - 1]);
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            request->escaped = true;
            break;
        case 'b':
            request->keeping.background = request->keeping.hold = true;
            break;
        case 'H':
            request->keeping.hold = true;
            break;
        case 'n':
            request->new_only = true;
            break;
        case 'r':
            request->reserve = true;
            break;
        case 'w':
            request->world = true;
            break;
        default:
            return tool_usage("%s", "");
        }
    }
    return -1;
}

static int run_create(int argc, char **argv)
{
    struct request request = {0};
    struct making making = {.request = &request};
    struct tool_name name;
    int code;

    argc = split(argc, argv, &request);
    code = read_options(argc, argv, TOOL_LETTERS "bHnrw", &request);
    if (code >= 0)
        return code;
    if (argc - optind != 2)
        return tool_usage("a name and a size, please");
    if (!tool_size(argv[optind + 1], "SIZE", &making.size) ||
        !tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    making.name = &name;
    code = tool_keep(&request.keeping, make, &making);
    tool_name_free(&name);
    return code;
}

static int run_hold(int argc, char **argv)
{
    struct request request = {.keeping.hold = true};
    struct tool_name name;
    int code;

    argc = split(argc, argv, &request);
    code = read_options(argc, argv, TOOL_LETTERS "b", &request);
    if (code >= 0)
        return code;
    if (argc - optind < 1 || argc - optind > 2)
        return tool_usage("one name, please");
    if (argc - optind == 2 &&
        (!tool_number(argv[optind + 1], "SECONDS", &request.keeping.seconds) ||
         request.keeping.seconds > INT_MAX))
        return TOOL_USAGE;
    if (!tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    code = tool_keep(&request.keeping, take, &name);
    tool_name_free(&name);
    return code;
}

static int run_open(int argc, char **argv)
{
    struct request request = {0};
    struct tool_name name;
    const char *kind;
    HANDLE handle;
    int code = read_options(argc, argv, TOOL_LETTERS, &request);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return tool_usage("one name, please");
    if (!tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    handle = tool_open_any(&name, &kind);
    if (!handle) {
        code = tool_windows_error(name.shown, GetLastError());
    } else {
        if (strcmp(kind, "section") != 0)
            printf("%s: %s\n", name.shown, kind);
        else
            print_section(&name, handle, false);
        CloseHandle(handle);
        code = TOOL_DONE;
    }
    tool_name_free(&name);
    return code;
}

const struct tool_command tool_create = {
    .name = "create",
    .arguments = "[-bEnrw] [--hold] NAME SIZE [-- COMMAND...]",
    .purpose = "Creates a section of the paging file, as CreateFileMapping does",
    .options =
        "  The name ends with its last handle, so with this command, unless it is kept:\n"
        "  --hold              keep it until SIGINT, SIGTERM or SIGHUP\n"
        "  -- COMMAND...       keep it while the command runs; exit as that does\n"
        "  -b, --background    keep it in a process of its own, and print that one's number\n"
        "  -E, --escaped       NAME is written as 'winmem ls' prints it\n"
        "  -n, --new           fail if the name exists\n"
        "  -r, --reserve       SEC_RESERVE: pages are there once they are committed\n"
        "  -w, --world         everybody may open it (a NULL DACL)\n",
    .run = run_create,
};

const struct tool_command tool_open = {
    .name = "open",
    .arguments = "[-E] NAME",
    .purpose = "Tells what a name stands for, if it is there",
    .options = "  -E, --escaped       NAME is written as 'winmem ls' prints it\n",
    .run = run_open,
};

const struct tool_command tool_hold = {
    .name = "hold",
    .arguments = "[-bE] NAME [SECONDS] [-- COMMAND...]",
    .purpose = "Keeps a name alive: so long, while a command runs, or until a signal",
    .options = "  -b, --background    in a process of its own; prints that one's number\n"
               "  -E, --escaped       NAME is written as 'winmem ls' prints it\n",
    .run = run_hold,
};
