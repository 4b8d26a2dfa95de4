// SPDX-License-Identifier: MIT
// SEC_RESERVE between processes that share a name.
#include "conform.h"

#include <stdlib.h>

#define PAGE 4096u
#define SIZE (64 * PAGE)

static const char *name_of(unsigned long process)
{
    static char name[64];

    snprintf(name, sizeof name, "Local\\reserved-%lu", process);
    return name;
}

static HANDLE create(uint64_t size)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE | SEC_RESERVE,
                           (DWORD)(size >> 32), (DWORD)size, name_of(GetCurrentProcessId()));

    require(section != NULL);
    return section;
}

static HANDLE open_section(const char *process, DWORD access)
{
    HANDLE section = OpenFileMappingA(access, FALSE, name_of(strtoul(process, NULL, 10)));

    require(section != NULL);
    return section;
}

static unsigned char *open_view(const char *process, DWORD access)
{
    HANDLE section = open_section(process, access);
    unsigned char *view = make_view(section, access);

    CloseHandle(section);
    return view;
}

static int commit(void *at, SIZE_T size)
{
    return VirtualAlloc(at, size, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

static void expect_state(unsigned char *at, DWORD state, DWORD protect)
{
    MEMORY_BASIC_INFORMATION info = query(at);

    expect_eq_u(info.State, state);
    expect_eq_u(info.Protect, protect);
}

static const char *self(void)
{
    static char text[16];

    snprintf(text, sizeof text, "%lu", (unsigned long)GetCurrentProcessId());
    return text;
}

CHILD(commit_by_name)
{
    unsigned char *view = open_view(argv[0], FILE_MAP_WRITE);

    expect_state(view, MEM_COMMIT, PAGE_READWRITE);
    expect_eq_u(view[100], 0x31);
    expect_state(view + PAGE, MEM_RESERVE, 0);
    require(commit(view + 9 * PAGE, 2 * PAGE));
    view[9 * PAGE] = 0x32;
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(commits_of_another_process_show, "M7,N1")
{
    HANDLE section = create(SIZE);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    unsigned char *reader = make_view(section, FILE_MAP_READ);

    require(commit(view, PAGE));
    view[100] = 0x31;
    expect_eq_u(child_run("commit_by_name", self()), 0);
    expect_state(view + 8 * PAGE, MEM_RESERVE, 0);
    expect_state(view + 9 * PAGE, MEM_COMMIT, PAGE_READWRITE);
    expect_state(reader + 10 * PAGE, MEM_COMMIT, PAGE_READONLY);
    expect_state(view + 11 * PAGE, MEM_RESERVE, 0);
    expect_eq_u(view[9 * PAGE], 0x32);
    expect_eq_u(reader[9 * PAGE], 0x32);
    CloseHandle(section);
}

CHILD(read_by_name)
{
    unsigned char *view = open_view(argv[0], FILE_MAP_READ);
    uint64_t distant = (uint64_t)1 << 35;

    expect_state(view, MEM_RESERVE, 0);
    expect_state(view + distant, MEM_COMMIT, PAGE_READONLY);
    expect_eq_u(view[distant], 0x41);
    expect_fail(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    require(VirtualAlloc(view, PAGE, MEM_COMMIT, PAGE_READONLY));
    expect_eq_u(view[0], 0);
    return conform_failures() ? CONFORM_CHILD_FAILED : 0;
}

CASE(far_larger_than_memory, "M7,N1")
{
    HANDLE section = create((uint64_t)1 << 36);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    uint64_t distant = (uint64_t)1 << 35;

    require(commit(view + distant, PAGE));
    view[distant] = 0x41;
    expect_eq_u(child_run("read_by_name", self()), 0);
    expect_state(view, MEM_COMMIT, PAGE_READWRITE);
    CloseHandle(section);
}

static int create_and_wait(char **argv, uint64_t size)
{
    HANDLE section = create(size);
    unsigned char *view = make_view(section, FILE_MAP_WRITE);
    FILE *file;

    require(commit(view + PAGE, PAGE));
    view[PAGE] = 0x51;
    file = fopen(argv[2], "w");
    require(file != NULL);
    fputs(self(), file);
    fclose(file);
    flag_set(argv[0]);
    flag_wait(argv[1]);
    TerminateProcess(GetCurrentProcess(), 7);
    return 0;
}

CHILD(small_creator)
{
    return create_and_wait(argv, SIZE);
}

CHILD(vast_creator)
{
    return create_and_wait(argv, (uint64_t)1 << 36);
}

// The creator is gone: the memory and what is committed later are those who are left.
static void survive(const char *creator)
{
    char ready[512], done[512], tell[512], args[1600], id[16] = "";
    HANDLE process, section;
    unsigned char *view;
    FILE *file;

    snprintf(ready, sizeof ready, "%s", temp_name());
    snprintf(done, sizeof done, "%s", temp_name());
    snprintf(tell, sizeof tell, "%s", temp_name());
    snprintf(args, sizeof args, "%s %s %s", ready, done, tell);
    process = child_start(creator, args);
    flag_wait(ready);
    file = fopen(tell, "r");
    require(file != NULL && fgets(id, sizeof id, file));
    fclose(file);
    section = open_section(id, FILE_MAP_READ | FILE_MAP_WRITE);
    view = make_view(section, FILE_MAP_WRITE);
    flag_set(done);
    expect_eq_u(child_wait(process), 7);
    expect_state(view, MEM_RESERVE, 0);
    expect_state(view + PAGE, MEM_COMMIT, PAGE_READWRITE);
    expect_eq_u(view[PAGE], 0x51);
    require(commit(view + 2 * PAGE, PAGE));
    view[2 * PAGE] = 1;
    expect_state(view + 3 * PAGE, MEM_RESERVE, 0);
    expect_eq_u(make_view(section, FILE_MAP_READ)[2 * PAGE], 1);
    CloseHandle(section);
}

CASE(memory_survives_its_creator, "M7,N3")
{
    survive("small_creator");
}

CASE(vast_memory_survives_its_creator, "M7,N3")
{
    survive("vast_creator");
}
