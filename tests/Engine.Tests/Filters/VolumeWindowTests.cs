using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.ExponentialDenoising;
using EmTools.Engine.Filters.SameSignDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Filters in three dimensions over a window of sections, tile by tile, against the same over the whole volume at once.</summary>
public sealed class VolumeWindowTests
{
    private const int Depth = 5;

    public static TheoryData<string, string> Cases => new()
    {
        { "Denoise", "" },
        { "Denoise", "ScaleCount=0" },
        { "Denoise", "ScaleCount=2" },
        { "Denoise", "ScaleCount=3 NoNoisePropagation=1 Window=5" },
        { "Denoise", "NoSplit=1 Window=9" },
        { "DenoiseExponential", "LocalSize=31" },
        { "DenoiseExponential", "ScaleCount=1 LocalSize=21 Enhance=1" },
        { "DenoiseExponential", "ScaleCount=2 LocalSize=21 NoNoisePropagation=1" },
        { "DenoiseExponential", "ScaleCount=2 LocalSize=15 NoSplit=1 NoCrop=1" },
        { "DenoiseExponential", "ScaleCount=1" },
        { "DenoiseSameSign", "" },
        { "DenoiseSameSign", "Element=2 ExpandWindow=1" },
        { "DenoiseSameSign", "Element=0 UseLowPass=1 ScaleReduction=0.5" },
        { "DenoiseSameSign", "NoSplit=1 ScaleCount=1 MixLowPass=0.3" },
    };

    /// <summary>Up to three tiles down and four across, so that every kind of border is there.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_window_of_the_whole_volume_gives_what_the_volume_gives(string filter, string parameters)
    {
        (FilterDefinition definition, INeighbourOptions options) = Options(filter, parameters, Depth - 1);
        Plane<float>[] volume = Sections(370, 560);
        Plane<float>[] whole = [.. volume.Select(plane => plane.Clone())];
        OfVolume(whole, options);
        VolumeWork work = Work(options, Depth, 370, 560);
        for (int z = 0; z < Depth; z++)
        {
            using Plane<float> result = VolumeTiles.Run(definition.Name, new NeighbourWindow(volume, z), work, new EvaluationContext { Threads = 2 }, leastSide: 120);
            Difference difference = Difference.Between(result, whole[z].ToArray());

            // Grey levels are some 30000: single precision tells them apart by 0.002. A band's sign may flip where it is 0 but for that.
            Assert.True(difference.Percentile(99.95) <= 0.1, $"z = {z}: {difference}, 99.95 %: {difference.Percentile(99.95)}");
            if (filter != "DenoiseSameSign")
                Assert.True(difference.Largest <= 0.5, $"z = {z}: {difference}");
        }
    }

