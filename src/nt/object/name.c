// SPDX-License-Identifier: MIT
// Object names: from OBJECT_ATTRIBUTES to a place in the name space.
#include "nt/object/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nt/object/namespace.h"

// What is left of a name while its directories are walked.
struct cursor {
    const uint16_t *at;
    uint32_t left; // units
};

// Takes the next component off when it is `word`, exactly, and a backslash follows or the end.
static bool take(struct cursor *cursor, const char *word)
{
    uint32_t length = (uint32_t)strlen(word);

    if (cursor->left < length)
        return false;
    for (uint32_t i = 0; i < length; i++) {
        if (cursor->at[i] != (unsigned char)word[i])
            return false;
    }
    if (cursor->left > length && cursor->at[length] != '\\')
        return false;
    cursor->at += length;
    cursor->left -= length;
    return true;
}

static bool take_separator(struct cursor *cursor)
{
    if (cursor->left == 0 || *cursor->at != '\\')
        return false;
    cursor->at++;
    cursor->left--;
    return true;
}

// There are two sessions: 0, whose names are the global ones, and the user's own, 1.
static bool take_session(struct cursor *cursor, enum wm_name_scope *scope)
{
    if (take(cursor, "0"))
        *scope = WM_SCOPE_GLOBAL;
    else if (take(cursor, "1"))
        *scope = WM_SCOPE_LOCAL;
    else
        return false;
    return true;
}

// The links that each of the two directories has: Local to itself, Global to the global one, and
// Session to a directory with a link for each session. The last component stays, unless it is a link.
static NTSTATUS walk(struct cursor *cursor, struct wm_name_key *key)
{
    for (;;) {
        struct cursor before = *cursor;

        if (take(cursor, "Local")) {
        } else if (take(cursor, "Global")) {
            key->scope = WM_SCOPE_GLOBAL;
        } else if (take(cursor, "Session")) {
            if (cursor->left == 0)
                return STATUS_OBJECT_TYPE_MISMATCH;
            if (!take_separator(cursor) || !take_session(cursor, &key->scope))
                return STATUS_OBJECT_PATH_NOT_FOUND;
        } else {
            break;
        }
        wm_assert(cursor->left < before.left);
        if (cursor->left == 0 || (take_separator(cursor) && cursor->left == 0))
            return STATUS_OBJECT_TYPE_MISMATCH; // the directory itself
    }
    for (uint32_t i = 0; i < cursor->left; i++) {
        if (cursor->at[i] == '\\')
            return STATUS_OBJECT_PATH_NOT_FOUND;
    }
    key->units = cursor->at;
    key->length = cursor->left;
    return STATUS_SUCCESS;
}

// A path from the root of the name space, of which only the directories of named objects exist.
static NTSTATUS walk_from_root(struct cursor *cursor, struct wm_name_key *key)
{
    if (!take_separator(cursor))
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    key->scope = WM_SCOPE_GLOBAL;
    if (take(cursor, "Sessions")) {
        if (!take_separator(cursor) || !take_session(cursor, &key->scope) ||
            !take_separator(cursor))
            return STATUS_OBJECT_PATH_NOT_FOUND;
    }
    if (!take(cursor, "BaseNamedObjects"))
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (cursor->left == 0 || (take_separator(cursor) && cursor->left == 0))
        return STATUS_OBJECT_TYPE_MISMATCH;
    return walk(cursor, key);
}

// Contract in name.h.
NTSTATUS wm_name_parse(const OBJECT_ATTRIBUTES *attributes, struct wm_name_key *key)
{
    const UNICODE_STRING *name = attributes->ObjectName;
    struct cursor cursor;
    NTSTATUS st;

    *key = (struct wm_name_key){.scope = WM_SCOPE_LOCAL};
    if (name && name->Length % 2 != 0)
        return STATUS_OBJECT_NAME_INVALID;
    if (name && name->Length != 0 && !name->Buffer)
        return STATUS_ACCESS_VIOLATION;
    cursor.at = name ? (const uint16_t *)name->Buffer : NULL;
    cursor.left = name ? name->Length / 2 : 0;
    if (!attributes->RootDirectory) {
        st = walk_from_root(&cursor, key);
    } else if (attributes->RootDirectory != WM_BASE_NAMED_OBJECTS || cursor.left == 0) {
        st = STATUS_OBJECT_TYPE_MISMATCH; // there are no other handles to directories
    } else if (*cursor.at == '\\') {
        st = STATUS_OBJECT_PATH_SYNTAX_BAD;
    } else {
        st = walk(&cursor, key);
    }
    if (st == STATUS_SUCCESS)
        wm_name_hash(key);
    return st;
}

static uint64_t rotate(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

// Every bit of the result depends on every bit of the state.
static uint64_t finish(uint64_t state)
{
    state ^= state >> 32;
    state *= 0xD6E8FEB86659FD93ull;
    state ^= state >> 29;
    state *= 0xA0761D6478BD642Full;
    state ^= state >> 32;
    return state;
}

// Two lanes of the same shape with different numbers: each step is a bijection of the state, so
// names that differ in one word only never meet.
static uint64_t lane(const struct wm_name_key *key, uint64_t seed, uint64_t multiplier,
                     unsigned rotation)
{
    uint64_t state = seed + (uint64_t)key->scope * 0x9E3779B97F4A7C15ull + key->length;
    uint32_t i = 0;

    while (i < key->length) {
        uint64_t word = 0;

        for (unsigned shift = 0; shift < 64 && i < key->length; shift += 16)
            word |= (uint64_t)key->units[i++] << shift;
        state ^= finish(word ^ multiplier);
        state = rotate(state, rotation) * multiplier;
    }
    return finish(state ^ seed);
}

// Contract in name.h.
void wm_name_hash(struct wm_name_key *key)
{
    key->hash[0] = lane(key, 0x243F6A8885A308D3ull, 0xC2B2AE3D27D4EB4Full, 29);
    key->hash[1] = lane(key, 0x13198A2E03707344ull, 0x9FB21C651E98DF25ull, 41);
}

// Contract in name.h.
bool wm_name_key_equal(const struct wm_name_key *a, const struct wm_name_key *b)
{
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1] && a->scope == b->scope &&
           a->length == b->length &&
           (a->length == 0 || memcmp(a->units, b->units, a->length * sizeof(*a->units)) == 0);
}

// Contract in name.h.
NTSTATUS wm_name_key_copy(const struct wm_name_key *key, struct wm_name_key *copy)
{
    uint16_t *units = NULL;

    if (key->length) {
        units = malloc(key->length * sizeof(*units));
        if (!units)
            return STATUS_NO_MEMORY;
        memcpy(units, key->units, key->length * sizeof(*units));
    }
    *copy = *key;
    copy->units = units;
    return STATUS_SUCCESS;
}

// Contract in name.h.
void wm_name_key_free(struct wm_name_key *key)
{
    free((void *)key->units);
    key->units = NULL;
}

// Contract in name.h.
void wm_name_leaf(const struct wm_name_key *key, char leaf[WM_NAME_LEAF_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < 32; i++)
        leaf[i] = digits[key->hash[i / 16] >> (60 - i % 16 * 4) & 15];
    leaf[32] = '\0';
}

// Contract in name.h.
bool wm_name_is_leaf(const char *text)
{
    return strspn(text, "0123456789abcdef") == 32 && text[32] == '\0';
}
