using System.Collections.Immutable;
using EmTools.Engine.Filters;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Applies a filter over neighbouring sections to a stream of sections of any length: holds the descriptions of one
/// window, and gives each section when the last one that it looks at has come.
/// </summary>
/// <remarks>
/// Sections must come in the order of their indices. Where one is missing, the stack ends and another begins: a filter
/// never looks across a gap. At the ends of a stack the window is cut. A missing section may
/// still come later, out of order, so what depends on that, and all after it, is held back to the end: nothing is ever given that
/// was made with a wrong window. What is held back are descriptions; no pixels are kept for it.
/// </remarks>
public sealed class NeighbourhoodWindows
{
    /// <summary>The id of the error that ends a stream: its sections are not in order.</summary>
    public const string OrderError = "NeighbourOrder";

    private readonly FilterDefinition _filter;
    private readonly INeighbourOptions _options;
    private readonly Dictionary<int, EmSection>? _references;
    private readonly ReferenceSteps? _referenceSteps;
    private readonly MaskSource? _mask;
    private readonly List<EmSection> _window = [];
    private NeighbourCache _cache = null!;
    private int _next; // the place in the window of the next section to be given
    private readonly List<EmSection> _held = []; // whose windows may turn out to be wrong, and all after them
    private bool _broken;

    private NeighbourhoodWindows(FilterDefinition filter, INeighbourOptions options, Dictionary<int, EmSection>? references, ReferenceSteps? referenceSteps, MaskSource? mask)
    {
        (_filter, _options, _references, _referenceSteps, _mask) = (filter, options, references, referenceSteps, mask);
        Restart();
    }

    /// <summary>Makes the stream for a filter, or gives null for one that looks at single sections.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="references">Sections whose pixels tell what is similar, matched by their index; null for the sections themselves.</param>
    /// <param name="mask">Which pixels are tissue, in every section; null for all.</param>
    /// <exception cref="EmException">Parameters out of range, references for a filter that takes none (<c>ReferenceNotTaken</c>), or two of one index (<c>ReferenceTwice</c>).</exception>
    public static NeighbourhoodWindows? For(FilterDefinition filter, IFilterOptions options, IReadOnlyList<EmSection>? references = null, MaskSource? mask = null)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter.Check(options);
        if (references is not null && filter is not INeighbourFilter { TakesReference: true })
            throw new EmException(EmErrorKind.InvalidArgument, "ReferenceNotTaken", $"Filter '{filter.Name}' takes no reference sections.", "Reference");
        if (!filter.NeedsNeighbours(options))
            return null;
        var byIndex = references is null ? null : new Dictionary<int, EmSection>();
        foreach (EmSection reference in references ?? [])
        {
            if (!byIndex!.TryAdd(reference.Place, reference))
                throw new EmException(EmErrorKind.InvalidArgument, "ReferenceTwice", $"Two reference sections have the index {reference.Place} ('{byIndex[reference.Place].Name}' and '{reference.Name}').", "Reference");
        }

