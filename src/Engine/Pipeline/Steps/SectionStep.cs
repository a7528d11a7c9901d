using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Something to be done to sections, with checked parameters. Immutable; the pixels that it works on belong to who runs it. As
/// it stands in a recipe it is the same for all sections; <see cref="Bind"/> gives what it is for one of them, such as
/// the value that a table holds for it. Two are equal when they do the same.
/// </summary>
/// <remarks>
/// A new step is a record in a file of its own: its name, its JSON (<see cref="ToJson(StepForm)"/>), what it does
/// (<see cref="Apply"/>), what else differs from the defaults here, and how it is read from a recipe, which
/// <see cref="RecipeFile"/> lists.
/// </remarks>
public abstract record SectionStep
{
    /// <summary>The revision's name where a step is described.</summary>
    internal const string RevisionName = "revision";

    private readonly SectionStep? _template;
    private string? _hashed;

    /// <summary>Makes a step.</summary>
    protected SectionStep()
    {
    }

    /// <summary>Begins a changed copy, which is described anew.</summary>
    protected SectionStep(SectionStep original)
    {
    }

    /// <summary>The name under which users know it: <c>Destripe</c>, <c>IntensityOffset</c>, <c>Background</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The revision of its computation, from 1: raised whenever any pixel that it gives changes by a bit. A recipe's file does not hold it: it belongs to the code that computes.</summary>
    public virtual int Revision => 1;

    /// <summary>The type of the pixels it gives.</summary>
    public virtual PixelType OutputType => PixelType.Single;

    /// <summary>How many sections on either side it reads beside the section itself; 0 for all that look at one section only.</summary>
    public virtual int Radius => 0;

    /// <summary>False when it holds pixels or a model that are no file, so that no recipe's file can hold it.</summary>
    public virtual bool CanBeSaved => true;

    /// <summary>True when it gives a mask and no picture.</summary>
    internal virtual bool GivesMask => false;

    /// <summary>True when pixels are elsewhere after it than before.</summary>
    internal virtual bool MovesPixels => false;

    /// <summary>The files that it reads: tables, models, masks.</summary>
    internal virtual IEnumerable<string> Files => [];

    /// <summary>The step as it stands in a recipe, where this is one that was bound to a section; else the step itself.</summary>
    internal SectionStep Unbound
    {
        get => _template ?? this;
        private protected init => _template = value;
    }

    /// <summary>What of its parameters views tell beside the name; empty for nothing.</summary>
    protected virtual string Details => "";

    /// <summary>The step for a section, to whose steps it will be added; <see cref="EmSection.With"/> calls it.</summary>
    /// <exception cref="EmException">It does not fit the section: a table too short, a volume too small.</exception>
    public virtual SectionStep Bind(EmSection section) => this;

    /// <summary>The size (y, x) of what it gives for an input of that size.</summary>
    public virtual (int Height, int Width) OutputSize(int height, int width) => (height, width);

    /// <summary>The size of a voxel of what it gives for an input with voxels of that size; null for unknown.</summary>
    public virtual VoxelSize? OutputVoxelSize(VoxelSize? size) => size;

    /// <summary>The memory, in bytes, that it takes beside the planes that it looks at and its result, for sections of a size that so many threads work on; 0 where that is less than a plane.</summary>
    public virtual long WorkingBytes(int height, int width, int threads) => 0;

    /// <summary>Computes the step.</summary>
    /// <param name="input">
    /// The pixels. The step may change them, and may give the same plane back. The plane stays the caller's, who disposes of it
    /// when the step gives another one or throws; a step that needs it no longer, and much memory afterwards, may dispose of it
    /// itself before.
    /// </param>
    /// <param name="context">Threads and cancellation.</param>
    /// <returns>The result, owned by the caller, of <see cref="OutputType"/>: <paramref name="input"/> or a new plane.</returns>
    public abstract Plane Apply(Plane<float> input, EvaluationContext context);

    /// <summary>The step as it goes into a recipe's file.</summary>
    /// <exception cref="EmException">It cannot be saved, because it holds pixels or a model that are no file.</exception>
    public JsonObject ToJson() => ToJson(StepForm.Recipe);

    /// <summary>What was done to a section, with the revision: as it goes into an output's description.</summary>
    internal JsonObject Describe() => WithRevision(ToJson(StepForm.Output));

    /// <summary>What a recipe's hash is made of: what decides the pixels, and the revision of the code that computes them. Files count by their content.</summary>
    internal string HashedText => _hashed ??= WithoutPaths(ToHashedJson()).ToJsonString();

    /// <summary>The same as an entry of another step.</summary>
    internal JsonObject ToHashedJson() => WithRevision(ToJson(StepForm.Hash));

    /// <summary>Where the tissue lies after the step, given where it lay before; null for unknown. Steps that change no level leave it.</summary>
    internal virtual GreyLevels? LevelsAfter(GreyLevels? before) => before;

    /// <summary>Refuses sections that are not of the stack that the step's tables belong to, before anything is done to any.</summary>
    /// <param name="section">The first section of a stack.</param>
    /// <param name="warn">Told what need not be wrong.</param>
    /// <exception cref="EmException">They cannot belong together.</exception>
    internal virtual void RequireStack(EmSection section, Action<string> warn)
    {
    }

    /// <summary>A line for views: the name and the parameters that matter.</summary>
    public sealed override string ToString() => Details.Length == 0 ? Name : $"{Name} ({Details})";

    /// <inheritdoc/>
    public virtual bool Equals(SectionStep? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The step's name, parameters and files.</summary>
    /// <exception cref="EmException">The form is to be read back, and it cannot be saved.</exception>
    protected abstract JsonObject ToJson(StepForm form);

    /// <summary>A step's JSON: name, parameters (if any are told) and file (if any).</summary>
    protected JsonObject Json(JsonObject? parameters, CalibrationFile? file = null)
    {
        var step = new JsonObject { [RecipeJson.StepName] = Name };
        if (parameters is not null)
            step[RecipeJson.ParametersName] = parameters;
        if (file is not null)
            RecipeJson.Add(step, file);
        return step;
    }

    private JsonObject WithRevision(JsonObject step)
    {
        step[RevisionName] = Revision;
        return step;
    }

    private static JsonObject WithoutPaths(JsonObject json)
    {
        if (json.ContainsKey(RecipeJson.HashName))
            json.Remove(RecipeJson.FileName);
        foreach ((_, JsonNode? node) in json)
        {
            foreach (JsonObject inner in node is JsonArray list ? list.OfType<JsonObject>() : new[] { node }.OfType<JsonObject>())
                WithoutPaths(inner);
        }

        return json;
    }
}
