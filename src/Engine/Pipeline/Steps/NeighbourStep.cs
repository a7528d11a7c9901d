using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// A filter over neighbouring sections in a recipe. It is no step of one section: it makes a new section of a window of them.
/// </summary>
/// <param name="Filter">The filter.</param>
/// <param name="Options">Its parameters.</param>
/// <param name="Reference">What makes a section's reference out of it; null where the sections themselves tell what is similar.</param>
/// <param name="Mask">Which pixels are tissue, in every section; null for all.</param>
internal sealed record NeighbourStep(FilterDefinition Filter, INeighbourOptions Options, ReferenceSteps? Reference = null, MaskSource? Mask = null) : SectionStep
{
    public const string ReferenceName = "reference";

    public override string Name => Filter.Name;

    public override int Revision => Filter.Revision;

    public override int Radius => Options.Radius;

    public override bool CanBeSaved => (Mask?.IsFile ?? true) && (Reference is null || Reference.Steps.All(step => step.CanBeSaved));

    public override string Parameters => string.Join(", ", ((string[])[Filter.Changed(Options), Mask is null ? "" : $"mask {Mask.Name}", Reference is null ? "" : $"reference after {Reference}"]).Where(text => text.Length > 0));

    /// <summary>Planes that the filter keeps of every section of its window.</summary>
    internal int PlanesPerSection => Reference is null ? 1 : 2;

    internal override IEnumerable<string> Files => [.. Mask?.Files ?? [], .. Reference?.Steps.SelectMany(step => step.Files) ?? []];

    public override long WorkingBytes(int height, int width, int threads)
        => Math.Max(Filter.WorkingBytes(height, width, threads, Options), Reference?.Steps.Max(step => step.WorkingBytes(height, width, threads)) ?? 0);

    /// <summary>The filter with the same options on sections alone, in two dimensions; null where it is defined with neighbours only.</summary>
    public FilterStep? InTwoDimensions()
        => Filter is IVolumeFilter volume ? new FilterStep(Filter, volume.WithRadius(Options, 0), Mask) : null;

    /// <summary>The filter over as many neighbours with the options of a step in two dimensions.</summary>
    public NeighbourStep With(FilterStep inTwoDimensions)
        => this with { Options = ((IVolumeFilter)Filter).WithRadius((INeighbourOptions)inTwoDimensions.Options, Radius) };

    /// <summary>The filter's stream.</summary>
    public NeighbourhoodWindows Windows() => NeighbourhoodWindows.Of(Filter, Options, Reference, Mask);

    /// <summary>A cache for the sections that the filter looks at.</summary>
    public NeighbourCache Cache() => new((2 * Radius + 1) * PlanesPerSection);

    /// <summary>How many sections on either side the filter takes where so many are there, <see cref="Radius"/> at most.</summary>
    public (int Before, int After) Cut(int before, int after) => NeighbourhoodWindows.Cut(Options, before, after);

    /// <summary>The filtered section of a window that is cut already.</summary>
    /// <exception cref="EmException">The sections are not of one size and type (<c>NeighbourSize</c>, <c>NeighbourType</c>).</exception>
    public EmSection Over(ImmutableArray<EmSection> window, int centre, NeighbourCache cache)
    {
        for (int i = 1; i < window.Length; i++)
            NeighbourhoodWindows.RequireSize(Filter, window[i - 1], window[i]);
        Mask?.RequireSize(window[centre].Height, window[centre].Width, window[centre].Name);
        ImmutableArray<EmSection> references = Reference is null ? [] : [.. window.Select(Reference.Of)];
        return new EmSection(new NeighbourhoodSource(Filter, Options, window, references, centre, Radius - centre, Mask, cache), window[centre].Index);
    }

    public override SectionStep Bind(EmSection section)
        => throw new EmException(EmErrorKind.NotSupported, "NeedsNeighbours", $"{Name} looks at neighbouring sections and cannot be applied to {section.Label} alone; apply the recipe to the sections of a stack in order.", section.Name);

    public override Plane Apply(Plane<float> input, EvaluationContext context) => throw new NotSupportedException($"{Name} works on a window of sections ({nameof(Over)}).");

    protected override JsonObject ToJson(StepForm form)
    {
        JsonObject step = FilterStep.WithMask(Json(Filter.ToJson(Options)), Mask, form);
        if (Reference is not null)
            step[ReferenceName] = new JsonArray([.. Reference.Steps.Select(each => form == StepForm.Hash ? each.ToHashedJson() : each.ToJson())]);
        return step;
    }

    /// <summary>The steps of a recipe's entry that make references; null where there are none.</summary>
    internal static ReferenceSteps? ReadReference(RecipeJson json)
    {
        if (!json.Has(ReferenceName))
            return null;
        SectionStep[] steps = [.. json.Steps(ReferenceName).Select(RecipeFile.ReadStep)];
        return Array.Find(steps, step => step.Radius > 0) is { } wide
            ? throw json.Error("ReferenceNeedsNeighbours", $"\"{ReferenceName}\" has the step {wide.Name}, which looks at neighbouring sections; references take steps of single sections")
            : steps.Length == 0 ? null : new ReferenceSteps(steps);
    }
}
