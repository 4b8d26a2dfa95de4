// SPDX-License-Identifier: MIT
// Random sequences of map, unmap, protect, store and query against a simple model of the rules.
#include "conform.h"

enum { PAGE = 4096, GRANULE = 65536, FILE_SIZE = 16 * GRANULE, VIEWS = 12, STEPS = 1500 };

struct model_view {
    unsigned char *base; /* NULL: slot is free */
    unsigned offset;     /* in the file */
    unsigned pages;
    DWORD initial;
    DWORD protect[FILE_SIZE / PAGE];
};

static struct model_view views[VIEWS];
static unsigned char shadow[FILE_SIZE]; /* what the file holds */
static HANDLE file, section;
static uint32_t state;

static unsigned dice(unsigned sides)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % sides;
}

static void map_one(struct model_view *v)
{
    static const DWORD access[] = {FILE_MAP_READ, FILE_MAP_WRITE, FILE_MAP_COPY, 0};
    static const DWORD protect[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_NOACCESS};
    unsigned kind = dice(10) % 4;
    unsigned size;

    v->offset = dice(16) * GRANULE;
    size = 1 + dice(FILE_SIZE - v->offset);
    v->base = MapViewOfFile(section, access[kind], 0, v->offset, size);
    require(v->base != NULL);
    view_drop(v->base);
    v->pages = (size + PAGE - 1) / PAGE;
    v->initial = protect[kind];
    for (unsigned i = 0; i < v->pages; i++)
        v->protect[i] = v->initial;
}

static void unmap_one(struct model_view *v)
{
    expect_true(UnmapViewOfFile(v->base + dice(v->pages * PAGE)));
    expect_eq_u(query(v->base).State, MEM_FREE);
    v->base = NULL;
}

/* Whether a view mapped with one protection may take another. */
static int allows(DWORD initial, DWORD wanted)
{
    if (wanted == PAGE_NOACCESS || wanted == initial)
        return 1;
    if (wanted == PAGE_READWRITE || initial == PAGE_NOACCESS)
        return 0;
    return 1;
}

static void protect_some(struct model_view *v)
{
    static const DWORD choice[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_NOACCESS};
    unsigned first = dice(v->pages);
    unsigned count = 1 + dice(v->pages - first);
    DWORD wanted = choice[dice(3)];
    int fits = allows(v->initial, wanted);
    DWORD old = 0;

    SetLastError(0);
    expect_eq_u(VirtualProtect(v->base + first * PAGE + 7, (count - 1) * PAGE + 1, wanted, &old),
                fits);
    if (!fits) {
        expect_err(ERROR_INVALID_PARAMETER);
        return;
    }
    expect_eq_u(old, v->protect[first]);
    for (unsigned i = first; i < first + count; i++)
        v->protect[i] = wanted;
}

static void store_some(struct model_view *v)
{
    unsigned page = dice(v->pages);
    unsigned at = page * PAGE + dice(PAGE);

    if (v->protect[page] != PAGE_READWRITE || v->offset + at >= FILE_SIZE)
        return;
    v->base[at] = shadow[v->offset + at] = (unsigned char)dice(256);
}

static void write_some(void)
{
    unsigned char data[300];
    unsigned at = dice(FILE_SIZE - sizeof data);
    OVERLAPPED where;
    DWORD n = 0;

    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = shadow[at + i] = (unsigned char)dice(256);
    memset(&where, 0, sizeof where);
    where.Offset = at;
    expect_true(WriteFile(file, data, sizeof data, &n, &where));
    expect_eq_u(n, sizeof data);
}

static void check_one(struct model_view *v)
{
    unsigned page = dice(v->pages);
    unsigned end = page;
    MEMORY_BASIC_INFORMATION info = query(v->base + page * PAGE + dice(PAGE));

    while (end < v->pages && v->protect[end] == v->protect[page])
        end++;
    expect_ptr(info.BaseAddress, v->base + page * PAGE);
    expect_ptr(info.AllocationBase, v->base);
    expect_eq_u(info.AllocationProtect, v->initial);
    expect_eq_u(info.Protect, v->protect[page]);
    expect_eq_u(info.RegionSize, (end - page) * PAGE);
    expect_eq_u(info.Type, MEM_MAPPED);
    if (v->protect[page] != PAGE_NOACCESS)
        expect_mem(v->base + page * PAGE, shadow + v->offset + page * PAGE, PAGE);
}

static void step(void)
{
    struct model_view *v = &views[dice(VIEWS)];

    if (dice(6) == 0)
        write_some();
    if (!v->base) {
        map_one(v);
        return;
    }
    switch (dice(8)) {
    case 0:
        unmap_one(v);
        break;
    case 1:
    case 2:
        protect_some(v);
        break;
    case 3:
    case 4:
        store_some(v);
        break;
    default:
        check_one(v);
    }
}

static void run_model(uint32_t seed)
{
    state = seed;
    file = open_file(temp_file(FILE_SIZE), GENERIC_READ | GENERIC_WRITE);
    section = make_section(file, PAGE_READWRITE);
    pattern_fill(shadow, 0, FILE_SIZE);
    for (int i = 0; i < STEPS && !conform_failures(); i++) {
        conform_note("seed %u step %d", (unsigned)seed, i);
        step();
    }
    for (int i = 0; i < VIEWS; i++)
        if (views[i].base)
            unmap_one(&views[i]);
    CloseHandle(section);
    CloseHandle(file);
}

CASE(random_steps_with_seed_1, "M1,M4,M5")
{
    run_model(1);
}

CASE(random_steps_with_seed_2, "M1,M4,M5")
{
    run_model(0x2545f491);
}

CASE(random_steps_with_seed_3, "M1,M4,M5")
{
    run_model(0xdeadbeef);
}
