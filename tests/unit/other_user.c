// SPDX-License-Identifier: MIT
// Names beside a second user, who may be hostile. Needs root, to be others. protocol: --list
#include "names.h"

#include <dirent.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>

#include <sddl.h>
#include <windows.h>

#include "nt/object/name_internal.h"

#define A 65534u
#define B 65533u

static char base[] = "/dev/shm/unit-users-XXXXXX";

// -- users --------------------------------------------------------------------------------------

static void become(unsigned uid)
{
    EXPECT(setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0);
    EXPECT(setresuid(uid, uid, uid) == 0);
    alarm(30); // whatever the other user does
}

static void run_as(unsigned uid, void (*body)(void))
{
    pid_t pid = fork();
    int status;

    EXPECT(pid >= 0);
    if (pid == 0) {
        become(uid);
        body();
        exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
}

static struct partner self;

// Runs `body` until it has said something.
static struct partner start_as(unsigned uid, void (*body)(void))
{
    struct partner partner;

    if (partner_start(&partner)) {
        self = partner;
        become(uid);
        body();
        exit(0);
    }
    partner_hear(&partner);
    return partner;
}

static void stay(void)
{
    partner_say(&self);
    partner_hear(&self);
}

static void end(struct partner *partner)
{
    partner_say(partner);
    EXPECT_EQ(partner_end(partner), 0);
}

// -- the base -----------------------------------------------------------------------------------

static void remove_below(const char *pattern)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'/%s", base, pattern);
    EXPECT(system(command) == 0);
}

static void remove_base(void)
{
    remove_below("");
}

static void make_global(void)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/winmem.global", base);
    EXPECT(mkdir(path, 0700) == 0 && chmod(path, 01777) == 0);
    snprintf(path, sizeof(path), "%s/winmem.global/lock", base);
    EXPECT(close(open(path, O_RDWR | O_CREAT, 0666)) == 0 && chmod(path, 0666) == 0);
}

// A base that all users share, as /dev/shm is. False: not root.
static bool begin(bool global)
{
    if (geteuid() != 0) {
        printf("other users take root\n");
        fflush(stdout);
        _exit(77);
    }
    EXPECT(mkdtemp(base) && chmod(base, 01777) == 0);
    EXPECT(setenv("WINMEM_NAMES", base, 1) == 0);
    if (global)
        make_global();
    return true;
}

static const char *below(const char *format, unsigned uid)
{
    static char path[4][256];
    static unsigned next;
    char *at = path[next++ % 4];
    int length = snprintf(at, 256, "%s/", base);

    snprintf(at + length, 256 - (size_t)length, format, uid); // NOLINT: the callers' constants
    return at;
}

static unsigned entries(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    unsigned count = 0;

    EXPECT(directory);
    while ((entry = readdir(directory)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

// -- objects ------------------------------------------------------------------------------------

static SECURITY_ATTRIBUTES *attributes_of(const char *sddl)
{
    static SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};

    LocalFree(attributes.lpSecurityDescriptor); // of the call before
    EXPECT(ConvertStringSecurityDescriptorToSecurityDescriptorA(
        sddl, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL));
    return &attributes;
}

static SECURITY_ATTRIBUTES *everybody(void)
{
    static SECURITY_DESCRIPTOR descriptor;
    static SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};

    EXPECT(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    EXPECT(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    attributes.lpSecurityDescriptor = &descriptor;
    return &attributes;
}

static HANDLE make_section(SECURITY_ATTRIBUTES *attributes, const char *name)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, attributes, PAGE_READWRITE, 0, 8192, name);
}

static void expect_error(HANDLE handle, DWORD error)
{
    EXPECT(handle == NULL);
    EXPECT_EQ(GetLastError(), error);
}

static uint64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// -- who may use what ---------------------------------------------------------------------------

static void hold_defaults(void)
{
    EXPECT(make_section(NULL, "Local\\mine") && make_section(NULL, "Global\\mine"));
    EXPECT(CreateMutexA(NULL, FALSE, "Global\\mutex"));
    stay();
}

static void meet_defaults(void)
{
    expect_error(OpenFileMappingA(FILE_MAP_READ, FALSE, "Local\\mine"), ERROR_FILE_NOT_FOUND);
    expect_error(OpenFileMappingA(FILE_MAP_READ, FALSE, "Global\\mine"), ERROR_ACCESS_DENIED);
    expect_error(OpenMutexA(SYNCHRONIZE, FALSE, "Global\\mutex"), ERROR_ACCESS_DENIED);
    expect_error(make_section(NULL, "Global\\mine"), ERROR_ACCESS_DENIED);
    expect_error(make_section(everybody(), "Global\\mutex"), ERROR_ACCESS_DENIED);
    EXPECT(opendir(below("winmem.%u", A)) == NULL);
    EXPECT(opendir(below("winmem.global/%u", A)) == NULL);
}

static void meet_defaults_as_root(void)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Global\\mine");

    EXPECT_EQ(section ? 0 : GetLastError(), 0);
    EXPECT(CloseHandle(section));
}

