// SPDX-License-Identifier: MIT
// DuplicateHandle out of another process. protocol: --list
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <windows.h>

// A child that makes something, tells its handle, and lives until it is told to end.
struct peer {
    int pid, from, to;
    HANDLE process, value;
};

static struct peer start(HANDLE (*make)(void))
{
    int up[2], down[2];
    struct peer peer;

    EXPECT(CloseHandle(CreateEventA(NULL, FALSE, FALSE, NULL))); // winmem is there already
    EXPECT(pipe(up) == 0 && pipe(down) == 0);
    peer.pid = fork();
    if (peer.pid == 0) {
        HANDLE made = make();
        char byte;

        EXPECT(write(up[1], &made, sizeof(made)) == sizeof(made));
        close(down[1]);
        (void)!read(down[0], &byte, 1);
        _exit(0);
    }
    close(up[1]);
    close(down[0]);
    peer.from = up[0];
    peer.to = down[1];
    EXPECT(read(peer.from, &peer.value, sizeof(peer.value)) == sizeof(peer.value));
    EXPECT(peer.value);
    peer.process = OpenProcess(PROCESS_DUP_HANDLE | SYNCHRONIZE, FALSE, (DWORD)peer.pid);
    EXPECT(peer.process);
    return peer;
}

static void end(struct peer *peer)
{
    close(peer->to);
    EXPECT_EQ(WaitForSingleObject(peer->process, 20000), WAIT_OBJECT_0);
    waitpid(peer->pid, NULL, 0);
    EXPECT(CloseHandle(peer->process));
    close(peer->from);
}

static BOOL take(const struct peer *peer, DWORD access, DWORD options, HANDLE *out)
{
    *out = NULL;
    return DuplicateHandle(peer->process, peer->value, GetCurrentProcess(), out, access, FALSE,
                           options);
}

static HANDLE make_memory(void)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100000, NULL);
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    view[70000] = 7;
    return section;
}

static HANDLE open_it(DWORD access, DWORD share, DWORD disposition)
{
    HANDLE file = CreateFileA("pulled.bin", access, share, NULL, disposition, 0, NULL);

    EXPECT(file != INVALID_HANDLE_VALUE);
    return file;
}

static HANDLE make_file(void)
{
    HANDLE file = open_it(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, CREATE_ALWAYS);
    DWORD moved;

    EXPECT(WriteFile(file, "0123456789", 10, &moved, NULL));
    EXPECT_EQ(SetFilePointer(file, 4, NULL, FILE_BEGIN), 4);
    return file;
}

static HANDLE make_mapped_file(void)
{
    HANDLE file = open_it(GENERIC_READ | GENERIC_WRITE, 7, CREATE_ALWAYS), section;
    DWORD moved;

    EXPECT(WriteFile(file, "0123456789", 10, &moved, NULL));
    section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    EXPECT(section && CloseHandle(file));
    return section;
}

static HANDLE make_event(void)
{
    return CreateEventA(NULL, FALSE, FALSE, NULL);
}

TEST(memory_outlives_its_maker)
{
    struct peer peer = start(make_memory);
    HANDLE section, narrow;
    char *view;

    EXPECT(take(&peer, 0, DUPLICATE_SAME_ACCESS, &section));
    EXPECT(take(&peer, SECTION_MAP_READ, 0, &narrow));
    EXPECT(!MapViewOfFile(narrow, FILE_MAP_WRITE, 0, 0, 0));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    end(&peer);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT(view && view[70000] == 7 && view[0] == 0);
    EXPECT(UnmapViewOfFile(view));
    EXPECT(CloseHandle(section) && CloseHandle(narrow));
}

TEST(a_mapped_file_stays_mapped)
{
    struct peer peer = start(make_mapped_file);
    HANDLE section, file;
    char *view;

    EXPECT(take(&peer, 0, DUPLICATE_SAME_ACCESS, &section));
    end(&peer);
    file = open_it(GENERIC_READ | GENERIC_WRITE, 7, OPEN_EXISTING);
    EXPECT(!SetEndOfFile(file)); // at position 0
    EXPECT_EQ(GetLastError(), ERROR_USER_MAPPED_FILE);
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT(view && memcmp(view, "0123456789", 10) == 0);
    EXPECT(UnmapViewOfFile(view) && CloseHandle(section));
    EXPECT(SetEndOfFile(file));
    EXPECT(CloseHandle(file));
}

