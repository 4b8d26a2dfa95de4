// SPDX-License-Identifier: MIT
// The input of a fuzz target as a source of choices: bytes, numbers, flags. Zeroes at its end.
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

static struct {
    const uint8_t *data;
    size_t size;
} input;

static uint8_t u8(void)
{
    if (!input.size)
        return 0;
    input.size--;
    return *input.data++;
}

static uint32_t u32(void)
{
    uint32_t value = u8();

    for (int i = 0; i < 3; i++)
        value = value << 8 | u8();
    return value;
}

// One of the values that matter; the last choice is any.
static uint32_t pick(const uint32_t *values, size_t count)
{
    uint8_t choice = u8();

    return choice < 250 ? values[choice % count] : u32();
}
#define PICK(...) \
    pick((const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

// Any combination of eight bits.
static uint32_t combine(const uint32_t bits[8])
{
    uint32_t value = 0;
    uint8_t choice = u8();

    for (int i = 0; i < 8; i++)
        if (choice >> i & 1)
            value |= bits[i];
    return value;
}
#define COMBINE(...) combine((const uint32_t[8]){__VA_ARGS__})

#endif
