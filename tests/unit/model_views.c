// SPDX-License-Identifier: MIT
// Random sequences of calls on views, against a model of the documented rules in a few lines.
// A sequence that fails is shrunk and printed.
#include "conform.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096
#define GRANULE    65536
#define FILE_PAGES 64
#define VIEWS      4
#define OPS        120
#define SEQUENCES  60

enum kind { MAP, UNMAP, STORE, LOAD, PROTECT, QUERY, WRITE_FILE, READ_FILE, KINDS };

struct op {
    enum kind kind;
    unsigned a, b, c;
};

// What the rules say about one page of a view.
struct page {
    DWORD protect;
    bool copied;
    unsigned char own; // its content once copied
};

struct view {
    unsigned char *base;
    unsigned first, count; // pages of the file
    DWORD limit;           // the protection at mapping
    struct page pages[FILE_PAGES];
};

static unsigned char model_file[FILE_PAGES]; // first byte of every page
static struct view views[VIEWS];
static HANDLE file, sections[3];
static const DWORD section_protects[] = {PAGE_READWRITE, PAGE_READONLY, PAGE_WRITECOPY};

static bool allows_write(DWORD protect)
{
    return protect == PAGE_READWRITE;
}

static DWORD shown(const struct page *p)
{
    return p->protect == PAGE_WRITECOPY && p->copied ? PAGE_READWRITE : p->protect;
}

static unsigned char content(const struct view *v, unsigned i)
{
    return v->pages[i].copied ? v->pages[i].own : model_file[v->first + i];
}

#define MUST(x)        \
    do {               \
        if (!(x))      \
            return #x; \
    } while (0)

static const char *do_map(const struct op *op, struct view *v)
{
    static const DWORD accesses[] = {FILE_MAP_READ, FILE_MAP_WRITE, FILE_MAP_COPY, 0};
    static const DWORD protects[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_NOACCESS};
    unsigned s = op->a % 3, access = op->a / 3 % 4;
    unsigned first = op->b % (FILE_PAGES / 16) * 16;
    unsigned count = 1 + op->c % (FILE_PAGES - first);
    bool allowed = accesses[access] != FILE_MAP_WRITE || section_protects[s] == PAGE_READWRITE;
    unsigned char *base;

    if (v->base)
        return NULL;
    base = MapViewOfFile(sections[s], accesses[access], 0, first * PAGE, count * PAGE);
    MUST((base != NULL) == allowed);
    if (!allowed)
        return NULL;
    *v = (struct view){base, first, count, protects[access], {{0}}};
    for (unsigned i = 0; i < count; i++)
        v->pages[i].protect = v->limit;
    return NULL;
}

static const char *do_unmap(const struct op *op, struct view *v)
{
    if (!v->base)
        return NULL;
    MUST(UnmapViewOfFile(v->base + op->b % (v->count * PAGE)));
    MUST(!UnmapViewOfFile(v->base) && GetLastError() == ERROR_INVALID_ADDRESS);
    v->base = NULL;
    return NULL;
}

static const char *do_store(const struct op *op, struct view *v)
{
    unsigned i = op->b % (v->count ? v->count : 1);
    struct page *p = &v->pages[i];
    unsigned char value = (unsigned char)op->c;

    if (!v->base || !(p->protect == PAGE_WRITECOPY || allows_write(p->protect)))
        return NULL;
    if (p->protect == PAGE_WRITECOPY)
        p->copied = true;
    v->base[i * PAGE] = value;
    if (p->copied)
        p->own = value;
    else
        model_file[v->first + i] = value;
    return NULL;
}

static const char *do_load(const struct op *op, struct view *v)
{
    unsigned i = op->b % (v->count ? v->count : 1);

    if (!v->base)
        return NULL;
    MUST(can_read(v->base + i * PAGE) == (v->pages[i].protect != PAGE_NOACCESS));
    if (v->pages[i].protect != PAGE_NOACCESS)
        MUST(v->base[i * PAGE] == content(v, i));
    return NULL;
}

// A private copy needs no more than reading; everything else must have been allowed at mapping.
static bool may_protect(DWORD wanted, DWORD limit)
{
    if (wanted == PAGE_NOACCESS)
        return true;
    if (limit == PAGE_NOACCESS)
        return false;
    return wanted != PAGE_READWRITE || limit == PAGE_READWRITE;
}

static const char *do_protect(const struct op *op, struct view *v)
{
    static const DWORD protects[] = {PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PAGE_NOACCESS};
    DWORD wanted = protects[op->a / VIEWS % 4], old = 0;
    unsigned first = op->b % (v->count ? v->count : 1);
    unsigned count;
    bool ok;

    if (!v->base)
        return NULL;
    count = 1 + op->c % (v->count - first);
    ok = VirtualProtect(v->base + first * PAGE, count * PAGE, wanted, &old);
    MUST(ok == may_protect(wanted, v->limit));
    if (!ok) {
        MUST(GetLastError() == ERROR_INVALID_PARAMETER);
        return NULL;
    }
    MUST(old == shown(&v->pages[first]));
    for (unsigned i = first; i < first + count; i++)
        v->pages[i].protect = wanted;
    return NULL;
}

