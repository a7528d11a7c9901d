using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Whether a section's output is there.</summary>
public enum OutputState
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is complete, and made by this recipe of this input.</summary>
    Complete,

    /// <summary>It was made by another recipe or version, or of an input that has changed, or is damaged.</summary>
    OutOfDate,
}

/// <summary>What was found where a section's output should be.</summary>
/// <param name="State">Whether it is there, and whether it is this plan's.</param>
/// <param name="Key">The key that it carries; null where it carries none, or cannot be read.</param>
/// <param name="Why">For one that is out of date: why.</param>
public readonly record struct FoundOutput(OutputState State, string? Key = null, string? Why = null);

/// <summary>What doing a section gave.</summary>
/// <param name="Key">The key that the output carries.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal digits.</param>
/// <param name="Levels">The result's grey levels; null where it is no picture.</param>
/// <param name="Notices">What is no error and may spoil the result.</param>
public sealed record WorkResult(string Key, long Bytes, string Sha256, PixelLevels? Levels, IReadOnlyList<ResultNotice> Notices);

/// <summary>
/// A kind of work that is done to every section of a stack. Plans, runs, schedulers and the ledger know nothing of it but
/// this: whether a section is done, how to do it, and what to do when all tasks have ended.
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

    /// <summary>The sections.</summary>
    public Plan Plan { get; }

    /// <summary>Files that the work writes beside the sections' outputs.</summary>
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
            _ => throw new EmException(EmErrorKind.NotSupported, "UnknownWork", $"'{folder.PlanFile}' asks for the work '{plan.Header.Work}', which this version does not know; it knows '{RestoreWork.Kind}' and '{MeasureWork.Kind}'. It may need a newer EmTools.", folder.PlanFile),
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

    /// <summary>The file of a section's output.</summary>
    public virtual string OutputOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Folder.Output(entry.Index);
    }

    /// <summary>The key that a section's output must carry.</summary>
    public abstract string KeyOf(PlanEntry entry);

    /// <summary>The key that a section's output would carry had its inputs been these; null for work whose outputs do not outlive new times of their inputs.</summary>
    /// <param name="entry">The section.</param>
    /// <param name="inputs">The files of <see cref="InputsOf"/>, in that order.</param>
    public virtual string? KeyWith(PlanEntry entry, IReadOnlyList<InputIdentity> inputs) => null;

    /// <summary>The sections whose files decide what a section's output is, in order.</summary>
    public abstract IEnumerable<PlanEntry> InputsOf(PlanEntry entry);

    /// <summary>Whether a section's output is there, by looking at the output only: no ledger is asked, so the truth may be better.</summary>
    public abstract FoundOutput Find(PlanEntry entry);

    /// <summary>Whether a section's output is there and up to date, by the output and by what the ledger knows of it.</summary>
    public FoundOutput Find(PlanEntry entry, Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(ledger);
        FoundOutput found = Find(entry);
        return found is { State: OutputState.OutOfDate, Key: { } key } && ledger.Of(entry.Index)?.Same is { } same && same.Carries == key && same.Key == KeyOf(entry)
            ? found with { State = OutputState.Complete, Why = null }
            : found;
    }

    /// <summary>Does a section. The output appears when it is complete.</summary>
    /// <exception cref="EmException">The section cannot be done.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled; nothing is left of it.</exception>
    public abstract WorkResult Perform(PlanEntry entry, EvaluationContext context);

    /// <summary>The memory that doing a section takes at most, in bytes.</summary>
    /// <param name="entry">The section.</param>
    /// <param name="threads">Threads that work on it.</param>
    public abstract long PeakOf(PlanEntry entry, int threads);

    /// <summary>Told before a task begins which sections it will be asked to do, in this order.</summary>
    /// <param name="entries">The task's sections that are to be done.</param>
    /// <param name="atATime">How many it may be asked to do at a time.</param>
    public virtual void Announce(IReadOnlyList<PlanEntry> entries, int atATime)
    {
    }

    /// <summary>Frees what is kept between the sections of a task; called at its end.</summary>
    public virtual void Release()
    {
    }

    /// <summary>What is done when all tasks have ended, also when some failed; gives what was found.</summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public virtual StackReport Finish(EvaluationContext context) => StackVerification.Verify(this, context);

    /// <summary>Decodes a section's output, to see that it is sound.</summary>
    /// <exception cref="EmException">It is not.</exception>
    internal abstract void Decode(PlanEntry entry, EvaluationContext context);
}
