using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using Xunit.Abstractions;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>
/// A stack of 200 sections with known offsets: jumps of 1400 up and down, a slow drift, structures of 20 to 60 pixels
/// that enter, grow, shrink and leave, two sections missing and a tenth of one masked.
/// </summary>
public sealed class OffsetAccuracyTests(ITestOutputHelper output)
{
    private const int Size = 512, Depth = 200, Masked = 110;
    private static readonly int[] Missing = [70, 133];
    private static readonly int[] Jumps = [40, 90, 91, 120, 150];

    [Fact]
    public void Offsets_are_known_to_a_grey_level_and_jumps_are_not_smeared()
    {
        double[] truth = Truth(), means = new double[Depth];
        var levels = new List<SectionLevel>();
        MeasuredSection? previous = null;
        foreach ((int index, Plane<ushort> section) in Sections(truth))
        {
            using (section)
                previous = SectionMeter.Measure(section, invert: false, index, previous, new MeasuringOptions(), EvaluationContext.Default);
            SectionMeasurement m = previous.Measurement;
            levels.Add(new SectionLevel(index, m.Mean, m.MeanError, m.Change, m.ChangeError));
            means[index] = m.Mean;
            Assert.Equal(index == Masked ? Size / 10 / (double)Size : 0, m.MaskedShare, 0.01);
        }

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, Depth);

        double combined = Rms(z => estimate.Offset(z) - truth[z]), plain = Rms(z => means[z] - truth[z]);
        output.WriteLine(FormattableString.Invariant($"error RMS {combined:F3}, of plain means {plain:F1} grey levels"));
        Assert.True(combined <= 1, $"{combined}");
        Assert.True(plain >= 20, $"{plain}");
        foreach (int jump in Jumps)
        {
            for (int z = jump - 1; z <= jump + 1; z++)
                Assert.Equal(truth[z] - truth[z - 1], estimate.Offset(z) - estimate.Offset(z - 1), 1.5);
        }

        Assert.Equal(Jumps, Enumerable.Range(0, Depth).Where(z => estimate.Quality[z].HasFlag(SectionQuality.Jump)));
        Assert.Equal(Missing, Enumerable.Range(0, Depth).Where(z => estimate.Quality[z].HasFlag(SectionQuality.Missing)));

        static double Rms(Func<int, double> error)
        {
            double[] errors = [.. Enumerable.Range(0, Depth).Except(Missing).Select(error)];
            double mean = errors.Average();
            return Math.Sqrt(errors.Average(e => (e - mean) * (e - mean)));
        }
    }

    private static double[] Truth()
    {
        var random = new Random(5);
        double level = 22000;
        return [.. Enumerable.Range(0, Depth).Select(z =>
        {
            level += z switch { 40 or 91 or 150 => 1400, 90 or 120 => -1400, _ => 0 };
            return level + 150 * Math.Sin(z / 60.0) + random.NextDouble() * 20;
        })];
    }

    private static IEnumerable<(int Index, Plane<ushort> Section)> Sections(double[] truth)
    {
        var phantom = new Phantom(new PhantomOptions { Height = Size, Width = Size, Depth = Depth, NoiseSigma = 100, Seed = 3 });
        var random = new Random(5);
        Structure[] structures = [.. Enumerable.Range(0, 20).Select(_ => new Structure(random.Next(Size), random.Next(Size), random.Next(20, 60), random.Next(-20, Depth), random.Next(10, 60), random.Next(2) == 0 ? 3000 : -3000))];
        using Plane<float> tissue = phantom.Render(PhantomLayer.Truth, 0);
        for (int z = 0; z < Depth; z++)
        {
            if (Missing.Contains(z))
                continue;
            using Plane<float> noise = phantom.Render(PhantomLayer.Noise, z);
            Plane<ushort> section = Plane.Rent<ushort>(Size, Size);
            for (int y = 0; y < Size; y++)
            {
                Span<ushort> row = section.Row(y);
                Span<float> base0 = tissue.Row(y), added = noise.Row(y);
                for (int x = 0; x < Size; x++)
                    row[x] = (ushort)Math.Round(base0[x] + added[x] + truth[z]);
                foreach (Structure structure in structures)
                    structure.Draw(row, y, z);
                if (z == Masked && y < Size / 10)
                    row.Fill(40000);
            }

            yield return (z, section);
        }
    }

    private sealed record Structure(int Y, int X, int Radius, int First, int Length, int Depth)
    {
        public void Draw(Span<ushort> row, int y, int z)
        {
            double along = (double)(z - First) / Length;
            double squared = Radius * Radius * Math.Min(1, 8 * Math.Min(along, 1 - along)) - (y - Y) * (y - Y);
            if (squared <= 0)
                return;
            int half = (int)Math.Sqrt(squared);
            for (int x = Math.Max(0, X - half); x <= Math.Min(row.Length - 1, X + half); x++)
                row[x] = (ushort)(row[x] + Depth);
        }
    }
}