TEST(names_are_the_owners_by_default)
{
    struct partner owner;

    begin(true);
    owner = start_as(A, hold_defaults);
    run_as(B, meet_defaults);
    run_as(0, meet_defaults_as_root);
    end(&owner);
    remove_base();
}

static void hold_shared(void)
{
    HANDLE section = make_section(everybody(), "Global\\shared");
    HANDLE mutex = CreateMutexA(everybody(), FALSE, "Global\\mutex");
    HANDLE event = CreateEventA(everybody(), TRUE, FALSE, "Global\\event");
    volatile char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    EXPECT(view && mutex && event);
    view[5000] = 1;
    stay();
    EXPECT_EQ(view[5001], 2);
    EXPECT_EQ(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    EXPECT_EQ(WaitForSingleObject(mutex, 20000), WAIT_ABANDONED); // its owner has ended
    EXPECT(OpenFileMappingA(FILE_MAP_READ, FALSE, "Global\\theirs") == NULL);
}

static void use_shared(void)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Global\\shared");
    HANDLE mutex = OpenMutexA(SYNCHRONIZE, FALSE, "Global\\mutex");
    HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, "Global\\event");
    volatile char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    EXPECT(view && mutex && event);
    EXPECT_EQ(view[5000], 1);
    view[5001] = 2;
    EXPECT(SetEvent(event));
    EXPECT_EQ(WaitForSingleObject(mutex, 20000), WAIT_OBJECT_0);
    EXPECT(make_section(NULL, "Global\\shared"));
    EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
}

TEST(a_null_list_shares_with_everybody)
{
    struct partner owner;

    begin(true);
    owner = start_as(A, hold_shared);
    run_as(B, use_shared);
    end(&owner);
    owner = start_as(B, hold_shared);
    run_as(A, use_shared);
    end(&owner);
    EXPECT_EQ(entries(below("winmem.global/%u", A)), 0);
    EXPECT_EQ(entries(below("winmem.global/%u", B)), 0);
    remove_base();
}

static void hold_readable(void)
{
    EXPECT(make_section(attributes_of("D:(A;;GR;;;WD)(A;;GA;;;CO)"), "Global\\readable"));
    EXPECT(make_section(attributes_of("D:(D;;GA;;;WD)(A;;GA;;;WD)"), "Global\\denied"));
    stay();
}

static void use_readable(void)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, "Global\\readable"), more = NULL;
    char leaf[WM_NAME_LEAF_SIZE], path[256];
    struct wm_name_key key = make_key("readable", WM_SCOPE_GLOBAL);

    EXPECT(section && MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0));
    expect_error(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0), ERROR_ACCESS_DENIED);
    expect_error(OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Global\\readable"), ERROR_ACCESS_DENIED);
    expect_error(OpenFileMappingA(FILE_MAP_READ, FALSE, "Global\\denied"), ERROR_ACCESS_DENIED);
    EXPECT(!DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(), &more,
                            SECTION_MAP_WRITE, FALSE, 0));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    // Nor does the kernel let it be written.
    wm_name_leaf(&key, leaf);
    snprintf(path, sizeof(path), "%s/%s", below("winmem.global/%u", A), leaf);
    EXPECT(open(path, O_RDONLY | O_CLOEXEC) >= 0);
    EXPECT(open(path, O_RDWR | O_CLOEXEC) < 0);
}

TEST(a_list_gives_rights_one_by_one)
{
    struct partner owner;

    begin(true);
    owner = start_as(A, hold_readable);
    run_as(B, use_readable);
    end(&owner);
    remove_base();
}

static void take_handles(void)
{
    expect_error(OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)getppid()), ERROR_ACCESS_DENIED);
}

TEST(handles_are_not_taken_from_other_users)
{
    begin(false);
    EXPECT(CreateEventA(NULL, FALSE, FALSE, NULL));
    run_as(B, take_handles);
    remove_base();
}

// -- in the way ---------------------------------------------------------------------------------

static void own_names_fail(void)
{
    uint64_t before = milliseconds();

    expect_error(make_section(NULL, "Local\\name"), ERROR_ACCESS_DENIED);
    EXPECT(milliseconds() - before < 10000);
}

