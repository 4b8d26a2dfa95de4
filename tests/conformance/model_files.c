// SPDX-License-Identifier: MIT
// Random sequences of reads, writes, moves and cuts against a file kept in memory.
#include "conform.h"

enum { ROOM = 200000, STEPS = 3000 };

static unsigned char shadow[ROOM];
static unsigned size, position;
static HANDLE file;
static uint32_t state;

static unsigned dice(unsigned sides)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % sides;
}

static void put(unsigned at, const unsigned char *data, unsigned count)
{
    memcpy(shadow + at, data, count);
    if (at + count > size)
        size = at + count;
}

static void write_some(int overlapped)
{
    unsigned char data[5000];
    unsigned count = 1 + dice(sizeof data - 1);
    OVERLAPPED where;
    DWORD n = 0;

    if (overlapped)
        position = dice(ROOM - sizeof data);
    if (position + count > ROOM)
        return;
    for (unsigned i = 0; i < count; i++)
        data[i] = (unsigned char)dice(256);
    memset(&where, 0, sizeof where);
    where.Offset = position;
    expect_true(WriteFile(file, data, count, &n, overlapped ? &where : NULL));
    expect_eq_u(n, count);
    put(position, data, count);
    position += count;
}

static void read_some(int overlapped)
{
    unsigned char data[5000];
    unsigned count = 1 + dice(sizeof data - 1);
    unsigned there;
    OVERLAPPED where;
    DWORD n = 9999;
    BOOL done;

    if (overlapped)
        position = dice(ROOM);
    there = position >= size ? 0 : size - position;
    if (there > count)
        there = count;
    memset(&where, 0, sizeof where);
    where.Offset = position;
    done = ReadFile(file, data, count, &n, overlapped ? &where : NULL);
    expect_eq_u(done, there > 0 || !overlapped);
    if (!done) {
        expect_err(ERROR_HANDLE_EOF);
        SetFilePointer(file, (LONG)position, NULL, FILE_BEGIN); /* unknown after a failure */
    }
    expect_eq_u(n, there);
    expect_mem(data, shadow + position, there);
    position += there;
}

static void move(void)
{
    static const DWORD methods[] = {FILE_BEGIN, FILE_CURRENT, FILE_END};
    unsigned from[3] = {0, position, size};
    unsigned method = dice(3);
    long long target = (long long)from[method] + (int)dice(60000) - 20000;
    LONG distance = (LONG)(target - from[method]);
    DWORD got = SetFilePointer(file, distance, NULL, methods[method]);

    if (target < 0) {
        expect_eq_u(got, INVALID_SET_FILE_POINTER);
        expect_err(ERROR_NEGATIVE_SEEK);
    } else {
        expect_eq_u(got, (DWORD)target);
        position = (unsigned)target;
    }
}

static void cut(void)
{
    if (position > ROOM)
        return;
    expect_true(SetEndOfFile(file));
    if (position < size)
        memset(shadow + position, 0, size - position);
    size = position;
}

static void step(void)
{
    switch (dice(8)) {
    case 0:
        cut();
        break;
    case 1:
    case 2:
        move();
        break;
    case 3:
    case 4:
        write_some(dice(2) != 0);
        break;
    default:
        read_some(dice(2) != 0);
    }
    expect_eq_u(SetFilePointer(file, 0, NULL, FILE_CURRENT), position);
    expect_eq_u(GetFileSize(file, NULL), size);
}

static void run_model(uint32_t seed)
{
    state = seed;
    file = open_file(temp_file(0), GENERIC_READ | GENERIC_WRITE);
    for (int i = 0; i < STEPS && !conform_failures(); i++) {
        conform_note("seed %u step %d", (unsigned)seed, i);
        step();
    }
    CloseHandle(file);
}

CASE(random_file_calls_with_seed_1, "F5")
{
    run_model(1);
}

CASE(random_file_calls_with_seed_2, "F5")
{
    run_model(0x9e3779b9);
}
