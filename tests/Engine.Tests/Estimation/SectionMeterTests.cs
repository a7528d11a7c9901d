using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>Means, masks and changes against sums taken pixel by pixel.</summary>
public sealed class SectionMeterTests
{
    [Theory]
    [InlineData(97, 131, false)]
    [InlineData(8, 8, false)]
    [InlineData(5, 3, false)]
    [InlineData(200, 260, true)]
    public void The_mean_of_tissue_is_exact(int height, int width, bool inverted)
    {
        ushort[,] pixels = Noise(height, width, 20000, 3000, seed: 1);
        double expected = pixels.Cast<ushort>().Average(v => inverted ? 65535.0 - v : v);

        SectionMeasurement measured = Measure(pixels, inverted).Measurement;

        Assert.Equal(expected, measured.Mean, 1e-9 * expected);
        Assert.Equal(0, measured.MaskedShare);
        Assert.Equal(0, measured.SaturatedShare);
        Assert.Null(measured.Previous);
    }

    [Fact]
    public void Artificial_background_and_saturated_pixels_do_not_count()
    {
        ushort[,] pixels = Noise(300, 400, 20000, 3000, seed: 2);
        double sum = 0;
        long count = 0, saturated = 0;
        for (int y = 0; y < 300; y++)
        {
            for (int x = 0; x < 400; x++)
            {
                if (x < 90)
                    pixels[y, x] = 12345;
                else if ((x + y) % 97 == 0)
                    (pixels[y, x], saturated) = ((ushort)(y % 2 == 0 ? 0 : 65535), saturated + 1);
                else
                    (sum, count) = (sum + pixels[y, x], count + 1);
            }
        }

        SectionMeasurement measured = Measure(pixels).Measurement;

        Assert.Equal(sum / count, measured.Mean, 1e-6);
        Assert.Equal(saturated / 120000.0, measured.SaturatedShare, 1e-12);
        Assert.Equal(1 - count / 120000.0, measured.MaskedShare, 1e-9);
        Assert.True(float.IsNaN(measured.Boxes[0]));
        Assert.False(float.IsNaN(measured.Boxes[^1]));
    }

    [Fact]
    public void Flat_specks_in_tissue_stay()
    {
        ushort[,] pixels = Noise(400, 400, 20000, 3000, seed: 3);
        for (int y = 100; y < 103; y++)
        {
            for (int x = 200; x < 203; x++)
                pixels[y, x] = 17000;
        }

        SectionMeasurement measured = Measure(pixels).Measurement;

        Assert.Equal(0, measured.MaskedShare);
        Assert.Equal(pixels.Cast<ushort>().Average(v => (double)v), measured.Mean, 1e-6);
    }

    [Fact]
    public void A_section_without_tissue_has_no_mean()
    {
        SectionMeasurement measured = Measure(new ushort[100, 100]).Measurement;

        Assert.True(double.IsNaN(measured.Mean));
        Assert.Equal(1, measured.MaskedShare);
    }

    [Fact]
    public void The_change_ignores_what_enters()
    {
        ushort[,] before = Noise(256, 256, 20000, 500, seed: 4), after = Noise(256, 256, 20321, 500, seed: 5);
        for (int y = 40; y < 90; y++)
        {
            for (int x = 60; x < 140; x++)
                after[y, x] += 8000;
        }

        MeasuredSection first = Measure(before, index: 7);
        SectionMeasurement second = Measure(after, index: 8, previous: first).Measurement;

        Assert.Equal(7, second.Previous);
        Assert.Equal(321, second.Change, 5 * second.ChangeError);
        Assert.InRange(second.ChangeError, 0.5, 5);
        Assert.True(second.Mean - first.Measurement.Mean > 321 + 400);
    }

    [Fact]
    public void The_standard_error_of_a_location_holds_for_groups_that_vary_together()
    {
        var random = new Random(6);
        const int Groups = 100, PerGroup = 20, Trials = 300;
        double squares = 0, told = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var values = new float[Groups * PerGroup];
            int[] groups = [.. Enumerable.Range(0, values.Length).Select(i => i / PerGroup)];
            float shift = 0;
            for (int i = 0; i < values.Length; i++)
            {
                if (i % PerGroup == 0)
                    shift = (float)(random.NextDouble() - 0.5) * 6;
                values[i] = 5 + shift + (float)(random.NextDouble() - 0.5) * 6;
            }

            Location location = RobustLocation.Of(values, groups, Groups);
            squares += (location.Value - 5) * (location.Value - 5) / Trials;
            told += location.Error / Trials;
        }

        Assert.InRange(told / Math.Sqrt(squares), 0.85, 1.15);
    }

    private static MeasuredSection Measure(ushort[,] pixels, bool inverted = false, int index = 0, MeasuredSection? previous = null)
    {
        using Plane<ushort> plane = Plane.FromArray(pixels);
        return SectionMeter.Measure(plane, inverted, index, previous, new MeasuringOptions(), EvaluationContext.Default);
    }

    private static ushort[,] Noise(int height, int width, int level, int spread, int seed)
    {
        var random = new Random(seed);
        var pixels = new ushort[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] = (ushort)(level + random.Next(-spread, spread + 1));
        }

        return pixels;
    }
}