static void squat_directory(void)
{
    EXPECT(mkdir(below("winmem.%u", A), 0777) == 0 && chmod(below("winmem.%u", A), 0777) == 0);
}

TEST(a_directory_that_another_user_made)
{
    begin(false);
    run_as(B, squat_directory);
    run_as(A, own_names_fail);
    EXPECT_EQ(entries(below("winmem.%u", A)), 0);
    remove_base();
}

static void make_own_target(void)
{
    EXPECT(mkdir(below("target.%u", A), 0700) == 0);
}

static void link_directory(void)
{
    EXPECT(symlink(below("target.%u", A), below("winmem.%u", A)) == 0);
}

static void own_names_fail_somehow(void)
{
    EXPECT(make_section(NULL, "Local\\name") == NULL);
}

TEST(a_link_in_the_place_of_the_directory)
{
    begin(false);
    run_as(A, make_own_target);
    run_as(B, link_directory);
    run_as(A, own_names_fail_somehow);
    EXPECT_EQ(entries(below("target.%u", A)), 0);
    remove_base();
}

static void make_open_directory(void)
{
    EXPECT(mkdir(below("winmem.%u", A), 0700) == 0 && chmod(below("winmem.%u", A), 0770) == 0);
}

TEST(an_own_directory_that_others_may_write)
{
    begin(false);
    run_as(A, make_open_directory);
    run_as(A, own_names_fail);
    remove_base();
}

static void squat_folder(void)
{
    EXPECT(mkdir(below("winmem.global/%u", A), 0777) == 0);
    EXPECT(chmod(below("winmem.global/%u", A), 0777) == 0);
}

static void hold_global(void)
{
    EXPECT(make_section(everybody(), "Global\\name"));
    stay();
}

static void find_no_global(void)
{
    expect_error(OpenFileMappingA(FILE_MAP_READ, FALSE, "Global\\name"), ERROR_FILE_NOT_FOUND);
}

// Then the user's global names are the user's alone, as where there is no directory to share.
TEST(a_global_folder_that_another_user_made)
{
    struct partner owner;

    begin(true);
    run_as(B, squat_folder);
    owner = start_as(A, hold_global);
    EXPECT_EQ(entries(below("winmem.global/%u", A)), 0);
    run_as(B, find_no_global);
    end(&owner);
    remove_base();
}

static void put_file(const char *directory, unsigned kind)
{
    struct wm_name_key key = make_key("name", WM_SCOPE_LOCAL);
    char leaf[WM_NAME_LEAF_SIZE], path[256];

    wm_name_leaf(&key, leaf);
    snprintf(path, sizeof(path), "%s/%s", directory, leaf);
    switch (kind) {
    case 0: // somebody else's file
        EXPECT(close(open(path, O_RDWR | O_CREAT | O_EXCL, 0666)) == 0);
        EXPECT(chmod(path, 0666) == 0 && chown(path, B, B) == 0);
        return;
    case 1:
        EXPECT(symlink("/etc/passwd", path) == 0);
        return;
    case 2:
        EXPECT(mkfifo(path, 0666) == 0 && chmod(path, 0666) == 0);
        return;
    default:
        EXPECT(mkdir(path, 0777) == 0);
    }
}

static void make_own_directory(void)
{
    EXPECT(make_section(NULL, "Local\\other"));
}

static void open_what_is_there(void)
{
    uint64_t before = milliseconds();

    EXPECT(OpenFileMappingA(FILE_MAP_READ, FALSE, "Local\\name") == NULL);
    EXPECT(GetLastError() != ERROR_SUCCESS);
    EXPECT(make_section(NULL, "Local\\name") == NULL || GetLastError() == ERROR_SUCCESS);
    EXPECT(milliseconds() - before < 10000);
}

TEST(foreign_files_in_the_place_of_names)
{
    for (unsigned kind = 0; kind < 4; kind++) {
        strcpy(base + strlen(base) - 6, "XXXXXX");
        begin(false);
        run_as(A, make_own_directory);
        put_file(below("winmem.%u", A), kind);
        run_as(A, open_what_is_there);
        remove_base();
    }
}

// -- locks that are never given back -------------------------------------------------------------

static void hold_lock_file(void)
{
    struct flock all = {.l_type = F_WRLCK};
    int fd = open(below("winmem.global/lock", 0), O_RDWR | O_CLOEXEC);

    EXPECT(fd >= 0 && fcntl(fd, F_OFD_SETLK, &all) == 0);
    stay();
}

static void make_names_beside_a_lock(void)
{
    uint64_t before = milliseconds();

    EXPECT(make_section(everybody(), "Global\\name") == NULL);
    EXPECT(milliseconds() - before < 10000);
    EXPECT(make_section(NULL, "Local\\name"));
}

