using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>What is to be done to a volume for the sake of one of its planes.</summary>
/// <param name="Reach">Pixels in y and x, in every direction, that a result depends on.</param>
/// <param name="Volumes">Volumes of the input's size that are held at most, the input among them.</param>
/// <param name="Filter">Filters the plane of this number, in place; may change the others.</param>
internal sealed record VolumeWork(int Reach, int Volumes, Action<Plane<float>[], int, EvaluationContext> Filter);

/// <summary>
/// Runs a filter over volumes on a window of sections for the sake of one of them: in tiles that hold all that their pixels
/// depend on, so that memory does not grow with the sections.
/// </summary>
internal static class VolumeTiles
{
    /// <summary>The least side of a tile: of 128, 256, 512 and 1024 pixels the quickest where a filter sees a dozen pixels far.</summary>
    private const int LeastSide = 512;

    /// <summary>
    /// The farthest that a filter may see for a section alone to be cut. Beyond, tiles overlap so much that a section of
    /// 13750 x 9000 pixels takes half as long again as at once and longer.
    /// </summary>
    private const int FarthestReach = 128;

    /// <summary>Filters a window's centre. The window's planes are not changed; the caller owns the result.</summary>
    /// <param name="name">The filter's name, for messages.</param>
    /// <param name="window">The sections, which may have missing pixels: these count as their section's mean, and are NaN in the result.</param>
    /// <param name="work">The filter.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="leastSide">The least side of a tile; a tile is larger where the filter sees far.</param>
    /// <exception cref="EmException">The machine has no room for it (<c>VolumeMemory</c>).</exception>
    public static Plane<float> Run(string name, NeighbourWindow window, VolumeWork work, EvaluationContext context, int leastSide = LeastSide)
    {
        Plane<float> centre = window.Sections[window.Centre];
        var grid = new Grid(centre.Height, centre.Width, work.Reach, leastSide);
        RequireMemory(name, window.Sections.Count, centre, work, context.Threads);
        float?[] fills = [.. window.Sections.Select(section => FillOf(section, context))];

        // A few tiles leave threads idle: the filter's own loops use them then.
        var inner = new EvaluationContext { Threads = Math.Max(1, context.Threads / grid.Count), Cancellation = context.Cancellation };
        return Plane.Make<float>(centre.Height, centre.Width, result => RowParallel.For(grid.Count, 1, context, (first, end) =>
        {
            for (int number = first; number < end; number++)
                Filter(window, fills, grid[number], work, result, inner);
        }));
    }

    /// <summary>Filters a section alone, in two dimensions: in place, or in tiles into a new plane, which the caller owns.</summary>
    public static Plane<float> RunSection(string name, Plane<float> section, VolumeWork work, EvaluationContext context)
    {
        if (IsCut(section.Height, section.Width, work))
            return Run(name, new NeighbourWindow([section], 0), work, context);
        VolumeFilter.Run(name, [section], context, planes => work.Filter(planes, 0, context));
        return section;
    }

    /// <summary>The memory of all tiles in hand, in bytes; of a section alone that is not cut, what comes beside input and result.</summary>
    public static long WorkingBytes(int height, int width, int sections, VolumeWork work, int threads)
    {
        if (sections == 1 && !IsCut(height, width, work))
            return (long)height * width * (work.Volumes - 2) * sizeof(float);
        var grid = new Grid(height, width, work.Reach, LeastSide);
        long tile = Math.Min(height, grid.Height + 2L * work.Reach) * Math.Min(width, grid.Width + 2L * work.Reach);
        return tile * sections * work.Volumes * sizeof(float) * Math.Min(threads, grid.Count);
    }

    /// <summary>Whether a section alone is worked on in tiles.</summary>
    private static bool IsCut(int height, int width, VolumeWork work)
        => work.Reach <= FarthestReach && new Grid(height, width, work.Reach, LeastSide).Count > 1;

