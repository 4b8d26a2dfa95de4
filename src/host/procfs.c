// SPDX-License-Identifier: MIT
// What /proc tells about processes and the machine.
#include "host/process.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fault.h"
#include "host/host.h"

// Reads a small file whole, NUL-terminated. Returns its length or -errno.
static long read_file(const char *path, char *buffer, size_t size)
{
    long fd = HOST_CALL(open(path, O_RDONLY | O_CLOEXEC));
    size_t length = 0;
    long got;

    buffer[0] = '\0';
    if (fd < 0)
        return fd;
    do {
        got = HOST_CALL(read((int)fd, buffer + length, size - 1 - length));
        if (got > 0)
            length += (size_t)got;
    } while ((got > 0 && length < size - 1) || got == -EINTR);
    (void)host_close((int)fd);
    if (got < 0)
        return got;
    buffer[length] = '\0';
    return (long)length;
}

static long read_of_process(int pid, const char *name, char *buffer, size_t size)
{
    char path[48];
    long length;

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    length = read_file(path, buffer, size);
    return length == -ENOENT ? -ESRCH : length;
}

// Only who may inspect a process is shown its exit status; others see 0.
static bool may_see_exit(int pid)
{
    char path[32];
    struct stat st = {0};

    snprintf(path, sizeof(path), "/proc/%d", pid);
    if (HOST_CALL(stat(path, &st)) != 0)
        return false;
    return geteuid() == 0 || st.st_uid == geteuid();
}

// Fields of /proc/PID/stat, counted from 3 (the state), as proc(5) does.
enum { FIELD_FIRST = 4, FIELD_STARTED = 22, FIELD_EXIT = 52 };

static void parse_fields(const char *text, uint64_t *fields)
{
    char *end;

    for (int i = FIELD_FIRST; i <= FIELD_EXIT; i++) {
        fields[i] = strtoull(text, &end, 10);
        text = end;
    }
}

int host_proc_read(int pid, struct host_proc *out)
{
    uint64_t fields[FIELD_EXIT + 1];
    char text[1024];
    long length = read_of_process(pid, "stat", text, sizeof(text));
    char *open, *close;

    if (length < 0)
        return (int)length;
    // The name may hold anything, parentheses too.
    open = strchr(text, '(');
    close = strrchr(text, ')');
    if (!open || !close || close < open || strlen(close) < 4)
        return -ESRCH;
    parse_fields(close + 3, fields);
    *out = (struct host_proc){
        .state = close[2],
        .started = fields[FIELD_STARTED],
    };
    *close = '\0';
    snprintf(out->name, sizeof(out->name), "%.15s", open + 1);
    if (out->state == 'Z' && may_see_exit(pid)) {
        int code = (int)fields[FIELD_EXIT];

        out->has_exit = true;
        if (WIFSIGNALED(code))
            out->exit.signal = WTERMSIG(code);
        else
            out->exit.status = WEXITSTATUS(code);
    }
    return 0;
}

int host_name_set(const char *name)
{
    char path[64];
    long fd, done;

    // The first thread's, whichever thread asks: it is what others see.
    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", (int)getpid());
    fd = HOST_CALL(open(path, O_WRONLY | O_CLOEXEC));
    if (fd < 0)
        return (int)fd;
    done = HOST_CALL(write((int)fd, name, strlen(name)));
    (void)host_close((int)fd);
    return done < 0 ? (int)done : 0;
}

int host_command_line(char **args, size_t *size)
{
    size_t room = 4096;

    for (;;) {
        char *buffer = malloc(room);
        long length;

        if (!buffer)
            return -ENOMEM;
        length = read_file("/proc/self/cmdline", buffer, room);
        if (length >= 0 && (size_t)length < room - 1) {
            *args = buffer;
            *size = (size_t)length;
            return 0;
        }
        free(buffer);
        if (length < 0)
            return (int)length;
        room *= 4;
    }
}

// A line "Name:   number kB" of a file of such lines, in bytes; 0 when there is none.
static uint64_t kilobytes_of(const char *text, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (!strncmp(line, name, length) && line[length] == ':')
            return strtoull(line + length + 1, NULL, 10) * 1024;
    }
    return 0;
}

int host_memory(struct host_memory *out)
{
    char text[4096] = "";
    unsigned long pages = 0;
    long length = read_file("/proc/meminfo", text, sizeof(text));

    if (length < 0)
        return (int)length;
    *out = (struct host_memory){
        .total = kilobytes_of(text, "MemTotal"),
        .available = kilobytes_of(text, "MemAvailable"),
        .swap_total = kilobytes_of(text, "SwapTotal"),
        .swap_free = kilobytes_of(text, "SwapFree"),
    };
    length = read_file("/proc/self/statm", text, sizeof(text));
    if (length > 0)
        pages = strtoul(text, NULL, 10);
    out->own_virtual = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    return 0;
}

void host_processors(struct host_processors *out)
{
    unsigned a, b, c, d;
    cpu_set_t set;

    CPU_ZERO(&set);
    if (HOST_CALL(sched_getaffinity(0, sizeof(set), &set)) < 0)
        CPU_SET(0, &set);
    *out = (struct host_processors){.count = (unsigned)CPU_COUNT(&set)};
    for (unsigned i = 0; i < 64; i++)
        if (CPU_ISSET(i, &set))
            out->mask |= 1ull << i;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return;
    // As the processor manuals define the displayed family and model.
    out->family = (a >> 8 & 0xf) + ((a >> 8 & 0xf) == 0xf ? (a >> 20 & 0xff) : 0);
    out->model = (a >> 4 & 0xf) | (out->family >= 6 ? (a >> 12 & 0xf0) : 0);
    out->stepping = a & 0xf;
}