    /// <summary>What a tile holds around its pixels must be all that they depend on, and need not be much more.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pixel_changes_others_within_the_reach_and_none_beyond(string filter, string parameters)
    {
        (FilterDefinition definition, INeighbourOptions options) = Options(filter, parameters, 0);
        const int Height = 300, Width = 320, Y = 151, X = 160; // a row from which no mean level is taken
        int reach = Work(options, 1, Height, Width).Reach;
        Plane<float> image = Sections(Height, Width)[0], other = image.Clone();
        other.Row(Y)[X] += 1e6f;
        using var one = (Plane<float>)definition.Compute(image, options, null, EvaluationContext.Default);
        using var two = (Plane<float>)definition.Compute(other, options, null, EvaluationContext.Default);
        int farthest = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                // Running sums keep a trace of what has left them.
                if (Math.Abs(one.Row(y)[x] - two.Row(y)[x]) > 0.5)
                    farthest = Math.Max(farthest, Math.Max(Math.Abs(y - Y), Math.Abs(x - X)));
            }
        }

        Assert.InRange(farthest, reach / 3, reach);
    }

    [Theory]
    [InlineData("Denoise")]
    [InlineData("DenoiseExponential")]
    [InlineData("DenoiseSameSign")]
    public void Missing_pixels_stay_missing_and_count_as_the_mean(string filter)
    {
        (FilterDefinition definition, INeighbourOptions options) = Options(filter, "", 1);
        Plane<float>[] volume = [.. Sections(80, 90).Take(3)];
        volume[1].Row(40)[50] = float.NaN;
        volume[0].Row(20)[10] = float.PositiveInfinity;
        volume[2].Row(60).Fill(float.NaN);
        Plane<float>[] whole = [.. volume.Select(plane => plane.Clone())];
        OfVolume(whole, options);
        using Plane<float> result = ((INeighbourFilter)definition).ComputeWindow(new NeighbourWindow(volume, 1), options, EvaluationContext.Default);
        Assert.True(float.IsNaN(result.Row(40)[50]));
        Assert.Equal(float.PositiveInfinity, volume[0].Row(20)[10]);
        Difference difference = Difference.Between(result, whole[1].ToArray());
        Assert.True(difference.Percentile(99.9) <= 0.1, $"{difference}");
    }

    /// <summary>A stream of sections: the ends of the stack are the ends of the volume, and a radius of 0 looks at sections alone.</summary>
    [Theory]
    [InlineData("Denoise")]
    [InlineData("DenoiseExponential")]
    [InlineData("DenoiseSameSign")]
    public void A_stream_takes_windows_and_a_radius_of_nothing_none(string filter)
    {
        (FilterDefinition definition, INeighbourOptions options) = Options(filter, "", 1);
        Plane<float>[] volume = Sections(60, 70);
        EmSection[] sections = [.. volume.Select((plane, z) => new EmSection(new PixelSource(plane, $"memory {z}"), z))];
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(definition, options)!;
        EmSection[] given = [.. sections.SelectMany(windows.Push), .. windows.Complete()];

        for (int z = 0; z < Depth; z++)
        {
            (int first, int end) = (Math.Max(0, z - 1), Math.Min(Depth, z + 2));
            Plane<float>[] part = [.. volume[first..end].Select(plane => plane.Clone())];
            OfVolume(part, options);
            using var result = (Plane<float>)given[z].Compute();
            Difference difference = Difference.Between(result, part[z - first].ToArray());
            Assert.True(difference.Percentile(99.9) <= 0.1, $"z = {z}: {difference}");
        }

        (_, INeighbourOptions flat) = Options(filter, "", 0);
        Assert.Null(NeighbourhoodWindows.For(definition, flat));
    }

    /// <summary>The mean error of three-dimensional denoising of a phantom whose neighbours look alike is lower than that of two-dimensional.</summary>
    [Theory]
    [InlineData("Denoise")]
    [InlineData("DenoiseExponential")]
    public void Neighbours_help(string filter)
    {
        var phantom = new Phantom(new PhantomOptions { Height = 256, Width = 256, NoiseSigma = 1500, StripeAmplitude = 0, BackgroundRange = 0, OffsetJump = 0, Seed = 5 });
        Plane<float>[] volume = [.. Enumerable.Range(40, 7).Select(z => (Plane<float>)phantom.Section(z).With(new IntensityOffsetStep(0)).Compute())];
        using Plane<float> truth = phantom.Render(PhantomLayer.Truth, 43, EvaluationContext.Default);
        (FilterDefinition definition, INeighbourOptions options) = Options(filter, "ScaleCount=1", 3);
        using Plane<float> deep = ((INeighbourFilter)definition).ComputeWindow(new NeighbourWindow(volume, 3), options, EvaluationContext.Default);
        using var flat = (Plane<float>)definition.Compute(volume[3].Clone(), options, null, EvaluationContext.Default);
        (double deepError, double flatError) = (Spread(deep, truth), Spread(flat, truth));
        Assert.True(deepError < 0.95 * flatError, $"{deepError} against {flatError}");
    }

    [Fact]
    public void A_window_that_no_machine_holds_is_refused_with_what_to_do()
    {
        var window = new NeighbourWindow([.. Enumerable.Repeat(Sections(16, 16)[0], 3)], 1);
        var work = new VolumeWork(1 << 20, 1 << 30, (_, _, _) => Assert.Fail("it was begun"));
        EmException refused = Assert.Throws<EmException>(() => VolumeTiles.Run("Denoise", window, work, EvaluationContext.Default));
        Assert.Equal("VolumeMemory", refused.Id);
        Assert.Contains("16 x 16", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Radius", refused.Message, StringComparison.Ordinal);
    }

    private static void OfVolume(Plane<float>[] volume, INeighbourOptions options)
    {
        switch (options)
        {
            case DenoiseOptions denoise:
                Denoise.ComputeVolume(volume, denoise, EvaluationContext.Default);
                break;
            case DenoiseExponentialOptions exponential:
                DenoiseExponential.ComputeVolume(volume, exponential, EvaluationContext.Default);
                break;
            case DenoiseSameSignOptions sameSign:
                DenoiseSameSign.ComputeVolume(volume, sameSign, EvaluationContext.Default);
                break;
        }
    }

    private static VolumeWork Work(INeighbourOptions options, int depth, int height, int width) => options switch
    {
        DenoiseOptions denoise => Denoise.Window(denoise, depth, height, width),
        DenoiseExponentialOptions exponential => DenoiseExponential.Window(exponential, depth, height, width),
        DenoiseSameSignOptions sameSign => DenoiseSameSign.Window(sameSign, depth, height, width),
        _ => throw new NotSupportedException(options.GetType().Name),
    };

    private static (FilterDefinition Definition, INeighbourOptions Options) Options(string filter, string parameters, int radius)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        var values = new Dictionary<string, object?> { ["Radius"] = radius };
        foreach (string pair in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=');
            double value = double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
            values[parts[0]] = parts[0] switch
            {
                "ScaleCount" or "Window" or "LocalSize" => (int)value,
                "Element" => (StructuringElement)(int)value,
                "Enhance" or "MixLowPass" or "ScaleReduction" => value,
                _ => value != 0,
            };
        }

        return (definition, (INeighbourOptions)definition.CreateOptions(values));
    }

    private static double Spread(Plane<float> image, Plane<float> truth)
    {
        (double sum, double squares, double count) = (0, 0, (double)image.Height * image.Width);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double difference = image.Row(y)[x] - truth.Row(y)[x];
                (sum, squares) = (sum + difference, squares + difference * difference);
            }
        }

        return Math.Sqrt(squares / count - sum * sum / (count * count));
    }

    private static Plane<float>[] Sections(int height, int width)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Depth).Select(z =>
        {
            Plane<float> plane = Plane.Rent<float>(height, width);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    plane.Row(y)[x] = 30000 + 2000 * MathF.Sin((x + 3 * z) / 9f) * MathF.Cos(y / 7f) + random.Next(1500);
            }

            return plane;
        })];
    }
}
