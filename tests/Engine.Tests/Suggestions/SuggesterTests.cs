using System.Globalization;
using System.Numerics.Tensors;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Suggestions;

/// <summary>Suggested parameters against the published ones, on sections whose truth is known.</summary>
public sealed class SuggesterTests
{
    private static readonly Recipe Published = Chain(new DestripeOptions(), new DenoiseOptions(), new ContrastOptions());

    /// <summary>
    /// As an instrument of another kind would store the phantom: other depths, contrasts and noise. The published constants are
    /// those of 16 bits with the phantom's contrast, the first case.
    /// </summary>
    public static TheoryData<string, double, double, string, double> Instruments => new()
    {
        // name, lowest and highest grey level of the stored range, its type, noise
        { "16 bits as published", 0, 65535, "UInt16", 800 },
        { "16 bits as published, little noise", 0, 65535, "UInt16", 300 },
        { "16 bits as published, much noise", 0, 65535, "UInt16", 2000 },
        { "16 bits, the whole range", 38000, 62000, "UInt16", 800 },
        { "12 bits in 16", -500_000, 550_000, "UInt16", 800 },
        { "8 bits, good contrast", 38000, 62000, "UInt8", 800 },
        { "8 bits, weak contrast", 0, 65535, "UInt8", 800 },
    };

    [Theory]
    [MemberData(nameof(Instruments))]
    public void Suggested_parameters_restore_better_than_published_ones(string name, double lowest, double highest, string type, double noise)
    {
        var phantom = new Phantom(new PhantomOptions { Height = 640, Width = 768, NoiseSigma = noise, BackgroundRange = 0, Seed = 21 });
        EmSection raw = Stored(phantom.Section(70), lowest, highest, Enum.Parse<PixelType>(type)), truth = phantom.Truth(70);
        EmSection[] sample = [.. new[] { 10, 110 }.Select(z => Stored(phantom.Section(z), lowest, highest, Enum.Parse<PixelType>(type)))];

        Suggestion suggestion = Suggester.Suggest(sample, Published);
        Recipe published = PublishedAtTheLevelOf(sample[0]);

        // Destriped and denoised, in grey levels.
        (ImageComparison suggested, ImageComparison constants) = (Judge(raw, suggestion.Recipe, truth, 1), Judge(raw, published, truth, 1));
        Assert.True(suggested.Psnr > constants.Psnr && suggested.Ssim > constants.Ssim, $"{name}, denoised: suggested {suggested.Psnr:F2} dB {suggested.Ssim:F4}, published {constants.Psnr:F2} dB {constants.Ssim:F4}");

        // The whole chain, 8 bits.
        (suggested, constants) = (Judge(raw, suggestion.Recipe, truth, 0), Judge(raw, published, truth, 0));
        Assert.True(suggested.Psnr > constants.Psnr && suggested.Ssim > constants.Ssim, $"{name}, whole chain: suggested {suggested.Psnr:F2} dB {suggested.Ssim:F4}, published {constants.Psnr:F2} dB {constants.Ssim:F4}");
        SectionStatistics result = Statistics(suggestion.Recipe.ApplyTo(raw));
        Assert.True(result.SaturatedDark + result.SaturatedBright < 0.02, $"{name}: {result.SaturatedDark:P2} black, {result.SaturatedBright:P2} white");
        Assert.True(result.StandardDeviation > 30, $"{name}: the result spreads by {result.StandardDeviation:F1}");
    }

    [Fact]
    public void Scales_stop_where_the_stripes_do()
    {
        EmSection striped = new Phantom(new PhantomOptions { Height = 1024, Width = 1536, StripeAmplitude = 1200 }).Section(0);
        Recipe recipe = Suggester.Suggest([striped], Published).Recipe;
        var options = (DestripeOptions)((FilterStep)recipe.Steps[0]).Options;
        Assert.InRange(options.ScaleCount, 4, 8);
        SectionStatistics after = Statistics(striped.With(new FilterStep(FilterCatalog.Get("Destripe"), options)));
        Assert.All(after.Stripes, e => Assert.True(e.Significance < 3, $"scale {e.Scale}: {e.Significance:F1} standard errors are left"));
    }