TEST(the_lock_of_global_names_kept_for_ever)
{
    struct partner hostile;

    begin(true);
    run_as(A, make_own_directory);
    hostile = start_as(B, hold_lock_file);
    run_as(A, make_names_beside_a_lock);
    end(&hostile);
    remove_base();
}

static int open_shared_file(void)
{
    struct wm_name_key key = make_key("name", WM_SCOPE_GLOBAL);
    char leaf[WM_NAME_LEAF_SIZE], path[256];

    wm_name_leaf(&key, leaf);
    snprintf(path, sizeof(path), "%s/%s", below("winmem.global/%u", A), leaf);
    return open(path, O_RDWR | O_CLOEXEC);
}

static void lock_shared_file(void)
{
    struct flock slots = {.l_type = F_WRLCK, .l_start = WM_NAME_SLOT_FIRST, .l_len = WM_NAME_SLOTS};
    struct flock hold = {.l_type = F_WRLCK, .l_start = WM_NAME_HOLD, .l_len = 1};
    int fd = open_shared_file();

    EXPECT(fd >= 0 && fcntl(fd, F_OFD_SETLK, &slots) == 0);
    if (fcntl(fd, F_OFD_SETLK, &hold) < 0) { // its owner holds it
        hold.l_type = F_RDLCK;
        EXPECT(fcntl(fd, F_OFD_SETLK, &hold) == 0);
    }
    stay();
}

static void open_beside_locks(void)
{
    uint64_t before = milliseconds();
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Global\\name");

    EXPECT(section && CloseHandle(section));
    EXPECT(milliseconds() - before < 10000);
}

TEST(every_lock_of_a_shared_name_kept_for_ever)
{
    struct partner owner, hostile;

    begin(true);
    owner = start_as(A, hold_global);
    hostile = start_as(B, lock_shared_file);
    run_as(A, open_beside_locks);
    end(&owner); // ends, though it is not the last
    end(&hostile);
    run_as(A, find_no_global);
    remove_base();
}

static void lock_dead_name(void)
{
    struct flock hold = {.l_type = F_WRLCK, .l_start = WM_NAME_HOLD, .l_len = 1};
    int fd = open_shared_file();

    EXPECT(fd >= 0 && fcntl(fd, F_OFD_SETLK, &hold) == 0);
    stay();
}

static void fail_in_time(void)
{
    uint64_t before = milliseconds();

    EXPECT(make_section(everybody(), "Global\\name") == NULL);
    EXPECT(milliseconds() - before < 10000);
    EXPECT(make_section(everybody(), "Global\\another"));
}

static void make_again(void)
{
    HANDLE section = make_section(everybody(), "Global\\name");

    EXPECT(section);
    EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
}

TEST(a_dead_name_that_another_user_keeps_from_being_reaped)
{
    struct partner owner, hostile;

    begin(true);
    owner = start_as(A, hold_global);
    EXPECT(kill(owner.pid, SIGKILL) == 0);
    partner_end(&owner);
    hostile = start_as(B, lock_dead_name);
    run_as(A, fail_in_time);
    end(&hostile);
    run_as(A, make_again);
    remove_base();
}

// -- what a user with the right to write makes of a shared file ----------------------------------

static unsigned change;

// One word of the record, or the size of the file.
static void spoil(void)
{
    static const uint64_t values[] = {0, 1, 4096, 0x7FFFFFFFFFFFF000, UINT64_MAX};
    int fd = open_shared_file();
    struct stat stat;
    uint64_t value = values[change % 5];

    EXPECT(fd >= 0 && fstat(fd, &stat) == 0);
    if (change / 5 < 18)
        EXPECT(pwrite(fd, &value, 8, stat.st_size - 8 * (off_t)(change / 5 + 1)) == 8);
    else
        EXPECT(ftruncate(fd, stat.st_size - 4096 * (off_t)(change % 5)) == 0);
}

// Either it is refused, or what is promised can be touched.
static void open_spoiled(void)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Global\\name");
    MEMORY_BASIC_INFORMATION info;
    volatile char *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;

    if (!view)
        return;
    EXPECT(VirtualQuery((void *)(uintptr_t)view, &info, sizeof(info)));
    view[0] = 1;
    view[info.RegionSize - 1] = 1;
}

TEST(records_that_another_user_spoiled)
{
    struct partner owner;

    begin(true);
    for (change = 0; change < 95; change++) {
        owner = start_as(A, hold_global);
        run_as(B, spoil);
        run_as(A, open_spoiled);
        end(&owner);
        remove_below("winmem.global/[0-9]*");
    }
    remove_base();
}
