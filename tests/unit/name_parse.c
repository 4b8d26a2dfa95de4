// SPDX-License-Identifier: MIT
// Object names to places in the name space, and their hash.
// protocol: --list
#include "unit.h"

#include <ntstatus.h>

#include "nt/object/name.h"
#include "nt/object/namespace.h"

static uint16_t units[65536];

static NTSTATUS parse(HANDLE root, const char *text, struct wm_name_key *key)
{
    UNICODE_STRING string = {(USHORT)(strlen(text) * 2), 65534, (void *)units};
    OBJECT_ATTRIBUTES attributes;

    for (size_t i = 0; text[i]; i++)
        units[i] = (unsigned char)text[i];
    InitializeObjectAttributes(&attributes, &string, 0, root, NULL);
    return wm_name_parse(&attributes, key);
}

struct expected {
    const char *text;
    NTSTATUS st;
    enum wm_name_scope scope;
    const char *name;
};

static void check(HANDLE root, const struct expected *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct wm_name_key key;
        NTSTATUS st = parse(root, table[i].text, &key);

        if (st != table[i].st)
            fprintf(stderr, "%s: 0x%x, not 0x%x\n", table[i].text, (unsigned)st,
                    (unsigned)table[i].st);
        EXPECT(st == table[i].st);
        if (st)
            continue;
        EXPECT_EQ(key.scope, table[i].scope);
        EXPECT_EQ(key.length, strlen(table[i].name));
        for (uint32_t at = 0; at < key.length; at++)
            EXPECT_EQ(key.units[at], (unsigned char)table[i].name[at]);
    }
}

#define LOCAL    WM_SCOPE_LOCAL
#define GLOBAL   WM_SCOPE_GLOBAL
#define GOOD     STATUS_SUCCESS
#define NO_PATH  STATUS_OBJECT_PATH_NOT_FOUND
#define MISMATCH STATUS_OBJECT_TYPE_MISMATCH

TEST(names_of_win32)
{
    static const struct expected table[] = {
        {"Foo", GOOD, LOCAL, "Foo"},
        {"Local\\Foo", GOOD, LOCAL, "Foo"},
        {"Global\\Foo", GOOD, GLOBAL, "Foo"},
        {"Global\\Global\\Foo", GOOD, GLOBAL, "Foo"},
        {"Global\\Local\\Foo", GOOD, GLOBAL, "Foo"}, // the global directory's own link
        {"Local\\Global\\Foo", GOOD, GLOBAL, "Foo"},
        {"Local\\Local\\Foo", GOOD, LOCAL, "Foo"},
        {"Session\\1\\Foo", GOOD, LOCAL, "Foo"},
        {"Session\\0\\Foo", GOOD, GLOBAL, "Foo"},
        {"Session\\7\\Foo", NO_PATH, LOCAL, NULL},
        {"Session\\10\\Foo", NO_PATH, LOCAL, NULL},
        {"Localize", GOOD, LOCAL, "Localize"},
        {"Global", MISMATCH, LOCAL, NULL},
        {"Local\\", MISMATCH, LOCAL, NULL},
        {"Local", MISMATCH, LOCAL, NULL},
        {"", MISMATCH, LOCAL, NULL},
        {"local\\Foo", NO_PATH, LOCAL, NULL},
        {"LOCAL\\Foo", NO_PATH, LOCAL, NULL},
        {"global\\Foo", NO_PATH, LOCAL, NULL},
        {"a\\b", NO_PATH, LOCAL, NULL},
        {"a\\", NO_PATH, LOCAL, NULL},
        {"Local\\a\\b", NO_PATH, LOCAL, NULL},
        {"Local\\\\a", NO_PATH, LOCAL, NULL},
        {"\\Foo", STATUS_OBJECT_PATH_SYNTAX_BAD, LOCAL, NULL},
        {"\\BaseNamedObjects\\Foo", STATUS_OBJECT_PATH_SYNTAX_BAD, LOCAL, NULL},
        {"a/b\1\x7f.", GOOD, LOCAL, "a/b\1\x7f."},
        {"..", GOOD, LOCAL, ".."},
    };

    check(WM_BASE_NAMED_OBJECTS, table, sizeof(table) / sizeof(*table));
}