    [Fact]
    public void Without_stripes_nothing_is_destriped()
    {
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 768, Width = 1024, StripeAmplitude = 0 }).Section(0)], Published);
        Assert.Equal(["Denoise", "Contrast"], suggestion.Recipe.Steps.Select(s => s.Name));
        SuggestedParameter choice = suggestion.Parameters[0];
        Assert.Equal(("Destripe", "left out"), (choice.Step, choice.Value));
        Assert.Contains("No stripes stand out", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Stripes_in_the_other_direction_are_found()
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 768, Width = 1024, StripeAmplitude = 1200 }).Section(0).Compute();
        var turned = new float[1024, 768];
        for (int y = 0; y < 768; y++)
        {
            for (int x = 0; x < 1024; x++)
                turned[x, y] = ((Plane<ushort>)raw).Row(y)[x];
        }

        Suggestion suggestion = Suggester.Suggest([InMemory(turned)], Published);
        var options = (DestripeOptions)((FilterStep)suggestion.Recipe.Steps[0]).Options;
        Assert.Equal(StripeDirection.Horizontal, options.Direction);
        Assert.Contains(suggestion.Parameters, p => p.Parameter == "Direction" && Equals(p.Value, StripeDirection.Horizontal));
    }

    [Fact]
    public void Without_noise_nothing_is_denoised()
    {
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 512, Width = 512 }).Truth(0)], Chain(new DenoiseOptions(), new ContrastOptions()));
        Assert.Equal(["Contrast"], suggestion.Recipe.Steps.Select(s => s.Name));
    }

    [Fact]
    public void Much_noise_is_looked_for_in_coarser_bands_too()
    {
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 512, Width = 512, NoiseSigma = 3000, StripeAmplitude = 0 }).Section(0)], Chain(new DenoiseOptions()));
        var options = (DenoiseOptions)((FilterStep)suggestion.Recipe.Steps[0]).Options;
        Assert.InRange(options.ScaleCount, 2, 3);
        Assert.Equal(options.ScaleCount + 1, options.Gain.Length);
        Assert.Equal(options.Gain.Length, options.Offset.Length);
    }

    [Fact]
    public void Other_steps_and_parameters_of_the_chain_stay()
    {
        var chain = new Recipe([.. Chain(new DestripeOptions { MaxAngle = [3] }).Steps, new IntensityOffsetStep(100), .. Chain(new DenoiseOptions { Window = 9 }, new ContrastOptions { Ratio = 0.1, PixelType = PixelType.UInt16, Range = [0, 65535] }).Steps]);
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 512, Width = 512 }).Section(0)], chain);
        Assert.Equal(["Destripe", "IntensityOffset", "Denoise", "Contrast"], suggestion.Recipe.Steps.Select(s => s.Name));
        IFilterOptions[] options = [.. suggestion.Recipe.Steps.OfType<FilterStep>().Select(s => s.Options)];
        Assert.Equal([3], ((DestripeOptions)options[0]).MaxAngle);
        Assert.Equal(9, ((DenoiseOptions)options[1]).Window);
        Assert.Equal((0.1, PixelType.UInt16), (((ContrastOptions)options[2]).Ratio, ((ContrastOptions)options[2]).PixelType));
    }

    [Fact]
    public void A_data_bar_is_warned_of_with_the_crop_that_removes_it()
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 300, Width = 400 }).Section(0).Compute();
        var pixels = new float[300, 400];
        for (int y = 0; y < 300; y++)
        {
            for (int x = 0; x < 400; x++)
                pixels[y, x] = y < 270 ? ((Plane<ushort>)raw).Row(y)[x] : y % 4 > 1 && x % 37 < 9 ? 40000 : 0;
        }

        Assert.Contains("Crop -Region 0, 0, 270, 400", Assert.Single(Suggester.Suggest([InMemory(pixels)], Published).Warnings, w => w.Contains("data bar", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(Suggester.Suggest([new Phantom(new PhantomOptions { Height = 300, Width = 400 }).Section(0)], Published).Warnings, w => w.Contains("data bar", StringComparison.Ordinal));
    }

    /// <summary>With destriping too: its averages reach far from the frame into the tissue, and back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flat_background_changes_nothing(bool destripe)
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 700, Width = 700, StripeAmplitude = 1200 }).Section(0).Compute();
        var framed = new float[900, 1000];
        var alone = new float[700, 700];
        for (int y = 0; y < 700; y++)
        {
            for (int x = 0; x < 700; x++)
                framed[y + 100, x + 150] = alone[y, x] = ((Plane<ushort>)raw).Row(y)[x];
        }

        Recipe chain = destripe ? Published : Chain(new DenoiseOptions(), new ContrastOptions());
        ContrastOptions with = Last(Suggester.Suggest([InMemory(framed)], chain)), without = Last(Suggester.Suggest([InMemory(alone)], chain));
        Assert.Equal(without.Mean, with.Mean, 0.01 * without.Mean);
        Assert.Equal(without.Sigma, with.Sigma, 0.1 * without.Sigma);
        Assert.Equal(without.HighPassSigma, with.HighPassSigma, 0.15 * without.HighPassSigma);

        static ContrastOptions Last(Suggestion suggestion) => (ContrastOptions)((FilterStep)suggestion.Recipe.Steps[^1]).Options;
    }

    [Fact]
    public void A_mask_leaves_out_what_is_not_to_count()
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = 600, Width = 600, StripeAmplitude = 0 }).Section(0).Compute();
        (var pixels, var mask) = (new float[600, 900], new byte[600, 900]);
        var random = new Random(1);
        for (int y = 0; y < 600; y++)
        {
            for (int x = 0; x < 900; x++)
            {
                mask[y, x] = x < 600 ? (byte)255 : (byte)0;
                pixels[y, x] = x < 600 ? ((Plane<ushort>)raw).Row(y)[x] : 70000 + random.Next(30000);
            }
        }

        var options = new SuggestionOptions { Mask = new MaskSource(new EmSection(new PixelSource(Plane.FromArray(mask)), 0)) };
        double Mean(SuggestionOptions? o) => ((ContrastOptions)((FilterStep)Suggester.Suggest([InMemory(pixels)], Chain(new ContrastOptions()), o).Recipe.Steps[0]).Options).Mean;
        double tissue = Statistics(InMemoryOf(raw)).Median;
        Assert.Equal(tissue, Mean(options), 0.01 * tissue);
        Assert.True(Mean(null) > 1.01 * tissue);
        Assert.Equal("MaskSize", Assert.Throws<EmException>(() => Suggester.Suggest([InMemoryOf(raw)], Published, options)).Id);

        static EmSection InMemoryOf(Plane plane) => new(new PixelSource(((Plane<ushort>)plane).Clone()), 0);
    }

    [Fact]
    public void Levels_that_jump_are_warned_of()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 300, Width = 300, StripeAmplitude = 0 });
        EmSection[] jumping = [phantom.Section(0), phantom.Section(1).With(new IntensityOffsetStep(9000))];
        Suggestion suggestion = Suggester.Suggest(jumping, Published);
        string warning = Assert.Single(suggestion.Warnings);
        Assert.Contains("Measure-EmStack", warning, StringComparison.Ordinal);
        Assert.Empty(Suggester.Suggest([phantom.Section(0), phantom.Section(1)], Published).Warnings);
    }

    [Fact]
    public void Sections_without_tissue_are_left_out_with_a_warning()
    {
        EmSection tissue = new Phantom(new PhantomOptions { Height = 300, Width = 300 }).Section(4);
        CultureInfo before = CultureInfo.CurrentCulture, comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = comma.NumberFormat.PercentDecimalSeparator = ",";
        Suggestion suggestion;
        try
        {
            CultureInfo.CurrentCulture = comma;
            suggestion = Suggester.Suggest([InMemory(new float[300, 300]), tissue], Published);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Contains("0.0 percent of it is tissue. It was left out.", Assert.Single(suggestion.Warnings), StringComparison.Ordinal);
        Suggestion alone = Suggester.Suggest([tissue], Published);
        Assert.Equal(alone.Parameters.Select(p => p.Reason), suggestion.Parameters.Select(p => p.Reason));
    }

    [Fact]
    public void Infinite_pixels_do_not_count()
    {
        using Plane<float> pixels = PlaneConversion.ToSingle(new Phantom(new PhantomOptions { Height = 400, Width = 500 }).Section(4).Compute(), invert: false, EvaluationContext.Default);
        pixels.Row(30)[40] = float.PositiveInfinity;
        pixels.Row(130)[340] = float.NegativeInfinity;
        Suggestion suggestion = Suggester.Suggest([new EmSection(new PixelSource(pixels.Clone()), 0)], Published);
        var options = (DenoiseOptions)suggestion.Recipe.Steps.OfType<FilterStep>().Single(s => s.Name == "Denoise").Options;
        Assert.All(options.Gain.Concat(options.Offset), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Grey_levels_beyond_single_precision_are_refused_in_words()
    {
        using Plane<float> pixels = PlaneConversion.ToSingle(new Phantom(new PhantomOptions { Height = 300, Width = 300 }).Section(4).Compute(), invert: false, EvaluationContext.Default);
        for (int y = 0; y < 300; y++)
            TensorPrimitives.Multiply(pixels.Row(y), 1e30f, pixels.Row(y));
        EmException refused = Assert.Throws<EmException>(() => Suggester.Suggest([new EmSection(new PixelSource(pixels.Clone()), 0)], Published));
        Assert.Equal("GreyLevelsTooLarge", refused.Id);
        Assert.Contains("Rescale", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Grey levels that are all used alike have short tails: the width that just does not saturate them would leave little between black and white.</summary>
    [Fact]
    public void Pixels_do_not_crowd_at_both_ends()
    {
        var pixels = new float[300, 400];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i / 400, i % 400] = 40 + Math.Abs((7 * (i % 400) + 3 * (i / 400)) % 240 - 120);
        EmSection section = InMemory(pixels);
        Suggestion suggestion = Suggester.Suggest([section], Chain(new ContrastOptions { Ratio = 0 }));
        Assert.InRange(Statistics(suggestion.Recipe.ApplyTo(section)).StandardDeviation, 70, 76);
    }

    [Fact]
    public void The_aim_for_saturation_is_met()
    {
        EmSection section = new Phantom(new PhantomOptions { Height = 700, Width = 900, BackgroundRange = 0 }).Section(5);
        double last = double.PositiveInfinity;
        foreach (double share in new[] { 0.001, 0.01, 0.05 })
        {
            Recipe recipe = Suggester.Suggest([section], Published, new SuggestionOptions { SaturatedShare = share }).Recipe;
            SectionStatistics result = Statistics(recipe.ApplyTo(section));
            Assert.InRange(Math.Max(result.SaturatedDark, result.SaturatedBright), 0.5 * share, 1.6 * share);
            double width = ((ContrastOptions)((FilterStep)recipe.Steps[^1]).Options).HighPassSigma;
            Assert.True(width < last);
            last = width;
        }
    }

    [Fact]
    public void What_tells_nothing_is_refused()
    {
        Assert.Equal("NoSections", Assert.Throws<EmException>(() => Suggester.Suggest([], Published)).Id);
        EmException flat = Assert.Throws<EmException>(() => Suggester.Suggest([InMemory(new float[300, 300])], Published));
        Assert.Equal("NoTissue", flat.Id);
        Assert.Equal("SaturatedShare", Assert.Throws<EmException>(() => Suggester.Suggest([new Phantom().Section(0)], Published, new SuggestionOptions { SaturatedShare = 0.5 })).Id);
    }

    [Theory]
    [InlineData(40, 50)]
    [InlineData(8, 400)]
    [InlineData(3, 3)]
    public void Small_sections_do(int height, int width)
    {
        using Plane raw = new Phantom(new PhantomOptions { Height = height, Width = width }).Section(0).Compute();
        var pixels = new float[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                pixels[y, x] = ((Plane<ushort>)raw).Row(y)[x];
        }

        Suggestion suggestion = Suggester.Suggest([InMemory(pixels)], Published);
        using Plane result = suggestion.Recipe.ApplyTo(InMemory(pixels)).Compute();
        Assert.Equal((height, width), (result.Height, result.Width));
    }

    private static EmSection InMemory(float[,] pixels) => new(new PixelSource(Plane.FromArray(pixels)), 0);

    private static Recipe Chain(params IFilterOptions[] options)
        => new(options.Select(o => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == o.GetType()), o)));

    /// <summary>The phantom as an instrument would store it that maps a range of grey levels to its type's.</summary>
    private static EmSection Stored(EmSection section, double lowest, double highest, PixelType type)
    {
        EmSection rescaled = section.With(new FilterStep(FilterCatalog.Get("Rescale"), new RescaleOptions { Minimum = lowest, Maximum = highest, Range = [0, type == PixelType.UInt8 ? 255 : 65535], PixelType = type }));
        using Plane plane = rescaled.Compute();
        return new EmSection(new PixelSource(plane is Plane<byte> bytes ? bytes.Clone() : ((Plane<ushort>)plane).Clone()), section.Index);
    }

    /// <summary>The published chain, with the section brought to the mean that it expects, as its table of offsets would.</summary>
    private static Recipe PublishedAtTheLevelOf(EmSection section)
        => new([Published.Steps[0], new IntensityOffsetStep((float)(Statistics(section).Mean - new ContrastOptions().Mean)), .. Published.Steps[1..]]);

    /// <summary>How near a chain, less its last steps, brings a section to its truth, whatever the unit of its grey levels.</summary>
    private static ImageComparison Judge(EmSection raw, Recipe recipe, EmSection truth, int leftOut)
    {
        using Plane result = new Recipe(recipe.Steps[..^leftOut]).ApplyTo(raw).Compute(), wanted = truth.Compute();
        return ImageQuality.Compare(result, wanted, new ComparisonOptions { MatchIntensities = true });
    }

    private static SectionStatistics Statistics(EmSection section)
    {
        using Plane plane = section.Compute();
        return SectionStatistics.Of(plane);
    }
}
