using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Metrics;

public sealed class SectionStatisticsTests
{
    [Fact]
    public void Levels_are_those_of_the_definitions()
    {
        // Sorted: 1 2 2 3 9 40; the sixth of an even number is taken below: the median is 2, distances 0 0 1 1 7 38.
        using Plane<ushort> plane = Plane.FromArray(new ushort[,] { { 40, 2, 3 }, { 9, 1, 2 } });
        SectionStatistics s = SectionStatistics.Of(plane);
        Assert.Equal(6, s.Count);
        Assert.Equal(0, s.MaskedShare);
        Assert.Equal(57 / 6.0, s.Mean, 12);
        Assert.Equal(Math.Sqrt((1600 + 4 + 9 + 81 + 1 + 4) / 6.0 - 9.5 * 9.5), s.StandardDeviation, 10);
        Assert.Equal(2, s.Median);
        Assert.Equal(1, s.MedianAbsoluteDeviation);
        Assert.Equal(1, s.Minimum);
        Assert.Equal(40, s.Maximum);
        Assert.Equal(1 / 6.0, s.SaturatedDark, 12);
        Assert.Equal(1 / 6.0, s.SaturatedBright, 12);
    }

    [Theory]
    [InlineData(1e6f, 1)]
    [InlineData(-3e30f, 1)]
    [InlineData(3e30f, 5)]
    public void Outliers_move_neither_median_nor_deviation_of_floats(float outlier, int count)
    {
        var random = new Random(3);
        var pixels = new float[120, 140];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i / 140, i % 140] = 0.7f + 0.1f * random.NextSingle();
        SectionStatistics without = SectionStatistics.Of(Plane.FromArray(pixels));
        for (int i = 0; i < count; i++)
            pixels[7 * i, 11 * i] = outlier;
        SectionStatistics with = SectionStatistics.Of(Plane.FromArray(pixels));

