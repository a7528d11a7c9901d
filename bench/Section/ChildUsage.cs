using System.Runtime.InteropServices;

namespace EmTools.SectionBench;

/// <summary>What the Linux kernel counted for the processes that this one started and that have ended.</summary>
/// <param name="CpuSeconds">Processor time, user and system.</param>
/// <param name="PeakMemory">Largest resident memory of any of them, in bytes.</param>
internal readonly partial record struct ChildUsage(double CpuSeconds, long PeakMemory)
{
    private const int RusageChildren = -1;

    /// <summary>The figures as they are now.</summary>
    public static ChildUsage Read()
    {
        // struct rusage: two timevals (user, system), ru_maxrss in kilobytes, thirteen more longs.
        Span<long> usage = stackalloc long[18];
        if (GetUsage(RusageChildren, ref MemoryMarshal.GetReference(usage)) != 0)
            throw new InvalidOperationException("getrusage failed.");
        return new ChildUsage(usage[0] + usage[2] + (usage[1] + usage[3]) * 1e-6, usage[4] * 1024);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
