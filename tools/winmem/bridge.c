// SPDX-License-Identifier: MIT
// winmem bridge: names shared by programs here and programs under Wine.
//
// One memory, two names of it. A name from here goes to Wine as a section of the same file; a name
// from Wine is made here as a section of the file that Wine keeps it in. The bridge holds both, so
// they stay while it runs.
#include "bridge.h"

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

#define HELPER "winmem-bridge.exe"

enum direction { EITHER, TO_WINE, FROM_WINE };

struct request {
    enum direction direction;
    bool wait;
    uint64_t create; // bytes; 0: the name is there
    const char *loader, *program;
};

static int interrupted[2]; // a pipe that signals write to

static void usage(FILE *out)
{
    fputs(
        "usage: winmem bridge [OPTION]... NAME...\n"
        "Shares named sections between programs here and programs under Wine, until interrupted.\n"
        "A name that is here is given to Wine; one that is in Wine is made here; else the bridge\n"
        "waits until it is in either.\n\n"
        "  -c, --create=BYTES  create the names here first\n"
        "  -t, --to-wine       only names that are here\n"
        "  -f, --from-wine     only names that are in Wine\n"
        "  -n, --no-wait       fail when a name is in neither\n"
        "      --wine=COMMAND  what starts Windows programs ($WINELOADER, or wine)\n"
        "      --program=FILE  the bridge's Windows program (" HELPER ")\n",
        out);
}

static void note(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(const char *name, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "winmem bridge: %s: ", name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static void explain(const char *name, const char *what, int error)
{
    char text[256] = "";

    if (error < 0) {
        note(name, "%s: %s", what, strerror(-error));
        return;
    }
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, (DWORD)error,
                   0, text, sizeof(text), NULL);
    text[strcspn(text, "\r\n")] = 0;
    note(name, "%s: error %d: %s", what, error, text);
}

static void tell(const char *name, const char *from, const char *to, uint64_t size)
{
    printf("%s: %s -> %s, %" PRIu64 " bytes\n", name, from, to, size);
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
static int give(struct bridge_wine *wine, const char *name, HANDLE section, bool writable)
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
    error = bridge_wine_export(wine, name, fd, (uint64_t)info.MaximumSize.QuadPart, writable);
    close(fd);
    if (!error)
        tell(name, "here", "Wine", (uint64_t)info.MaximumSize.QuadPart);
    return error;
}

static int take(struct bridge_wine *wine, const char *name)
{
    bool writable;
    uint64_t size;
    HANDLE section;
    int fd, error = bridge_wine_import(wine, name, &fd, &size, &writable);

    if (error)
        return error;
    section = CreateFileMappingA((HANDLE)_get_osfhandle(fd), NULL,
                                 writable ? PAGE_READWRITE : PAGE_READONLY, (DWORD)(size >> 32),
                                 (DWORD)size, name);
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
static int bridge_name(struct bridge_wine *wine, const char *name, const struct request *request)
{
    if (request->direction != FROM_WINE) {
        bool writable;
        HANDLE section = open_here(name, request, &writable);
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

// Returns the exit code once all names are shared and the bridge is interrupted, or one fails.
static int bridge_names(struct bridge_wine *wine, char **names, int count,
                        const struct request *request)
{
    for (int left = count; left;) {
        left = 0;
        for (int i = 0; i < count; i++) {
            int error = names[i] ? bridge_name(wine, names[i], request) : 0;

            if (error == ERROR_FILE_NOT_FOUND && request->wait) {
                left++;
                continue;
            }
            if (error) {
                explain(names[i], "can't be shared", error);
                return 1;
            }
            names[i] = NULL;
        }
        if (left && pause_for(wine, 100))
            return 0;
    }
    while (!wine->gone)
        if (pause_for(wine, -1))
            return 0;
    note(request->program, "the program under Wine has ended");
    return 1;
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
    static const char *const places[] = {"../bridge/" HELPER, "../libexec/winmem/" HELPER, HELPER};
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

static bool parse_bytes(const char *text, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 0);
    return *out && !*end && !errno && *text != '-';
}

// -1: go on; else the exit code.
static int parse(int argc, char **argv, struct request *request)
{
    static const struct option options[] = {
        {"create", required_argument, NULL, 'c'}, {"to-wine", no_argument, NULL, 't'},
        {"from-wine", no_argument, NULL, 'f'},    {"no-wait", no_argument, NULL, 'n'},
        {"wine", required_argument, NULL, 'w'},   {"program", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };

    for (int option; (option = getopt_long(argc, argv, "c:tfnh", options, NULL)) != -1;) {
        switch (option) {
        case 'c':
            if (!parse_bytes(optarg, &request->create)) {
                note(optarg, "not a size in bytes");
                return 2;
            }
            request->direction = TO_WINE;
            break;
        case 't':
            request->direction = TO_WINE;
            break;
        case 'f':
            request->direction = FROM_WINE;
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
        case 'h':
            usage(stdout);
            return 0;
        default:
            usage(stderr);
            return 2;
        }
    }
    if (optind < argc)
        return -1;
    usage(stderr);
    return 2;
}

// Contract in bridge.h.
int tool_bridge(int argc, char **argv)
{
    struct request request = {.wait = true, .loader = getenv("WINELOADER")};
    struct bridge_wine wine;
    char *found = find_program();
    int code, err;

    if (!request.loader)
        request.loader = "wine";
    request.program = found;
    code = parse(argc, argv, &request);
    if (code >= 0)
        goto out;
    code = 1;
    if (!request.program) {
        note(HELPER, "not found; it is built where there is a mingw-w64 compiler");
        goto out;
    }
    catch_signals();
    err = bridge_wine_start(&wine, request.loader, request.program);
    if (err) {
        explain(request.loader, "can't be started", err);
        goto out;
    }
    code = bridge_names(&wine, argv + optind, argc - optind, &request);
    bridge_wine_end(&wine);
out:
    free(found);
    return code;
}
