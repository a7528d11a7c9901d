using System.Globalization;
using System.Runtime.InteropServices;

namespace EmTools.SectionBench;

/// <summary>What the Linux kernel counts for processes that this one started.</summary>
internal static partial class ChildUsage
{
    private const int RusageChildren = -1;

    /// <summary>Processor time of all children that have ended, user and system.</summary>
    public static double CpuSeconds()
    {
        // struct rusage: two timevals (user, system) and fourteen longs.
        Span<long> usage = stackalloc long[18];
        if (GetUsage(RusageChildren, ref MemoryMarshal.GetReference(usage)) != 0)
            throw new InvalidOperationException("getrusage failed.");
        return usage[0] + usage[2] + (usage[1] + usage[3]) * 1e-6;
    }

    /// <summary>The largest resident memory of a running process so far, in bytes; 0 when it is gone.</summary>
    public static long PeakMemory(int process)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/{process}/status"))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(6, line.Length - 8).Trim(), CultureInfo.InvariantCulture) * 1024; // "VmHWM:  1234 kB"
            }
        }
        catch (IOException)
        {
            // It ended while we looked.
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
