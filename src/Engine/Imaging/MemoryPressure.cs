using System.Buffers.Text;

namespace EmTools.Engine.Imaging;

/// <summary>Whether the machine is short of memory.</summary>
internal static class MemoryPressure
{
    /// <summary>The machine is short of memory when less than this share of it is there for new demands.</summary>
    private const double LeastAvailable = 0.1;

    /// <summary>The runtime looks at the memory of containers too, but only when it collects garbage; Linux tells what there is now.</summary>
    public static bool IsHigh()
    {
        GCMemoryInfo last = GC.GetGCMemoryInfo(GCKind.Any);
        if (last.HighMemoryLoadThresholdBytes > 0 && last.MemoryLoadBytes >= last.HighMemoryLoadThresholdBytes)
            return true;
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return IsHigh(File.ReadAllBytes("/proc/meminfo"));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return false; // a system that does not tell
        }
    }

    /// <summary>The same, by the text of <c>/proc/meminfo</c>.</summary>
    internal static bool IsHigh(ReadOnlySpan<byte> meminfo)
        => Kilobytes(meminfo, "MemAvailable:"u8) is { } available && Kilobytes(meminfo, "MemTotal:"u8) is { } total && available < LeastAvailable * total;

    private static long? Kilobytes(ReadOnlySpan<byte> meminfo, ReadOnlySpan<byte> name)
    {
        int at = meminfo.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(meminfo[(at + name.Length)..].TrimStart((byte)' '), out long number, out _) ? number : null;
    }
}
