using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// Fetches strips of an octave's planes, straight down or along a slanted direction. Each row goes on beyond its ends as its
/// mirror image, edge pixels twice (period 2 width).
/// </summary>
/// <param name="Octave">The octave.</param>
/// <param name="Left">The strip's first column.</param>
/// <param name="Slant">Columns by which the direction goes to the right from a row to the next.</param>
internal readonly unsafe record struct StripLoader(Octave Octave, int Left, double Slant)
{
    /// <summary>Each row is on another page of memory, so it is asked for this many rows before.</summary>
    private const int Ahead = 24;

    /// <summary>Columns of the strip that the octave has; what is beyond is 0 everywhere.</summary>
    public int Columns => Math.Min(CellStrip.Width, Octave.Width - Left);

    /// <summary>Fetches the octave's band and its weights, so that their cells can be made.</summary>
    /// <param name="cells">Where to.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="known">What is taken out of the band before; null for nothing.</param>
    /// <param name="neighbours">Receives the neighbours' cells in three dimensions; null in two.</param>
    public void Prepare(CellStrip cells, LocalWeights weights, Plane<float>? known, float* neighbours)
    {
        Load(weights.Weight, null, cells.Weights);
        if (Octave.Neighbours is not null)
        {
            Load(Octave.Neighbours, null, cells.Values);
            var keeper = new CellKeeper(neighbours, (nint)Octave.Height * CellStrip.Width);
            cells.Run(weights.Smallest, ref keeper);
        }

        Load(Octave.Band, known, cells.Values);
    }

    /// <summary>Fetches a plane, less another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(Plane<float> from, Plane<float>? less, float* to)
    {
        for (int y = 0; y < Octave.Height; y++, to += CellStrip.Width)
        {
            int start = Start(y), ahead = Math.Min(y + Ahead, Octave.Height - 1);
            Prefetch.Row(from.RowPointer(ahead) + Math.Min(start, Octave.Width - 1), 1);
            Fetch(from.RowPointer(y), start, to);
            if (less is not null)
            {
                Prefetch.Row(less.RowPointer(ahead) + Math.Min(start, Octave.Width - 1), 1);
                FetchLess(less.RowPointer(y), start, to);
            }
        }
    }

    /// <summary>Fetches 1 for blocks that count and 0 for others; gives how many count. Where all blocks are whole, one row stands for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long LoadCounted(float* to)
    {
        if (Octave.Share is null)
        {
            for (int x = 0; x < CellStrip.Width; x++)
                to[x] = x < Columns ? 1 : 0;
            return (long)Columns * Octave.Height;
        }

        long count = 0;
        for (int y = 0; y < Octave.Height; y++, to += CellStrip.Width)
        {
            Fetch(Octave.Share.RowPointer(y), Start(y), to);
            for (int x = 0; x < CellStrip.Width; x++)
            {
                bool counts = to[x] > Octave.LeastShare;
                to[x] = counts ? 1 : 0;
                count += counts ? 1 : 0;
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fetch(float* row, int start, float* to)
    {
        int width = Octave.Width, columns = Columns;
        if (columns == CellStrip.Width && start + columns <= width)
        {
            Vector512.Store(Vector512.Load(row + start), to);
            return;
        }

        for (int x = 0; x < columns; x++)
            to[x] = row[Column(start + x, width)];
        for (int x = columns; x < CellStrip.Width; x++)
            to[x] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchLess(float* row, int start, float* to)
    {
        int width = Octave.Width, columns = Columns;
        if (columns == CellStrip.Width && start + columns <= width)
        {
            Vector512.Store(Vector512.Load(to) - Vector512.Load(row + start), to);
            return;
        }

        for (int x = 0; x < columns; x++)
            to[x] -= row[Column(start + x, width)];
    }

    /// <summary>The place of the strip's first column in row <paramref name="y"/>, in [0, 2 width).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(int y)
    {
        if (Slant == 0)
            return Left;
        long place = Left + (long)Math.Floor(Slant * y + 0.5), period = 2L * Octave.Width;
        if ((ulong)place < (ulong)period)
            return (int)place;
        place %= period;
        return (int)(place < 0 ? place + period : place);
    }

    private static int Column(int place, int width)
    {
        if (place >= 2 * width)
            place -= 2 * width;
        return place < width ? place : 2 * width - 1 - place;
    }
}
