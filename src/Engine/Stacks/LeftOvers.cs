using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>Temporary files of processes that were killed. Those of processes that still write are left alone.</summary>
public static class LeftOvers
{
    /// <summary>A file of another machine that nobody has written to for so long is nobody's.</summary>
    private static readonly TimeSpan s_age = TimeSpan.FromMinutes(30);

    /// <summary>Removes them from the destination and from the bookkeeping.</summary>
    /// <returns>How many there were.</returns>
    public static int Remove(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return RemoveIn(folder.Destination) + RemoveIn(folder.Root) + RemoveIn(folder.Runs) + RemoveIn(folder.Claims) + RemoveIn(folder.Blocks);
    }

    private static int RemoveIn(string folder)
    {
        if (!Directory.Exists(folder))
            return 0;
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(folder, ".*" + AtomicFile.Extension, new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if (!IsNobodys(path))
                continue;
            try
            {
                File.Delete(path);
                count++;
            }
            catch (Exception e) when (FileErrors.IsFileTrouble(e))
            {
                // Somebody else's file after all: it hinders nobody.
            }
        }

        return count;
    }

    private static bool IsNobodys(string path)
    {
        if (AtomicFile.OwnerOf(path) is not (string host, int process))
            return false;
        return host == Environment.MachineName
            ? process != Environment.ProcessId && ProcessLife.StartOf(process) is null
            : DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_age;
    }
}
