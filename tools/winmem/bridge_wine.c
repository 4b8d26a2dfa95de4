// SPDX-License-Identifier: MIT
// The program under Wine that winmem bridge talks to, and the files behind Wine's sections.
#include "bridge_wine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int spawn(struct bridge_wine *wine, const char *loader, const char *program, int in, int out)
{
    char *argv[] = {(char *)loader, (char *)program, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);

    if (error)
        return -error;
    error = posix_spawnattr_init(&attributes);
    if (error)
        goto actions;
    // A group of its own: Ctrl+C is for the bridge, which then ends it.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    error = posix_spawnp(&wine->pid, loader, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
actions:
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

// Contract in bridge_wine.h.
int bridge_wine_start(struct bridge_wine *wine, const char *loader, const char *program)
{
    int to[2], from[2], err;

    signal(SIGPIPE, SIG_IGN);
    setenv("WINEDEBUG", "-all", 0);
    if (pipe2(to, O_CLOEXEC))
        return -errno;
    if (pipe2(from, O_CLOEXEC)) {
        err = -errno;
        close(to[0]);
        close(to[1]);
        return err;
    }
    err = spawn(wine, loader, program, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    *wine = (struct bridge_wine){.pid = wine->pid, .in = to[1], .out = from[0]};
    if (err) {
        close(to[1]);
        close(from[0]);
    }
    return err;
}

// Contract in bridge_wine.h.
void bridge_wine_end(struct bridge_wine *wine)
{
    close(wine->in);
    close(wine->out);
    waitpid(wine->pid, NULL, 0);
}

// One line there, one line back, without its end. -EPIPE when the program has ended.
static int ask(struct bridge_wine *wine, const char *line, char *reply, size_t room)
{
    size_t length = strlen(line), got = 0;

    for (ssize_t n; length; line += n, length -= (size_t)n) {
        n = write(wine->in, line, length);
        if (n <= 0)
            goto gone;
    }
    while (got + 1 < room) {
        ssize_t n = read(wine->out, reply + got, 1);

        if (n <= 0)
            goto gone;
        if (reply[got] == '\n')
            break;
        got += reply[got] != '\r';
    }
    reply[got] = 0;
    return 0;
gone:
    wine->gone = true;
    return -EPIPE;
}

// UTF-16 units as digits. Surrogates that stand alone are units like others.
static char *hex_of(const char *text)
{
    char *hex = malloc(4 * strlen(text) + 1), *at = hex;

    if (!hex)
        abort();
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        unsigned more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0;
        uint32_t code = more ? *p & (0x3fu >> more) : *p;

        for (p++; more && (*p & 0xc0) == 0x80; more--)
            code = code << 6 | (*p++ & 0x3f);
        if (code >= 0x10000) {
            at += sprintf(at, "%04x", 0xd800 + ((code - 0x10000) >> 10 & 0x3ff));
            code = 0xdc00 + (code & 0x3ff);
        }
        at += sprintf(at, "%04x", code & 0xffff);
    }
    *at = 0;
    return hex;
}

// What the program answered: 0, or the error.
static int result_of(const char *reply)
{
    unsigned error;

    if (sscanf(reply, "error %u", &error) == 1)
        return error ? (int)error : -EPROTO;
    return strncmp(reply, "ok", 2) == 0 || strncmp(reply, "view ", 5) == 0 ? 0 : -EPROTO;
}

// Contract in bridge_wine.h. \\?\unix is Wine's way to any path of the host, whatever drives there
// are.
int bridge_wine_export(struct bridge_wine *wine, const char *name, int fd, uint64_t size,
                       bool writable)
{
    char path[64], reply[128], *path_hex, *name_hex, *line;
    int err;

    snprintf(path, sizeof(path), "\\\\?\\unix\\proc\\%d\\fd\\%d", (int)getpid(), fd);
    path_hex = hex_of(path);
    name_hex = hex_of(name);
    if (asprintf(&line, "export %" PRIu64 " %c %s %s\n", size, writable ? 'w' : 'r', path_hex,
                 name_hex) < 0)
        abort();
    err = ask(wine, line, reply, sizeof(reply));
    free(line);
    free(path_hex);
    free(name_hex);
    return err ? err : result_of(reply);
}

struct mapped {
    uint64_t inode;
    dev_t device;
    char path[512];
};

// What `pid` has mapped at `address`, if that is where the file begins.
static bool find_mapping(pid_t pid, uint64_t address, struct mapped *out)
{
    char name[64], line[1024];
    unsigned major, minor;
    bool found = false;
    FILE *maps;

    snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
    maps = fopen(name, "re");
    while (maps && !found && fgets(line, sizeof(line), maps)) {
        uint64_t start, end, offset;

        out->path[0] = 0;
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %x:%x %" SCNu64 " %511[^\n]",
                   &start, &end, &offset, &major, &minor, &out->inode, out->path) < 6)
            continue;
        if (start == address && offset == 0 && out->inode) {
            out->device = makedev(major, minor);
            found = true;
        }
    }
    if (maps)
        fclose(maps);
    return found;
}

