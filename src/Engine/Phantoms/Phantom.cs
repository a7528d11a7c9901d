using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics.Tensors;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// A volume of synthetic nervous tissue with known truth, seen through a simulated microscope:
/// <c>65535 - raw = round(truth + offset[z] + background(z, y, x) + stripes + noise)</c>.
/// Removing stripes, offset, background (its constant term left in place, as the pipeline does) and noise gives the truth.
/// </summary>
/// <remarks>
/// Immutable and free of pixels: any section is computed when asked for, in any order. The same seed and options give
/// the same pixels whatever the number of threads; the tissue at (z, y, x) does not depend on the size of the volume.
/// </remarks>
public sealed class Phantom
{
    private readonly Tissue _tissue;
    private readonly Curtains _curtains;
    private readonly SensorNoise _noise;
    private readonly ConcurrentBag<Scratch> _scratch = [];

    /// <summary>Describes the volume.</summary>
    /// <param name="options">Its size and properties, or null for the defaults.</param>
    /// <exception cref="EmException">A value out of its range.</exception>
    public Phantom(PhantomOptions? options = null)
    {
        Options = options ?? new PhantomOptions();
        Options.Check();
        uint seed = CounterHash.Mix((uint)Options.Seed + 0x3E3D0u);
        _tissue = new Tissue(seed, (float)Options.CellSize);
        _curtains = new Curtains(seed, (float)Options.StripeAmplitude);
        _noise = new SensorNoise(seed, Options.NoiseSigma, Options.ShotNoiseShare);
        Background = BackgroundField.Make(seed, Options.BackgroundRange);

        // The background's mean is taken out of the offsets, so that raw sections keep their range.
        Offsets = [.. OffsetWalk.Make(seed, Options.Depth, Options.OffsetMean - BackgroundField.Mean(Background), Options.OffsetJump)];
    }

    /// <summary>The size and the properties.</summary>
    public PhantomOptions Options { get; }

    /// <summary>The shape of the volume, (z, y, x).</summary>
    public VolumeShape VolumeShape => new(Options.Depth, Options.Height, Options.Width);

    /// <summary>Intensity offset of every section, in grey levels, as in the dataset <c>offset</c> of info.h5.</summary>
    public ImmutableArray<float> Offsets { get; }

    /// <summary>The background of the volume. Its constant term is not part of the raw sections.</summary>
    public BackgroundModel Background { get; }

    /// <summary>The raw section at <paramref name="index"/> as the pipeline takes it: 16 bits, inverted, to be turned back on reading.</summary>
    /// <exception cref="EmException">The index is not in the volume.</exception>
    public EmSection Section(int index) => new(new PhantomSource(this, index), index, inverted: true);

    /// <summary>The true section at <paramref name="index"/>: floats in grey levels with a mean of about 28000.</summary>
    /// <exception cref="EmException">The index is not in the volume.</exception>
    public EmSection Truth(int index) => new(new PhantomTruthSource(this, index), index);

    /// <summary>One layer of a section, in grey levels. The caller owns the plane.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="index">The section, 0 to the volume's depth - 1.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">The index is not in the volume.</exception>
    public Plane<float> Render(PhantomLayer layer, int index, EvaluationContext? context = null)
    {
        RequireIndex(index);
        SectionBackground background = Background.AtSection(Calibration.VolumeShape.Scaled(index, Options.Depth));
        Plane<float> plane = Plane.Rent<float>(Options.Height, Options.Width);
        ForBands(plane, context, (scratch, rows, y0) =>
        {
            if (layer is PhantomLayer.Truth or PhantomLayer.Noise)
                _tissue.Render(scratch.Tile, rows, Options.Width, Depth(index), y0);
            else
                rows.Clear();
            if (layer == PhantomLayer.Stripes)
                _curtains.Add(rows, Options.Width, index, y0, scratch.Lines);
            for (int y = y0; y < y0 + rows.Length / Options.Width; y++)
            {
                Span<float> row = rows.Slice((y - y0) * Options.Width, Options.Width);
                if (layer == PhantomLayer.Background)
                    BackgroundField.Add(row, background.AtRow(Calibration.VolumeShape.Scaled(y, Options.Height)));
                if (layer == PhantomLayer.Noise)
                    _noise.Fill(plane.Row(y), row, index, y);
                else
                    row.CopyTo(plane.Row(y));
            }
        });
        return plane;
    }

