using System.Collections.Immutable;
using System.Globalization;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// The description of a section: where its pixels come from, its place in the stack, and the steps to be done to it.
/// Nothing is computed before somebody asks for pixels; adding a step gives a new section and leaves this one as it is.
/// </summary>
public sealed class EmSection
{
    /// <summary>Describes a section as it lies in its source.</summary>
    /// <param name="source">Where the pixels come from.</param>
    /// <param name="index">Its place in the stack (axis z), from 0; null where it is not known.</param>
    /// <param name="inverted">True when the stored intensities are inverted (255 - v or 65535 - v) and are to be turned back on reading.</param>
    /// <param name="listing">The files that it was listed with, where these are known.</param>
    /// <param name="voxelSize">The size of a voxel where the source does not tell it, or tells it wrongly; else null.</param>
    /// <exception cref="EmException">A negative index, or inversion of a float section.</exception>
    public EmSection(SectionSource source, int? index, bool inverted = false, StackListing? listing = null, VoxelSize? voxelSize = null)
        : this(source ?? throw new ArgumentNullException(nameof(source)), index, inverted, listing, voxelSize, [])
    {
        if (index < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "NegativeIndex", $"Section '{source.Name}': the index {index} is negative; sections are counted from 0.", "Index");
        if (inverted && source.PixelType == PixelType.Single)
            throw new EmException(EmErrorKind.InvalidArgument, "InvertFloat", $"Section '{source.Name}' holds 32-bit floats, which have no largest value to invert from; read it without inversion.", "Invert");
    }

    private EmSection(SectionSource source, int? index, bool inverted, StackListing? listing, VoxelSize? voxelSize, ReadableList<SectionStep> steps)
    {
        GivenVoxelSize = voxelSize;
        Listing = listing;
        Source = source;
        Index = index;
        Inverts = inverted;
        Steps = steps;
        (Height, Width, Frame) = (source.Height, source.Width, source.Frame);
        foreach (SectionStep step in steps)
        {
            Frame = step.FrameAfter(Frame, Height, Width);
            (Height, Width) = step.OutputSize(Height, Width);
        }
    }

    /// <summary>Where the pixels come from.</summary>
    internal SectionSource Source { get; }

    /// <summary>Where the pixels come from, and what its file says of them.</summary>
    /// <remarks>No property, so that a section written out as a table or as JSON is the section and not its file's description.</remarks>
    public SectionSource GetSource() => Source;

    /// <summary>The place in the stack (axis z), from 0; null where nobody has told it, as for a file whose name holds no number.</summary>
    public int? Index { get; }

    /// <summary>The place in the stack, for who cannot do without.</summary>
    /// <exception cref="EmException">It is not known (<c>NoIndex</c>).</exception>
    internal int Place => Index ?? throw new EmException(EmErrorKind.InvalidArgument, "NoIndex", $"{Title} has no index: the name of its file holds no number that could be its place in the stack, and this needs one. Give it with -Index when reading.", Name);

    /// <summary>True when the stored intensities are turned back on reading.</summary>
    public bool Inverted => Root.Inverts;

    /// <summary>True when the intensities that the source gives are to be turned; never of what a filter over neighbours gives.</summary>
    internal bool Inverts { get; }

    /// <summary>What is to be done, in order.</summary>
    public ReadableList<SectionStep> Steps { get; }

    /// <summary>The names of all that is to be done, in order, what the source does to sections before included.</summary>
    public ReadableList<string> StepNames
        => [.. Source.Section is { } origin ? origin.StepNames.Append(Source.StageName) : [], .. Steps.Select(step => step.Name)];

    /// <summary>The files that it was listed with; null where these are not known.</summary>
    internal StackListing? Listing { get; }

    /// <summary>The type in which the pixels are stored in the section's file, before all steps.</summary>
    public PixelType StoredType => Root.Source.PixelType;

    /// <summary>The section as it was read, before all steps and filters over neighbours.</summary>
    internal EmSection Root => Source.Section?.Root ?? this;

    /// <summary>The sections that the pixels come from, as they are read, in order: this one, and its neighbours where filters look at them.</summary>
    internal ImmutableArray<EmSection> Inputs => Source is NeighbourhoodSource neighbours ? neighbours.Inputs : [this];

    /// <summary>All files that the pixels come from: the section's own, those of its neighbours where they matter, masks and tables.</summary>
    public ReadableList<string> Files => [.. Source.Files.Concat(Steps.SelectMany(step => step.Files)).Distinct()];

