// SPDX-License-Identifier: MIT
// Memory by name from C#.
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading;

static unsafe class Shared
{
    [DllImport("kernel32.dll", SetLastError = true, CharSet = CharSet.Unicode)]
    static extern IntPtr CreateFileMapping(IntPtr file, IntPtr security, uint protect, uint high,
                                           uint low, string name);

    [DllImport("kernel32.dll", SetLastError = true)]
    static extern int *MapViewOfFile(IntPtr section, uint access, uint high, uint low, UIntPtr size);

    static void Main()
    {
        IntPtr section = CreateFileMapping(new IntPtr(-1), IntPtr.Zero, 4, 0, 4096, "Local\\demo");
        int *count = MapViewOfFile(section, 2, 0, 0, UIntPtr.Zero);

        if (count == null)
            throw new Win32Exception(Marshal.GetLastWin32Error());
        Console.WriteLine("C# counts {0}", Interlocked.Increment(ref *count));
    }
}
