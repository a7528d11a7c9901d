using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using EmTools.Engine;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Imaging;

namespace EmTools.Benchmarks;

/// <summary>Measuring one section of 13750 x 9000 pixels at 16 bits, and making the tables of 11260 such sections.</summary>
[MemoryDiagnoser]
public class EstimationBenchmarks
{
    private static readonly VolumeShape Volume = new(11260, 9000, 13750);
    private static readonly BlockGrid Grid = BlockGrid.ForBackground(Volume.Height, Volume.Width, new MeasuringOptions().Boxes);

    private Plane<ushort> _section = null!;
    private MeasuredSection _previous = null!;
    private SectionLevel[] _levels = null!;
    private string _boxes = "";

    /// <summary>A section of noise, and box means of noise around a slope.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        ushort[] noise = [.. Enumerable.Range(0, 1 << 20).Select(_ => (ushort)random.Next(10000, 20000))];
        _section = Plane.Rent<ushort>(Volume.Height, Volume.Width);
        for (int y = 0; y < Volume.Height; y++)
            noise.AsSpan(random.Next(noise.Length - Volume.Width), Volume.Width).CopyTo(_section.Row(y));
        _previous = SectionMeter.Measure(_section, invert: true, 0, null, new MeasuringOptions(), EvaluationContext.Default);

        _levels = [.. Enumerable.Range(0, Volume.Depth).Select(z => new SectionLevel(z, 50000 + 20 * random.NextDouble(), 13, z == 0 ? double.NaN : random.NextDouble() - 0.5, 0.5))];
        _boxes = Path.GetTempFileName();
        using FileStream file = File.Create(_boxes);
        var boxes = new float[Grid.Rows * Grid.Columns];
        for (int z = 0; z < Volume.Depth; z++)
        {
            for (int i = 0; i < boxes.Length; i++)
                boxes[i] = 50000 + 600 * random.NextSingle() + i + z * 0.1f;
            file.Write(MemoryMarshal.AsBytes<float>(boxes));
        }
    }

    /// <summary>Removes what the setup made.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _section.Dispose();
        File.Delete(_boxes);
    }

    /// <summary>One section, read already.</summary>
    [Benchmark]
    public double Section() => SectionMeter.Measure(_section, invert: true, 1, _previous, new MeasuringOptions(), EvaluationContext.Default).Measurement.Mean;

    /// <summary>The offsets of 11260 sections.</summary>
    [Benchmark]
    public double Offsets() => OffsetEstimator.Estimate(_levels, Volume.Depth).CorrectedMean[^1];

    /// <summary>The background of 11260 sections, with all passes over the boxes on disk.</summary>
    [Benchmark]
    public double Background()
        => new BackgroundFitter(new BoxStore(_boxes, [.. Enumerable.Range(0, Volume.Depth)], Grid.Rows * Grid.Columns, _ => 17232), Grid, Volume, 32768).Fit(new BackgroundFitOptions()).Fit.R2;
}
