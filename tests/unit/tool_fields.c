// SPDX-License-Identifier: MIT
// The command's lists of fields: layout, mistakes, values. protocol: --list
#include "unit.h"

#include "fields.h"

static struct tool_fields *parse(const char *text, unsigned pack)
{
    char wrong[128] = "";
    struct tool_fields *fields = tool_fields_parse(text, pack, wrong, sizeof(wrong));

    if (!fields)
        fprintf(stderr, "%s: %s\n", text, wrong);
    EXPECT(fields);
    return fields;
}

// The offset of each field, then the end.
static void expect_layout(const char *text, unsigned pack, unsigned count, const uint64_t *want)
{
    struct tool_fields *fields = parse(text, pack);

    EXPECT_EQ(fields->count, count);
    for (unsigned i = 0; i < count; i++)
        EXPECT_EQ(fields->list[i].offset, want[i]);
    EXPECT_EQ(fields->end, want[count]);
    tool_fields_free(fields);
}

#define LAYOUT(text, pack, count, ...) \
    expect_layout(text, pack, count, (const uint64_t[]){__VA_ARGS__})

TEST(fields_lie_as_a_compiler_would_place_them)
{
    LAYOUT("u32 id, f32 speed, f64 t, char name[16], u16 w[4], wchar text[32]", 8, 6, 0, 4, 8, 16,
           32, 40, 104);
    LAYOUT("u8 a; u64 b; u8 c; i16 d; BOOL e", 8, 5, 0, 8, 16, 18, 20, 24);
    LAYOUT("u8 a; u64 b; u8 c; i16 d; BOOL e", 4, 5, 0, 4, 12, 14, 16, 20);
    LAYOUT("u8 a; u64 b; u8 c; i16 d; BOOL e", 1, 5, 0, 1, 9, 10, 12, 16);
    LAYOUT("u32 a, pad 3, u8 b, pad[2], u8 c", 8, 5, 0, 4, 7, 8, 10, 11);
    LAYOUT("u8 far @ 0x100, u32 next, u8 near @3", 8, 3, 0x100, 0x104, 3, 0x108);
    LAYOUT("# graphics page\nint packetId,\n float gas # 0 to 1\n", 8, 2, 0, 4, 8);
    LAYOUT("u8 a[1K] @1M,", 8, 1, 1 << 20, (1 << 20) + 1024);
}

