// SPDX-License-Identifier: MIT
// C#'s part in the tests between languages: as tests/interop/peer/peer.c, by platform invoke.
using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

static unsafe class Peer
{
    static IntPtr section, mutex;
    static byte *view;

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern IntPtr CreateFileMapping(IntPtr file, IntPtr security, uint protect, uint high,
                                           uint low, string name);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern IntPtr OpenFileMapping(uint access, bool inherit, string name);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern byte *MapViewOfFile(IntPtr section, uint access, uint high, uint low,
                                      UIntPtr size);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool UnmapViewOfFile(byte *view);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool CloseHandle(IntPtr handle);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern IntPtr CreateMutex(IntPtr security, bool owned, string name);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern uint WaitForSingleObject(IntPtr handle, uint milliseconds);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool ReleaseMutex(IntPtr handle);

    static string Answer(bool worked, object value)
    {
        return worked ? "ok " + value : "fail " + Marshal.GetLastWin32Error();
    }

    static string Map(int error)
    {
        if (section == IntPtr.Zero)
            return Answer(false, 0);
        view = MapViewOfFile(section, 2, 0, 0, UIntPtr.Zero);
        return Answer(view != null, error);
    }

    static string Put(int offset, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        Marshal.Copy(bytes, 0, new IntPtr(view + offset), bytes.Length);
        return Answer(true, 0);
    }

    static string Get(int offset, int length)
    {
        return Answer(true, Encoding.UTF8.GetString(view + offset, length));
    }

    static string Obey(string[] words)
    {
        switch (words[0]) {
        case "create":
            section = CreateFileMapping(new IntPtr(-1), IntPtr.Zero, 4, 0, uint.Parse(words[2]),
                                        words[1]);
            return Map(Marshal.GetLastWin32Error());
        case "open":
            section = OpenFileMapping(6, false, words[1]);
            return Map(0);
        case "put": return Put(int.Parse(words[1]), words[2]);
        case "get": return Get(int.Parse(words[1]), int.Parse(words[2]));
        case "add":
            return Answer(true, Interlocked.Increment(ref *(int *)(view + int.Parse(words[1]))));
        case "unmap": return Answer(UnmapViewOfFile(view), 0);
        case "close": return Answer(CloseHandle(section), 0);
        case "mutex":
            mutex = CreateMutex(IntPtr.Zero, false, words[1]);
            return Answer(mutex != IntPtr.Zero, Marshal.GetLastWin32Error());
        case "wait": return Answer(true, WaitForSingleObject(mutex, uint.Parse(words[1])));
        case "release": return Answer(ReleaseMutex(mutex), 0);
        default: return "fail 87";
        }
    }

    static void Main()
    {
        string line;

        while ((line = Console.ReadLine()) != null && line != "quit")
            Console.WriteLine(Obey(line.Split(' ')));
    }
}
