// SPDX-License-Identifier: MIT
// The end of a process whose invariants are broken.
#include "base/assert.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct message {
    char text[512];
    size_t length;
};

static void append(struct message *message, const char *text)
{
    size_t room = sizeof message->text - message->length;
    size_t length = strnlen(text, room);

    memcpy(message->text + message->length, text, length);
    message->length += length;
}

static void append_number(struct message *message, unsigned number)
{
    char digits[11];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    append(message, digits + at);
}

// Contract in assert.h. No stdio and no allocation: the heap may be what is broken, and the caller
// may be a signal handler.
void wm_panic(const char *what, const char *file, int line)
{
    struct message message = {.length = 0};

    append(&message, "winmem: broken invariant: ");
    append(&message, what);
    append(&message, " (");
    append(&message, file);
    append(&message, ":");
    append_number(&message, (unsigned)line);
    append(&message, ")\n");
    if (write(STDERR_FILENO, message.text, message.length) < 0)
        abort();
    abort();
}