TEST(mistakes_are_named)
{
    static const char *const wrong[][2] = {
        {"", "no fields"},
        {"  # nothing", "no fields"},
        {"u32", "a name is missing"},
        {"u9 x", "no such type: 'u9'"},
        {"u32 x y", "',' is missing before 'y'"},
        {"u32 x,,", "a type is missing"},
        {"u32 x[0]", "1 to 65536"},
        {"u32 x[65537]", "1 to 65536"},
        {"u32 x[4", "']' is missing"},
        {"u32 x[]", "no number"},
        {"u32 x[-1]", "no number: '-1'"},
        {"u32 x @", "no number"},
        {"u32 x @-4", "no number"},
        {"u8 x @0xffffffffffffffff", "lies too far"},
        {"u8 x @0x7fffffffffffffff", "lies too far"},
        {"u32 x@1\xff", "',' is missing"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        char text[128] = "";

        EXPECT(!tool_fields_parse(wrong[i][0], 8, text, sizeof(text)));
        if (!strstr(text, wrong[i][1]))
            fprintf(stderr, "'%s' says: %s\n", wrong[i][0], text);
        EXPECT(strstr(text, wrong[i][1]));
    }
}

TEST(there_is_a_largest_number_of_fields)
{
    struct tool_text list = {0};
    char wrong[128] = "";

    for (unsigned i = 0; i < TOOL_FIELDS_MAX; i++)
        tool_text_add(&list, "u8 f%u,", i);
    tool_fields_free(parse(list.bytes, 8));
    tool_text_add(&list, "u8 more");
    EXPECT(!tool_fields_parse(list.bytes, 8, wrong, sizeof(wrong)) && strstr(wrong, "1024"));
    free(list.bytes);
}

static const uint8_t bytes[] = {0xff, 0xfe, 0xff, 0xff, 0,    0,   0x80, 0x3f, 0x9a, 0x99, 0x99,
                                0x99, 0x99, 0x99, 0xb9, 0x3f, 'a', 0x1b, 0xc3, 0xa4, 0,    'x',
                                0,    0xd8, 'w',  0,    0,    0,   2,    0,    1,    0};

static char *show(const char *list, size_t have, const uint8_t *old, enum tool_marks marks)
{
    struct tool_fields *fields = parse(list, 1);
    struct tool_bytes *now = tool_bytes_new(0x1000, have), *before = tool_bytes_new(0x1000, have);
    struct tool_text out = {0};

    for (size_t i = 0; i < have; i++) {
        now->data[i] = bytes[i];
        before->data[i] = old ? old[i] : 0;
        now->there[i] = before->there[i] = true;
    }
    tool_fields_show(&out, fields, now, old ? before : NULL, marks, false);
    tool_bytes_free(now);
    tool_bytes_free(before);
    tool_fields_free(fields);
    return out.bytes;
}

static void expect_shown(const char *list, const char *want)
{
    char *got = show(list, sizeof(bytes), NULL, TOOL_MARK_SIGNS);

    if (strcmp(got, want) != 0)
        fprintf(stderr, "%s shows\n%swant\n%s", list, got, want);
    EXPECT(!strcmp(got, want));
    free(got);
}

TEST(values_are_shown_by_type)
{
    expect_shown("u32 a", "00001000  u32        a = 4294967039\n");
    expect_shown("i16 a", "00001000  i16        a = -257\n");
    expect_shown("i8 a[4]", "00001000  i8[4]      a = [-1 -2 -1 -1]\n");
    expect_shown("x16 a", "00001000  x16        a = 0xfeff\n");
    expect_shown("f32 speed @4", "00001004  f32        speed = 1\n");
    expect_shown("f64 t @8", "00001008  f64        t = 0.1\n");
    expect_shown("f32 n @0", "00001000  f32        n = nan\n");
    expect_shown("char text[16] @16", "00001010  char[16]   text = \"a\\x1b\xc3\xa4\"\n");
    expect_shown("wchar text[4] @22", "00001016  wchar[4]   text = \"\\ud800w\"\n");
    expect_shown("bool b @30, bool c @29, bool d @28",
                 "0000101e  bool       b = true\n0000101d  bool       c = false\n"
                 "0000101c  bool       d = 2\n");
    expect_shown("u8 a, pad 3, u8 longer",
                 "00001000  u8         a      = 255\n00001004  u8         longer = 0\n");
    expect_shown("u64 beyond @30, u8 far @1T",
                 "0000101e  u64        beyond = --\n10000001000  u8         far    = --\n");
}

TEST(long_arrays_are_cut)
{
    struct tool_fields *fields = parse("u8 a[70]", 8);
    struct tool_bytes *now = tool_bytes_new(0, 70);
    struct tool_text out = {0};

    memset(now->there, 1, 70 * sizeof(bool));
    tool_fields_show(&out, fields, now, NULL, TOOL_MARK_SIGNS, false);
    EXPECT(strstr(out.bytes, " 0 ... 6 more]\n"));
    free(out.bytes);
    tool_bytes_free(now);
    tool_fields_free(fields);
}

TEST(changed_fields_are_marked)
{
    uint8_t old[sizeof(bytes)];
    char *got;

    memcpy(old, bytes, sizeof(bytes));
    old[5] = 1;
    got = show("u32 a, u32 b", sizeof(bytes), old, TOOL_MARK_SIGNS);
    EXPECT(!strcmp(got, "00001000  u32        a = 4294967039\n"
                        "00001004  u32        b * 1065353216\n"));
    free(got);
    got = show("u32 a, u32 b", sizeof(bytes), old, TOOL_MARK_COLOUR);
    EXPECT(strstr(got, "a = 4294967039\n") && strstr(got, "b = \033[1;31m1065353216\033[0m\n"));
    free(got);
}
