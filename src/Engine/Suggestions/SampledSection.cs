using System.Text.Json.Nodes;
using EmTools.Engine.Filters.FlatBackground;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>A section of the sample: its tissue, and the squares in which pixels are looked at one by one.</summary>
internal sealed class SampledSection : IDisposable
{
    private const int TileSize = 512;
    private const int TilesPerAxis = 3;

    private EmSection _section;

    private SampledSection(EmSection section, Plane<byte>? tissue, double tissueShare, Spots spots)
    {
        (_section, Tissue, TissueShare, Spots) = (section, tissue, tissueShare, spots);
        Tiles = [.. from y in Starts(section.Height) from x in Starts(section.Width) select new Tile(y, x, Math.Min(TileSize, section.Height), Math.Min(TileSize, section.Width))];
    }

    /// <summary>The section's name, for messages.</summary>
    public string Name => _section.Name;

    /// <summary>1 for tissue, 0 for flat artificial background, spots and pixels without data; null where all is tissue.</summary>
    public Plane<byte>? Tissue { get; }

    /// <summary>What was left out because it lies far beyond all other grey levels.</summary>
    public Spots Spots { get; }

    /// <summary>The step that cuts off the bar at its foot, which is no tissue and not told from it; null where there is none.</summary>
    public string? DataBarCut { get; private init; }

    /// <summary>Share of the pixels that are tissue.</summary>
    public double TissueShare { get; }

    /// <summary>Pixels of the section.</summary>
    public long Pixels => (long)_section.Height * _section.Width;

    /// <summary>Squares spread over the section.</summary>
    public IReadOnlyList<Tile> Tiles { get; }

    /// <summary>Looks for the tissue of a section.</summary>
    public static SampledSection Of(EmSection section, MaskSource? counting, EvaluationContext context)
    {
        counting?.RequireSize(section.Height, section.Width, section.Name);
        using Plane<byte>? counts = counting?.Read(section.Height, section.Width, context);
        using Plane<float> image = PlaneConversion.ToSingle(section.Compute(context), invert: false, context);
        string? dataBar = counting is null && DataBar.RowsOf(image) is > 0 and var rows ? DataBar.Cut(rows, image.Height, image.Width) : null;
        Plane<byte> mask = FlatRegions.TissueMask(image, 0, 0, context);
        try
        {
            for (int y = 0; y < mask.Height; y++)
            {
                Span<byte> row = mask.Row(y);
                for (int x = 0; x < row.Length; x++)
                    row[x] = row[x] != 0 && (counts is null || counts.Row(y)[x] != 0) ? (byte)1 : (byte)0;
            }

            MissingPixels.Replace(image, mask, float.NaN, context);
            Spots spots = Spots.LeaveOut(image, mask, context);
            double share = TissueMask.RowCounts(image, mask, context).Sum() / ((double)mask.Height * mask.Width);
            if (share < 1)
                return new SampledSection(section, mask, share, spots) { DataBarCut = dataBar };
        }
        catch
        {
            mask.Dispose();
            throw;
        }

        mask.Dispose();
        return new SampledSection(section, null, 1, default) { DataBarCut = dataBar };
    }

    /// <summary>
    /// Makes what is no tissue missing for the steps that follow. Filters leave missing pixels out by themselves; they would
    /// spread the step in brightness beside a frame or a spot.
    /// </summary>
    public void LeaveOutOthers()
    {
        if (Tissue is not null)
            _section = _section.With(new TissueStep(Tissue));
    }

    /// <summary>Adds a step of the chain.</summary>
    public void Add(SectionStep step) => _section = _section.With(step);

    /// <summary>The pixels after all steps so far; what is no tissue is NaN. The caller owns the plane.</summary>
    public Plane<float> Compute(EvaluationContext context)
    {
        Plane<float> plane = PlaneConversion.ToSingle(_section.Compute(context), invert: false, context);
        if (Tissue is null)
            return plane;
        try
        {
            MissingPixels.Replace(plane, Tissue, float.NaN, context);
            return plane;
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    public void Dispose() => Tissue?.Dispose();

    private static int[] Starts(int length)
    {
        int tiles = Math.Clamp(length / TileSize, 1, TilesPerAxis);
        int room = Math.Max(0, length - TileSize);
        return [.. Enumerable.Range(0, tiles).Select(i => tiles == 1 ? room / 2 : (int)((long)room * i / (tiles - 1)))];
    }

    private sealed record TissueStep(Plane<byte> Tissue) : SectionStep
    {
        public override string Name => "Tissue";

        public override Plane Apply(Plane<float> input, EvaluationContext context)
        {
            MissingPixels.Replace(input, Tissue, float.NaN, context);
            return input;
        }

        protected override JsonObject ToJson(StepForm form) => throw new NotSupportedException("The sample's tissue is no part of a recipe.");
    }
}

/// <summary>A rectangle of a section, in pixels.</summary>
internal readonly record struct Tile(int Y, int X, int Height, int Width)
{
    /// <summary>Its pixels, less a level. The caller owns the plane.</summary>
    public Plane<float> Of(Plane<float> image, float level)
    {
        Plane<float> pixels = Plane.Rent<float>(Height, Width);
        for (int y = 0; y < Height; y++)
            RowMath.Subtract(image.Row(Y + y).Slice(X, Width), level, pixels.Row(y));
        return pixels;
    }
}
