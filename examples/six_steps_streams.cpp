// SPDX-License-Identifier: MIT
// The six steps in C++, with wide strings and streams: six_steps_streams [FILE].
//
// A mapped file is memory, so a stream buffer over the view makes it a stream: the text is counted
// with std::getline, and a stamp is written over its last bytes with operator<<. The objects do
// steps 4 to 6 when they go out of scope.
#define UNICODE
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <windows.h>

namespace
{

[[noreturn]] void fail(const char *what)
{
    std::ostringstream text;

    text << what << " failed, error " << GetLastError();
    throw std::runtime_error(text.str());
}

class handle
{
  public:
    explicit handle(HANDLE value) : value_(value) {}
    handle(const handle &) = delete;
    handle &operator=(const handle &) = delete;
    ~handle()
    {
        CloseHandle(value_);
    }
    HANDLE get() const
    {
        return value_;
    }

  private:
    HANDLE value_;
};

HANDLE open_file(const std::wstring &path)
{
    HANDLE file = CreateFile(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                             OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);

    if (file == INVALID_HANDLE_VALUE)
        fail("CreateFile");
    return file;
}

HANDLE open_section(const handle &file, DWORD protect)
{
    HANDLE section = CreateFileMapping(file.get(), nullptr, protect, 0, 0, nullptr);

    if (!section)
        fail("CreateFileMapping");
    return section;
}

std::size_t size_of(const handle &file)
{
    LARGE_INTEGER size;

    if (!GetFileSizeEx(file.get(), &size))
        fail("GetFileSizeEx");
    return static_cast<std::size_t>(size.QuadPart);
}

// A view as a stream buffer: reading and writing are plain memory accesses.
class view : public std::streambuf
{
  public:
    view(const handle &section, DWORD access, std::size_t size)
        : base_(static_cast<char *>(MapViewOfFile(section.get(), access, 0, 0, 0)))
    {
        if (!base_)
            fail("MapViewOfFile");
        setg(base_, base_, base_ + size);
        setp(base_, base_ + size);
    }
    ~view() override
    {
        UnmapViewOfFile(base_);
    }
    // From here on operator<< writes.
    void write_from(std::size_t offset)
    {
        setp(base_ + offset, epptr());
    }
    bool flush()
    {
        return FlushViewOfFile(base_, 0) != FALSE;
    }

  private:
    char *base_;
};

std::wstring wide(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, nullptr, 0);
    std::wstring out(static_cast<std::size_t>(size > 0 ? size : 1), L'\0');

    if (!size)
        fail("MultiByteToWideChar");
    MultiByteToWideChar(CP_UTF8, 0, text, -1, &out[0], size);
    out.pop_back(); // the terminator
    return out;
}

struct tally {
    unsigned lines = 0, words = 0;
    std::string last;
};

tally count(std::istream &text)
{
    tally result;
    std::string line;

    while (std::getline(text, line)) {
        std::istringstream words(line);
        std::string word;

        result.lines++;
        while (words >> word)
            result.words++;
        result.last = line;
    }
    return result;
}

// The tally through a copy-on-write view that is written to: the file keeps what it has.
bool stamp_copy(const handle &file, std::size_t size, const std::string &stamp)
{
    handle section(open_section(file, PAGE_WRITECOPY));
    view copy(section, FILE_MAP_COPY, size);
    std::ostream out(&copy);

    copy.write_from(size - stamp.size());
    out << stamp;
    std::istream in(&copy);
    std::string last = count(in).last;
    std::cout << "  a copy-on-write view was stamped, there the last line is \"" << last << "\"\n";
    return last.find("(stamped)") != std::string::npos;
}

std::string last_line(const handle &section, std::size_t size)
{
    view text(section, FILE_MAP_READ, size);
    std::istream in(&text);

    return count(in).last;
}

bool run(const std::wstring &path)
{
    static const std::string stamp = "(stamped)\n";
    handle file(open_file(path));
    std::size_t size = size_of(file);
    handle section(open_section(file, PAGE_READWRITE));
    view text(section, FILE_MAP_WRITE, size);
    std::istream in(&text);
    tally before = count(in);

    std::cout << "  a view as std::istream: " << before.lines << " lines, " << before.words
              << " words, " << size << " bytes\n";
    if (size < stamp.size())
        return false;
    bool well = stamp_copy(file, size, stamp) && last_line(section, size) == before.last;
    std::cout << "  in the file it is still \"" << before.last << "\"\n";
    std::ostream out(&text);
    text.write_from(size - stamp.size());
    out << stamp;
    std::string after = last_line(section, size);
    std::cout << "  a view as std::ostream stamps the file, a second view reads \"" << after
              << "\"\n";
    well = well && out.good() && after.find("(stamped)") != std::string::npos;
    well = text.flush() && well;
    std::cout << "  flushed; unmapped and closed as the objects go out of scope\n";
    return well;
}

} // namespace

int main(int argc, char **argv)
{
    try {
        bool well = run(argc > 1 ? wide(argv[1]) : L"C:\\six_steps.txt");

        std::cout << (well ? "  all as expected\n" : "  NOT AS EXPECTED\n");
        return well ? 0 : 1;
    } catch (const std::exception &e) {
        std::cout << "  " << e.what() << '\n';
        return 1;
    }
}
