// SPDX-License-Identifier: MIT
// Frames on a terminal, each over the one before, or one after the other elsewhere.
#include "screen.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"
#define HOME        "\033[H"
#define ERASE_ALL   "\033[2J"
#define ERASE_LINE  "\033[K"
#define ERASE_REST  "\033[J"

static void ending_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

unsigned tool_screen_rows(void)
{
    struct winsize size;

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
        return 0;
    return size.ws_row;
}

void tool_screen_begin(struct tool_screen *screen)
{
    const char *terminal = getenv("TERM");
    sigset_t set;

    *screen = (struct tool_screen){
        .live = isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0,
        .marks = tool_wants_colour(STDOUT_FILENO) ? TOOL_MARK_COLOUR : TOOL_MARK_SIGNS,
    };
    ending_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

void tool_screen_end(struct tool_screen *screen)
{
    if (screen->live && screen->frames)
        fputs(SHOW_CURSOR, stdout);
    fflush(stdout);
}

// At most as many lines as the terminal has, one kept free for the cursor.
static void draw(const char *text)
{
    unsigned rows = tool_screen_rows();

    fputs(HOME, stdout);
    for (unsigned row = 1; *text && (row < rows || !rows); row++) {
        size_t length = strcspn(text, "\n");

        printf("%.*s" ERASE_LINE "\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
    fputs(ERASE_REST, stdout);
}

void tool_screen_frame(struct tool_screen *screen, const char *text)
{
    if (screen->live) {
        if (!screen->frames)
            fputs(HIDE_CURSOR ERASE_ALL, stdout);
        draw(text);
    } else {
        printf("%s%s", screen->frames ? "\n" : "", text);
    }
    screen->frames++;
    fflush(stdout);
}

bool tool_screen_pause(struct tool_screen *screen, unsigned ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    sigset_t set;
    int number;

    (void)screen;
    ending_signals(&set);
    do {
        number = sigtimedwait(&set, NULL, &time);
    } while (number < 0 && errno == EINTR);
    return number > 0 || ferror(stdout);
}
