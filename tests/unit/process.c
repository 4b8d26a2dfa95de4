// SPDX-License-Identifier: MIT
// Processes: starting, ending, exit codes, and what the host sees. protocol: --list
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <io.h>
#include <windows.h>

#include "host/fault.h"
#include "nt/process/process.h"

static PROCESS_INFORMATION start(const char *line)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info = {0};
    char *copy = strdup(line);

    EXPECT(CreateProcessA(NULL, copy, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info));
    free(copy);
    return info;
}

static void finish(PROCESS_INFORMATION *info)
{
    EXPECT(CloseHandle(info->hThread));
    EXPECT(CloseHandle(info->hProcess));
}

static DWORD run(const char *line)
{
    PROCESS_INFORMATION info = start(line);
    DWORD code, thread_code;

    EXPECT_EQ(WaitForSingleObject(info.hProcess, 20000), WAIT_OBJECT_0);
    EXPECT(GetExitCodeProcess(info.hProcess, &code));
    EXPECT(GetExitCodeThread(info.hThread, &thread_code));
    EXPECT_EQ(thread_code, code);
    finish(&info);
    return code;
}

// This program in one of the child_* cases below, with a word in the environment.
static DWORD run_self(const char *child, const char *word)
{
    char path[4096], line[4200];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    EXPECT(length > 0);
    path[length] = '\0';
    snprintf(line, sizeof(line), "\"%s\" %s", path, child);
    EXPECT(SetEnvironmentVariableA("UNIT_WORD", word));
    return run(line);
}

static int children(void)
{
    siginfo_t info = {0};

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ? info.si_pid : -1;
}

TEST(exit_codes_arrive)
{
    EXPECT_EQ(run("/bin/sh -c \"exit 0\""), 0);
    EXPECT_EQ(run("/bin/sh -c \"exit 7\""), 7);
    EXPECT_EQ(run("/bin/sh -c \"exit 255\""), 255);
    EXPECT_EQ(children(), -1); // no zombie is left
}

TEST(child_exits_with_word)
{
    const char *word = getenv("UNIT_WORD");

    if (word)
        ExitProcess((UINT)strtoul(word, NULL, 0));
}

TEST(child_terminates_itself_with_word)
{
    const char *word = getenv("UNIT_WORD");

    if (word)
        TerminateProcess(GetCurrentProcess(), (UINT)strtoul(word, NULL, 0));
}

TEST(exit_codes_have_32_bits_between_programs_of_ours)
{
    static const char *const words[] = {"0",   "1",          "255",        "256",
                                        "259", "0xc0000005", "0xffffffff", "0x80000000"};

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        EXPECT_EQ(run_self("child_exits_with_word", words[i]), strtoul(words[i], NULL, 0));
        EXPECT_EQ(run_self("child_terminates_itself_with_word", words[i]),
                  strtoul(words[i], NULL, 0));
    }
}

TEST(large_codes_never_look_like_success)
{
    char name[WM_EXIT_NAME_SIZE];

    for (uint64_t code = 1; code < UINT32_MAX; code += 0x10001 - 1) {
        struct host_exit exit = {.status = wm_exit_encode((uint32_t)code, name)};

        EXPECT(exit.status > 0 && exit.status < 256);
        EXPECT_EQ(wm_exit_decode(&exit, name), code);
        EXPECT_EQ(wm_exit_decode(&exit, "winmem:zzzzzzzz"), exit.status);
        EXPECT_EQ(wm_exit_decode(&exit, "winmem:0000FF07"),
                  exit.status == 7 ? 0xff07 : exit.status);
    }
}

TEST(signals_are_exceptions)
{
    signal(SIGINT, SIG_DFL); // a shell that runs this in the background ignores it
    EXPECT_EQ(run("/bin/sh -c \"kill -SEGV $$\""), 0xC0000005);
    EXPECT_EQ(run("/bin/sh -c \"kill -BUS $$\""), 0xC0000006);
    EXPECT_EQ(run("/bin/sh -c \"kill -ILL $$\""), 0xC000001D);
    EXPECT_EQ(run("/bin/sh -c \"kill -FPE $$\""), 0xC0000094);
    EXPECT_EQ(run("/bin/sh -c \"kill -INT $$\""), 0xC000013A);
    EXPECT_EQ(run("/bin/sh -c \"kill -ABRT $$\""), 3);
    EXPECT_EQ(run("/bin/sh -c \"kill -KILL $$\""), 1);
}

