using EmTools.Engine.Files;

namespace EmTools.Engine.Stacks;

/// <summary>Looks, while a run is at work, whether the stack is still the one that it began with.</summary>
internal sealed class StackWatch
{
    private readonly Lock _gate = new();
    private readonly StackWork _work;
    private readonly IReadOnlyList<PlanEntry> _entries;
    private (FileIdentity? File, long Size, DateTime Changed) _plan;

    /// <summary>Begins with the plan as the work was opened with it.</summary>
    public StackWatch(StackWork work, IEnumerable<WorkUnit> units)
    {
        (_work, _entries) = (work, work is SectionWork ? [.. units.OfType<PlanEntry>()] : work.Plan.Entries);
        _plan = default; // so that the first look compares what is there with what was opened
    }

    /// <summary>Goes on where nothing has changed that concerns the run's sections.</summary>
    /// <exception cref="EmException">The bookkeeping is gone (<c>StackGone</c>), or the stack was planned anew with other steps or files (<c>StackChanged</c>).</exception>
    public void Check()
    {
        lock (_gate)
        {
            StackFolder folder = _work.Folder;
            var file = new FileInfo(folder.PlanFile);
            if (!file.Exists || !Directory.Exists(folder.Ledger))
                throw new EmException(EmErrorKind.NotFound, "StackGone", $"'{folder.Root}' was removed or moved while a run was at work on it; the run ends here. What is missing is done by giving the same command again.", folder.Root);
            var now = (FileIdentity.TryOf(file.FullName), file.Length, file.LastWriteTimeUtc);
            if (now == _plan)
                return;
            var plan = Plan.Read(folder.PlanFile);
            if (!plan.Header.DoesTheSameAs(_work.Plan.Header))
                throw Changed("other steps or settings");
            if (_entries.FirstOrDefault(entry => plan.At(entry.Index) is { } other && (other.Location != entry.Location || other.Inverted != entry.Inverted)) is { } moved)
                throw Changed($"another file, or another inversion, for section {moved.Index}");
            _plan = now;
        }
    }

    private EmException Changed(string how)
        => new(EmErrorKind.InvalidArgument, "StackChanged", $"The stack '{_work.Folder}' was planned anew with {how} while a run was at work on it; the run ends here, and what it had done counts as out of date. Run the newer plan (Restart-EmStack), or plan the other one to a destination of its own.", _work.Folder.Destination);
}