    /// <summary>The raw section, 16 bits and inverted.</summary>
    internal Plane<ushort> RenderRaw(int index, EvaluationContext? context)
    {
        SectionBackground background = Background.AtSection(Calibration.VolumeShape.Scaled(index, Options.Depth));
        Plane<ushort> plane = Plane.Rent<ushort>(Options.Height, Options.Width);
        ForBands(plane, context, (scratch, rows, y0) =>
        {
            _tissue.Render(scratch.Tile, rows, Options.Width, Depth(index), y0);
            Span<float> noise = scratch.Lines.AsSpan(2 * Options.Width, Options.Width);
            for (int y = 0; y < rows.Length / Options.Width; y++)
            {
                Span<float> row = rows.Slice(y * Options.Width, Options.Width);
                _noise.Fill(noise, row, index, y0 + y);
                TensorPrimitives.Add(row, noise, row);
                TensorPrimitives.Add(row, Offsets[index], row);
                BackgroundField.Add(row, background.AtRow(Calibration.VolumeShape.Scaled(y0 + y, Options.Height)));
            }

            _curtains.Add(rows, Options.Width, index, y0, scratch.Lines);
            for (int y = 0; y < rows.Length / Options.Width; y++)
                Quantize(rows.Slice(y * Options.Width, Options.Width), plane.Row(y0 + y));
        });
        return plane;
    }

    /// <summary>Refuses an index outside the volume.</summary>
    internal void RequireIndex(int index)
    {
        if (index < 0 || index >= Options.Depth)
            throw new EmException(EmErrorKind.InvalidArgument, "PhantomIndex", $"The phantom has the sections 0 to {Options.Depth - 1}, so there is no section {index}; give another index or a larger Depth.", "Index");
    }

    private static void Quantize(Span<float> row, Span<ushort> stored)
    {
        // 65535 less the rounded value, limited to 16 bits. Adding 0.5 before truncating rounds, as nothing is negative.
        TensorPrimitives.Subtract(65535.5f, row, row);
        TensorPrimitives.Max(row, 0f, row);
        TensorPrimitives.Min(row, 65535f, row);
        TensorPrimitives.ConvertTruncating<float, ushort>(row, stored);
    }

    private float Depth(int index) => (float)(index * Options.SectionThickness);

    private delegate void BandAction(Scratch scratch, Span<float> rows, int y0);

    private void ForBands(Plane plane, EvaluationContext? context, BandAction action)
    {
        context ??= EvaluationContext.Default;
        int bands = (plane.Height + TissueTile.Height - 1) / TissueTile.Height;
        try
        {
            RowParallel.For(bands, 1, context, (first, end) =>
            {
                Scratch scratch = _scratch.TryTake(out Scratch? kept) ? kept : new Scratch(plane.Width);
                for (int band = first; band < end; band++)
                {
                    int y0 = band * TissueTile.Height;
                    int rows = Math.Min(TissueTile.Height, plane.Height - y0);
                    action(scratch, scratch.Rows.AsSpan(0, rows * plane.Width), y0);
                }

                _scratch.Add(scratch);
            });
        }
        catch
        {
            plane.Dispose();
            throw;
        }
        finally
        {
            _scratch.Clear();
        }
    }

    /// <summary>What one thread works in: a band of rows, and three rows more.</summary>
    private sealed class Scratch(int width)
    {
        public TissueTile Tile { get; } = new();

        public float[] Rows { get; } = new float[TissueTile.Height * width];

        public float[] Lines { get; } = new float[3 * width];
    }
}