        Assert.Equal(0.75, without.Median, 2);
        Assert.Equal(without.Median, with.Median, 4);
        Assert.Equal(without.MedianAbsoluteDeviation, with.MedianAbsoluteDeviation, 4);
        Assert.Equal(count, Math.Round((outlier > 0 ? with.SaturatedBright : with.SaturatedDark) * pixels.Length));
        Assert.Equal(1, Math.Round((outlier > 0 ? with.SaturatedDark : with.SaturatedBright) * pixels.Length));
    }

    [Fact]
    public void Infinite_pixels_are_missing_ones()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 300, Width = 400 });
        using Plane<float> missing = (Plane<float>)phantom.Truth(3).Compute(EvaluationContext.Default), infinite = missing.Clone();
        foreach ((int y, int x) in new[] { (10, 10), (200, 30), (299, 399) })
            (missing.Row(y)[x], infinite.Row(y)[x]) = (float.NaN, y == 10 ? float.NegativeInfinity : float.PositiveInfinity);
        SectionStatistics expected = SectionStatistics.Of(missing), found = SectionStatistics.Of(infinite);
        Assert.Equal(expected.Count, found.Count);
        Assert.Equal(expected.NoiseLevel, found.NoiseLevel, 9);
        Assert.NotEmpty(found.Stripes);
        foreach ((StripeEnergy a, StripeEnergy b) in expected.Stripes.Zip(found.Stripes))
            Assert.Equal(a, b);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Robust_figures_are_those_of_sorted_pixels(int seed)
    {
        var random = new Random(seed);
        var pixels = new ushort[61, 83];
        for (int y = 0; y < 61; y++)
        {
            for (int x = 0; x < 83; x++)
                pixels[y, x] = (ushort)random.Next(20000, 20000 + 100 * (1 + random.Next(50)));
        }

        using Plane<ushort> plane = Plane.FromArray(pixels);
        SectionStatistics s = SectionStatistics.Of(plane);
        double[] sorted = [.. pixels.Cast<ushort>().Select(v => (double)v).Order()];
        double median = sorted[(sorted.Length - 1) / 2];
        Assert.Equal(median, s.Median);
        Assert.Equal(sorted.Select(v => Math.Abs(v - median)).Order().ElementAt((sorted.Length - 1) / 2), s.MedianAbsoluteDeviation);
    }

    [Fact]
    public void Pixels_without_data_or_outside_of_the_mask_do_not_count()
    {
        float[,] pixels = Noise(40, 50, 100, 5, seed: 1);
        var mask = new byte[40, 50];
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 50; x++)
            {
                mask[y, x] = x < 25 ? (byte)1 : (byte)0;
                if (x >= 25)
                    pixels[y, x] = 1e6f;
                if (y < 4)
                    pixels[y, x] = float.NaN;
            }
        }

        using Plane<float> plane = Plane.FromArray(pixels);
        using Plane<byte> inside = Plane.FromArray(mask);
        SectionStatistics s = SectionStatistics.Of(plane, inside);
        Assert.Equal(36 * 25, s.Count);
        Assert.Equal(1 - 36 * 25 / 2000.0, s.MaskedShare, 12);
        Assert.InRange(s.Mean, 99, 101);
        Assert.InRange(s.Median, 99, 101);
        Assert.True(s.Maximum < 200);
        Assert.All(s.Stripes, e => Assert.True(double.IsFinite(e.Significance)));
        Assert.Equal(1e6f, plane.Row(10)[30]); // the caller's pixels stay
    }

    [Fact]
    public void Nothing_that_counts_gives_NaN_and_no_stripes()
    {
        using Plane<float> plane = Plane.FromArray(new[,] { { float.NaN, float.NaN } });
        SectionStatistics s = SectionStatistics.Of(plane);
        Assert.Equal(0, s.Count);
        Assert.Equal(1, s.MaskedShare);
        Assert.True(double.IsNaN(s.Mean) && double.IsNaN(s.Median) && double.IsNaN(s.MedianAbsoluteDeviation) && double.IsNaN(s.NoiseLevel) && double.IsNaN(s.SaturatedDark));
        Assert.Empty(s.Stripes);
    }

    [Fact]
    public void Clipping_shows_as_saturation()
    {
        float[,] noise = Noise(100, 100, 128, 60, seed: 2);
        var pixels = new byte[100, 100];
        int dark = 0, bright = 0;
        for (int y = 0; y < 100; y++)
        {
            for (int x = 0; x < 100; x++)
            {
                pixels[y, x] = (byte)Math.Clamp(noise[y, x], 0, 255);
                dark += pixels[y, x] == 0 ? 1 : 0;
                bright += pixels[y, x] == 255 ? 1 : 0;
            }
        }

        using Plane<byte> plane = Plane.FromArray(pixels);
        SectionStatistics s = SectionStatistics.Of(plane);
        Assert.Equal(dark / 10000.0, s.SaturatedDark, 12);
        Assert.Equal(bright / 10000.0, s.SaturatedBright, 12);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(12)]
    [InlineData(2500)]
    public void White_noise_is_measured(double sigma)
    {
        using Plane<float> plane = Plane.FromArray(Noise(256, 300, 30000, sigma, seed: 3));
        Assert.Equal(sigma, SectionStatistics.Of(plane).NoiseLevel, sigma * 0.06);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(800)]
    [InlineData(2000)]
    public void Noise_is_told_from_tissue(double sigma)
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 512, Width = 768, NoiseSigma = sigma, StripeAmplitude = 0 }).Section(3).Compute();
        Assert.Equal(sigma, SectionStatistics.Of(raw).NoiseLevel, sigma * 0.1);
    }

    [Fact]
    public void Flat_frames_do_not_lower_the_noise()
    {
        float[,] pixels = Noise(300, 300, 1000, 40, seed: 4);
        for (int y = 0; y < 300; y++)
        {
            for (int x = 0; x < 150; x++)
                pixels[y, x] = 0;
        }

        using Plane<float> plane = Plane.FromArray(pixels);
        Assert.Equal(40, SectionStatistics.Of(plane).NoiseLevel, 40 * 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Stripes_are_found_at_their_scale(int scale)
    {
        // The low-pass of scale s halves periods of 6.7 2^s, that of the scale before those of half the length.
        using Plane<float> plane = Plane.FromArray(Striped(600, 800, amplitude: 10, period: 4.7 * (1 << scale), noise: 20));
        SectionStatistics s = SectionStatistics.Of(plane);
        StripeEnergy strongest = s.Stripes.MaxBy(e => e.Amplitude)!;
        Assert.Equal(scale, strongest.Scale);
        Assert.True(strongest.Significance > 3, $"{strongest}");
        Assert.InRange(strongest.Amplitude, 0.4 * 10 / Math.Sqrt(2), 1.05 * 10 / Math.Sqrt(2));
    }

    [Fact]
    public void Turning_the_section_turns_the_energies()
    {
        float[,] pixels = Striped(300, 420, amplitude: 10, period: 9, noise: 20);
        var turned = new float[420, 300];
        for (int y = 0; y < 300; y++)
        {
            for (int x = 0; x < 420; x++)
                turned[x, y] = pixels[y, x];
        }

        using Plane<float> upright = Plane.FromArray(pixels), lying = Plane.FromArray(turned);
        SectionStatistics vertical = SectionStatistics.Of(upright), horizontal = SectionStatistics.Of(lying, direction: StripeDirection.Horizontal), across = SectionStatistics.Of(lying);
        Assert.NotEmpty(vertical.Stripes);
        Assert.Equal(vertical.Stripes.Select(e => e.Along), horizontal.Stripes.Select(e => e.Along));
        Assert.Equal(vertical.Stripes.Select(e => e.Along), across.Stripes.Select(e => e.Across));
        Assert.True(across.Stripes.Min(e => e.Significance) < -10);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Tissue_and_noise_alone_show_no_stripes(int seed)
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 700, Width = 900, StripeAmplitude = 0, Seed = seed }).Section(0).Compute();
        Assert.All(SectionStatistics.Of(raw).Stripes, e => Assert.InRange(e.Significance, -3.5, 3.5));
    }

    [Fact]
    public void Stripes_are_found_beside_background()
    {
        float[,] pixels = Striped(500, 700, amplitude: 10, period: 9, noise: 20);
        for (int y = 0; y < 500; y++)
        {
            for (int x = 0; x < 300; x++)
                pixels[y, x] = float.NaN;
        }

        using Plane<float> plane = Plane.FromArray(pixels);
        StripeEnergy strongest = SectionStatistics.Of(plane).Stripes.MaxBy(e => e.Amplitude)!;
        Assert.InRange(strongest.Amplitude, 0.4 * 10 / Math.Sqrt(2), 1.05 * 10 / Math.Sqrt(2));
        Assert.True(strongest.Significance > 10);
    }

    [Fact]
    public void Threads_do_not_change_the_figures()
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 300, Width = 400 }).Section(3).Compute();
        SectionStatistics one = SectionStatistics.Of(raw, context: new EvaluationContext { Threads = 1 }), three = SectionStatistics.Of(raw, context: new EvaluationContext { Threads = 3 });
        Assert.Equal(one with { Stripes = [] }, three with { Stripes = [] });
        foreach ((StripeEnergy a, StripeEnergy b) in one.Stripes.Zip(three.Stripes))
        {
            // The level that bands are centred on is the same; how rows are cut among threads only moves roundings.
            Assert.Equal(a.Along, b.Along, 1e-5 * a.Along);
            Assert.Equal(a.Across, b.Across, 1e-5 * a.Across);
        }
    }

    internal static float[,] Noise(int height, int width, double mean, double sigma, int seed)
    {
        var random = new Random(seed);
        var pixels = new float[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] = (float)MathNet.Numerics.Distributions.Normal.Sample(random, mean, sigma);
        }

        return pixels;
    }

    private static float[,] Striped(int height, int width, double amplitude, double period, double noise)
    {
        float[,] pixels = Noise(height, width, 20000, noise, seed: 5);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] += (float)(amplitude * Math.Sin(2 * Math.PI * x / period));
        }

        return pixels;
    }
}