TEST(terminate_gives_the_code)
{
    PROCESS_INFORMATION info = start("/bin/sleep 100");
    DWORD code;

    EXPECT(GetExitCodeProcess(info.hProcess, &code));
    EXPECT_EQ(code, STILL_ACTIVE);
    EXPECT_EQ(WaitForSingleObject(info.hProcess, 0), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(info.hThread, 10), WAIT_TIMEOUT);
    EXPECT(TerminateProcess(info.hProcess, 0x12345678));
    EXPECT_EQ(WaitForSingleObject(info.hThread, INFINITE), WAIT_OBJECT_0);
    EXPECT(GetExitCodeProcess(info.hProcess, &code));
    EXPECT_EQ(code, 0x12345678);
    EXPECT(!TerminateProcess(info.hProcess, 1));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT(GetExitCodeProcess(info.hProcess, &code));
    EXPECT_EQ(code, 0x12345678);
    finish(&info);
}

TEST(two_handles_are_one_process)
{
    PROCESS_INFORMATION info = start("/bin/sleep 100");
    HANDLE other = OpenProcess(PROCESS_ALL_ACCESS, FALSE, info.dwProcessId);
    DWORD code;

    EXPECT(other);
    EXPECT_EQ(GetProcessId(other), info.dwProcessId);
    EXPECT_EQ(GetThreadId(info.hThread), info.dwThreadId);
    EXPECT(TerminateProcess(other, 5));
    finish(&info);
    EXPECT_EQ(WaitForSingleObject(other, INFINITE), WAIT_OBJECT_0);
    EXPECT(GetExitCodeProcess(other, &code));
    EXPECT_EQ(code, 5);
    EXPECT(CloseHandle(other));
    EXPECT_EQ(children(), -1);
}

TEST(handles_keep_the_process_id)
{
    PROCESS_INFORMATION info = start("/bin/true");
    DWORD code;
    HANDLE other;

    EXPECT_EQ(WaitForSingleObject(info.hProcess, INFINITE), WAIT_OBJECT_0);
    other = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, info.dwProcessId);
    EXPECT(other);
    EXPECT(GetExitCodeProcess(other, &code));
    EXPECT_EQ(code, 0);
    EXPECT(CloseHandle(other));
    finish(&info);
    EXPECT(!OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, info.dwProcessId));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

TEST(children_without_handles_are_reaped_later)
{
    PROCESS_INFORMATION info = start("/bin/sleep 0.1");
    siginfo_t seen;

    finish(&info);
    EXPECT(waitid(P_PID, info.dwProcessId, &seen, WEXITED | WNOWAIT) == 0);
    EXPECT_EQ(run("/bin/true"), 0);
    EXPECT_EQ(children(), -1);
}

TEST(wrong_ids_are_refused)
{
    static const DWORD ids[] = {0, 0x7fffffff, 0x80000000, 0xffffffff};

    for (unsigned i = 0; i < 4; i++) {
        EXPECT(!OpenProcess(SYNCHRONIZE, FALSE, ids[i]));
        EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    }
}

TEST(another_process_can_be_waited_for)
{
    int ready[2];
    pid_t pid;
    HANDLE process;
    DWORD code;

    EXPECT(pipe(ready) == 0);
    pid = fork(); // not by CreateProcess: somebody else's child as far as winmem knows
    if (pid == 0) {
        pid_t grandchild = fork();

        if (grandchild == 0) {
            usleep(200000);
            _exit(9);
        }
        EXPECT(write(ready[1], &grandchild, sizeof(grandchild)) == sizeof(grandchild));
        usleep(1000000); // parent of the grandchild, which stays a zombie meanwhile
        _exit(0);
    } else {
        pid_t grandchild;

        EXPECT(read(ready[0], &grandchild, sizeof(grandchild)) == sizeof(grandchild));
        process =
            OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION,
                        FALSE, (DWORD)grandchild);
        EXPECT(process);
        EXPECT(GetExitCodeProcess(process, &code));
        EXPECT_EQ(code, STILL_ACTIVE);
        EXPECT_EQ(WaitForSingleObject(process, 10000), WAIT_OBJECT_0);
        EXPECT(GetExitCodeProcess(process, &code));
        EXPECT_EQ(code, 9);
        EXPECT(CloseHandle(process));
        EXPECT(waitpid(pid, NULL, 0) == pid);
    }
}

