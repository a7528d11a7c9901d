using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// The mean energies of an octave's cells: along the stripes, where stripes and tissue are, and along two slanted directions,
/// where only tissue is; and how alike the section and its neighbours are in each cell.
/// </summary>
/// <remarks>
/// Tissue is a mean over the whole section. Where the section is wide it is taken from every few strips of columns, evenly
/// spread, which changes it by less than it is uncertain.
/// </remarks>
internal sealed unsafe class CellEnergies
{
    /// <summary>Tissue is measured in no fewer strips than these, where there are as many, and in no fewer than every fourth.</summary>
    private const int FewestStrips = 128;

    private const int MostSkipped = 4;

    /// <summary>The section's mean energy E along the stripes, and the neighbours'; a value a cell.</summary>
    public required Energies Along { get; init; }

    /// <summary>The same along the slanted directions, without the stripes known so far: T, C and Q.</summary>
    public required Energies Across { get; init; }

    /// <summary>Measures them.</summary>
    /// <param name="octave">The octave.</param>
    /// <param name="known">The stripes as they were known before; null for none.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="lengths">Lengths of the averages, in rows of blocks.</param>
    /// <param name="slope">The slope dx/dy of the slanted directions.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static CellEnergies Measure(Octave octave, Plane<float>? known, LocalWeights weights, int[] lengths, double slope, EvaluationContext context)
    {
        int strips = (octave.Width + CellStrip.Width - 1) / CellStrip.Width;
        int every = Math.Clamp(strips / FewestStrips, 1, MostSkipped);
        double slant = octave.Slant(slope);
        (var along, var left, var right) = (new Energies?[strips], new Energies?[strips], new Energies?[strips]);
        RowParallel.For(strips, 1, context, (first, end, scratch) =>
        {
            for (int i = first; i < end; i++)
            {
                var strip = new MeasuredStrip(octave, weights, lengths, scratch);
                along[i] = strip.Measure(new StripLoader(octave, i * CellStrip.Width, 0), null);
                if (i % every != every / 2)
                    continue;
                left[i] = strip.Measure(new StripLoader(octave, i * CellStrip.Width, -slant), known);
                right[i] = strip.Measure(new StripLoader(octave, i * CellStrip.Width, slant), known);
            }
        });
        return new CellEnergies { Along = Energies.Mean(along, lengths.Length), Across = Energies.Mean(Energies.Mean(left, lengths.Length), Energies.Mean(right, lengths.Length)) };
    }

    /// <summary>Working memory for one strip after another.</summary>
    private sealed class MeasuredStrip
    {
        private readonly Octave _octave;
        private readonly LocalWeights _weights;
        private readonly CellStrip _cells;
        private readonly float* _counted;
        private readonly float* _neighbours;
        private readonly int _count;

        public MeasuredStrip(Octave octave, LocalWeights weights, int[] lengths, Scratch scratch)
        {
            (_octave, _weights, _count) = (octave, weights, lengths.Length);
            long area = (long)octave.Height * CellStrip.Width;
            long counted = octave.Share is null ? CellStrip.Width : area, kept = octave.Neighbours is null ? 0 : _count * area;
            scratch.Reset(CellStrip.ScratchBytes(octave.Height, lengths) + Scratch.Padded<float>(counted) + Scratch.Padded<float>(kept));
            _cells = new CellStrip(octave.Height, lengths, scratch);
            _counted = scratch.Take<float>(counted);
            _neighbours = octave.Neighbours is null ? null : scratch.Take<float>(kept);
        }

        public Energies Measure(StripLoader strip, Plane<float>? known)
        {
            var sums = new Energies(_count, strip.LoadCounted(_counted));
            nint stride = _octave.Share is null ? 0 : CellStrip.Width, area = (nint)_octave.Height * CellStrip.Width;
            strip.Prepare(_cells, _weights, known, _neighbours);
            if (_octave.Neighbours is null)
            {
                var reader = new Squares(_counted, stride, sums.Own);
                _cells.Run(_weights.Smallest, ref reader);
            }
            else
            {
                var reader = new Products(_counted, stride, _neighbours, area, sums);
                _cells.Run(_weights.Smallest, ref reader);
            }

            return sums;
        }
    }

    /// <summary>Adds up squares over the blocks that count. Of few fields, so that they stay in registers.</summary>
    private struct Squares(float* counted, nint countedStride, double[] sums) : ICellReader
    {
        private Vector512<float> _sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]

        public void Take(int cell, int row, Vector512<float> values) => _sum += values * values * Vector512.Load(counted + row * countedStride);

        public void EndRows(int cell)
        {
            sums[cell] += Total(_sum);
            _sum = Vector512<float>.Zero;
        }
    }

    /// <summary>Adds up squares and products with the neighbours over the blocks that count.</summary>
    private struct Products(float* counted, nint countedStride, float* neighbours, nint area, Energies sums) : ICellReader
    {
        private Vector512<float> _own;
        private Vector512<float> _both;
        private Vector512<float> _other;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]

        public void Take(int cell, int row, Vector512<float> values)
        {
            Vector512<float> counts = Vector512.Load(counted + row * countedStride), there = Vector512.Load(neighbours + cell * area + (nint)row * CellStrip.Width);
            _own += values * values * counts;
            _both += values * there * counts;
            _other += there * there * counts;
        }

        public void EndRows(int cell)
        {
            sums.Own[cell] += Total(_own);
            sums.Both[cell] += Total(_both);
            sums.Neighbours[cell] += Total(_other);
            _own = _both = _other = Vector512<float>.Zero;
        }
    }

    private static float Total(Vector512<float> sum)
    {
        float* lanes = stackalloc float[LaneSums.Singles];
        Vector512.Store(sum, lanes);
        return LaneSums.Total(lanes);
    }
}
