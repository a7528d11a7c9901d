using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>Makes the stripes of an octave: its cells, each times the share of it that is stripe.</summary>
internal static unsafe class StripeLayer
{
    /// <summary>Makes them.</summary>
    /// <param name="octave">The octave.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="lengths">Lengths of the averages, in rows of blocks.</param>
    /// <param name="gains">What of each cell is stripe.</param>
    /// <param name="local">The cells' local energies, where the share follows them; null for the same share everywhere.</param>
    /// <param name="globalShare">rho: the whole section's share in the local one.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Plane<float> Make(Octave octave, LocalWeights weights, int[] lengths, CellGain[] gains, LocalEnergies? local, double globalShare, EvaluationContext context)
    {
        nint area = (nint)octave.Height * CellStrip.Width;
        bool hasNeighbours = octave.Neighbours is not null;
        return Plane.Make<float>(octave.Height, octave.Width, stripes => RowParallel.For(octave.Width, CellStrip.Width, context, (left, _, scratch) =>
        {
            long kept = hasNeighbours ? gains.Length * area : 0;
            scratch.Reset(CellStrip.ScratchBytes(octave.Height, lengths) + Scratch.Padded<float>(kept) + Scratch.Padded<float>(area));
            float* sum = scratch.Take<float>(area);
            var cells = new CellStrip(octave.Height, lengths, scratch);
            var loader = new StripLoader(octave, left, 0);
            float* neighbours = hasNeighbours ? scratch.Take<float>(kept) : null;
            loader.Prepare(cells, weights, null, neighbours);
            if (local is null)
            {
                var reader = new Global(sum, gains, neighbours, area);
                cells.Run(weights.Smallest, ref reader);
            }
            else
            {
                var reader = new Local(sum, left, gains, neighbours, area, local, (float)globalShare);
                cells.Run(weights.Smallest, ref reader);
            }

            Put(sum, stripes, left);
        }));
    }

    /// <summary>Puts a strip where it belongs; planes' rows have room for whole strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Put(float* strip, Plane<float> to, int left)
    {
        for (int y = 0; y < to.Height; y++, strip += CellStrip.Width)
            Vector512.Store(Vector512.Load(strip), to.RowPointer(y) + left);
    }

    /// <summary>Adds a row of a cell to a row of the stripes; the first cell begins it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(int cell, Vector512<float> part, float* to)
        => Vector512.Store(cell == 0 ? part : Vector512.Load(to) + part, to);

    /// <summary>One share a cell.</summary>
    private readonly struct Global(float* sum, CellGain[] gains, float* neighbours, nint area) : ICellReader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(int cell, int row, Vector512<float> values)
        {
            CellGain gain = gains[cell];
            if (neighbours != null)
                values -= Vector512.Load(neighbours + cell * area + (nint)row * CellStrip.Width) * gain.LikenessFactor;
            Add(cell, values * (float)gain.Gain, sum + (nint)row * CellStrip.Width);
        }

        public void EndRows(int cell)
        {
        }
    }

    /// <summary>A share that follows the local energy e: P = rho signal + (1 - rho) max(0, e - N), g = P/(P + N).</summary>
    private readonly struct Local(float* sum, int left, CellGain[] gains, float* neighbours, nint area, LocalEnergies energies, float globalShare) : ICellReader
    {
        private const float Least = 1e-12f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]

        public void Take(int cell, int row, Vector512<float> values)
        {
            CellGain gain = gains[cell];
            if (neighbours != null)
                values -= Vector512.Load(neighbours + cell * area + (nint)row * CellStrip.Width) * gain.LikenessFactor;
            float* to = sum + (nint)row * CellStrip.Width;
            if (!gain.IsLocal)
            {
                Add(cell, values * (float)gain.Gain, to);
                return;
            }

            energies.Around(cell, row, left, out float* above, out float* below, out float share);
            Vector512<float> energy = Vector512.Load(above) * (1 - share) + Vector512.Load(below) * share;
            Vector512<float> tissue = Vector512.Create((float)gain.Tissue);
            Vector512<float> here = Vector512.Create((float)(globalShare * gain.Signal)) + (1 - globalShare) * Vector512.MaxNative(Vector512<float>.Zero, energy - tissue);
            Add(cell, here / Vector512.MaxNative(here + tissue, Vector512.Create(Least)) * values, to);
        }

        public void EndRows(int cell)
        {
        }
    }
}
