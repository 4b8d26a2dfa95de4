// SPDX-License-Identifier: MIT
// winmem bridge: names shared by programs here and programs under Wine.
//
// One memory, two names of it. A name from here goes to Wine as a section of the same file; a name
// from Wine is made here as a section of the file that Wine keeps it in. The bridge holds both, so
// they stay while it runs.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <io.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>
#include <winternl.h>

#include "bridge_wine.h"
#include "command.h"

#define PROGRAM "winmem-bridge.exe"

enum direction { EITHER, TO_WINE, FROM_WINE };

struct request {
    enum direction direction;
    bool wait, escaped;
    uint64_t create; // bytes; 0: the name is there
    const char *loader, *program;
};

static int interrupted[2]; // a pipe that signals write to

static int explain(const char *about, int error)
{
    if (error > 0)
        return tool_windows_error(about, (uint32_t)error);
    return tool_fail("%s: %s", about, strerror(-error));
}

static void tell(const struct tool_name *name, const char *from, const char *to, uint64_t size)
{
    printf("%s: %s -> %s, %" PRIu64 " bytes\n", name->shown, from, to, size);
    fflush(stdout);
}

// Sections here: made, or opened for as much as their owner allows. NULL: last error.
static HANDLE open_here(const char *name, const struct request *request, bool *writable)
{
    HANDLE section;

    *writable = true;
    if (request->create)
        return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE,
                                  (DWORD)(request->create >> 32), (DWORD)request->create, name);
    section = OpenFileMappingA(FILE_MAP_READ | FILE_MAP_WRITE | SECTION_QUERY, FALSE, name);
    if (section || GetLastError() != ERROR_ACCESS_DENIED)
        return section;
    *writable = false;
    return OpenFileMappingA(FILE_MAP_READ | SECTION_QUERY, FALSE, name);
}

// The handle stays open and keeps the name. Wine opens the file for itself.
static int give(struct bridge_wine *wine, const struct tool_name *name, HANDLE section,
                bool writable)
{
    SECTION_BASIC_INFORMATION info;
    int fd, error;

    if (NtQuerySection(section, SectionBasicInformation, &info, sizeof(info), NULL))
        return ERROR_ACCESS_DENIED;
    if (info.AllocationAttributes & SEC_RESERVE)
        return ERROR_NOT_SUPPORTED; // its pages come and go as Wine does not know
    fd = _open_sectionfd((intptr_t)section, writable ? O_RDWR : O_RDONLY);
    if (fd < 0 && writable) { // the section's own protection may be less than the handle's rights
        writable = false;
        fd = _open_sectionfd((intptr_t)section, O_RDONLY);
    }
    if (fd < 0)
        return -errno;
    error = bridge_wine_export(wine, name->text, fd, (uint64_t)info.MaximumSize.QuadPart, writable);
    close(fd);
    if (!error)
        tell(name, "here", "Wine", (uint64_t)info.MaximumSize.QuadPart);
    return error;
}

static int take(struct bridge_wine *wine, const struct tool_name *name)
{
    bool writable;
    uint64_t size;
    HANDLE section;
    int fd, error = bridge_wine_import(wine, name->text, &fd, &size, &writable);

    if (error)
        return error;
    section = CreateFileMappingA((HANDLE)_get_osfhandle(fd), NULL,
                                 writable ? PAGE_READWRITE : PAGE_READONLY, (DWORD)(size >> 32),
                                 (DWORD)size, name->text);
    error = (int)GetLastError(); // 0, also that the name has been made here meanwhile
    if (section && error)
        CloseHandle(section);
    if (error)
        close(fd);
    else
        tell(name, "Wine", "here", size);
    return error;
}

// ERROR_FILE_NOT_FOUND: it is in neither yet.
static int bridge_name(struct bridge_wine *wine, const struct tool_name *name,
                       const struct request *request)
{
    if (request->direction != FROM_WINE) {
        bool writable;
        HANDLE section = open_here(name->text, request, &writable);
        int error = section ? 0 : (int)GetLastError();

        if (section)
            error = give(wine, name, section, writable);
        if (section && error)
            CloseHandle(section);
        if (error != ERROR_FILE_NOT_FOUND || request->direction == TO_WINE)
            return error;
    }
    return take(wine, name);
}

// Waits so long, or (-1) until the program under Wine ends. True when interrupted.
static bool pause_for(struct bridge_wine *wine, int milliseconds)
{
    struct pollfd ends[] = {{.fd = interrupted[0], .events = POLLIN}, {.fd = wine->out}};

    while (poll(ends, 2, milliseconds) < 0 && errno == EINTR)
        ;
    if (ends[1].revents)
        wine->gone = true;
    return ends[0].revents != 0;
}