TEST(a_file_is_read_where_it_was)
{
    struct peer peer = start(make_file);
    HANDLE file, narrow, other;
    DWORD moved;
    char byte;

    EXPECT(take(&peer, 0, DUPLICATE_SAME_ACCESS, &file));
    EXPECT(take(&peer, GENERIC_READ, 0, &narrow));
    EXPECT(ReadFile(file, &byte, 1, &moved, NULL) && moved == 1 && byte == '4');
    EXPECT(!WriteFile(narrow, "x", 1, &moved, NULL));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT(!take(&peer, GENERIC_ALL, 0, &other));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    // Its share mode is in the description, which this process has as well.
    kill(peer.pid, SIGKILL);
    waitpid(peer.pid, NULL, 0);
    other = CreateFileA("pulled.bin", GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
    EXPECT(other == INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), ERROR_SHARING_VIOLATION);
    EXPECT(CloseHandle(file) && CloseHandle(narrow));
    other = CreateFileA("pulled.bin", GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
    EXPECT(other != INVALID_HANDLE_VALUE && CloseHandle(other));
}

static HANDLE make_named_memory(void)
{
    HANDLE section =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100000, "Local\\pulled");
    char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

    view[70000] = 7;
    return section;
}

TEST(a_name_is_held_by_who_takes_its_handle)
{
    struct peer peer = start(make_named_memory);
    HANDLE section, again;
    char *view;

    EXPECT(take(&peer, 0, DUPLICATE_SAME_ACCESS, &section));
    end(&peer);
    again = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Local\\pulled");
    EXPECT(again && CompareObjectHandles(again, section));
    view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    EXPECT(view && view[70000] == 7);
    EXPECT(UnmapViewOfFile(view) && CloseHandle(section) && CloseHandle(again));
    EXPECT(!OpenFileMappingA(FILE_MAP_WRITE, FALSE, "Local\\pulled"));
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
}

static HANDLE make_shared_event(void)
{
    SECURITY_ATTRIBUTES inherit = {sizeof(inherit), NULL, TRUE};

    return CreateEventA(&inherit, TRUE, TRUE, NULL);
}

TEST(an_event_that_was_made_to_be_shared)
{
    struct peer peer = start(make_shared_event);
    HANDLE event, narrow;

    EXPECT(take(&peer, 0, DUPLICATE_SAME_ACCESS, &event));
    EXPECT(take(&peer, SYNCHRONIZE, 0, &narrow));
    EXPECT(CompareObjectHandles(event, narrow));
    EXPECT_EQ(WaitForSingleObject(narrow, 0), WAIT_OBJECT_0);
    EXPECT(!ResetEvent(narrow));
    EXPECT(ResetEvent(event));
    EXPECT_EQ(WaitForSingleObject(narrow, 0), WAIT_TIMEOUT);
    end(&peer);
    EXPECT(CloseHandle(event) && CloseHandle(narrow));
}

TEST(what_cannot_be_taken)
{
    struct peer peer = start(make_event);
    HANDLE out = NULL, self = GetCurrentProcess(), mine = make_event(), weak;

    EXPECT(!take(&peer, 0, DUPLICATE_SAME_ACCESS, &out)); // lives in its process alone
    EXPECT_EQ(GetLastError(), ERROR_CALL_NOT_IMPLEMENTED);
    EXPECT(!take(&peer, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE, &out));
    EXPECT_EQ(GetLastError(), ERROR_CALL_NOT_IMPLEMENTED);
    EXPECT(!DuplicateHandle(self, mine, peer.process, &out, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT_EQ(GetLastError(), ERROR_CALL_NOT_IMPLEMENTED);
    peer.value = (HANDLE)((uintptr_t)peer.value + 4000);
    EXPECT(!take(&peer, 0, DUPLICATE_SAME_ACCESS, &out));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    peer.value = (HANDLE)(uintptr_t)0x123456789abc0;
    EXPECT(!take(&peer, 0, DUPLICATE_SAME_ACCESS, &out));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    weak = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)peer.pid);
    EXPECT(!DuplicateHandle(weak, peer.value, self, &out, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT(out == NULL);
    EXPECT(CloseHandle(weak) && CloseHandle(mine));
    end(&peer);
}

TEST(a_process_without_handles)
{
    int pid = fork();
    HANDLE process, out = NULL;

    if (pid == 0) {
        execl("/bin/sleep", "sleep", "60", (char *)NULL);
        _exit(127);
    }
    process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)pid);
    EXPECT(process);
    EXPECT(!DuplicateHandle(process, (HANDLE)4, GetCurrentProcess(), &out, 0, FALSE,
                            DUPLICATE_SAME_ACCESS));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    EXPECT(!DuplicateHandle(process, (HANDLE)4, GetCurrentProcess(), &out, 0, FALSE,
                            DUPLICATE_SAME_ACCESS));
    EXPECT(out == NULL);
    EXPECT(CloseHandle(process));
}
