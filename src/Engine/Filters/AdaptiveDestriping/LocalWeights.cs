using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// The weights of an octave's blocks: reciprocals of the local energy of what is not stripe, so that membranes count little.
/// </summary>
/// <param name="Energy">The local energy v in its median, mixed with the finer octave's. Shape (block, column).</param>
/// <param name="Weight">mu (v + floor)^-power, up to a factor, with mu the valid pixels' share.</param>
/// <param name="Mean">The mean weight of the blocks that count.</param>
internal sealed unsafe record LocalWeights(Plane<float> Energy, Plane<float> Weight, double Mean) : IDisposable
{
    /// <summary>The window of the local energy, in widths of the octave's stripes.</summary>
    private const double Window = 2.45;

    private const double LeastMedian = 1e-12;

    private const double LeastWeight = 1e-6;

    private bool _taken;

    /// <summary>The smallest average of weights that is divided by.</summary>
    public float Smallest => (float)(LeastWeight * Mean);

    /// <summary>Makes the weights.</summary>
    /// <param name="octave">The octave.</param>
    /// <param name="stripes">What is known of the stripes; null for nothing.</param>
    /// <param name="finer">The energy in the next finer octave, on this one's grid; null in the finest.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static LocalWeights Of(Octave octave, Plane<float>? stripes, Plane<float>? finer, DestripeAdaptiveOptions options, EvaluationContext context)
    {
        Plane<float> energy = Squares(octave, stripes, (float)options.NeighborPreview, context);
        Plane<float>? weight = null;
        try
        {
            PlaneFilters.TriangleDown(energy, octave.Rows(Window), context);
            float median = (float)Math.Max(BlockMedian.Of(energy, octave.Share), LeastMedian);
            weight = Plane.Rent<float>(octave.Height, octave.Width);
            var sums = new double[octave.Height];
            var counts = new long[octave.Height];
            var mixing = new Mixing(1 / median, (float)options.CrossScale, (float)options.WeightFloor, (float)options.WeightPower);
            RowParallel.For(octave.Height, RowParallel.Grain(octave.Height, octave.Width, context), context, (first, end) =>
            {
                for (int y = first; y < end; y++)
                {
                    Weigh(energy.RowPointer(y), finer is null ? null : finer.RowPointer(y), octave.Share is null ? null : octave.Share.RowPointer(y), mixing, weight.RowPointer(y), octave.Width);
                    (sums[y], counts[y]) = Sum(weight.Row(y), octave.Share is null ? default : octave.Share.Row(y));
                }
            });
            return new LocalWeights(energy, weight, Math.Max(sums.Sum() / Math.Max(1, counts.Sum()), double.Epsilon));
        }
        catch
        {
            energy.Dispose();
            weight?.Dispose();
            throw;
        }
    }

    /// <summary>The energies, for whoever takes them over.</summary>
    public Plane<float> TakeEnergy()
    {
        _taken = true;
        return Energy;
    }

    public void Dispose()
    {
        if (!_taken)
            Energy.Dispose();
        Weight.Dispose();
    }

    /// <summary>The squares of what is not stripe, averaged along rows.</summary>
    private static Plane<float> Squares(Octave octave, Plane<float>? stripes, float preview, EvaluationContext context)
    {
        int length = octave.Columns(Window), width = octave.Width;
        return Plane.Make<float>(octave.Height, width, energy => RowParallel.For(octave.Height, RowParallel.Grain(octave.Height, width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(TriangleRow.ScratchBytes(length, width));
            var average = new TriangleRow(length, width, scratch);
            for (int y = first; y < end; y++)
            {
                Square(octave.Band.Row(y), stripes is null ? default : stripes.Row(y), octave.Neighbours is null ? default : octave.Neighbours.Row(y), preview, energy.Row(y));
                average.Average(energy.RowPointer(y), energy.RowPointer(y));
            }
        }));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Square(ReadOnlySpan<float> band, ReadOnlySpan<float> stripes, ReadOnlySpan<float> neighbours, float preview, Span<float> to)
    {
        for (int x = 0; x < to.Length;)
        {
            if (to.Length - x >= Vector<float>.Count)
            {
                Vector<float> rest = new(band[x..]);
                if (!stripes.IsEmpty)
                    rest -= new Vector<float>(stripes[x..]);
                if (!neighbours.IsEmpty)
                    rest -= new Vector<float>(neighbours[x..]) * preview;
                (rest * rest).CopyTo(to[x..]);
                x += Vector<float>.Count;
            }
            else
            {
                float rest = band[x] - (stripes.IsEmpty ? 0 : stripes[x]) - (neighbours.IsEmpty ? 0 : neighbours[x] * preview);
                to[x++] = rest * rest;
            }
        }
    }

    /// <summary>How energies are mixed and become weights.</summary>
    private readonly record struct Mixing(float Unit, float Cross, float Floor, float Power);

    /// <summary>Makes a row's energies relative, mixes them, and makes weights of them. Works on whole vectors, for which planes' rows have room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(float* energy, float* finer, float* share, Mixing mixing, float* weight, int width)
    {
        Vector<float> unit = new(mixing.Unit), cross = new(mixing.Cross), rest = new(1 - mixing.Cross), perFloor = new(1 / mixing.Floor), power = new(-mixing.Power);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> v = Vector.Load(energy + x) * unit;
            if (finer != null)
                v = rest * v + cross * Vector.Load(finer + x);

            // (v + floor)^-power = floor^-power (1 + v/floor)^-power; the factor goes with the mean.
            Vector<float> w = FastExp.OfNegative(FastLog.Of(Vector<float>.One + v * perFloor) * power);
            if (share != null)
                w *= Vector.Load(share + x);
            Vector.Store(v, energy + x);
            Vector.Store(w, weight + x);
        }
    }

    /// <summary>The sum of a row's weights over the blocks that count, and how many these are.</summary>
    private static (double Sum, long Count) Sum(ReadOnlySpan<float> weight, ReadOnlySpan<float> share)
    {
        if (share.IsEmpty)
            return (LaneSums.Sum(weight), weight.Length);
        double sum = 0;
        long count = 0;
        for (int x = 0; x < weight.Length; x++)
        {
            bool counts = share[x] > Octave.LeastShare;
            sum += counts ? weight[x] : 0;
            count += counts ? 1 : 0;
        }

        return (sum, count);
    }
}
