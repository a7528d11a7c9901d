using EmTools.Engine.Estimation;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Keeps a stack's outputs from going over its inputs, and over what others have written.</summary>
internal static class OutputGuard
{
    private const int Named = 3;

    /// <summary>Looks at all outputs before anything is written.</summary>
    /// <param name="work">The stack that is being planned.</param>
    /// <param name="inputs">All files that its sections are made of.</param>
    /// <param name="before">The plan that lies there already, or null.</param>
    /// <param name="replaces">The user wants files of others to be replaced; inputs never are.</param>
    /// <exception cref="EmException">An output is an input (<c>DestinationIsSource</c>), or is a file that is not this stack's (<c>OutputNotOurs</c>).</exception>
    public static void Require(SectionWork work, Func<InputFiles> inputs, Plan? before, bool replaces)
    {
        var volumes = new InputFiles();
        volumes.Add(work.Plan.Entries.Where(entry => entry.Page is not null).Select(entry => entry.Path).Distinct());
        volumes.RequireOutside(work.OutputFolder, "The stack");
        PlanEntry[] there = Existing(work);
        string[] further = [.. work.FurtherOutputs.Where(File.Exists)];
        if (there.Length == 0 && further.Length == 0)
            return;
        InputFiles read = inputs();
        foreach (PlanEntry entry in there)
            read.RequireNone(work.OutputOf(entry), $"Section {entry.Index} ('{entry.Path}')");
        foreach (string file in further)
            read.RequireNone(file, "The calibration");
        if (replaces)
            return;
        if (work is MeasureWork)
            new CalibrationFolder(work.Folder.Destination).RequireOwn();
        var ledger = Ledger.Read(work.Folder);
        string?[] why = new string?[there.Length];
        Parallel.For(0, there.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => why[i] = WhyNotOwn(work, there[i], ledger, before?.At(there[i].Index)));
        string[] foreign = [.. why.OfType<string>()];
        if (foreign.Length > 0)
            throw NotOurs(work, $"{string.Join("; ", foreign.Take(Named))}{(foreign.Length > Named ? $"; and {foreign.Length - Named} more" : "")}", foreign.Length);
    }

    /// <summary>Looks at one output just before it is written: it may have come since the stack was planned.</summary>
    /// <exception cref="EmException">It is not this stack's (<c>OutputNotOurs</c>).</exception>
    public static void RequireOwn(SectionWork work, PlanEntry entry, Func<StackFolder, Ledger> ledger)
    {
        if (!File.Exists(work.OutputOf(entry)) || work.Find(entry) is not { State: OutputState.OutOfDate, Key: null })
            return;
        if (WhyNotOwn(work, entry, ledger(work.Folder), null) is { } why)
            throw NotOurs(work, why, 1);
    }

    /// <summary>The sections whose outputs' names are taken; letters' case may not count there.</summary>
    private static PlanEntry[] Existing(SectionWork work)
    {
        string folder = work.OutputFolder;
        if (!Directory.Exists(folder))
            return [];
        try
        {
            var names = Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return [.. work.Plan.Entries.Where(entry => names.Contains(Path.GetFileName(work.OutputOf(entry))) && File.Exists(work.OutputOf(entry)))];
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(folder, e);
        }
    }

    private static string? WhyNotOwn(SectionWork work, PlanEntry entry, Ledger ledger, PlanEntry? before)
    {
        FoundOutput found = work.Find(entry, ledger);
        if (found.State != OutputState.OutOfDate)
            return null;
        string output = work.OutputOf(entry);
        if (found.Key is null)
            return IsRemnant(output, ledger.Of(entry.Index)?.Done) ? null : $"'{output}' carries no key of EmTools";
        if (before is not null)
            return IsOther(before, entry) ? $"'{output}' was made of '{before.Path}', and would be made of '{entry.Path}' now" : null;
        string? source = OutputKey.SourceIn(output);
        return source is not null && source != entry.Location.Name ? $"'{output}' was made of a file '{source}', and would be made of '{entry.Path}' now" : null;
    }

    /// <summary>What a disk has left of an output that the stack once completed: nothing, or the beginning of a TIFF that cannot be opened.</summary>
    private static bool IsRemnant(string output, LedgerEvent? done)
    {
        try
        {
            var file = new FileInfo(output);
            if (file.Length == 0)
                return true;
            if (done is null || file.Length >= done.Bytes)
                return false;
            _ = TiffFile.Open(output);
            return false;
        }
        catch (EmException trouble)
        {
            return trouble.Kind == EmErrorKind.InvalidData && trouble.Id != "NotTiff";
        }
    }

    // A stack whose files were moved, and one whose files were changed, are still that stack; another volume differs in both.
    private static bool IsOther(PlanEntry before, PlanEntry now)
        => (before.Page, before.Dataset) != (now.Page, now.Dataset) || before.Path != now.Path && FileIdentity.TryOf(before.Path) != FileIdentity.TryOf(now.Path)
            && (Path.GetFileName(before.Path), before.Size, before.Changed) != (Path.GetFileName(now.Path), now.Size, now.Changed);

    private static EmException NotOurs(SectionWork work, string which, int count)
        => new(EmErrorKind.AlreadyExists, "OutputNotOurs", $"{(count == 1 ? "A file" : $"{count} files")} in '{work.OutputFolder}' would be written over that this stack has not made: {which}. Choose another destination, or have them written over.", work.OutputFolder);
}
