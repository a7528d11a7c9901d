using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Restores every section by a recipe into a TIFF file of its own.</summary>
public sealed class RestoreWork : SectionWork
{
    /// <summary>Its name in plans.</summary>
    public const string Kind = "restore";

    private const string CompressionName = "compression";
    private const string ReplaceName = "replace";

    private readonly Recipe _recipe;
    private readonly PlannedSections _sections;
    private readonly TiffCompression _compression;
    private readonly bool _replaces;

    /// <summary>Makes the work of a plan and its recipe.</summary>
    /// <exception cref="EmException">The plan asks for a compression that is not known (<c>PlanNotReadable</c>).</exception>
    public RestoreWork(StackFolder folder, Plan plan, Recipe recipe)
        : base(folder, plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(recipe);
        _recipe = recipe;
        _sections = new PlannedSections(plan, recipe);
        _compression = CompressionOf(folder, plan);
        _replaces = plan.Header.Settings[ReplaceName] is JsonValue value && value.TryGetValue(out bool replaces) && replaces;
    }

    /// <summary>The plan of restoring sections.</summary>
    /// <exception cref="EmException">No section, or two of one index.</exception>
    /// <param name="recipe">What is done to each.</param>
    /// <param name="entries">The sections.</param>
    /// <param name="compression">How outputs are stored.</param>
    /// <param name="replaces">Outputs may go over files that nobody of this stack wrote.</param>
    public static Plan PlanOf(Recipe recipe, IReadOnlyCollection<PlanEntry> entries, TiffCompression compression, bool replaces = false)
        => Plan.Of(Kind, recipe, entries, replaces ? new JsonObject { [CompressionName] = compression.ToString(), [ReplaceName] = true } : new JsonObject { [CompressionName] = compression.ToString() });

    /// <inheritdoc/>
    public override string KeyOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return OutputKey.Of(_recipe.Hash, _compression, entry.Index, _sections.Inputs(entry).Select(e => new KeyInput(e.Index, e.Inverted, e.Identity, e.Page, e.Dataset)), entry.VoxelSize);
    }

    /// <inheritdoc/>
    public override string? KeyWith(PlanEntry entry, IReadOnlyList<InputIdentity> inputs)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return OutputKey.Of(_recipe.Hash, _compression, entry.Index, _sections.Inputs(entry).Zip(inputs, (e, file) => new KeyInput(e.Index, e.Inverted, file, e.Page, e.Dataset)), entry.VoxelSize);
    }

    /// <inheritdoc/>
    public override IEnumerable<PlanEntry> InputsOf(PlanEntry entry) => _sections.Inputs(entry);

    /// <inheritdoc/>
    public override FoundOutput Find(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string output = Folder.Output(entry.Index);
        if (!File.Exists(output))
            return new(OutputState.Missing);
        string? key = null;
        try
        {
            key = OutputKey.In(TiffFile.Open(output));
            if (key is not null && key == KeyOf(entry))
                return new(OutputState.Complete, key);
            string why = key is null
                ? $"'{output}' carries no key, so nothing tells what it was made of."
                : $"'{output}' was made by another recipe or version, or of an input that has changed since.";
            return new(OutputState.OutOfDate, key, why);
        }
        catch (EmException trouble) when (trouble.Kind == EmErrorKind.NotFound && key is null)
        {
            return new(OutputState.Missing);
        }
        catch (EmException trouble)
        {
            return new(OutputState.OutOfDate, key, trouble.Message);
        }
    }

    /// <inheritdoc/>
    public override WorkResult Perform(PlanEntry entry, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string key = KeyOf(entry);
        if (!_replaces)
            OutputGuard.RequireOwn(this, entry, Ledger.Read);
        SectionWriteResult written = SectionWriter.Write(_sections.Section(entry), Folder.Output(entry.Index), _compression, overwrite: true, context);
        return new WorkResult(key, written.Bytes, FileHash.Sha256Of(written.Path), written.Levels, written.Notices);
    }

    /// <inheritdoc/>
    public override long PeakOf(PlanEntry entry, int threads)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return SectionMemory.PeakOf(entry.Height, entry.Width, _recipe, threads);
    }

    /// <inheritdoc/>
    public override void Announce(IReadOnlyList<PlanEntry> entries, int atATime)
    {
        // Only filters over neighbours share anything.
        if (_recipe.Radius > 0)
            _sections.Announce(entries, atATime);
    }

    /// <inheritdoc/>
    public override void Release() => _sections.Release();

    internal override void Decode(PlanEntry entry, EvaluationContext context)
    {
        using Plane pixels = TiffFile.Open(Folder.Output(entry.Index)).Read(context);
    }

    private static TiffCompression CompressionOf(StackFolder folder, Plan plan)
    {
        JsonNode? asked = plan.Header.Settings[CompressionName];
        if (asked is null)
            return TiffCompression.Deflate;
        if (asked is JsonValue value && value.TryGetValue(out string? name) && Enum.TryParse(name, out TiffCompression known) && Enum.IsDefined(known) && known.ToString() == name)
            return known;
        throw new EmException(EmErrorKind.InvalidData, "PlanNotReadable", $"'{folder.PlanFile}' asks for the compression {asked.ToJsonString()}, which is not known; known are {string.Join(", ", Enum.GetNames<TiffCompression>())}. Plan the stack again with Invoke-EmStack; what is done stays done.", folder.PlanFile);
    }
}
