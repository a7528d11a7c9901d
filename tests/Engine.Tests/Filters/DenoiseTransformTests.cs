using EmTools.Engine.Filters.TransformDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Denoising in a transform domain, by what must come out of it.</summary>
public sealed class DenoiseTransformTests
{
    private static readonly EvaluationContext Context = new() { Threads = 2 };

    /// <summary>The definition, written as it stands in books, block after block.</summary>
    [Theory]
    [InlineData(8, 2)]
    [InlineData(8, 3)]
    [InlineData(4, 1)]
    [InlineData(16, 5)]
    public void Gives_what_the_definition_says(int block, int step)
    {
        using Plane<float> section = Noisy(45, 52, 900, 0);
        using Plane<float> found = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions { Block = block, Step = step, Noise = 700 }, Context);
        double[,] expected = ByDefinition(section, block, step, 700, 2.7);
        for (int y = 0; y < 45; y++)
        {
            for (int x = 0; x < 52; x++)
                Assert.Equal(expected[y, x], found.Row(y)[x], 0.2);
        }
    }

    [Theory]
    [InlineData(0, 0.7)]
    [InlineData(0.8, 1.0)]
    public void Without_being_told_of_the_noise_it_does_as_well_as_when_told(double smoothing, double share)
    {
        using Plane<float> clean = Noisy(400, 420, 0, 0), noisy = Noisy(400, 420, 900, smoothing);
        using Plane<float> blind = DenoiseTransform.Compute(noisy.Clone(), new DenoiseTransformOptions(), Context);
        using Plane<float> told = DenoiseTransform.Compute(noisy.Clone(), new DenoiseTransformOptions { Noise = 900 }, Context);
        double before = Difference.RootMeanSquare(noisy, clean), after = Difference.RootMeanSquare(blind, clean);
        Assert.True(after < 0.6 * before, $"{after} of {before}");
        Assert.True(after < Difference.RootMeanSquare(told, clean) * (smoothing == 0 ? 1.03 : share), $"{after}, told {Difference.RootMeanSquare(told, clean)}");
    }

    [Fact]
    public void Noise_is_measured_with_its_spectrum()
    {
        using Plane<float> white = Noisy(400, 420, 900, 0), smooth = Noisy(400, 420, 900, 0.8);
        NoiseTable ofWhite = NoiseTable.Measure(white, 8, Context), ofSmooth = NoiseTable.Measure(smooth, 8, Context);
        Assert.True(ofWhite.Spectrum.IsWhite);
        Assert.InRange(ofWhite.Spectrum.Deviation, 850, 950);
        Assert.InRange(ofSmooth.Spectrum.Deviation, 800, 1000);
        Assert.InRange(ofSmooth.Spectrum.SmoothingX, 0.7, 0.9);
        Assert.InRange(ofSmooth.Spectrum.SmoothingY, 0.7, 0.9);
        Assert.True(ofSmooth.Deviations[9] > 1500 && ofSmooth.Deviations[63] < 100, $"{ofSmooth.Deviations[9]} and {ofSmooth.Deviations[63]}");
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using Plane<float> section = Noisy(430, 611, 900, 0);
        using Plane<float> one = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions(), new EvaluationContext { Threads = 1 });
        using Plane<float> seven = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions(), new EvaluationContext { Threads = 7 });
        Assert.Equal(0, Difference.Between(seven, one.ToArray()).Largest);
    }

    /// <summary>What a tile gives does not depend on where it begins: a part that lies elsewhere in the tiles comes out the same.</summary>
    [Fact]
    public void Tiles_leave_no_seams()
    {
        var layout = new TileLayout(8, 2);
        using Plane<float> section = Noisy(layout.Height + 90, layout.Width + 100, 900, 0);
        using Plane<float> whole = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions { Noise = 900 }, Context);
        (int top, int left) = (60, 70);
        using Plane<float> part = Plane.Make<float>(section.Height - top, section.Width - left, part =>
        {
            for (int y = 0; y < part.Height; y++)
                section.Row(y + top)[left..].CopyTo(part.Row(y));
        });
        using Plane<float> alone = DenoiseTransform.Compute(part.Clone(), new DenoiseTransformOptions { Noise = 900 }, Context);
        for (int y = 20; y < part.Height; y++)
        {
            for (int x = 20; x < part.Width; x++)
                Assert.Equal(whole.Row(y + top)[x + left], alone.Row(y)[x], 0.1f);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(3, 5)]
    [InlineData(7, 400)]
    public void Sections_of_any_size_are_taken(int height, int width)
    {
        using Plane<float> section = Noisy(height, width, 900, 0);
        using Plane<float> after = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions(), Context);
        for (int y = 0; y < height; y++)
        {
            foreach (float pixel in after.Row(y))
                Assert.True(float.IsFinite(pixel));
        }
    }

    [Fact]
    public void Missing_pixels_stay_missing_and_spoil_nothing()
    {
        using Plane<float> section = Noisy(100, 120, 900, 0);
        section.Row(50)[60] = float.NaN;
        section.Row(50)[61] = float.PositiveInfinity;
        using Plane<float> after = DenoiseTransform.Compute(section.Clone(), new DenoiseTransformOptions(), Context);
        Assert.True(float.IsNaN(after.Row(50)[60]) && float.IsNaN(after.Row(50)[61]));
        Assert.True(float.IsFinite(after.Row(50)[59]) && float.IsFinite(after.Row(49)[60]));
        using Plane<float> blank = Plane.Make<float>(30, 40, plane =>
        {
            for (int y = 0; y < 30; y++)
                plane.Row(y).Fill(1234);
        });
        using Plane<float> same = DenoiseTransform.Compute(blank.Clone(), new DenoiseTransformOptions(), Context);
        Assert.Equal(0, Difference.Between(same, blank.ToArray()).Largest);
    }

    /// <summary>Frames of one grey level around a picture are not its noise.</summary>
    [Fact]
    public void A_frame_is_no_noise()
    {
        using Plane<float> section = Noisy(300, 300, 900, 0);
        for (int y = 0; y < 300; y++)
        {
            section.Row(y)[..120].Clear();
            if (y < 60)
                section.Row(y).Clear();
        }

        Assert.InRange(NoiseTable.Measure(section, 8, Context).Spectrum.Deviation, 820, 980);
    }

    [Fact]
    public void Neighbours_that_fit_help_and_others_do_not_hurt()
    {
        using Plane<float> clean = Noisy(300, 320, 0, 0), noisy = Noisy(300, 320, 1200, 0), next = Noisy(300, 320, 1200, 0, section: 11, seed: 8), other = Noisy(300, 320, 1200, 0, section: 90, seed: 9);
        using Plane<float> alone = DenoiseTransform.Compute([noisy], new DenoiseTransformOptions(), Context);
        using Plane<float> withNext = DenoiseTransform.Compute([noisy, next], new DenoiseTransformOptions(), Context);
        using Plane<float> withOther = DenoiseTransform.Compute([noisy, other], new DenoiseTransformOptions(), Context);
        double error = Difference.RootMeanSquare(alone, clean);
        Assert.True(Difference.RootMeanSquare(withNext, clean) < 0.95 * error, $"{Difference.RootMeanSquare(withNext, clean)} of {error}");
        Assert.True(Difference.RootMeanSquare(withOther, clean) < 1.02 * error, $"{Difference.RootMeanSquare(withOther, clean)} of {error}");
    }

    [Theory]
    [InlineData(6, 2, "BlockSize")]
    [InlineData(4, 5, "StepTooLarge")]
    public void Parameters_must_fit(int block, int step, string id)
        => Assert.Equal(id, Assert.Throws<EmException>(() => new DenoiseTransformOptions { Block = block, Step = step }.Validate()).Id);

    /// <summary>A phantom's tissue with noise, white or smoothed to the same deviation.</summary>
    private static Plane<float> Noisy(int height, int width, double deviation, double smoothing, int section = 10, int seed = 7)
    {
        var phantom = new Phantom(new PhantomOptions { Height = Math.Max(64, height), Width = Math.Max(64, width), Depth = 100, StripeAmplitude = 0, BackgroundRange = 0, OffsetJump = 0, NoiseSigma = 0 });
        using Plane<float> clean = phantom.Render(PhantomLayer.Truth, section, Context);
        double[,] noise = Noise(height, width, seed, smoothing);
        return Plane.Make<float>(height, width, plane =>
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    plane.Row(y)[x] = (float)(clean.Row(y)[x] + deviation * noise[y, x]);
            }
        });
    }

    private static double[,] Noise(int height, int width, int seed, double smoothing)
    {
        const int Reach = 4;
        var random = new Random(seed);
        var white = new double[height + 2 * Reach, width + 2 * Reach];
        for (int y = 0; y < white.GetLength(0); y++)
        {
            for (int x = 0; x < white.GetLength(1); x++)
                white[y, x] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        double[] kernel = [.. Enumerable.Range(-Reach, 2 * Reach + 1).Select(i => smoothing == 0 ? (i == 0 ? 1 : 0) : Math.Exp(-i * i / (2 * smoothing * smoothing)))];
        double norm = kernel.Sum(k => k * k);
        var noise = new double[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0;
                for (int i = 0; i < kernel.Length; i++)
                {
                    for (int j = 0; j < kernel.Length; j++)
                        sum += kernel[i] * kernel[j] * white[y + i, x + j];
                }

                noise[y, x] = sum / norm;
            }
        }

        return noise;
    }

    private static double[,] ByDefinition(Plane<float> section, int block, int step, double noise, double threshold)
    {
        (int height, int width) = (section.Height, section.Width);

        // Far enough around the section that every pixel of it, and of the blocks around it, is in all of its blocks.
        int margin = (4 * block + step - 1) / step * step;
        var padded = new double[height + 2 * margin, width + 2 * margin];
        for (int y = 0; y < padded.GetLength(0); y++)
        {
            for (int x = 0; x < padded.GetLength(1); x++)
                padded[y, x] = section.Row(Mirror.Index(y - margin, height))[Mirror.Index(x - margin, width)];
        }

        double[,] pilot = Round(padded, block, step, (own, _) => Math.Abs(own) >= threshold * noise ? 1 : 0, null);
        double[,] result = Round(padded, block, step, (_, first) => first * first / (first * first + noise * noise), pilot);
        var inside = new double[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                inside[y, x] = result[y + margin, x + margin];
        }

        return inside;
    }

    private static double[,] Round(double[,] section, int block, int step, Func<double, double, double> gain, double[,]? pilot)
    {
        (int height, int width) = (section.GetLength(0), section.GetLength(1));
        double[,] values = new double[height, width], weights = new double[height, width];
        for (int y = 0; y + block <= height; y += step)
        {
            for (int x = 0; x + block <= width; x += step)
            {
                double[,] own = Transform(section, y, x, block);
                double[,]? first = pilot is null ? null : Transform(pilot, y, x, block);
                double sum = 0;
                for (int u = 0; u < block; u++)
                {
                    for (int v = 0; v < block; v++)
                    {
                        double g = u + v == 0 ? 1 : gain(own[u, v], first?[u, v] ?? 0);
                        own[u, v] *= g;
                        sum += g * g;
                    }
                }

                for (int i = 0; i < block; i++)
                {
                    for (int j = 0; j < block; j++)
                    {
                        double value = 0;
                        for (int u = 0; u < block; u++)
                        {
                            for (int v = 0; v < block; v++)
                                value += own[u, v] * Cosine(u, i, block) * Cosine(v, j, block);
                        }

                        values[y + i, x + j] += value / (0.5 + sum);
                        weights[y + i, x + j] += 1 / (0.5 + sum);
                    }
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                values[y, x] = weights[y, x] > 0 ? values[y, x] / weights[y, x] : section[y, x];
        }

        return values;
    }

    private static double[,] Transform(double[,] from, int y, int x, int block)
    {
        double[,] once = new double[block, block], twice = new double[block, block];
        for (int i = 0; i < block; i++)
        {
            for (int v = 0; v < block; v++)
                once[i, v] = Enumerable.Range(0, block).Sum(j => from[y + i, x + j] * Cosine(v, j, block));
        }

        for (int u = 0; u < block; u++)
        {
            for (int v = 0; v < block; v++)
                twice[u, v] = Enumerable.Range(0, block).Sum(i => once[i, v] * Cosine(u, i, block));
        }

        return twice;
    }

    private static double Cosine(int u, int x, int block) => Math.Sqrt((u == 0 ? 1.0 : 2) / block) * Math.Cos(Math.PI * (2 * x + 1) * u / (2 * block));
}