TEST(rights_are_asked_for)
{
    PROCESS_INFORMATION info = start("/bin/sleep 100");
    HANDLE weak = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, info.dwProcessId);
    DWORD code;

    EXPECT(weak);
    EXPECT(!TerminateProcess(weak, 1));
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT_EQ(WaitForSingleObject(weak, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT(!GetExitCodeThread(weak, &code));
    EXPECT_EQ(GetLastError(), ERROR_INVALID_HANDLE);
    EXPECT(TerminateProcess(info.hProcess, 1));
    EXPECT(CloseHandle(weak));
    finish(&info);
}

TEST(a_host_that_takes_all_statuses_is_told_honestly)
{
    PROCESS_INFORMATION info = start("/bin/sh -c \"exit 6\"");
    DWORD code = 77;
    int status;

    EXPECT(waitpid((pid_t)info.dwProcessId, &status, 0) == (pid_t)info.dwProcessId);
    EXPECT_EQ(WaitForSingleObject(info.hProcess, INFINITE), WAIT_OBJECT_0);
    if (GetExitCodeProcess(info.hProcess, &code)) {
        EXPECT_EQ(code, 6); // the kernel remembers
    } else {
        EXPECT_EQ(GetLastError(), ERROR_GEN_FAILURE);
        EXPECT_EQ(code, 77);
    }
    finish(&info);
}

TEST(a_host_that_ignores_children_still_learns_of_their_end)
{
    PROCESS_INFORMATION info;
    DWORD code;

    signal(SIGCHLD, SIG_IGN);
    info = start("/bin/sh -c \"exit 6\"");
    EXPECT_EQ(WaitForSingleObject(info.hProcess, 10000), WAIT_OBJECT_0);
    if (GetExitCodeProcess(info.hProcess, &code))
        EXPECT_EQ(code, 6);
    finish(&info);
}

TEST(without_pidfds_a_watcher_waits)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info;
    DWORD code;
    bool reached = false;

    for (unsigned n = 1; n < 40 && !reached; n++) {
        char line[] = "/bin/sh -c \"sleep 0.05; exit 4\"";
        BOOL started;

        host_calls_fail_at(n, ENOSYS);
        started = CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info);
        reached = host_calls_fired() && strstr(host_calls_last(), "SYS_pidfd_open");
        host_calls_fail_at(0, 0);
        if (!started)
            continue;
        EXPECT_EQ(WaitForSingleObject(info.hProcess, 10000), WAIT_OBJECT_0);
        EXPECT(GetExitCodeProcess(info.hProcess, &code));
        EXPECT_EQ(code, 4);
        finish(&info);
    }
    EXPECT(reached);
}

TEST(every_host_call_of_a_start_may_fail)
{
    STARTUPINFOA startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION info;

    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    for (unsigned n = 1;; n++) {
        char line[] = "/bin/sh -c \"exit 4\"";
        BOOL started, fired;
        DWORD code;

        memset(&info, 0xAA, sizeof(info));
        SetLastError(0);
        host_calls_fail_at(n, EMFILE);
        started = CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, "/", &startup, &info);
        fired = host_calls_fired();
        host_calls_fail_at(0, 0);
        if (started) {
            EXPECT_EQ(WaitForSingleObject(info.hProcess, 10000), WAIT_OBJECT_0);
            EXPECT(GetExitCodeProcess(info.hProcess, &code));
            EXPECT_EQ(code, 4);
            finish(&info);
            if (!fired)
                break;
        } else {
            EXPECT(GetLastError() != 0);
            EXPECT_EQ((uintptr_t)info.hProcess, 0xAAAAAAAAAAAAAAAAull); // outputs untouched
        }
        EXPECT(n < 100);
    }
    EXPECT_EQ(children(), -1);
}

TEST(programs_are_searched)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info;
    static const struct {
        const char *application, *line;
        DWORD error;
    } cases[] = {
        {NULL, "no-such-program-at-all", ERROR_FILE_NOT_FOUND},
        {NULL, "/no/such/dir/program", ERROR_PATH_NOT_FOUND},
        {NULL, "/no-such-program", ERROR_FILE_NOT_FOUND},
        {"/no-such-program", "x", ERROR_FILE_NOT_FOUND},
        {NULL, "/etc/passwd", ERROR_BAD_EXE_FORMAT},
        {NULL, "/etc", ERROR_ACCESS_DENIED},
        {NULL, "", ERROR_PATH_NOT_FOUND},
        {NULL, NULL, ERROR_INVALID_PARAMETER},
    };

    EXPECT_EQ(run("sh -c \"exit 3\""), 3); // by PATH
    EXPECT_EQ(run("\"Z:\\bin\\sh\" -c \"exit 3\""), 3);
    EXPECT_EQ(run("\"Z:\\BIN\\SH\" -c \"exit 3\""), 3);
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *line = cases[i].line ? strdup(cases[i].line) : NULL;

        SetLastError(0);
        EXPECT(!CreateProcessA(cases[i].application, line, NULL, NULL, FALSE, 0, NULL, NULL,
                               &startup, &info));
        EXPECT_EQ(GetLastError(), cases[i].error);
        free(line);
    }
}

