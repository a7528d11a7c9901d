using System.Globalization;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Suggestions;

/// <summary>Charged spots, far beyond all other grey levels, and what is chosen from sections that have some.</summary>
public sealed class SpotsTests
{
    private const int Height = 320;
    private const int Width = 448;

    private static readonly Phantom s_phantom = new(new PhantomOptions { Height = Height, Width = Width, BackgroundRange = 0, Seed = 21 });

    private static readonly Recipe s_published = new(new IFilterOptions[] { new DestripeOptions(), new DenoiseOptions(), new ContrastOptions() }
        .Select(o => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == o.GetType()), o)));

    /// <summary>What is chosen without spots, and a section and its truth to try it on.</summary>
    private static readonly Lazy<Recipe> s_floats = new(() => Suggester.Suggest([Section(Floats(10), PixelType.Single)], s_published).Recipe);
    private static readonly Lazy<Recipe> s_words = new(() => Suggester.Suggest([Section(Words(10), PixelType.UInt16)], s_published).Recipe);

    /// <summary>Share of the pixels, and by how many standard deviations they are brighter than they were. 16 bits are clipped to their ends.</summary>
    [Theory]
    [InlineData(PixelType.Single, 0.001, 100)]
    [InlineData(PixelType.Single, 0.001, -100)]
    [InlineData(PixelType.Single, 0.01, 100)]
    [InlineData(PixelType.Single, 0.01, -100)]
    [InlineData(PixelType.Single, 0.01, 1e7)]
    [InlineData(PixelType.UInt16, 0.001, 100)]
    [InlineData(PixelType.UInt16, 0.001, -100)]
    [InlineData(PixelType.UInt16, 0.01, 100)]
    [InlineData(PixelType.UInt16, 0.01, -1000)]
    public void Spots_do_not_change_what_is_chosen(PixelType type, double share, double deviations)
    {
        bool floats = type == PixelType.Single;
        (float[,] pixels, _) = Spotted(floats ? Floats(10) : Words(10), share, deviations, seed: 1, type);
        (float[,] target, byte[,] clear) = Spotted(floats ? Floats(70) : Words(70), share, deviations, seed: 2, type);
        Recipe with = Suggester.Suggest([Section(pixels, type)], s_published).Recipe, without = (floats ? s_floats : s_words).Value;
        foreach (float[,] section in new[] { target, floats ? Floats(70) : Words(70) })
        {
            (ImageComparison chosen, ImageComparison wanted) = (Judge(with, section, type, clear), Judge(without, section, type, clear));
            Assert.True(chosen.Psnr > wanted.Psnr - 0.2 && chosen.Ssim > wanted.Ssim - 0.01, $"with spots {chosen.Psnr:F2} dB {chosen.Ssim:F4}, without {wanted.Psnr:F2} dB {wanted.Ssim:F4}");
        }
    }

    /// <summary>The chain itself spreads spots; the warning says what to do about it.</summary>
    [Fact]
    public void Spots_are_warned_of_and_the_advice_helps()
    {
        (float[,] pixels, byte[,] clear) = Spotted(Floats(70), 0.01, 100, seed: 2, PixelType.Single);
        Suggestion suggestion = Suggester.Suggest([Section(pixels, PixelType.Single)], s_published);
        string warning = Assert.Single(suggestion.Warnings);
        double[] numbers = [.. warning[warning.IndexOf("-Minimum", StringComparison.Ordinal)..].Split(' ', ',').Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out double number) ? number : double.NaN).Where(double.IsFinite)];
        Assert.Equal(4, numbers.Length);
        var clip = new FilterStep(FilterCatalog.Get("Rescale"), new RescaleOptions { Minimum = numbers[0], Maximum = numbers[1], Range = [numbers[2], numbers[3]], PixelType = PixelType.Single });

        var clipped = new Recipe([clip, .. suggestion.Recipe.Steps]);
        (double better, double asItIs) = (Judge(clipped, pixels, PixelType.Single, clear).Psnr, Judge(suggestion.Recipe, pixels, PixelType.Single, clear).Psnr);
        Assert.True(better > asItIs + 3, $"clipped {better:F2} dB, as it is {asItIs:F2} dB");
        Assert.Empty(Suggester.Suggest([Section(pixels, PixelType.Single).With(clip)], s_published).Warnings);
    }

    /// <summary>A few pixels in the tail of tissue with strong stripes are no reason to warn.</summary>
    [Fact]
    public void Next_to_none_are_not_warned_of()
    {
        float[,] pixels = Floats(10);
        (pixels[100, 100], pixels[200, 300]) = (60, -15);
        Suggestion suggestion = Suggester.Suggest([Section(pixels, PixelType.Single)], new Recipe([s_published.Steps[2]]));
        Assert.Empty(suggestion.Warnings);
    }

    /// <summary>What a step makes of the grey levels of a whole section, it makes of those of the spots too.</summary>
    [Fact]
    public void Levels_are_those_that_the_steps_before_leave()
    {
        (float[,] pixels, _) = Spotted(Floats(10), 0.01, 100, seed: 1, PixelType.Single);
        var rescale = new FilterStep(FilterCatalog.Get("Rescale"), new RescaleOptions { PixelType = PixelType.Single });
        var chain = new Recipe([s_published.Steps[1], rescale, s_published.Steps[2]]);
        Recipe chosen = Suggester.Suggest([Section(pixels, PixelType.Single)], chain).Recipe;
        using Plane before = new Recipe(chosen.Steps[..^1]).ApplyTo(Section(pixels, PixelType.Single)).Compute();
        double median = SectionStatistics.Of(before).Median;
        Assert.Equal(median, ((ContrastOptions)((FilterStep)chosen.Steps[^1]).Options).Mean, 0.02 * median);
    }

    [Theory]
    [InlineData(12, 0, 0)]
    [InlineData(12, 40, 40)]
    [InlineData(-12, 40, 40)]
    [InlineData(1e20, 40, 40)]
    [InlineData(4, 40, 0)] // not so far out
    [InlineData(30, 6000, 0)] // more than a few: the section shows two things
    public void Few_pixels_far_out_are_spots(double value, int pixels, int found)
    {
        var random = new Random(1);
        var image = new float[400, 400];
        for (int i = 0; i < image.Length; i++)
            image[i / 400, i % 400] = pixels > 0 && i % (image.Length / pixels) == 100 ? (float)value : (float)MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        image[0, 0] = float.NaN;
        using Plane<float> plane = Plane.FromArray(image);
        using Plane<byte> tissue = Plane.Rent<byte>(400, 400);
        for (int y = 0; y < 400; y++)
            tissue.Row(y).Fill(1);
        Spots spots = Spots.LeaveOut(plane, tissue, EvaluationContext.Default);
        Assert.InRange(spots.Count, found, found + found / 20);
        for (int i = 0; i < image.Length; i++)
            Assert.False(tissue.Row(i / 400)[i % 400] != 0 && found > 0 && image[i / 400, i % 400] == (float)value);
        Assert.Equal(found == 0, TissueMask.RowCounts(plane, tissue, EvaluationContext.Default).Sum() == image.Length);
    }

    /// <summary>However far out they are, and how many: others are resolved.</summary>
    [Theory]
    [InlineData(1e-4, 0.5)]
    [InlineData(0.005, 2)]
    [InlineData(0.02, 4)]
    public void Quantiles_are_those_of_all_pixels_but_the_outliers(double share, double lowest)
    {
        var random = new Random(1);
        var image = new float[500, 400];
        float[] sorted = new float[image.Length];
        for (int i = 0; i < image.Length; i++)
            image[i / 400, i % 400] = sorted[i] = random.NextDouble() < share ? 1e9f * (random.Next(2) * 2 - 1) : (float)random.NextDouble();
        Array.Sort(sorted);
        using Plane<float> plane = Plane.FromArray(image);
        Quantiles quantiles = Quantiles.Of(plane, EvaluationContext.Default);
        foreach (double percent in new[] { lowest, 50, 100 - lowest })
            Assert.Equal(sorted[(int)(percent / 100 * sorted.Length) - 1], quantiles.At(percent), 1e-4);
    }

    private static ImageComparison Judge(Recipe recipe, float[,] pixels, PixelType type, byte[,] clear)
    {
        using Plane result = recipe.ApplyTo(Section(pixels, type)).Compute(), truth = s_phantom.Truth(70).Compute();
        using Plane<byte> mask = Plane.FromArray(clear);
        return ImageQuality.Compare(result, truth, new ComparisonOptions { MatchIntensities = true, Mask = mask });
    }

    /// <summary>Grey levels with fractions, between about 10 and 40.</summary>
    private static float[,] Floats(int z) => Pixels(z, 1.2345e-3, -40);

    /// <summary>A narrow part of 16 bits, between about 33,500 and 34,500.</summary>
    private static float[,] Words(int z) => Pixels(z, 0.0625, 31200);

    private static float[,] Pixels(int z, double gain, double offset)
    {
        using var raw = (Plane<ushort>)s_phantom.Section(z).Compute();
        var pixels = new float[Height, Width];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i / Width, i % Width] = (float)(gain * raw.Row(i / Width)[i % Width] + offset);
        return pixels;
    }

    private static EmSection Section(float[,] pixels, PixelType type)
    {
        if (type == PixelType.Single)
            return new EmSection(new PixelSource(Plane.FromArray(pixels)), 0);
        var words = new ushort[Height, Width];
        for (int i = 0; i < pixels.Length; i++)
            words[i / Width, i % Width] = (ushort)Math.Clamp(MathF.Round(pixels[i / Width, i % Width]), 0, ushort.MaxValue);
        return new EmSection(new PixelSource(Plane.FromArray(words)), 0);
    }

    /// <summary>Discs of 9 to 21 pixels that are brighter or darker, and 1 where there are none.</summary>
    private static (float[,] Pixels, byte[,] Clear) Spotted(float[,] pixels, double share, double deviations, int seed, PixelType type)
    {
        double spread;
        using (Plane plane = Section(pixels, type).Compute())
            spread = SectionStatistics.NormalDeviation * SectionStatistics.Of(plane).MedianAbsoluteDeviation;
        var clear = new byte[Height, Width];
        for (int i = 0; i < clear.Length; i++)
            clear[i / Width, i % Width] = 1;
        var random = new Random(seed);
        for (int left = (int)(share * pixels.Length); left > 0;)
        {
            (int cy, int cx, int radius) = (random.Next(Height), random.Next(Width), random.Next(4, 11));
            for (int y = Math.Max(0, cy - radius); y <= Math.Min(Height - 1, cy + radius); y++)
            {
                for (int x = Math.Max(0, cx - radius); x <= Math.Min(Width - 1, cx + radius); x++)
                {
                    if ((y - cy) * (y - cy) + (x - cx) * (x - cx) > radius * radius || clear[y, x] == 0)
                        continue;
                    (clear[y, x], left) = (0, left - 1);
                    pixels[y, x] += (float)(deviations * spread);
                }
            }
        }

        return (pixels, clear);
    }
}
