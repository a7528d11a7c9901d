using System.ComponentModel;
using System.Diagnostics;

namespace EmTools.Engine.Stacks;

/// <summary>Whether a process that was noted earlier still runs on this machine.</summary>
internal static class ProcessLife
{
    /// <summary>When a process began, in a count of this machine's own that stays the same as long as the process lives; null where there is none.</summary>
    public static long? StartOf(int id)
    {
        if (OperatingSystem.IsLinux())
            return StartOnLinux(id);
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>True when the process of that number is the one that was noted.</summary>
    public static bool IsAlive(int id, long? start) => StartOf(id) is { } now && (start is null || start == now);

    // The clock tick of its start, which Process.StartTime turns into a time of day that wanders with the clock.
    private static long? StartOnLinux(int id)
    {
        const int StateField = 0, StartField = 19;
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : long.Parse(fields[StartField], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
