using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EmTools.Engine.Filters;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// What a filter over neighbouring sections gives, as a section's source: its inputs are the sections of a window, each
/// with its own steps.
/// </summary>
public sealed class NeighbourhoodSource : SectionSource
{
    private readonly INeighbourFilter _filter;
    private readonly INeighbourOptions _options;
    private readonly FilterStep _step;
    private readonly int _centre;
    private readonly int _offset;
    private readonly NeighbourCache _cache;
    private readonly Lazy<Recipe> _recipe;
    private readonly Lazy<ImmutableArray<EmSection>> _inputs;

    internal NeighbourhoodSource(FilterDefinition filter, INeighbourOptions options, ImmutableArray<EmSection> sections, ImmutableArray<EmSection> references, int centre, int offset, MaskSource? mask, NeighbourCache cache)
    {
        (_filter, _options, _step) = ((INeighbourFilter)filter, options, new FilterStep(filter, options, mask));
        (Sections, References, _centre, _offset, _cache) = (sections, references, centre, offset, cache);
        _recipe = new(MakeRecipe);
        _inputs = new(() => [.. Sections.SelectMany(section => section.Inputs).DistinctBy(input => input.Place).OrderBy(input => input.Place)]);
    }

    /// <summary>The window, in the order of the stack.</summary>
    public ImmutableArray<EmSection> Sections { get; }

    /// <summary>The sections that tell what is similar, one for each of the window's; empty where these do themselves.</summary>
    public ImmutableArray<EmSection> References { get; }

    /// <summary>The section that is filtered.</summary>
    public override EmSection Section => Sections[_centre];

    /// <inheritdoc/>
    public override string StageName => _step.Name;

    /// <inheritdoc/>
    public override int Height => Section.Height;

    /// <inheritdoc/>
    public override int Width => Section.Width;

    /// <inheritdoc/>
    public override PixelType PixelType => PixelType.Single;

    /// <inheritdoc/>
    internal override SectionFrame Frame => Section.Frame;

    /// <inheritdoc/>
    public override VoxelSize? VoxelSize => Section.VoxelSize;

    /// <inheritdoc/>
    public override string? Path => Section.Path;

    /// <inheritdoc/>
    internal override ImageLocation? Location => Section.Source.Location;

    /// <inheritdoc/>
    public override string Name => Section.Name;

    /// <summary>What is done to all sections of the window before, and the filter.</summary>
    /// <exception cref="EmException">There are references that are not the sections with further steps (<c>ReferencesNotSaved</c>), or the sections have different steps (<c>RecipesDiffer</c>).</exception>
    internal Recipe Recipe => _recipe.Value;

    /// <summary>The sections as they are read that the pixels come from, in order; references are not among them.</summary>
    internal ImmutableArray<EmSection> Inputs => _inputs.Value;

    internal override IEnumerable<string> Files => Sections.Concat(References).SelectMany(section => section.Files).Concat(_step.Files).Distinct();

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var quiet = new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation };
        try
        {
            using NeighbourCache.Window open = _cache.Open([.. Sections, .. References], Section.Place);
            using Plane<byte>? mask = _step.Mask?.Read(Height, Width, quiet);
            if (_filter.TakesDigests)
                return open.WithDigests(_centre, (section, plane) => Digest(section, plane, mask, quiet), (plane, digests) => OfDigests(plane, digests, mask, context), quiet);
            Plane<float>[] planes = open.Planes(quiet);
            for (int i = 0; i < planes.Length; i++)
                FilterInput.Require(i < Sections.Length ? Sections[i] : References[i - Sections.Length], _step.Filter, planes[i], quiet);
            _step.TellIfUnfit(planes[_centre], context);
            Plane<float>[]? references = References.IsEmpty ? null : planes[Sections.Length..];
            return _filter.ComputeWindow(new NeighbourWindow(planes[..Sections.Length], _centre, _offset, references, Mask: mask), _options, context);
        }
        catch (OperationCanceledException)
        {
            _cache.FreeIdle(); // what is stopped will not be gone on with
            throw;
        }
    }

    /// <summary>The filter as a step, with the sections that it looked at and a hash of what was done to each before.</summary>
    internal JsonObject Describe()
    {
        JsonObject step = _step.Describe();
        step["neighbours"] = Named(Sections);
        if (!References.IsEmpty)
            step["references"] = Named(References);
        return step;
    }

    private Plane<float> Digest(EmSection section, Plane<float> pixels, Plane<byte>? mask, EvaluationContext context)
    {
        FilterInput.Require(section, _step.Filter, pixels, context);
        return _filter.Digest(pixels, mask, _options, context);
    }

    private Plane<float> OfDigests(Plane<float> pixels, Plane<float>[] digests, Plane<byte>? mask, EvaluationContext context)
    {
        _step.TellIfUnfit(pixels, context);
        _step.TellOfDataBar(pixels, context);
        return _filter.ComputeWindow(new NeighbourWindow([pixels], 0, _offset, Digests: digests, Mask: mask), _options, context);
    }

    private Recipe MakeRecipe()
    {
        var before = Recipe.Of(Section);
        foreach (EmSection section in Sections)
        {
            if (section != Section && Recipe.Of(section) is var other && !before.DoesTheSameAs(other))
                throw new EmException(EmErrorKind.NotSupported, "RecipesDiffer", $"{section.Title} has other steps ({other}) before {StageName} than its neighbour {Section.Index} ({Section.Name}: {before}); a recipe holds one chain.", section.Name);
        }

        return new Recipe([.. before.Steps, new NeighbourStep(_step.Filter, _options, ReferenceSteps.Between(Sections, References, before), _step.Mask)]);
    }

    private static JsonArray Named(ImmutableArray<EmSection> sections) => new([.. sections.Select(section => new JsonObject
    {
        ["index"] = section.Index,
        ["name"] = section.Name,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Provenance.Describe(section).ToJsonString()))),
    })]);
}
