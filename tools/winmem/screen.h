// SPDX-License-Identifier: MIT
// Frames on a terminal, each over the one before, or one after the other elsewhere.
#ifndef TOOL_SCREEN_H
#define TOOL_SCREEN_H

#include "hexdump.h"

struct tool_screen {
    bool live; // a terminal that is drawn over
    enum tool_marks marks;
    unsigned frames;
};

// From here on SIGINT, SIGTERM and SIGHUP only end a pause.
void tool_screen_begin(struct tool_screen *screen);
// Leaves the last frame on the terminal.
void tool_screen_end(struct tool_screen *screen);
void tool_screen_frame(struct tool_screen *screen, const char *text);
// True when it is time to end.
bool tool_screen_pause(struct tool_screen *screen, unsigned ms);
// The terminal's height; 0 when there is none.
unsigned tool_screen_rows(void);

#endif
