using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Whether a unit's output is there.</summary>
public enum OutputState
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is complete, and made by this recipe of this input.</summary>
    Complete,

    /// <summary>It was made by another recipe or version, or of an input that has changed, or is damaged.</summary>
    OutOfDate,
}

/// <summary>What was found where a unit's output should be.</summary>
/// <param name="State">Whether it is there, and whether it is this plan's.</param>
/// <param name="Key">The key that it carries; null where it carries none, or cannot be read.</param>
/// <param name="Why">For one that is out of date: why.</param>
public readonly record struct FoundOutput(OutputState State, string? Key = null, string? Why = null);

/// <summary>What doing a unit gave.</summary>
/// <param name="Key">The key that the output carries.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal digits.</param>
/// <param name="Levels">The result's grey levels; null where it is no picture.</param>
/// <param name="Notices">What is no error and may spoil the result.</param>
public sealed record WorkResult(string Key, long Bytes, string Sha256, PixelLevels? Levels, IReadOnlyList<ResultNotice> Notices);

/// <summary>
/// A kind of work that is done to a stack, unit by unit. Plans, runs, schedulers and the ledger know nothing of it but this: its
/// units, whether one is done, how to do it, and what to do when all tasks have ended.
/// </summary>
public abstract class StackWork
{
    private protected StackWork(StackFolder folder, Plan plan)
    {
        Folder = folder;
        Plan = plan;
    }

    /// <summary>Where outputs and bookkeeping lie.</summary>
    public StackFolder Folder { get; }

    /// <summary>What is to be done, by ascending numbers.</summary>
    public abstract IReadOnlyList<WorkUnit> Units { get; }

    /// <summary>The sections.</summary>
    public Plan Plan { get; }

    /// <summary>Files that the work writes beside the units' outputs.</summary>
    internal virtual IEnumerable<string> FurtherOutputs => [];

    /// <summary>Makes the work that a plan names.</summary>
    /// <exception cref="EmException">A kind that this version does not know (<c>UnknownWork</c>), a recipe that cannot be read, or one that is not the plan's (<c>PlanWithoutRecipe</c>).</exception>
    public static StackWork Open(StackFolder folder, Plan plan)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Header.Recipe is { } expected && RecipeFile.HashOf(folder.RecipeFile) is var found && found != expected)
            throw new EmException(EmErrorKind.InvalidData, "PlanWithoutRecipe", $"'{folder.RecipeFile}' is not the recipe that '{folder.PlanFile}' was written with: expected SHA-256 {expected}, found {found}. Somebody is planning the stack just now, or one of the two was changed; plan it again with Invoke-EmStack. What is done stays done.", folder.RecipeFile);
        return plan.Header.Work switch
        {
            RestoreWork.Kind => new RestoreWork(folder, plan, RecipeFile.Read(folder.RecipeFile)),
            MeasureWork.Kind => new MeasureWork(folder, plan, RecipeFile.Read(folder.RecipeFile)),
            VolumeWork.Kind => new VolumeWork(folder, plan, RecipeFile.Read(folder.RecipeFile)),
            _ => throw new EmException(EmErrorKind.NotSupported, "UnknownWork", $"'{folder.PlanFile}' asks for the work '{plan.Header.Work}', which this version does not know; it knows '{RestoreWork.Kind}', '{MeasureWork.Kind}' and '{VolumeWork.Kind}'. It may need a newer EmTools.", folder.PlanFile),
        };
    }

    /// <summary>The work of the plan that lies in a folder.</summary>
    /// <exception cref="EmException">There is no plan, or it or its recipe cannot be read.</exception>
    public static StackWork Open(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.RequirePlan();
        return Open(folder, Plan.Read(folder.PlanFile));
    }

    /// <summary>The folder of the outputs.</summary>
    public virtual string OutputFolder => Folder.Destination;

    /// <summary>What messages call a unit: <c>section</c>.</summary>
    public virtual string UnitName => "section";

    /// <summary>How much is to be done, for who asks what would be, beside the number of units; empty where there is nothing to say.</summary>
    /// <param name="units">The numbers of the units that are to be done.</param>
    public virtual string Extent(IReadOnlyCollection<int> units) => "";

    /// <summary>The unit of a number; null where there is none.</summary>
    public abstract WorkUnit? UnitAt(int number);

    /// <summary>The file that tells that a unit is done: a section's output.</summary>
    public abstract string OutputOf(WorkUnit unit);

    /// <summary>The key that a unit's output must carry.</summary>
    public abstract string KeyOf(WorkUnit unit);

    /// <summary>The key that a unit's output would carry had its inputs been these; null for work whose outputs do not outlive new times of their inputs.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="inputs">The files of <see cref="InputsOf"/>, in that order.</param>
    public virtual string? KeyWith(WorkUnit unit, IReadOnlyList<InputIdentity> inputs) => null;

    /// <summary>The sections whose files decide what a unit's output is, in order.</summary>
    public abstract IEnumerable<PlanEntry> InputsOf(WorkUnit unit);

    /// <summary>Whether a unit's output is there, by looking at the output only: no ledger is asked, so the truth may be better.</summary>
    public abstract FoundOutput Find(WorkUnit unit);

    /// <summary>Whether a unit's output is there and up to date, by the output and by what the ledger knows of it.</summary>
    public FoundOutput Find(WorkUnit unit, Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(ledger);
        FoundOutput found = Find(unit);
        return found is { State: OutputState.OutOfDate, Key: { } key } && ledger.Of(unit.Number)?.Same is { } same && same.Carries == key && same.Key == KeyOf(unit)
            ? found with { State = OutputState.Complete, Why = null }
            : found;
    }

    /// <summary>True for a unit that is made of what other units give: where those are other tasks', the final job does it.</summary>
    public virtual bool IsMadeOfOthers(WorkUnit unit) => false;

    /// <summary>Whether the units that a unit is made of are all done.</summary>
    public virtual bool IsReady(WorkUnit unit) => true;

    /// <summary>Does a unit. The output appears when it is complete.</summary>
    /// <exception cref="EmException">The unit cannot be done.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled; nothing is left of it.</exception>
    public abstract WorkResult Perform(WorkUnit unit, EvaluationContext context);

    /// <summary>The memory that doing a unit takes at most, in bytes.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="threads">Threads that work on it.</param>
    public abstract long PeakOf(WorkUnit unit, int threads);

    /// <summary>Told before a task begins which units it will be asked to do, in this order.</summary>
    /// <param name="units">The task's units that are to be done.</param>
    /// <param name="atATime">How many it may be asked to do at a time.</param>
    public virtual void Announce(IReadOnlyList<WorkUnit> units, int atATime)
    {
    }

    /// <summary>Frees what is kept between the units of a task; called at its end.</summary>
    public virtual void Release()
    {
    }

    /// <summary>True where <see cref="CompleteIfDone"/> has not been called, or not in vain, since the stack was last planned.</summary>
    public virtual bool IsToBeCompleted => false;

    /// <summary>Does what is left to do when all units are done; nothing where some are not.</summary>
    /// <exception cref="EmException">It cannot be done.</exception>
    public virtual void CompleteIfDone()
    {
    }

    /// <summary>What is done when all tasks have ended, also when some failed; gives what was found.</summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public virtual StackReport Finish(EvaluationContext context) => StackVerification.Verify(this, context);

    /// <summary>Decodes a unit's output, to see that it is sound.</summary>
    /// <exception cref="EmException">It is not.</exception>
    internal abstract void Decode(WorkUnit unit, EvaluationContext context);
}