    private static void Filter(NeighbourWindow window, float?[] fills, Tile tile, VolumeWork work, Plane<float> result, EvaluationContext context)
    {
        Plane<float>[] volume = new Plane<float>[window.Sections.Count];
        try
        {
            for (int z = 0; z < volume.Length; z++)
                volume[z] = tile.CutOut(window.Sections[z], fills[z]);
            work.Filter(volume, window.Centre, context);
            tile.Keep(volume[window.Centre], fills[window.Centre] is null ? null : window.Sections[window.Centre], result);
        }
        finally
        {
            foreach (Plane<float>? plane in volume)
                plane?.Dispose();
        }
    }

    /// <summary>What missing pixels count as; null where there are none.</summary>
    private static float? FillOf(Plane<float> section, EvaluationContext context)
    {
        using Plane<byte>? tissue = TissueMask.Combine(section, null, context);
        return tissue is null ? null : TissueMask.RoughMean(section, tissue);
    }

    private static void RequireMemory(string name, int sections, Plane<float> section, VolumeWork work, int threads)
    {
        long needed = WorkingBytes(section.Height, section.Width, sections, work, threads);
        long there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > there)
            throw new EmException(EmErrorKind.InvalidArgument, "VolumeMemory", $"{name} over {sections} sections of {section.Height} x {section.Width} pixels (y, x) needs {needed / 1e9:0} GB, more than the {there / 1e9:0} GB of this machine, because a pixel depends on others {work.Reach} pixels away. Give a smaller -Radius, smaller windows or fewer scales (Get-EmFilter {name}).", name);
    }

    /// <summary>A section cut into tiles of equal size, which are not small beside what surrounds them.</summary>
    private readonly struct Grid(int height, int width, int reach, int leastSide)
    {
        public int Height { get; } = Side(height, reach, leastSide);

        public int Width { get; } = Side(width, reach, leastSide);

        public int Count => Down * Across;

        private int Down => (height + Height - 1) / Height;

        private int Across => (width + Width - 1) / Width;

        private static int Side(int length, int reach, int leastSide)
        {
            long count = Math.Max(1, length / Math.Max(leastSide, 4L * reach));
            return (int)((length + count - 1) / count);
        }

        public Tile this[int number]
        {
            get
            {
                (int top, int left) = (number / Across * Height, number % Across * Width);
                (int bottom, int right) = (Math.Min(height, top + Height), Math.Min(width, left + Width));
                return new Tile(top, left, bottom, right, Math.Max(0, top - reach), Math.Max(0, left - reach), (int)Math.Min(height, (long)bottom + reach), (int)Math.Min(width, (long)right + reach));
            }
        }
    }

    /// <summary>Rows [Top, Bottom) and columns [Left, Right) of the result, and what of the sections they depend on.</summary>
    private readonly record struct Tile(int Top, int Left, int Bottom, int Right, int OuterTop, int OuterLeft, int OuterBottom, int OuterRight)
    {
        public Plane<float> CutOut(Plane<float> section, float? fill)
        {
            Plane<float> part = Plane.Rent<float>(OuterBottom - OuterTop, OuterRight - OuterLeft);
            for (int y = 0; y < part.Height; y++)
            {
                Span<float> row = part.Row(y);
                section.Row(OuterTop + y).Slice(OuterLeft, part.Width).CopyTo(row);
                if (fill is not { } value)
                    continue;
                for (int x = 0; x < row.Length; x++)
                {
                    if (!float.IsFinite(row[x]))
                        row[x] = value;
                }
            }

            return part;
        }

        /// <summary>Copies the tile's own pixels to the result; those that are missing in <paramref name="missing"/> become NaN.</summary>
        public void Keep(Plane<float> part, Plane<float>? missing, Plane<float> result)
        {
            for (int y = Top; y < Bottom; y++)
            {
                Span<float> row = result.Row(y)[Left..Right];
                part.Row(y - OuterTop).Slice(Left - OuterLeft, row.Length).CopyTo(row);
                if (missing is null)
                    continue;
                Span<float> original = missing.Row(y)[Left..Right];
                for (int x = 0; x < row.Length; x++)
                {
                    if (!float.IsFinite(original[x]))
                        row[x] = float.NaN;
                }
            }
        }
    }
}
