using System.Text.Json;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>Who has a section in hand.</summary>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process on it.</param>
/// <param name="Ledger">The name of its ledger file, which it adds to as long as it lives.</param>
/// <param name="ProcessStart">When that process began, in its machine's own count.</param>
internal sealed record SectionClaim(string Host, int ProcessId, string Ledger, long? ProcessStart = null);

/// <summary>
/// Sees to it that processes which work on one stack at the same time never do the same section: each takes a section by making
/// a file that only one can make. What a dead process left is taken over by the first who comes.
/// </summary>
internal sealed class SectionClaims
{
    /// <summary>A process of another machine is dead when its ledger is that much older than that of a living one: beats, and what network file systems keep back.</summary>
    private static readonly TimeSpan s_silence = 8 * LedgerWriter.BeatInterval;

    /// <summary>What a file says that is damaged, or none of ours.</summary>
    private static readonly SectionClaim s_nobodys = new("", 0, "");

    private readonly StackFolder _folder;
    private readonly SectionClaim _own;
    private readonly byte[] _text;

    public SectionClaims(StackFolder folder, string ledgerFile)
    {
        _folder = folder;
        _own = new SectionClaim(Environment.MachineName, Environment.ProcessId, Path.GetFileName(ledgerFile), ProcessLife.StartOf(Environment.ProcessId));
        _text = JsonSerializer.SerializeToUtf8Bytes(_own, StackJson.Default.SectionClaim);
    }

    /// <summary>Takes a section in hand, for this process alone.</summary>
    /// <returns>Null when it is taken; else who has it.</returns>
    /// <exception cref="EmException">The claim cannot be written.</exception>
    public SectionClaim? Take(int section)
    {
        string path = _folder.Claim(section);
        try
        {
            Directory.CreateDirectory(_folder.Claims);
            while (true)
            {
                if (TryMake(path))
                    return null;
                if (Read(path) is not { } holder)
                    continue; // it has just gone
                if (IsAlive(holder))
                    return holder;
                if (!Remove(path, holder))
                    return holder; // another took it over
            }
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(path, e);
        }
    }

    /// <summary>Lets a section go.</summary>
    public void Release(int section)
    {
        try
        {
            File.Delete(_folder.Claim(section));
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            // It stays as that of a process that will have ended: the next one takes it over.
        }
    }

    // Written beside and then given its name, so that nobody ever reads half of it.
    private bool TryMake(string path)
    {
        try
        {
            using var file = new AtomicFile(path, overwrite: false);
            file.WriteBytes(_text);
            file.Commit(flush: false);
            return true;
        }
        catch (EmException taken) when (taken.Kind == EmErrorKind.AlreadyExists)
        {
            return false;
        }
    }

    private static SectionClaim? Read(string path)
    {
        try
        {
            RegularFile.Require(path);
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StackJson.Default.SectionClaim) ?? s_nobodys;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or EmException)
        {
            return s_nobodys;
        }
    }

    private bool IsAlive(SectionClaim holder)
    {
        if (holder.Host == _own.Host)
            return ProcessLife.IsAlive(holder.ProcessId, holder.ProcessStart);
        if (holder.Ledger.Length == 0 || Path.GetFileName(holder.Ledger) != holder.Ledger)
            return false;

        // Both times are the file server's, so that no two machines' clocks are compared.
        FileInfo its = new(Path.Combine(_folder.Ledger, holder.Ledger)), own = new(Path.Combine(_folder.Ledger, _own.Ledger));
        return its.Exists && own.Exists && own.LastWriteTimeUtc - its.LastWriteTimeUtc < s_silence;
    }

    /// <summary>Removes a dead process's claim, unless another has taken the section over meanwhile.</summary>
    private static bool Remove(string path, SectionClaim dead)
    {
        string aside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.Move(path, aside);
        }
        catch (FileNotFoundException)
        {
            return true; // gone already
        }

        bool right = Read(aside) == dead;
        if (!right)
            NativeFile.TryLink(aside, path);
        File.Delete(aside);
        return right;
    }
}