TEST(native_paths)
{
    static const struct expected table[] = {
        {"\\BaseNamedObjects\\Foo", GOOD, GLOBAL, "Foo"},
        {"\\BaseNamedObjects\\Global\\Foo", GOOD, GLOBAL, "Foo"},
        {"\\BaseNamedObjects\\Local\\Foo", GOOD, GLOBAL, "Foo"},
        {"\\Sessions\\1\\BaseNamedObjects\\Foo", GOOD, LOCAL, "Foo"},
        {"\\Sessions\\1\\BaseNamedObjects\\Global\\Foo", GOOD, GLOBAL, "Foo"},
        {"\\Sessions\\0\\BaseNamedObjects\\Foo", GOOD, GLOBAL, "Foo"},
        {"\\Sessions\\2\\BaseNamedObjects\\Foo", NO_PATH, LOCAL, NULL},
        {"\\Sessions\\1\\Foo", NO_PATH, LOCAL, NULL},
        {"\\Sessions", NO_PATH, LOCAL, NULL},
        {"\\BaseNamedObjects", MISMATCH, LOCAL, NULL},
        {"\\BaseNamedObjects\\", MISMATCH, LOCAL, NULL},
        {"\\BaseNamedObjectsX\\Foo", NO_PATH, LOCAL, NULL},
        {"\\Device\\Foo", NO_PATH, LOCAL, NULL},
        {"\\", NO_PATH, LOCAL, NULL},
        {"Foo", STATUS_OBJECT_PATH_SYNTAX_BAD, LOCAL, NULL},
        {"", STATUS_OBJECT_PATH_SYNTAX_BAD, LOCAL, NULL},
    };

    check(NULL, table, sizeof(table) / sizeof(*table));
}

TEST(bad_strings)
{
    UNICODE_STRING string = {3, 4, (void *)units};
    OBJECT_ATTRIBUTES attributes;
    struct wm_name_key key;

    InitializeObjectAttributes(&attributes, &string, 0, WM_BASE_NAMED_OBJECTS, NULL);
    EXPECT_EQ(wm_name_parse(&attributes, &key), STATUS_OBJECT_NAME_INVALID);
    string.Length = 2;
    string.Buffer = NULL;
    EXPECT_EQ(wm_name_parse(&attributes, &key), STATUS_ACCESS_VIOLATION);
    attributes.ObjectName = NULL;
    EXPECT_EQ(wm_name_parse(&attributes, &key), STATUS_OBJECT_TYPE_MISMATCH);
    attributes.RootDirectory = (HANDLE)4;
    EXPECT_EQ(wm_name_parse(&attributes, &key), STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(the_longest_name)
{
    UNICODE_STRING string = {65534, 65534, (void *)units};
    OBJECT_ATTRIBUTES attributes;
    struct wm_name_key key;

    for (unsigned i = 0; i < 32767; i++)
        units[i] = (uint16_t)(0xD800 - i);
    InitializeObjectAttributes(&attributes, &string, 0, WM_BASE_NAMED_OBJECTS, NULL);
    EXPECT_EQ(wm_name_parse(&attributes, &key), STATUS_SUCCESS);
    EXPECT_EQ(key.length, 32767);
}

// Each bit of the name changes half of the hash's bits, give or take.
TEST(the_hash_spreads)
{
    uint16_t text[40] = {0};
    struct wm_name_key key = {.length = 40, .units = text}, other;
    unsigned least = 128, most = 0;

    wm_name_hash(&key);
    for (unsigned bit = 0; bit < 640; bit++) {
        unsigned changed;

        text[bit / 16] ^= (uint16_t)(1u << bit % 16);
        other = key;
        wm_name_hash(&other);
        changed = (unsigned)(__builtin_popcountll(key.hash[0] ^ other.hash[0]) +
                             __builtin_popcountll(key.hash[1] ^ other.hash[1]));
        least = changed < least ? changed : least;
        most = changed > most ? changed : most;
        text[bit / 16] ^= (uint16_t)(1u << bit % 16);
    }
    EXPECT(least > 40 && most < 88);
    other.length = 39;
    wm_name_hash(&other);
    EXPECT(other.hash[0] != key.hash[0] && other.hash[1] != key.hash[1]);
    other = key;
    other.scope = WM_SCOPE_GLOBAL;
    wm_name_hash(&other);
    EXPECT(other.hash[0] != key.hash[0] && other.hash[1] != key.hash[1]);
}

// Files are found by it, by other builds of the library, too.
TEST(the_hash_stays)
{
    struct wm_name_key key;
    char leaf[WM_NAME_LEAF_SIZE];

    EXPECT_EQ(parse(WM_BASE_NAMED_OBJECTS, "Local\\acpmf_physics", &key), STATUS_SUCCESS);
    wm_name_leaf(&key, leaf);
    EXPECT(wm_name_is_leaf(leaf));
    EXPECT(strcmp(leaf, "40a501e78011e2df7bb1ae0829457bcf") == 0);
    EXPECT(!wm_name_is_leaf("lock"));
    EXPECT(!wm_name_is_leaf("0123456789abcdef0123456789abcdef0"));
    EXPECT(!wm_name_is_leaf("0123456789abcdef0123456789abcdeF"));
}