        return new NeighbourhoodWindows(filter, (INeighbourOptions)options, byIndex, null, mask);
    }

    /// <summary>Makes the stream for a filter over neighbours, with references that are made of the sections.</summary>
    internal static NeighbourhoodWindows Of(FilterDefinition filter, INeighbourOptions options, ReferenceSteps? reference, MaskSource? mask = null)
        => new(filter, options, null, reference, mask);

    /// <summary>Takes the next section; gives those that have all their neighbours now.</summary>
    /// <exception cref="EmException">
    /// Of another size or type than its neighbour (<c>NeighbourSize</c>, <c>NeighbourType</c>), cropped at another place (<c>NeighbourPlace</c>), of an index that was there already (<c>NeighbourTwice</c>),
    /// or without its reference (<c>NoReference</c>) or with one of another size or place (<c>ReferenceSize</c>, <c>ReferencePlace</c>): the stream goes on without the section. Not in the order of the stack (<see cref="OrderError"/>): the stream is over, and gives no more.
    /// </exception>
    public IReadOnlyList<EmSection> Push(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        _ = section.Place; // tells now of a section that has none
        var ready = new List<EmSection>();
        RequireReference(section);
        _mask?.RequireSize(section.Height, section.Width, section.Name);
        if (_window.Count > 0)
        {
            EmSection before = _window[^1];
            if (_broken || section.Place < before.Place)
                throw OutOfOrder(section, before);
            if (section.Place == before.Place)
                throw new EmException(EmErrorKind.InvalidArgument, "NeighbourTwice", $"Section {section.Place} comes twice, from '{before.Name}' and '{section.Name}', but {_filter.Name} looks at neighbouring sections; the second one is left out. Give each index once.", "Section");
            RequireSize(_filter, before, section);
            if (section.Place != before.Place + 1)
                ready.AddRange(EndOfRun());
        }

        _window.Add(section);
        if (_window.Count - 1 - _next >= _options.Radius)
            ready.Add(Next());
        return Certain(ready);
    }

    /// <summary>The stack is over: gives the sections that waited for more neighbours.</summary>
    public IReadOnlyList<EmSection> Complete()
    {
        if (_broken)
            return [];
        EmSection[] rest = [.. _held, .. EndOfRun()];
        _held.Clear();
        return rest;
    }

    private EmException OutOfOrder(EmSection section, EmSection before)
    {
        _broken = true;
        _held.Clear();
        return new EmException(EmErrorKind.InvalidArgument, OrderError, $"{section.Title} comes after section {before.Place}, but {_filter.Name} looks at neighbouring sections: give them in the order of their indices, each once (Read-EmSection ... | Sort-Object Index | ...).", "Section");
    }

    /// <summary>Those of the sections that nothing to come can make wrong; the others, and all after them, are held back.</summary>
    private List<EmSection> Certain(List<EmSection> ready)
    {
        int certain = _held.Count > 0 ? 0 : ready.TakeWhile(IsCertain).Count();
        _held.AddRange(ready[certain..]);
        return ready[..certain];
    }

    private bool IsCertain(EmSection section)
    {
        ImmutableArray<EmSection> window = ((NeighbourhoodSource)section.Source).Sections;
        (int before, int after) = (section.Place - window[0].Place, window[^1].Place - section.Place);

        // Nothing comes before section 0; where windows are symmetric, the shorter side decides for both.
        return (before >= _options.Radius || before == section.Place) && after >= (_options.Symmetric ? before : _options.Radius);
    }

    /// <summary>A section is missing, or the stack is over: those that waited for more neighbours go without.</summary>
    private List<EmSection> EndOfRun()
    {
        var rest = new List<EmSection>();
        while (_next < _window.Count)
            rest.Add(Next());
        if (_window.Count > 0)
            _cache.Last = _window[^1].Place;
        Restart();
        return rest;
    }

    /// <summary>How many sections on either side the filter takes where so many are there.</summary>
    internal static (int Before, int After) Cut(INeighbourOptions options, int before, int after)
    {
        (before, after) = (Math.Min(options.Radius, before), Math.Min(options.Radius, after));
        return options.Symmetric ? (Math.Min(before, after), Math.Min(before, after)) : (before, after);
    }

    /// <summary>Two neighbours must be of one size, place and type.</summary>
    internal static void RequireSize(FilterDefinition filter, EmSection before, EmSection section)
    {
        if (section.Height != before.Height || section.Width != before.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "NeighbourSize", $"{section.Title} is {section.Height} x {section.Width} pixels (y, x), but its neighbour {before.Place} is {before.Height} x {before.Width}; {filter.Name} needs sections of one size.", "Section");
        if (!section.IsPlacedAs(before))
            throw new EmException(EmErrorKind.InvalidArgument, "NeighbourPlace", $"{section.Title} and its neighbour {before.Place} were cropped at different places or binned differently; {filter.Name} compares pixels of one place. Crop and bin all sections alike.", "Section");
        if (section.Root.Source.PixelType != before.Root.Source.PixelType)
            throw new EmException(EmErrorKind.InvalidArgument, "NeighbourType", $"{section.Title} has {section.Root.Source.PixelType} pixels, but its neighbour {before.Place} has {before.Root.Source.PixelType}; {filter.Name} needs sections of one type. Convert the one kind, or leave it out.", "Section");
    }

    private EmSection Next()
    {
        int radius = _options.Radius;
        (int before, int after) = Cut(_options, _next, _window.Count - 1 - _next);
        ImmutableArray<EmSection> sections = [.. _window.GetRange(_next - before, before + after + 1)];
        ImmutableArray<EmSection> references = HasReferences ? [.. sections.Select(ReferenceOf)] : [];
        EmSection centre = _window[_next];
        var source = new NeighbourhoodSource(_filter, _options, sections, references, before, radius - before, _mask, _cache);
        if (++_next > radius)
        {
            _window.RemoveAt(0);
            _next--;
        }

        return new EmSection(source, centre.Place);
    }

    private void Restart()
    {
        _window.Clear();
        _next = 0;
        _cache = new NeighbourCache((2 * _options.Radius + 1) * (HasReferences ? 2 : 1));
    }

    private bool HasReferences => _references is not null || _referenceSteps is not null;

    private EmSection ReferenceOf(EmSection section) => _referenceSteps is null ? _references![section.Place] : _referenceSteps.Of(section);

    private void RequireReference(EmSection section)
    {
        _referenceSteps?.Of(section); // tells now of a step that does not fit
        if (_references is null)
            return;
        if (!_references.TryGetValue(section.Place, out EmSection? reference))
            throw new EmException(EmErrorKind.InvalidArgument, "NoReference", $"{section.Title} has no reference: none of the {_references.Count} references has its index.", "Reference");
        if (reference.Height != section.Height || reference.Width != section.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "ReferenceSize", $"The reference of {section.Label} is {reference.Height} x {reference.Width} pixels (y, x), but the section is {section.Height} x {section.Width}.", "Reference");

        // What was cropped before it was written does not tell where; of two that tell, the place counts.
        if (!reference.IsPlacedAs(section) && new[] { reference, section }.All(one => !one.Frame.IsWhole(one.Height, one.Width)))
            throw new EmException(EmErrorKind.InvalidArgument, "ReferencePlace", $"The reference of {section.Label} was cropped at another place than the section, or binned differently; {_filter.Name} compares pixels of one place. Crop and bin both alike.", "Reference");
    }
}
