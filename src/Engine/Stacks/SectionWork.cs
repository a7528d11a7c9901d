using EmTools.Engine.Files;

namespace EmTools.Engine.Stacks;

/// <summary>Work that gives an output for each section.</summary>
public abstract class SectionWork : StackWork
{
    private protected SectionWork(StackFolder folder, Plan plan)
        : base(folder, plan)
    {
    }

    /// <summary>The sections.</summary>
    public sealed override IReadOnlyList<WorkUnit> Units => Plan.Entries;

    /// <inheritdoc/>
    public sealed override WorkUnit? UnitAt(int number) => Plan.At(number);

    /// <summary>The file of a section's output.</summary>
    public virtual string OutputOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Folder.Output(entry.Index);
    }

    /// <summary>The key that a section's output must carry.</summary>
    public abstract string KeyOf(PlanEntry entry);

    /// <inheritdoc cref="StackWork.KeyWith"/>
    public virtual string? KeyWith(PlanEntry entry, IReadOnlyList<InputIdentity> inputs) => null;

    /// <summary>The sections whose files decide what a section's output is, in order.</summary>
    public abstract IEnumerable<PlanEntry> InputsOf(PlanEntry entry);

    /// <inheritdoc cref="StackWork.Find(WorkUnit)"/>
    public abstract FoundOutput Find(PlanEntry entry);

    /// <inheritdoc cref="StackWork.Perform"/>
    public abstract WorkResult Perform(PlanEntry entry, EvaluationContext context);

    /// <inheritdoc cref="StackWork.PeakOf"/>
    public abstract long PeakOf(PlanEntry entry, int threads);

    /// <inheritdoc cref="StackWork.Announce"/>
    public virtual void Announce(IReadOnlyList<PlanEntry> entries, int atATime)
    {
    }

    /// <inheritdoc/>
    public sealed override string OutputOf(WorkUnit unit) => OutputOf(Section(unit));

    /// <inheritdoc/>
    public sealed override string KeyOf(WorkUnit unit) => KeyOf(Section(unit));

    /// <inheritdoc/>
    public sealed override string? KeyWith(WorkUnit unit, IReadOnlyList<InputIdentity> inputs) => KeyWith(Section(unit), inputs);

    /// <inheritdoc/>
    public sealed override IEnumerable<PlanEntry> InputsOf(WorkUnit unit) => InputsOf(Section(unit));

    /// <inheritdoc/>
    public sealed override FoundOutput Find(WorkUnit unit) => Find(Section(unit));

    /// <inheritdoc/>
    public sealed override WorkResult Perform(WorkUnit unit, EvaluationContext context) => Perform(Section(unit), context);

    /// <inheritdoc/>
    public sealed override long PeakOf(WorkUnit unit, int threads) => PeakOf(Section(unit), threads);

    /// <inheritdoc/>
    public sealed override void Announce(IReadOnlyList<WorkUnit> units, int atATime) => Announce([.. units.Select(Section)], atATime);

    internal abstract void Decode(PlanEntry entry, EvaluationContext context);

    internal sealed override void Decode(WorkUnit unit, EvaluationContext context) => Decode(Section(unit), context);

    private static PlanEntry Section(WorkUnit unit) => (PlanEntry)unit;
}
