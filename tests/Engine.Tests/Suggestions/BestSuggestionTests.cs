using EmTools.Engine.Filters;
using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.TransformDenoising;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Suggestions;

/// <summary>What is suggested of the filters that measure for themselves, and for noise that was smoothed.</summary>
public sealed class BestSuggestionTests
{
    private static readonly EvaluationContext Context = EvaluationContext.Default;
    private static readonly Recipe Best = Chain(new DestripeAdaptiveOptions(), new DenoiseTransformOptions());

    [Fact]
    public void The_best_filters_come_nearer_to_the_truth_than_the_published_ones_with_chosen_parameters()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 640, Width = 768, BackgroundRange = 0, Seed = 23 });
        EmSection raw = phantom.Section(70), truth = phantom.Truth(70);
        Suggestion best = Suggester.Suggest([phantom.Section(10)], Best), published = Suggester.Suggest([phantom.Section(10)], Chain(new DestripeOptions(), new DenoiseOptions()));
        Assert.Equal(["DestripeAdaptive", "DenoiseTransform"], best.Recipe.Steps.Select(step => step.Name));
        Assert.True(Psnr(best.Recipe.ApplyTo(raw), truth) > Psnr(published.Recipe.ApplyTo(raw), truth) + 1, $"{Psnr(best.Recipe.ApplyTo(raw), truth)} and {Psnr(published.Recipe.ApplyTo(raw), truth)} dB");
        Assert.Contains(best.Parameters, choice => choice.Step == "DestripeAdaptive" && choice.Reason.Contains("Stripes stand out up to scale", StringComparison.Ordinal));
        Assert.Contains(best.Parameters, choice => choice.Step == "DenoiseTransform" && choice.Reason.Contains("measured anew in every section", StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_nothing_to_do_is_left_out()
    {
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 640, Width = 768, StripeAmplitude = 0, NoiseSigma = 0 }).Section(0)], Chain(new DestripeAdaptiveOptions(), new DenoiseTransformOptions(), new ContrastOptions()));
        Assert.Equal(["Contrast"], suggestion.Recipe.Steps.Select(step => step.Name));
        Assert.Equal(["DestripeAdaptive", "DenoiseTransform"], suggestion.Parameters.Where(choice => Equals(choice.Value, "left out")).Select(choice => choice.Step));
    }

    [Fact]
    public void Stripes_that_run_the_other_way_turn_the_filter_and_an_angle_is_taken_as_given()
    {
        using var raw = (Plane<ushort>)new Phantom(new PhantomOptions { Height = 640, Width = 768, StripeAmplitude = 1200 }).Section(0).Compute();
        EmSection turned = new(new PixelSource(Transpose.Of(raw, Context)), 0);
        Assert.Equal(StripeDirection.Horizontal, ((DestripeAdaptiveOptions)((FilterStep)Suggester.Suggest([turned], Best).Recipe.Steps[0]).Options).Direction);
        Suggestion slanted = Suggester.Suggest([turned], Chain(new DestripeAdaptiveOptions { Angle = 20 }, new DenoiseTransformOptions()));
        Assert.Equal(20, ((DestripeAdaptiveOptions)((FilterStep)slanted.Recipe.Steps[0]).Options).Angle);
        Assert.Contains(slanted.Parameters, choice => choice.Parameter == "Angle" && choice.Reason.Contains("along the axes only", StringComparison.Ordinal));
    }

    [Fact]
    public void A_radius_stays()
    {
        EmSection section = new Phantom(new PhantomOptions { Height = 640, Width = 768, StripeAmplitude = 1200 }).Section(0);
        var chain = new Recipe([
            new NeighbourStep(FilterCatalog.Get("DestripeAdaptive"), new DestripeAdaptiveOptions { Radius = 1 }),
            new NeighbourStep(FilterCatalog.Get("DenoiseTransform"), new DenoiseTransformOptions { Radius = 2 })]);
        Assert.Equal([1, 2], Suggester.Suggest([section], chain).Recipe.Steps.Select(step => step.Radius));
    }

    /// <summary>Told from the finest band alone, such noise would pass for half of what it is.</summary>
    [Fact]
    public void Noise_that_was_smoothed_is_told_and_weighed_by_its_spectrum()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 512, Width = 512, StripeAmplitude = 0, NoiseSigma = 0, BackgroundRange = 0, OffsetJump = 0 });
        EmSection truth = phantom.Truth(10), noisy = Smoothed(truth, 900, 0.8);
        Suggestion suggestion = Suggester.Suggest([noisy], Chain(new DenoiseOptions()));
        Assert.Contains("smoothed by 0.8 x 0.8 pixels (y, x)", suggestion.Parameters[0].Reason, StringComparison.Ordinal);
        double chosen = Psnr(suggestion.Recipe.ApplyTo(noisy), truth), published = Psnr(Chain(new DenoiseOptions()).ApplyTo(noisy), truth);
        Assert.True(chosen > published + 1, $"{chosen} and {published} dB");
    }

    private static double Psnr(EmSection section, EmSection truth)
    {
        using Plane one = section.Compute(), other = truth.Compute();
        return ImageQuality.Compare(one, other, new ComparisonOptions { MatchIntensities = true }).Psnr;
    }

    private static EmSection Smoothed(EmSection truth, double deviation, double sigma)
    {
        using Plane<float> clean = PlaneConversion.ToSingle(truth.Compute(), invert: false, Context);
        using Plane<float> noise = Plane.Rent<float>(clean.Height, clean.Width);
        var random = new Random(17);
        for (int y = 0; y < noise.Height; y++)
        {
            foreach (ref float pixel in noise.Row(y))
                pixel = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        double[] kernel = NoiseSpectrum.Kernel(sigma);
        int reach = kernel.Length / 2;
        double scale = deviation / kernel.Sum(k => k * k);
        return new EmSection(new PixelSource(Plane.Make<float>(clean.Height, clean.Width, plane =>
        {
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                {
                    double sum = 0;
                    for (int i = 0; i < kernel.Length; i++)
                    {
                        for (int j = 0; j < kernel.Length; j++)
                            sum += kernel[i] * kernel[j] * noise.Row(Mirror.Index(y + i - reach, plane.Height))[Mirror.Index(x + j - reach, plane.Width)];
                    }

                    plane.Row(y)[x] = (float)(clean.Row(y)[x] + scale * sum);
                }
            }
        })), 10);
    }

    private static Recipe Chain(params IFilterOptions[] options)
        => new(options.Select(o => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == o.GetType()), o)));
}