    /// <summary>Rows (axis y), after all steps.</summary>
    public int Height { get; }

    /// <summary>Columns (axis x), after all steps.</summary>
    public int Width { get; }

    /// <summary>The type of the pixels that the last step gives.</summary>
    public PixelType PixelType => Steps.Aggregate(Source.PixelType, (type, step) => step.KeepsType ? type : step.OutputType);

    /// <summary>Where its pixels lie in the section as read, before crops and bins.</summary>
    internal SectionFrame Frame { get; }

    /// <summary>Rows and columns to be compared with those of a volume that the section is said to be of: its own where the volume has just these, as that of a stack of crops has; else those before crops and bins.</summary>
    internal (int Height, int Width) SizeIn(VolumeShape volume)
        => (Height, Width) == (volume.Height, volume.Width) ? (Height, Width) : (Frame.FullHeight, Frame.FullWidth);

    /// <summary>False where the same pixel of both lies at different places of the sections as read: where they were cropped at different places, or binned differently.</summary>
    internal bool IsPlacedAs(EmSection other) => (Frame.Y, Frame.X, Frame.Factor) == (other.Frame.Y, other.Frame.X, other.Frame.Factor);

    /// <summary>The size of a voxel (z, y, x) in nm, after all steps; null where nobody tells it.</summary>
    public VoxelSize? VoxelSize => (Root.GivenVoxelSize ?? Root.Source.VoxelSize) is { } read ? read with { Y = read.Y * Frame.Factor, X = read.X * Frame.Factor } : null;

    /// <summary>The size of a voxel that the user gave; null where the source's own counts.</summary>
    internal VoxelSize? GivenVoxelSize { get; }

    /// <summary>The file's full path, or null where the pixels are no file's.</summary>
    public string? Path => Source.Path;

    /// <summary>A short name: a file's name, or what the source is.</summary>
    public string Name => Source.Name;

    /// <summary>How messages name the section: with its index, where it has one, and its name.</summary>
    internal string Label => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"section {index} ({Name})") : $"section '{Name}'";

    /// <summary>The same, as a sentence begins.</summary>
    internal string Title => $"S{Label[1..]}";

    /// <summary>This section with one more step, which is bound to it.</summary>
    /// <exception cref="EmException">The step does not fit the section.</exception>
    public EmSection With(SectionStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new EmSection(Source, Index, Inverts, Listing, GivenVoxelSize, [.. Steps, step.Bind(this)]);
    }

    /// <summary>Computes the pixels. The caller owns the plane.</summary>
    /// <exception cref="EmException">The source cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public Plane Compute(EvaluationContext? context = null) => Evaluator.Compute(this, context ?? EvaluationContext.Default);

    /// <summary>True where some of its rows can be had without the others: it is only read.</summary>
    internal bool IsOnlyRead => Steps.IsEmpty && Source is ImageSource;

    /// <summary>Reads some of the rows of a section that is only read. The caller owns the plane.</summary>
    /// <exception cref="EmException">The source cannot be read.</exception>
    internal Plane ReadRows(int first, int count, EvaluationContext context)
    {
        Plane rows = ((ImageSource)Source).Image.ReadRows(first, count, context);
        try
        {
            if (Inverts)
                PlaneConversion.Invert(rows, context);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Computes the pixels and shows them after reading and after every step, those before a filter over neighbouring sections
    /// included: what every step does to the section.
    /// </summary>
    /// <param name="look">Is given the stage's name (<c>Read</c>, a step's name) and the pixels, which it must neither change nor keep.</param>
    /// <param name="context">Threads, cancellation and progress, or null for the default.</param>
    /// <exception cref="EmException">The source cannot be read.</exception>
    public void ComputeStages(Action<string, Plane> look, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(look);
        Source.Section?.ComputeStages(look, context);
        Evaluator.Compute(this, context ?? EvaluationContext.Default, look).Dispose();
    }

    /// <summary>Computes the pixels and gives them as a (y, x) array of byte, ushort or float, according to <see cref="PixelType"/>.</summary>
    public Array GetPixels()
    {
        using Plane plane = Compute();
        return plane switch
        {
            Plane<byte> bytes => bytes.ToArray(),
            Plane<ushort> words => words.ToArray(),
            Plane<float> floats => floats.ToArray(),
            _ => throw new NotSupportedException($"Pixels of type {plane.PixelType}."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Index is { } index ? $"{index}: " : "")}{Name} ({Height} x {Width} {PixelType}, {Steps.Length} steps)";
}
