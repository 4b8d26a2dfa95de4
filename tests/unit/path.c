// SPDX-License-Identifier: MIT
// protocol: --list
// Path names: from what Windows programs write to paths of the host, and back.
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ntstatus.h>

#include "nt/file/path.h"

static char drive[512]; // the directory that is C:, without links

// C: is ./drive, D: is ./other, all other letters but Z: mean nothing.
static void set_up(void)
{
    char here[400], other[512];

    EXPECT(getcwd(here, sizeof(here)));
    snprintf(drive, sizeof(drive), "%s/drive", here);
    snprintf(other, sizeof(other), "%s/other", here);
    mkdir(drive, 0700);
    mkdir(other, 0700);
    for (char letter = 'A'; letter <= 'Z'; letter++) {
        char name[] = "WINMEM_DRIVE_X";

        name[sizeof(name) - 2] = letter;
        unsetenv(name);
    }
    setenv("WINMEM_DRIVE_C", drive, 1);
    setenv("WINMEM_DRIVE_D", other, 1);
    wm_drive_forget();
}

static NTSTATUS parse(const char *name, struct wm_path *path)
{
    return wm_path_parse(name, strlen(name), WM_PATH_WIN32, path);
}

// `want` is the host path; a leading @ stands for the directory of C:.
static void expect_path(const char *name, const char *want)
{
    struct wm_path path;
    char full[1024];
    NTSTATUS st = parse(name, &path);

    snprintf(full, sizeof(full), "%s%s", want[0] == '@' ? drive : "",
             want[0] == '@' ? want + 1 : want);
    if (st || strcmp(path.text, full) != 0)
        fprintf(stderr, "%s: status %x, %s, expected %s\n", name, (unsigned)st, st ? "" : path.text,
                full);
    EXPECT_EQ(st, STATUS_SUCCESS);
    EXPECT(strcmp(path.text, full) == 0);
    EXPECT_EQ(path.length, strlen(path.text));
}

static void expect_refused(const char *name, NTSTATUS want)
{
    struct wm_path path;
    NTSTATUS st = parse(name, &path);

    if (st != want)
        fprintf(stderr, "%s\n", name);
    EXPECT_EQ(st, want);
}

TEST(drives)
{
    set_up();
    expect_path("C:\\dir\\file", "@/dir/file");
    expect_path("c:/dir/file", "@/dir/file");
    expect_path("C:\\", "@");
    expect_path("C:\\\\dir//\\file", "@/dir/file");
    expect_path("Z:\\tmp\\x", "/tmp/x");
    expect_path("Z:\\", "/");
    expect_refused("Q:\\x", STATUS_OBJECT_PATH_NOT_FOUND);
    expect_refused("Q:x", STATUS_OBJECT_PATH_NOT_FOUND);
}

TEST(dots_stop_at_the_root_of_the_drive)
{
    set_up();
    expect_path("C:\\a\\..\\b", "@/b");
    expect_path("C:\\..\\..\\etc\\passwd", "@/etc/passwd");
    expect_path("C:\\a\\.\\b\\..\\..\\..\\..\\c", "@/c");
    expect_path("C:\\a\\..", "@");
    expect_path("Z:\\..\\..", "/");
    expect_path("\\\\.\\C:\\..\\x", "@/x");
}

TEST(relative_paths)
{
    char want[1024], here[512];

    set_up();
    expect_path("file", "file");
    expect_path("dir\\file", "dir/file");
    expect_path(".\\dir\\..\\file", "file");
    expect_path(".", ".");
    expect_path("a\\..", ".");
    EXPECT(chdir(drive) == 0);
    mkdir("in", 0700);
    EXPECT(chdir("in") == 0);
    expect_path("..\\file", "@/file");
    expect_path("..\\..\\..\\file", "@/file"); // C: has no parent
    expect_path("\\file", "@/file");
    expect_path("C:file", "@/in/file");
    expect_path("C:..\\file", "@/file");
    EXPECT(chdir("/") == 0);
    expect_path("C:file", "@/file"); // elsewhere: the root
    expect_path("..\\x", "/x");
    expect_path("\\x", "/x");
    EXPECT(chdir(drive) == 0 && getcwd(here, sizeof(here)));
    snprintf(want, sizeof(want), "%s/x", here);
    expect_path("c:x", want);
}