// One round: how many names are in neither yet, or -1 - exit code.
static int bridge_round(struct bridge_wine *wine, struct tool_name *names, bool *done, int count,
                        const struct request *request)
{
    int left = 0;

    for (int i = 0; i < count; i++) {
        int error = done[i] ? 0 : bridge_name(wine, &names[i], request);

        if (error == ERROR_FILE_NOT_FOUND && request->wait)
            left++;
        else if (error)
            return -1 - explain(names[i].shown, error);
        else
            done[i] = true;
    }
    return left;
}

// Returns the exit code once all names are shared and the bridge is interrupted, or one fails.
static int bridge_names(struct bridge_wine *wine, struct tool_name *names, int count,
                        const struct request *request)
{
    bool *done = tool_alloc((size_t)count * sizeof(*done));
    int left, code = TOOL_DONE;

    do {
        left = bridge_round(wine, names, done, count, request);
        if (left < 0)
            code = -1 - left;
    } while (left >= 0 && !wine->gone && !pause_for(wine, left ? 100 : -1));
    if (wine->gone && left >= 0)
        code = tool_fail("%s: has ended", request->program);
    free(done);
    return code;
}

static void on_signal(int number)
{
    char byte = (char)number;

    (void)!write(interrupted[1], &byte, 1);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

    if (pipe2(interrupted, O_CLOEXEC | O_NONBLOCK))
        abort();
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        sigaction(numbers[i], &action, NULL);
}

// Beside this program in the build tree, in libexec when installed. Allocated.
static char *find_program(void)
{
    static const char *const places[] = {"../bridge/" PROGRAM, "../libexec/winmem/" PROGRAM,
                                         PROGRAM};
    char self[PATH_MAX], path[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (length <= 0)
        return NULL;
    self[length] = 0;
    *strrchr(self, '/') = 0;
    for (unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        snprintf(path, sizeof(path), "%s/%s", self, places[i]);
        if (access(path, R_OK) == 0)
            return strdup(path);
    }
    return NULL;
}

static const struct option options[] = {TOOL_OPTIONS,
                                        {"create", required_argument, NULL, 'c'},
                                        {"to-wine", no_argument, NULL, 't'},
                                        {"from-wine", no_argument, NULL, 'f'},
                                        {"no-wait", no_argument, NULL, 'n'},
                                        {"wine", required_argument, NULL, 'w'},
                                        {"program", required_argument, NULL, 'p'},
                                        {0}};

// -1: go on; else the exit code.
static int parse(int argc, char **argv, struct request *request)
{
    for (int letter;
         (letter = getopt_long(argc, argv, TOOL_LETTERS "c:tfn", options, NULL)) != -1;) {
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            request->escaped = true;
            break;
        case 'c':
            request->direction = TO_WINE;
            if (!tool_size(optarg, "size", &request->create))
                return TOOL_USAGE;
            break;
        case 't':
        case 'f':
            request->direction = letter == 't' ? TO_WINE : FROM_WINE;
            break;
        case 'n':
            request->wait = false;
            break;
        case 'w':
            request->loader = optarg;
            break;
        case 'p':
            request->program = optarg;
            break;
        default:
            return tool_usage("%s", "");
        }
    }
    return optind < argc ? -1 : tool_usage("which names?");
}

// Starts the program under Wine, shares the names, ends it.
static int share(struct tool_name *names, int count, const struct request *request)
{
    struct bridge_wine wine;
    int code, err;

    if (!request->program)
        return tool_fail("no " PROGRAM ": it is built where there is a mingw-w64 compiler");
    catch_signals();
    err = bridge_wine_start(&wine, request->loader, request->program);
    if (err)
        return explain(request->loader, err);
    code = bridge_names(&wine, names, count, request);
    bridge_wine_end(&wine);
    return code;
}

static int run(int argc, char **argv)
{
    struct request request = {.wait = true, .loader = getenv("WINELOADER")};
    char *found = find_program();
    int code, count = 0;

    if (!request.loader)
        request.loader = "wine";
    request.program = found;
    code = parse(argc, argv, &request);
    if (code < 0) {
        struct tool_name *names = tool_alloc((size_t)(argc - optind) * sizeof(*names));

        while (optind + count < argc &&
               tool_name_read(argv[optind + count], request.escaped, &names[count]))
            count++;
        code = optind + count < argc ? TOOL_USAGE : share(names, count, &request);
        while (count)
            tool_name_free(&names[--count]);
        free(names);
    }
    free(found);
    return code;
}

const struct tool_command tool_bridge = {
    .name = "bridge",
    .arguments = "[-cEfnt] NAME...",
    .purpose = "Shares sections between programs here and programs under Wine, until interrupted",
    .options =
        "  -c, --create=SIZE   create the names here first\n"
        "  -t, --to-wine       only names that are here\n"
        "  -f, --from-wine     only names that are in Wine\n"
        "  -n, --no-wait       fail when a name is in neither; else the bridge waits for it\n"
        "  -E, --escaped       NAME is written as ls prints it\n"
        "      --wine=COMMAND  what starts Windows programs ($WINELOADER, or wine)\n"
        "      --program=FILE  the bridge's own Windows program\n",
    .run = run,
};
