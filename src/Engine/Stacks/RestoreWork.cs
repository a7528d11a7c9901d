using System.Text.Json.Nodes;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Restores every section by a recipe into a TIFF file of its own.</summary>
public sealed class RestoreWork : StackWork
{
    /// <summary>Its name in plans.</summary>
    public const string Kind = "restore";

    private const string CompressionName = "compression";

    private readonly Recipe _recipe;
    private readonly PlannedSections _sections;
    private readonly TiffCompression _compression;

    /// <summary>Makes the work of a plan and its recipe.</summary>
    public RestoreWork(StackFolder folder, Plan plan, Recipe recipe)
        : base(folder, plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(recipe);
        _recipe = recipe;
        _sections = new PlannedSections(plan, recipe);
        _compression = Enum.Parse<TiffCompression>((string?)plan.Header.Settings[CompressionName] ?? nameof(TiffCompression.Deflate));
    }

    /// <summary>The plan of restoring sections.</summary>
    /// <exception cref="EmException">No section, or two of one index.</exception>
    public static Plan PlanOf(Recipe recipe, IReadOnlyCollection<PlanEntry> entries, TiffCompression compression)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(entries);
        return new Plan(
            new PlanHeader
            {
                Software = Provenance.Software,
                Work = Kind,
                Radius = recipe.Radius,
                Count = entries.Count,
                Settings = new JsonObject { [CompressionName] = compression.ToString() },
            },
            entries);
    }

    /// <inheritdoc/>
    public override string KeyOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return OutputKey.Of(_recipe.Hash, _compression, entry.Index, _sections.Inputs(entry).Select(e => new KeyInput(e.Index, e.Inverted, e.Identity)));
    }

    /// <inheritdoc/>
    public override OutputState Look(PlanEntry entry, out string? why)
    {
        ArgumentNullException.ThrowIfNull(entry);
        why = null;
        string output = Folder.Output(entry.Index);
        if (!File.Exists(output))
            return OutputState.Missing;
        try
        {
            string? key = OutputKey.In(TiffFile.Open(output));
            if (key == KeyOf(entry))
                return OutputState.Complete;
            why = key is null
                ? $"'{output}' carries no key, so nothing tells what it was made of."
                : $"'{output}' was made by another recipe or version, or of an input that has changed since.";
        }
        catch (EmException trouble) when (trouble.Kind == EmErrorKind.NotFound)
        {
            return OutputState.Missing;
        }
        catch (EmException trouble)
        {
            why = trouble.Message;
        }

        return OutputState.OutOfDate;
    }

    /// <inheritdoc/>
    public override WorkResult Perform(PlanEntry entry, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string key = KeyOf(entry);
        SectionWriteResult written = SectionWriter.Write(_sections.Section(entry), Folder.Output(entry.Index), _compression, overwrite: true, context);
        return new WorkResult(key, written.Bytes, StackVerification.Sha256Of(written.Path));
    }

    /// <inheritdoc/>
    public override long PeakOf(PlanEntry entry, int threads)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return SectionMemory.PeakOf(entry.Height, entry.Width, _recipe, threads);
    }

    /// <inheritdoc/>
    public override void Expect(IReadOnlyList<PlanEntry> entries, int atATime)
    {
        // Only filters over neighbours share anything; looking at all outputs beforehand is for them alone.
        if (_recipe.Radius > 0)
            _sections.Expect(entries.Where(entry => Look(entry, out _) != OutputState.Complete), atATime);
    }

    /// <inheritdoc/>
    public override void Release() => _sections.Release();

    internal IEnumerable<PlanEntry> InputsOf(PlanEntry entry) => _sections.Inputs(entry);

    internal override void Decode(PlanEntry entry, EvaluationContext context)
    {
        using Plane pixels = TiffFile.Open(Folder.Output(entry.Index)).Read(context);
    }
}