TEST(a_path_with_blanks_needs_no_quotes)
{
    char directory[] = "/tmp/unit-process-XXXXXX", line[200];

    EXPECT(mkdtemp(directory));
    snprintf(line, sizeof(line), "mkdir '%s/a b' && cp /bin/true '%s/a b/c d.exe'", directory,
             directory);
    EXPECT(system(line) == 0);
    snprintf(line, sizeof(line), "%s/a b/c d.exe argument", directory);
    EXPECT_EQ(run(line), 0);
    snprintf(line, sizeof(line), "%s/a b/c d argument", directory); // .exe is added
    EXPECT_EQ(run(line), 0);
    snprintf(line, sizeof(line), "rm -r '%s'", directory);
    EXPECT(system(line) == 0);
}

TEST(environment_directory_and_std_handles_are_passed)
{
    STARTUPINFOW startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION info;
    char path[] = "/tmp/unit-process-XXXXXX", text[100] = "";
    int fd = mkstemp(path);
    WCHAR line[] = L"/bin/sh -c \"echo $UNIT_A-$UNIT_B-$(pwd)-$1\" name \"a \\\"b\"";

    EXPECT(fd >= 0);
    startup.hStdOutput = (HANDLE)_get_osfhandle(fd);
    EXPECT(startup.hStdOutput != INVALID_HANDLE_VALUE);
    EXPECT(CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_UNICODE_ENVIRONMENT,
                          (void *)L"=Z:=Z:\\\0UNIT_A=\x00e4\0UNIT_B=2\0", L"Z:\\usr", &startup,
                          &info));
    EXPECT_EQ(WaitForSingleObject(info.hProcess, INFINITE), WAIT_OBJECT_0);
    finish(&info);
    EXPECT(pread(fd, text, sizeof(text) - 1, 0) > 0);
    EXPECT(!strcmp(text, "\xc3\xa4-2-/usr-a \"b\n"));
    unlink(path);
}

TEST(a_wrong_directory_is_refused)
{
    STARTUPINFOA startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION info;
    char line[] = "/bin/true";

    EXPECT(!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, "/no/such", &startup, &info));
    EXPECT_EQ(GetLastError(), ERROR_DIRECTORY);
    EXPECT(!CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup,
                           &info));
    EXPECT_EQ(GetLastError(), ERROR_CALL_NOT_IMPLEMENTED);
}

TEST(this_process_is_running)
{
    HANDLE real = OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId());
    DWORD code;

    EXPECT(real);
    EXPECT_EQ(GetCurrentProcessId(), getpid());
    EXPECT_EQ(GetProcessId(GetCurrentProcess()), getpid());
    EXPECT(GetExitCodeProcess(GetCurrentProcess(), &code));
    EXPECT_EQ(code, STILL_ACTIVE);
    EXPECT_EQ(WaitForSingleObject(real, 0), WAIT_TIMEOUT);
    EXPECT_EQ(WaitForSingleObject(GetCurrentProcess(), 5), WAIT_TIMEOUT);
    EXPECT(CompareObjectHandles(real, GetCurrentProcess()));
    EXPECT(CloseHandle(real));
}

TEST(a_forked_child_is_a_process_of_its_own)
{
    PROCESS_INFORMATION info = start("/bin/sleep 100");
    DWORD parent = GetCurrentProcessId();
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        DWORD code;

        EXPECT_EQ(GetCurrentProcessId(), getpid());
        EXPECT_EQ(GetCurrentThreadId(), getpid());
        EXPECT(GetCurrentProcessId() != parent);
        EXPECT(GetExitCodeProcess(info.hProcess, &code)); // a sibling now
        EXPECT_EQ(code, STILL_ACTIVE);
        EXPECT_EQ(WaitForSingleObject(info.hProcess, 20), WAIT_TIMEOUT);
        EXPECT_EQ(run("/bin/sh -c \"exit 8\""), 8);
        EXPECT(TerminateProcess(info.hProcess, 66));
        EXPECT_EQ(WaitForSingleObject(info.hProcess, 10000), WAIT_OBJECT_0);
        finish(&info);
        _exit(0);
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(WaitForSingleObject(info.hProcess, 10000), WAIT_OBJECT_0);
    finish(&info);
}
