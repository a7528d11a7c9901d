using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>
/// The local energy of an octave's cells: squares averaged across a window of stripe widths and along the next length. It is
/// smooth along the stripe, so it is kept for every few rows of blocks only, with straight lines between them.
/// </summary>
internal sealed unsafe class LocalEnergies : IDisposable
{
    /// <summary>Rows that are kept for the length of the average.</summary>
    private const int RowsPerLength = 30;

    private readonly int _height;
    private readonly int[] _every;
    private readonly Plane<float>?[] _energies;

    private LocalEnergies(int height, int[] every, Plane<float>?[] energies) => (_height, _every, _energies) = (height, every, energies);

    /// <summary>Measures the cells that have a local gain.</summary>
    public static LocalEnergies Measure(Octave octave, LocalWeights weights, int[] lengths, CellGain[] gains, double window, EvaluationContext context)
    {
        int[] along = [.. lengths.Skip(1), lengths[^1]];
        int[] every = [.. along.Select(length => Math.Max(1, length / RowsPerLength))];
        var energies = new LocalEnergies(octave.Height, every, new Plane<float>?[gains.Length]);
        try
        {
            for (int j = 0; j < gains.Length; j++)
                energies._energies[j] = gains[j].IsLocal ? Plane.Rent<float>(Rows(octave.Height, every[j]), octave.Width) : null;
            RowParallel.For(octave.Width, CellStrip.Width, context, (left, _, scratch) =>
            {
                var strip = new GainedStrip(octave, weights, lengths, gains, left, scratch);
                energies.Put(strip, along, left);
            });
            foreach (Plane<float> plane in energies._energies.OfType<Plane<float>>())
                PlaneFilters.Triangle(plane, octave.Columns(window), 1, context);
            return energies;
        }
        catch
        {
            energies.Dispose();
            throw;
        }
    }

    /// <summary>The rows around row <paramref name="y"/> of a cell's energies, from column <paramref name="left"/> on, and the second one's share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Around(int cell, int y, int left, out float* above, out float* below, out float share)
    {
        Plane<float> plane = _energies[cell]!;
        int every = _every[cell], row = Math.Min(y / every, Math.Max(0, plane.Height - 2));
        int first = row * every, second = Math.Min(first + every, _height - 1);
        above = plane.RowPointer(row) + left;
        below = plane.RowPointer(Math.Min(row + 1, plane.Height - 1)) + left;
        share = second == first ? 0 : (float)(y - first) / (second - first);
    }

    public void Dispose()
    {
        foreach (Plane<float>? plane in _energies)
            plane?.Dispose();
    }

    /// <summary>One every so many rows, and the last.</summary>
    private static int Rows(int height, int every) => (height - 1 + every - 1) / every + 1;

    private void Put(GainedStrip strip, int[] along, int left)
    {
        for (int j = 0; j < _energies.Length; j++)
        {
            if (_energies[j] is not { } plane)
                continue;
            float* average = strip.AverageSquares(j, along[j]);
            for (int i = 0; i < plane.Height; i++)
                Vector512.Store(Vector512.Load(average + (nint)Math.Min(i * _every[j], _height - 1) * CellStrip.Width), plane.RowPointer(i) + left);
        }
    }

    /// <summary>A strip's cells, without what the neighbours share of them.</summary>
    private sealed class GainedStrip
    {
        private readonly CellStrip _cells;
        private readonly float* _values;
        private readonly float* _average;
        private readonly nint _area;

        public GainedStrip(Octave octave, LocalWeights weights, int[] lengths, CellGain[] gains, int left, Scratch scratch)
        {
            _area = (nint)octave.Height * CellStrip.Width;
            scratch.Reset(CellStrip.ScratchBytes(octave.Height, lengths) + Scratch.Padded<float>(gains.Length * _area) + Scratch.Padded<float>(_area));
            _cells = new CellStrip(octave.Height, lengths, scratch);
            _values = scratch.Take<float>(gains.Length * _area);
            _average = scratch.Take<float>(_area);
            bool hasNeighbours = octave.Neighbours is not null;
            new StripLoader(octave, left, 0).Prepare(_cells, weights, null, hasNeighbours ? _values : null);
            var reader = new Reader(_values, _area, gains, hasNeighbours);
            _cells.Run(weights.Smallest, ref reader);
        }

        /// <summary>A cell's squares, averaged down the columns.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public float* AverageSquares(int cell, int length)
        {
            float* from = _values + cell * _area, to = _cells.Values;
            for (nint i = 0; i < _area; i += CellStrip.Width)
                Vector512.Store(Vector512.Load(from + i) * Vector512.Load(from + i), to + i);
            _cells.Average(length, _average);
            return _average;
        }
    }

    /// <summary>Takes the neighbours' share, where it stands already, out of the cells.</summary>
    private readonly struct Reader(float* to, nint area, CellGain[] gains, bool hasNeighbours) : ICellReader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(int cell, int row, Vector512<float> values)
        {
            float* place = to + cell * area + (nint)row * CellStrip.Width;
            Vector512.Store(hasNeighbours ? values - Vector512.Load(place) * gains[cell].LikenessFactor : values, place);
        }

        public void EndRows(int cell)
        {
        }
    }
}
