// SPDX-License-Identifier: MIT
// The Win32 half under Wine: one process for the whole run, told by lines on a pipe what to do.
//
//   to it:   C target side size views touch scan file     calibrate
//            R times  side size views touch scan file     run
//   from it: = number                                     the answer
//            D                                            drop the file's cache, then send a line
#include "driver.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench_wine {
    FILE *to, *from;
    pid_t process;
};

static void become_wine(const char *exe, const int to[2], const int from[2])
{
    dup2(to[0], 0);
    dup2(from[1], 1);
    close(to[0]);
    close(to[1]);
    close(from[0]);
    close(from[1]);
    signal(SIGPIPE, SIG_DFL);
    setenv("WINEDEBUG", "-all", 0);
    execlp("wine", "wine", exe, (char *)NULL);
    _exit(127);
}

struct bench_wine *wine_start(const char *exe)
{
    static struct bench_wine wine;
    int to[2], from[2];

    signal(SIGPIPE, SIG_IGN);
    fflush(NULL);
    if (pipe(to) || pipe(from) || (wine.process = fork()) < 0)
        bench_fail("wine", (unsigned long)errno);
    if (wine.process == 0)
        become_wine(exe, to, from);
    close(to[0]);
    close(from[1]);
    wine.to = fdopen(to[1], "w");
    wine.from = fdopen(from[0], "r");
    if (!wine.to || !wine.from)
        bench_fail("wine", (unsigned long)errno);
    return &wine;
}

// Sends a command and waits for its number, dropping the cache when asked to.
static uint64_t ask(struct bench_wine *wine, char what, uint64_t number, const char *side,
                    const struct bench_config *config)
{
    unsigned long long answer;
    char line[256];

    fprintf(wine->to, "%c %llu %s %llu %zu %d %d Z:%s\n", what, (unsigned long long)number, side,
            (unsigned long long)config->size, config->views, config->touch, config->scan,
            config->file);
    fflush(wine->to);
    while (fgets(line, sizeof line, wine->from)) {
        if (line[0] == 'D') {
            bench_drop_cache(config->file);
            fputs("\n", wine->to);
            fflush(wine->to);
        } else if (sscanf(line, "= %llu", &answer) == 1) {
            return answer;
        }
    }
    bench_fail("the program under Wine ended early", 0);
}

size_t wine_calibrate(struct bench_wine *wine, const char *side, const struct bench_config *config,
                      uint64_t target)
{
    return (size_t)ask(wine, 'C', target, side, config);
}

uint64_t wine_run(struct bench_wine *wine, const char *side, const struct bench_config *config,
                  size_t times)
{
    return ask(wine, 'R', times, side, config);
}

void wine_stop(struct bench_wine *wine)
{
    fclose(wine->to);
    fclose(wine->from);
    waitpid(wine->process, NULL, 0);
}
