// SPDX-License-Identifier: MIT
// A board that processes share by name: shared_board [NAME].
//
// Each line of input is put on the board, and the board is printed. `hold` keeps the board's mutex, so
// that one can see what happens when such a process is killed; `look` only prints. Plain <windows.h>:
// builds against winmem and for Windows alike. examples/shared_board.py is the same in Python.
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define BOARD_BYTES 4096

struct board {
    LONG used;
    char text[BOARD_BYTES - sizeof(LONG)];
};

struct shared {
    HANDLE section, mutex;
    struct board *board;
    int existed;
};

static int give_up(const char *what)
{
    printf("%s failed, error %u\n", what, (unsigned)GetLastError());
    return 0;
}

static int join(struct shared *shared, const char *name)
{
    char mutex[300];

    snprintf(mutex, sizeof(mutex), "%s.mutex", name);
    shared->mutex = CreateMutexA(NULL, FALSE, mutex);
    if (!shared->mutex)
        return give_up("CreateMutex");
    shared->section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, BOARD_BYTES, name);
    shared->existed = GetLastError() == ERROR_ALREADY_EXISTS;
    if (!shared->section)
        return give_up("CreateFileMapping");
    shared->board = MapViewOfFile(shared->section, FILE_MAP_WRITE, 0, 0, 0);
    return shared->board ? 1 : give_up("MapViewOfFile");
}

static void put(struct board *board, const char *text)
{
    size_t room = sizeof(board->text) - (size_t)board->used;
    int length = snprintf(board->text + board->used, room, "%s%s", board->used ? ", " : "", text);

    if (length > 0 && (size_t)length < room)
        board->used += length;
}

// One line; says when the process that held the mutex ended without releasing it.
static int work(struct shared *shared, const char *line)
{
    DWORD waited = WaitForSingleObject(shared->mutex, INFINITE);

    if (waited != WAIT_OBJECT_0 && waited != WAIT_ABANDONED)
        return give_up("WaitForSingleObject");
    if (strcmp(line, "look") != 0 && strcmp(line, "hold") != 0)
        put(shared->board, line);
    printf("%.*s%s\n", (int)shared->board->used, shared->board->text,
           waited == WAIT_ABANDONED ? " [who held the mutex was killed]" : "");
    if (strcmp(line, "hold") != 0)
        ReleaseMutex(shared->mutex);
    return 1;
}

int main(int argc, char **argv)
{
    struct shared shared;
    char line[256];

    setvbuf(stdout, NULL, _IONBF, 0);
    if (!join(&shared, argc > 1 ? argv[1] : "Local\\demo"))
        return 1;
    puts(shared.existed ? "joined" : "made it");
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!work(&shared, line))
            return 1;
    }
    return 0; // the end of the process closes what is open
}
