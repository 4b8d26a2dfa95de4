// SPDX-License-Identifier: MIT
// Platform invoke as programs for Windows write it: names without A and W, strings in both encodings,
// last errors, structures. Exits with the number of checks that failed.
using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

static class Native
{
    public static readonly IntPtr Invalid = new IntPtr(-1);
    public const uint PageReadWrite = 4, MapWrite = 2, MapRead = 4, SecReserve = 0x04000000;

    [StructLayout(LayoutKind.Sequential)]
    public struct MemoryBasicInformation
    {
        public IntPtr BaseAddress, AllocationBase;
        public uint AllocationProtect;
        public ushort PartitionId;
        public IntPtr RegionSize;
        public uint State, Protect, Type;
    }

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    public static extern IntPtr CreateFileMapping(IntPtr file, IntPtr security, uint protect,
                                                  uint high, uint low, string name);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Ansi,
               EntryPoint = "CreateFileMapping")]
    public static extern IntPtr CreateFileMappingAnsi(IntPtr file, IntPtr security, uint protect,
                                                      uint high, uint low, string name);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode, ExactSpelling = true)]
    public static extern IntPtr CreateFileMappingW(IntPtr file, IntPtr security, uint protect,
                                                   uint high, uint low, string name);

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true,
               EntryPoint = "CreateFileMapping")]
    public static extern IntPtr NoSuchFunction(IntPtr file, IntPtr security, uint protect,
                                               uint high, uint low, string name);

    [DllImport("kernel32", SetLastError = true, CharSet = CharSet.Unicode)]
    public static extern SafeMapping OpenFileMapping(uint access, bool inherit, string name);

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern IntPtr MapViewOfFile(SafeMapping section, uint access, uint high, uint low,
                                              UIntPtr size);

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern bool UnmapViewOfFile(IntPtr view);

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern bool CloseHandle(IntPtr handle);

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern UIntPtr VirtualQuery(IntPtr at, out MemoryBasicInformation info,
                                              UIntPtr size);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    public static extern uint GetFullPathName(string name, uint room, StringBuilder path,
                                              IntPtr part);

    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    public static extern IntPtr CreateFile(string name, uint access, uint share, IntPtr security,
                                           uint disposition, uint flags, IntPtr template);

    [DllImport("kernel32.dll")]
    public static extern uint GetLastError();

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern void SetLastError(uint error);
}

sealed class SafeMapping : Microsoft.Win32.SafeHandles.SafeHandleZeroOrMinusOneIsInvalid
{
    SafeMapping() : base(true) { }

    protected override bool ReleaseHandle() { return Native.CloseHandle(handle); }
}

static class Program
{
    static int failures;

    static void Check(bool held, string what)
    {
        Console.WriteLine("{0}: {1}", held ? "ok" : "WRONG", what);
        failures += held ? 0 : 1;
    }

    static void CheckError(int wanted, string what)
    {
        int got = Marshal.GetLastWin32Error();

        Check(got == wanted, string.Format("{0}: last error {1}, wanted {2}", what, got, wanted));
    }

    static IntPtr Create(string name, uint size)
    {
        return Native.CreateFileMapping(Native.Invalid, IntPtr.Zero, Native.PageReadWrite, 0, size,
                                        name);
    }

    static void Names()
    {
        string odd = "Local\\caf\u00e9 \u20ac \ud83d\ude00 lone \ud800 /";
        IntPtr first = Create(odd, 4096);
        CheckError(0, "a new name");
        IntPtr second = Native.CreateFileMappingW(Native.Invalid, IntPtr.Zero, Native.PageReadWrite,
                                                  0, 4096, odd);
        CheckError(183, "the same by its exact spelling");
        Check(first != IntPtr.Zero && second != IntPtr.Zero, "both are handles");
        using (SafeMapping opened = Native.OpenFileMapping(Native.MapWrite, false, odd))
            Check(!opened.IsInvalid, "opened through a SafeHandle");
        IntPtr ansi = Native.CreateFileMappingAnsi(Native.Invalid, IntPtr.Zero,
                                                   Native.PageReadWrite, 0, 4096, "caf\u00e9");
        CheckError(0, "a name in UTF-8");
        IntPtr wide = Create("Local\\caf\u00e9", 4096);
        CheckError(183, "the same in UTF-16");
        foreach (IntPtr handle in new[] { first, second, ansi, wide })
            Check(Native.CloseHandle(handle), "closed");
        using (SafeMapping gone = Native.OpenFileMapping(Native.MapRead, false, odd)) {
            CheckError(2, "a name that is gone");
            Check(gone.IsInvalid, "and no handle");
        }
    }

    static void Errors()
    {
        Create("none", 0);
        CheckError(87, "size 0");
        Native.CloseHandle(new IntPtr(0x123456));
        CheckError(6, "a handle that is none");
        Native.UnmapViewOfFile(new IntPtr(0x10000));
        CheckError(487, "an address that is none");
        Native.CreateFile("C:\\missing", 0x80000000, 0, IntPtr.Zero, 3, 0, IntPtr.Zero);
        CheckError(2, "a file that is missing");
        Native.CreateFile("C:\\missing\\missing", 0x80000000, 0, IntPtr.Zero, 3, 0, IntPtr.Zero);
        CheckError(3, "a folder that is missing");
        Native.SetLastError(12345);
        CheckError(12345, "SetLastError");
        Check(Native.GetLastError() == 12345, "GetLastError");
        var other = new Thread(() => Native.SetLastError(1));
        other.Start();
        other.Join();
        Check(Native.GetLastError() == 12345, "another thread has a last error of its own");
        try {
            Native.NoSuchFunction(Native.Invalid, IntPtr.Zero, 4, 0, 1, null);
            Check(false, "the exact name without W does not exist");
        } catch (EntryPointNotFoundException) {
            Check(true, "the exact name without W does not exist");
        }
    }

    static void Views()
    {
        Native.MemoryBasicInformation info;
        IntPtr handle = Create("Local\\views", 100000);
        using (SafeMapping section = Native.OpenFileMapping(Native.MapWrite, false, "views")) {
            IntPtr view = Native.MapViewOfFile(section, Native.MapWrite, 0, 0, UIntPtr.Zero);
            Check(view != IntPtr.Zero && view.ToInt64() % 65536 == 0, "a view on 64 KiB");
            if (view == IntPtr.Zero)
                return;
            Marshal.WriteInt32(view, 99996, 42);
            Check(Marshal.ReadInt32(view, 99996) == 42, "written and read");
            var room = new UIntPtr((uint)Marshal.SizeOf(typeof(Native.MemoryBasicInformation)));
            Check(Native.VirtualQuery(view, out info, room) == room, "VirtualQuery");
            Check(info.BaseAddress == view && info.RegionSize.ToInt64() == 102400 &&
                  info.State == 0x1000 && info.Protect == 4 && info.Type == 0x40000,
                  "tells a committed, writable, mapped region");
            Native.MapViewOfFile(section, Native.MapWrite, 0, 4096, UIntPtr.Zero);
            CheckError(1132, "an offset off 64 KiB");
            Check(Native.UnmapViewOfFile(view), "unmapped");
        }
        Check(Native.CloseHandle(handle), "closed");
    }

    static void Buffers()
    {
        var path = new StringBuilder(260);

        uint length = Native.GetFullPathName("C:\\a\\..\\caf\u00e9", 260, path, IntPtr.Zero);
        Check(path.ToString() == "C:\\caf\u00e9" && length == 7, "a string comes back: " + path);
    }

    static int Main()
    {
        Names();
        Errors();
        Views();
        Buffers();
        return failures;
    }
}