static const char *do_query(const struct op *op, struct view *v)
{
    MEMORY_BASIC_INFORMATION info;
    unsigned i = op->b % (v->count ? v->count : 1), run = 1;

    if (!v->base)
        return NULL;
    while (i + run < v->count && shown(&v->pages[i + run]) == shown(&v->pages[i]))
        run++;
    MUST(VirtualQuery(v->base + i * PAGE + op->c % PAGE, &info, sizeof(info)) == sizeof(info));
    MUST(info.BaseAddress == v->base + i * PAGE && info.AllocationBase == v->base);
    MUST(info.AllocationProtect == v->limit && info.Protect == shown(&v->pages[i]));
    MUST(info.State == MEM_COMMIT && info.Type == MEM_MAPPED);
    MUST(info.RegionSize == (SIZE_T)run * PAGE);
    return NULL;
}

static const char *do_file(const struct op *op, bool write)
{
    OVERLAPPED at = {.Offset = op->b % FILE_PAGES * PAGE};
    unsigned char byte = (unsigned char)op->c;
    DWORD done;

    if (write) {
        MUST(WriteFile(file, &byte, 1, &done, &at) && done == 1);
        model_file[op->b % FILE_PAGES] = byte;
        return NULL;
    }
    MUST(ReadFile(file, &byte, 1, &done, &at) && done == 1);
    MUST(byte == model_file[op->b % FILE_PAGES]);
    return NULL;
}

static const char *run_op(const struct op *op)
{
    struct view *v = &views[op->a % VIEWS];

    switch (op->kind) {
    case MAP:
        return do_map(op, v);
    case UNMAP:
        return do_unmap(op, v);
    case STORE:
        return do_store(op, v);
    case LOAD:
        return do_load(op, v);
    case PROTECT:
        return do_protect(op, v);
    case QUERY:
        return do_query(op, v);
    default:
        return do_file(op, op->kind == WRITE_FILE);
    }
}

// Runs a sequence on a fresh file; what broke, or NULL.
static const char *run_here(const struct op *ops, unsigned count)
{
    static char text[200];
    const char *broke;

    file = open_file(temp_file(FILE_PAGES * PAGE), GENERIC_READ | GENERIC_WRITE);
    for (unsigned i = 0; i < 3; i++)
        sections[i] = make_section(file, section_protects[i]);
    for (unsigned i = 0; i < FILE_PAGES; i++)
        model_file[i] = pattern_at((uint64_t)i * PAGE);
    for (unsigned i = 0; i < count; i++) {
        broke = run_op(&ops[i]);
        if (broke) {
            snprintf(text, sizeof(text), "step %u: %s", i, broke);
            return text;
        }
    }
    return NULL;
}

// In a process of its own, so that a sequence that crashes is a failure like others.
static bool survives(const struct op *ops, unsigned count)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0)
        _exit(run_here(ops, count) != NULL);
    waitpid(pid, &status, 0);
    return status == 0;
}

static unsigned shrink(struct op *ops, unsigned count)
{
    for (unsigned i = count; i-- > 0;) {
        struct op dropped = ops[i];

        memmove(ops + i, ops + i + 1, (count - i - 1) * sizeof(*ops));
        if (!survives(ops, count - 1)) {
            count--;
            continue;
        }
        memmove(ops + i + 1, ops + i, (count - i - 1) * sizeof(*ops));
        ops[i] = dropped;
    }
    return count;
}

static void report(struct op *ops, unsigned count, unsigned seed)
{
    static const char *const names[KINDS] = {"map",     "unmap", "store", "load",
                                             "protect", "query", "write", "read"};
    const char *broke;

    count = shrink(ops, count);
    printf("seed %u fails with %u steps:\n", seed, count);
    for (unsigned i = 0; i < count; i++)
        printf("  %u %s(%u, %u, %u)\n", i, names[ops[i].kind], ops[i].a, ops[i].b, ops[i].c);
    fflush(stdout);
    broke = run_here(ops, count);
    printf("  %s\n", broke ? broke : "(crashes or depends on its process)");
    expect_true(false);
    conform_end();
}

CASE(random_sequences_agree_with_the_model, "M1,M4,M5")
{
    const char *text = getenv("WINMEM_MODEL_SEED");
    unsigned start = text ? (unsigned)atoi(text) : 1;

    for (unsigned seed = start; seed < start + SEQUENCES; seed++) {
        struct op ops[OPS];

        srandom(seed);
        for (unsigned i = 0; i < OPS; i++)
            ops[i] = (struct op){(enum kind)(random() % KINDS), (unsigned)random() % 48,
                                 (unsigned)random() % 100000, (unsigned)random() % 256};
        if (!survives(ops, OPS))
            report(ops, OPS, seed);
    }
}