TEST(paths_of_the_host)
{
    set_up();
    expect_path("/tmp/a?b*c", "/tmp/a?b*c");
    expect_path("/tmp/trailing. .", "/tmp/trailing. .");
    expect_path("/srv\\both/x", "/srv/both/x");
    expect_path("/a/../b", "/a/../b"); // the kernel knows about links, we don't
    expect_path("/", "/");
    expect_path("/tmp/", "/tmp");
    expect_path("//tmp/x", "//tmp/x");
}

TEST(dots_and_spaces_at_the_end)
{
    set_up();
    expect_path("C:\\file.", "@/file");
    expect_path("C:\\file. . ..", "@/file");
    expect_path("C:\\file ", "@/file");
    expect_path("C:\\dir.\\file", "@/dir/file");
    expect_path("C:\\dir..\\file", "@/dir../file");
    expect_path("C:\\dir \\file", "@/dir /file");
    expect_path("C:\\...", "@");
    expect_path("C:\\.hidden", "@/.hidden");
    expect_path("\\\\?\\C:\\file. .", "@/file. .");
}

TEST(verbatim_paths)
{
    static const uint16_t native[] = u"\\??\\C:\\dir\\file";
    static const uint16_t dos_devices[] = u"\\DosDevices\\C:\\x";
    struct wm_path path;

    set_up();
    expect_path("\\\\?\\C:\\dir\\file", "@/dir/file");
    expect_path("\\??\\C:\\dir\\file", "@/dir/file");
    expect_path("\\\\.\\C:\\dir\\file", "@/dir/file");
    expect_path("//?/C:/dir/file", "@/dir/file");
    expect_refused("\\\\?\\C:\\a/b", STATUS_OBJECT_NAME_INVALID);
    expect_refused("\\\\?\\C:\\a\\..\\b", STATUS_OBJECT_NAME_INVALID);
    expect_refused("\\\\?\\C:\\.", STATUS_OBJECT_NAME_INVALID);
    expect_refused("\\\\?\\UNC\\server\\share", STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(wm_path_parse_utf16(native, 15, WM_PATH_NT, &path), STATUS_SUCCESS);
    EXPECT(strcmp(path.text + strlen(drive), "/dir/file") == 0);
    EXPECT_EQ(wm_path_parse_utf16(dos_devices, 16, WM_PATH_NT, &path), STATUS_SUCCESS);
    EXPECT(strcmp(path.text + strlen(drive), "/x") == 0);
    EXPECT_EQ(wm_path_parse("C:\\x", 4, WM_PATH_NT, &path), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(names_that_no_file_has)
{
    static const char *const bad[] = {"C:\\a<b",    "C:\\a>b", "C:\\a\"b",  "C:\\a|b",
                                      "C:\\a?b",    "C:\\*",   "C:\\a\x01", "file:stream",
                                      "C:\\a:b\\c", "*.txt",   "C:\\d?\\f", "\\\\?\\C:\\a*"};
    struct wm_path path;

    set_up();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect_refused(bad[i], STATUS_OBJECT_NAME_INVALID);
    EXPECT_EQ(wm_path_parse("C:\\a\0b", 6, WM_PATH_WIN32, &path), STATUS_OBJECT_NAME_INVALID);
    expect_refused("", STATUS_OBJECT_PATH_NOT_FOUND);
    expect_refused("\\\\server\\share\\file", STATUS_BAD_NETWORK_PATH);
}

TEST(devices)
{
    struct wm_path path;

    set_up();
    expect_path("NUL", "/dev/null");
    expect_path("nul", "/dev/null");
    expect_path("NUL:", "/dev/null");
    expect_path("C:\\some\\where\\nul", "/dev/null");
    expect_path("\\\\.\\NUL", "/dev/null");
    expect_path("\\\\?\\NUL", "/dev/null");
    expect_path("CON", "/dev/tty");
    expect_path("conin$", "/dev/tty");
    expect_path("nul.txt", "nul.txt");
    expect_path("dir\\con", "dir/con");
    expect_path("/tmp/NUL", "/tmp/NUL");
    expect_path("COM", "COM");
    expect_path("com0", "com0");
    expect_refused("COM1", STATUS_OBJECT_NAME_NOT_FOUND);
    expect_refused("lpt9", STATUS_OBJECT_NAME_NOT_FOUND);
    expect_refused("aux", STATUS_OBJECT_NAME_NOT_FOUND);
    expect_refused("\\\\.\\pipe\\name", STATUS_OBJECT_NAME_NOT_FOUND);
    expect_refused("\\\\.\\C:", STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(parse("NUL", &path), STATUS_SUCCESS);
    EXPECT(path.device);
}

TEST(separators_at_the_end)
{
    struct wm_path path;

    set_up();
    EXPECT(parse("C:\\dir\\", &path) == 0 && path.directory);
    EXPECT(parse("dir/", &path) == 0 && path.directory);
    EXPECT(parse("/dir/", &path) == 0 && path.directory);
    EXPECT(parse("C:\\dir", &path) == 0 && !path.directory);
    EXPECT(parse("/dir", &path) == 0 && !path.directory);
}

TEST(long_paths)
{
    static char name[3 * WM_PATH_MAX];
    struct wm_path path;
    size_t length = 0;

    set_up();
    length = strlen(strcpy(name, "C:\\"));
    while (length < WM_PATH_MAX - 600)
        length += strlen(strcpy(name + length, "component\\"));
    EXPECT_EQ(wm_path_parse(name, length, WM_PATH_WIN32, &path), STATUS_SUCCESS);
    while (length < 2 * WM_PATH_MAX)
        length += strlen(strcpy(name + length, "component\\"));
    EXPECT_EQ(wm_path_parse(name, length, WM_PATH_WIN32, &path), STATUS_NAME_TOO_LONG);
    name[0] = '/';
    EXPECT_EQ(wm_path_parse(name, length, WM_PATH_WIN32, &path), STATUS_NAME_TOO_LONG);
}

static void touch(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY, 0600);

    EXPECT(fd >= 0);
    close(fd);
}

// Searches for a path below C: and says what was found, @ standing for C:'s directory.
static void expect_found(const char *name, bool fold, NTSTATUS want, const char *text)
{
    struct wm_path path;
    char full[1024];

    EXPECT_EQ(parse(name, &path), STATUS_SUCCESS);
    EXPECT_EQ(wm_path_search(&path, fold), want);
    snprintf(full, sizeof(full), "%s%s", drive, text);
    if (strcmp(path.text, full) != 0)
        fprintf(stderr, "%s: %s, expected %s\n", name, path.text, full);
    EXPECT(strcmp(path.text, full) == 0);
}

TEST(case_is_folded_component_by_component)
{
    set_up();
    EXPECT(chdir(drive) == 0);
    mkdir("Dir", 0700);
    mkdir("Dir/Sub", 0700);
    touch("Dir/Sub/File.txt");
    touch("Dir/Sub/\xc3\x84rger"); // Ärger
    touch("Dir/both");
    touch("Dir/BOTH");
    expect_found("C:\\dir\\SUB\\file.TXT", true, STATUS_SUCCESS, "/Dir/Sub/File.txt");
    expect_found("C:\\Dir\\Sub\\file.TXT", true, STATUS_SUCCESS, "/Dir/Sub/File.txt");
    expect_found("C:\\dir\\sub\\\xc3\xa4RGER", true, STATUS_SUCCESS, "/Dir/Sub/\xc3\x84rger");
    expect_found("C:\\dir\\sub\\new", true, STATUS_OBJECT_NAME_NOT_FOUND, "/Dir/Sub/new");
    expect_found("C:\\Dir\\Both", true, STATUS_SUCCESS, "/Dir/BOTH"); // first in byte order
    expect_found("C:\\Dir\\both", true, STATUS_SUCCESS, "/Dir/both"); // exact comes first
    expect_found("C:\\dir\\nowhere\\new", true, STATUS_OBJECT_PATH_NOT_FOUND, "/dir/nowhere/new");
    expect_found("C:\\dir\\both\\x", true, STATUS_OBJECT_PATH_NOT_FOUND, "/dir/both/x");
    expect_found("C:\\dir\\sub\\File.txt", false, STATUS_OBJECT_PATH_NOT_FOUND,
                 "/dir/sub/File.txt");
    expect_found("C:\\Dir\\Sub\\file.txt", false, STATUS_OBJECT_NAME_NOT_FOUND,
                 "/Dir/Sub/file.txt");
}

static void expect_shown(const char *host, const char *want)
{
    char text[WM_PATH_MAX], full[1024];

    snprintf(full, sizeof(full), "%s%s", host[0] == '@' ? drive : "",
             host[0] == '@' ? host + 1 : host);
    EXPECT_EQ(wm_path_show(full, text, sizeof(text)), STATUS_SUCCESS);
    if (strcmp(text, want) != 0)
        fprintf(stderr, "%s: %s, expected %s\n", full, text, want);
    EXPECT(strcmp(text, want) == 0);
}

TEST(host_paths_have_drives)
{
    char small[4];

    set_up();
    expect_shown("@/dir/file", "C:\\dir\\file");
    expect_shown("@", "C:\\");
    expect_shown("/tmp/x y", "Z:\\tmp\\x y");
    expect_shown("/", "Z:\\");
    EXPECT_EQ(wm_path_show("/tmp/x", small, sizeof(small)), STATUS_NAME_TOO_LONG);
}

static void expect_full(const char *name, const char *want)
{
    char text[WM_PATH_MAX];
    NTSTATUS st = wm_path_full(name, strlen(name), text, sizeof(text));

    if (st || strcmp(text, want) != 0)
        fprintf(stderr, "%s: %x %s, expected %s\n", name, (unsigned)st, st ? "" : text, want);
    EXPECT_EQ(st, STATUS_SUCCESS);
    EXPECT(strcmp(text, want) == 0);
}

TEST(full_paths)
{
    set_up();
    EXPECT(chdir(drive) == 0);
    expect_full("file", "C:\\file");
    expect_full("dir\\..\\file", "C:\\file");
    expect_full("..\\..\\file", "C:\\file");
    expect_full("dir\\", "C:\\dir\\");
    expect_full("C:\\a\\.\\b\\..\\c", "C:\\a\\c");
    expect_full("C:", "C:\\");
    expect_full("c:/x/y", "C:\\x\\y");
    expect_full("/tmp/../etc/x", "Z:\\etc\\x");
    expect_full("/", "Z:\\");
    expect_full("a*?.txt", "C:\\a*?.txt"); // nothing is opened: any character will do
    expect_full("nul", "\\\\.\\nul");
    expect_full("\\\\?\\C:\\a\\..\\b", "\\\\?\\C:\\a\\..\\b");
    expect_full("file. . ", "C:\\file");
}

TEST(default_drive_is_made_for_the_user_alone)
{
    char here[400], home[512], made[700];
    const char *root;
    struct stat st;

    set_up();
    EXPECT(getcwd(here, sizeof(here)));
    snprintf(home, sizeof(home), "%s/home", here);
    mkdir(home, 0755);
    unsetenv("WINMEM_DRIVE_C");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", home, 1);
    wm_drive_forget();
    EXPECT_EQ(wm_drive_root('C', &root), STATUS_SUCCESS);
    snprintf(made, sizeof(made), "%s/.local/share/winmem/drives/c", home);
    EXPECT(strcmp(root, made) == 0);
    EXPECT(stat(root, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
    snprintf(made, sizeof(made), "%s/data", here);
    setenv("XDG_DATA_HOME", made, 1);
    wm_drive_forget();
    EXPECT_EQ(wm_drive_root('C', &root), STATUS_SUCCESS);
    EXPECT(strncmp(root, made, strlen(made)) == 0 &&
           strcmp(root + strlen(made), "/winmem/drives/c") == 0);
    setenv("XDG_DATA_HOME", "relative", 1); // not to be believed
    wm_drive_forget();
    EXPECT_EQ(wm_drive_root('C', &root), STATUS_SUCCESS);
    EXPECT(strncmp(root, home, strlen(home)) == 0);
}