// The file of `mapped` among the open files of `pid`. Its number alone does not say all: on stacked
// file systems maps and stat show different devices, but the same path.
static int open_from(pid_t pid, const struct mapped *mapped, int flags)
{
    char name[64], path[512];
    struct dirent *entry;
    int found = -1;
    DIR *folder;

    snprintf(name, sizeof(name), "/proc/%d/fd", (int)pid);
    folder = opendir(name);
    while (folder && found < 0 && (entry = readdir(folder))) {
        struct stat stat;
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, path, sizeof(path) - 1);

        if (length < 0 || fstatat(dirfd(folder), entry->d_name, &stat, 0))
            continue;
        path[length] = 0;
        if (S_ISREG(stat.st_mode) && stat.st_ino == mapped->inode &&
            (stat.st_dev == mapped->device || strcmp(path, mapped->path) == 0))
            found = openat(dirfd(folder), entry->d_name, flags | O_CLOEXEC);
    }
    if (folder)
        closedir(folder);
    return found;
}

static bool is_named(pid_t pid, const char *prefix)
{
    char path[64], comm[32] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    file = fopen(path, "re");
    if (file) {
        if (!fgets(comm, sizeof(comm), file))
            comm[0] = 0;
        fclose(file);
    }
    return strncmp(comm, prefix, strlen(prefix)) == 0;
}

// The program keeps the file open as a rule; Wine's server always does.
static int open_mapped(pid_t pid, const struct mapped *mapped, int flags)
{
    int fd = open_from(pid, mapped, flags);
    struct dirent *entry;
    DIR *proc;

    if (fd >= 0)
        return fd;
    proc = opendir("/proc");
    while (proc && fd < 0 && (entry = readdir(proc))) {
        pid_t other = (pid_t)strtol(entry->d_name, NULL, 10);

        if (other > 0 && is_named(other, "wineserver"))
            fd = open_from(other, mapped, flags);
    }
    if (proc)
        closedir(proc);
    return fd;
}

// The process that has the view: the one that was started, or one that a script started for it.
static pid_t find_process(pid_t pid, uint64_t address, struct mapped *mapped)
{
    char path[64];
    int child;
    pid_t found = 0;
    FILE *children;

    if (find_mapping(pid, address, mapped))
        return pid;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    children = fopen(path, "re");
    while (children && !found && fscanf(children, "%d", &child) == 1)
        found = find_process(child, address, mapped);
    if (children)
        fclose(children);
    return found;
}

// Contract in bridge_wine.h.
int bridge_wine_import(struct bridge_wine *wine, const char *name, int *fd, uint64_t *size,
                       bool *writable)
{
    char reply[128], *hex = hex_of(name), *line, access;
    struct mapped mapped;
    uint64_t address;
    pid_t pid;
    int err;

    if (asprintf(&line, "import %s\n", hex) < 0)
        abort();
    err = ask(wine, line, reply, sizeof(reply));
    free(line);
    free(hex);
    if (!err)
        err = result_of(reply);
    if (err)
        return err;
    if (sscanf(reply, "view %" SCNx64 " %" SCNu64 " %c", &address, size, &access) != 3)
        return -EPROTO;
    pid = find_process(wine->pid, address, &mapped);
    *writable = access == 'w';
    *fd = pid ? open_mapped(pid, &mapped, *writable ? O_RDWR : O_RDONLY) : -1;
    return *fd < 0 ? -ENOENT : 0;
}
