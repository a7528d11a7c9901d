using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Adaptive destriping against its reference, and what must hold whatever the numbers are.</summary>
public sealed class DestripeAdaptiveTests
{
    private static readonly EvaluationContext Context = new() { Threads = 2 };

    public static TheoryData<string> Cases { get; } = GoldenCase.Names("adaptive-");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_reference(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane<float> input = Input(golden, "input");
        using Plane<byte>? mask = golden.Has("mask") ? golden.Plane<byte>("mask") : null;
        DestripeAdaptiveOptions options = Options(golden);
        var digests = new List<Plane<float>>();
        for (int k = 0; golden.Has($"neighbour{k}"); k++)
        {
            using Plane<float> neighbour = Input(golden, $"neighbour{k}");
            digests.Add(DestripeAdaptive.Digest(neighbour, options, null, Context));
        }

        using Plane<float> found = digests.Count > 0 ? DestripeAdaptive.Compute(input, digests, options, mask, Context) : (Plane<float>)DestripeAdaptive.Compute(input.Clone(), options, mask, Context);
        digests.ForEach(digest => digest.Dispose());
        var difference = Difference.Between(found, golden.Image<float>("output"));
        Assert.True(difference.Largest <= 0.1, $"{difference.Mean} in the mean, {difference.Largest} at most");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Horizontal_stripes_are_vertical_stripes_of_the_transposed_section(double angle)
    {
        var options = new DestripeAdaptiveOptions { Angle = angle };
        using Plane<float> image = Section(130, 171, 500);
        using Plane vertical = DestripeAdaptive.Compute(image.Clone(), options, null, Context);
        using Plane horizontal = DestripeAdaptive.Compute(Transpose.Of(image, Context), options with { Direction = StripeDirection.Horizontal }, null, Context);
        using Plane<float> back = Transpose.Of((Plane<float>)horizontal, Context);
        Assert.Equal(0, Difference.Between(back, ((Plane<float>)vertical).ToArray()).Largest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-20)]
    public void The_number_of_threads_changes_no_bit(double angle)
    {
        var options = new DestripeAdaptiveOptions { Angle = angle };
        using Plane<float> image = Section(300, 1200, 500);
        using Plane one = DestripeAdaptive.Compute(image.Clone(), options, null, new EvaluationContext { Threads = 1 });
        using Plane seven = DestripeAdaptive.Compute(image.Clone(), options, null, new EvaluationContext { Threads = 7 });
        Assert.Equal(0, Difference.Between(seven, ((Plane<float>)one).ToArray()).Largest);
    }

    [Theory]
    [InlineData(0, 0.3)]
    [InlineData(2, 0.45)]
    [InlineData(-10, 0.5)]
    [InlineData(45, 0.35)]
    public void Stripes_at_their_angle_become_weak(double angle, double left)
    {
        using Plane<float> clean = Section(500, 600, 0), striped = Section(500, 600, 1500, Math.Tan(angle * Math.PI / 180));
        double before = Difference.RootMeanSquare(striped, clean);
        using var after = (Plane<float>)DestripeAdaptive.Compute(striped.Clone(), new DestripeAdaptiveOptions { Angle = angle }, null, Context);
        Assert.True(Difference.RootMeanSquare(after, clean) < left * before, $"{Difference.RootMeanSquare(after, clean)} of {before}");
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(30, 100)]
    public void Tissue_without_stripes_stays_nearly_as_it_is(double angle, double most)
    {
        using Plane<float> clean = Section(500, 600, 0);
        using var after = (Plane<float>)DestripeAdaptive.Compute(clean.Clone(), new DestripeAdaptiveOptions { Angle = angle }, null, Context);
        Assert.True(Difference.RootMeanSquare(after, clean) < most, $"{Difference.RootMeanSquare(after, clean)}");
    }

    [Fact]
    public void Grey_levels_may_be_of_any_scale_and_offset()
    {
        using Plane<float> image = Section(200, 260, 600);
        using Plane<float> scaled = image.Clone();
        for (int y = 0; y < scaled.Height; y++)
        {
            foreach (ref float pixel in scaled.Row(y))
                pixel = pixel / 65536 - 0.25f;
        }

        using var plain = (Plane<float>)DestripeAdaptive.Compute(image.Clone(), new DestripeAdaptiveOptions(), null, Context);
        using var small = (Plane<float>)DestripeAdaptive.Compute(scaled, new DestripeAdaptiveOptions(), null, Context);
        for (int y = 0; y < plain.Height; y++)
        {
            for (int x = 0; x < plain.Width; x++)
                Assert.Equal(plain.Row(y)[x], (small.Row(y)[x] + 0.25f) * 65536, 1.5f);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void Pixels_outside_the_mask_and_NaN_stay_as_they_are_and_count_nowhere(double angle)
    {
        var options = new DestripeAdaptiveOptions { Angle = angle };
        using Plane<float> image = Section(220, 240, 500);
        using Plane<byte> mask = Plane.Rent<byte>(220, 240);
        for (int y = 0; y < 220; y++)
        {
            for (int x = 0; x < 240; x++)
                mask.Row(y)[x] = (byte)(x + y > 90 ? 1 : 0);
        }

        image.Row(150)[100] = float.NaN;
        float[,] before = image.ToArray();
        using var after = (Plane<float>)DestripeAdaptive.Compute(image.Clone(), options, mask, Context);
        using Plane<float> other = image.Clone();
        for (int x = 0; x < 60; x++)
            other.Row(10)[x] = 60000; // not tissue
        using var same = (Plane<float>)DestripeAdaptive.Compute(other, options, mask, Context);
        int changed = 0;
        for (int y = 0; y < 220; y++)
        {
            for (int x = 0; x < 240; x++)
            {
                if (mask.Row(y)[x] == 0 || float.IsNaN(before[y, x]))
                {
                    if (y != 10)
                        Assert.Equal(before[y, x], after.Row(y)[x]);
                    continue;
                }

                Assert.Equal(after.Row(y)[x], same.Row(y)[x]);
                changed += after.Row(y)[x] != before[y, x] ? 1 : 0;
            }
        }

        Assert.True(changed > 10_000, $"{changed} pixels changed");
    }

    [Fact]
    public void Coarse_octaves_on_fewer_columns_give_nearly_the_same()
    {
        using Plane<float> clean = Section(300, 1500, 0), image = Section(300, 1500, 600);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
                image.Row(y)[x] += 800 * MathF.Cos(0.04f * x); // wide ones
        }

        var options = new DestripeAdaptiveOptions();
        using Plane<float> full = DestripeAdaptive.Compute(image.Clone(), options, null, int.MaxValue, Context);
        using Plane<float> fewer = DestripeAdaptive.Compute(image.Clone(), options, null, 80, Context);
        Assert.True(Difference.RootMeanSquare(fewer, full) < 0.03 * Difference.RootMeanSquare(full, clean), $"{Difference.RootMeanSquare(fewer, full)} of {Difference.RootMeanSquare(full, clean)}");
        Assert.NotEqual(0, Difference.RootMeanSquare(fewer, full));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 90)]
    [InlineData(90, 1)]
    [InlineData(7, 9)]
    [InlineData(3, 3000)]
    public void Sections_of_any_size_are_taken(int height, int width)
    {
        using Plane<float> image = Section(height, width, 500);
        using var after = (Plane<float>)DestripeAdaptive.Compute(image.Clone(), new DestripeAdaptiveOptions { Angle = height > 50 ? 45 : 0 }, null, Context);
        for (int y = 0; y < height; y++)
        {
            foreach (float pixel in after.Row(y))
                Assert.True(float.IsFinite(pixel));
        }
    }

    [Fact]
    public void Neighbours_of_the_same_tissue_help_and_others_do_not_hurt()
    {
        var options = new DestripeAdaptiveOptions { Radius = 1 };
        using Plane<float> clean = Section(400, 500, 0), image = Section(400, 500, 900), alike = Section(400, 500, 900, seed: 5), unlike = Section(400, 500, 900, seed: 6, tissue: 40);
        using var alone = (Plane<float>)DestripeAdaptive.Compute(image.Clone(), options, null, Context);
        using Plane<float> withAlike = WithNeighbour(alike), withUnlike = WithNeighbour(unlike);
        double error = Difference.RootMeanSquare(alone, clean);
        Assert.True(Difference.RootMeanSquare(withAlike, clean) < 0.98 * error, $"alike: {Difference.RootMeanSquare(withAlike, clean)} of {error}");
        Assert.True(Difference.RootMeanSquare(withUnlike, clean) < 1.05 * error, $"unlike: {Difference.RootMeanSquare(withUnlike, clean)} of {error}");

        Plane<float> WithNeighbour(Plane<float> neighbour)
        {
            using Plane<float> digest = DestripeAdaptive.Digest(neighbour, options, null, Context);
            return DestripeAdaptive.Compute(image, [digest], options, null, Context);
        }
    }

    [Fact]
    public void Lengths_must_ascend()
    {
        var error = Assert.Throws<EmException>(() => new DestripeAdaptiveOptions { Length = [59, 59] }.Validate());
        Assert.Contains("must ascend, found 59 after 59", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A phantom's tissue with noise, and stripes of slope dx/dy that are the same all along.</summary>
    private static Plane<float> Section(int height, int width, double stripes, double slope = 0, int seed = 1, int tissue = 0)
    {
        var phantom = new Phantom(new PhantomOptions { Height = Math.Max(height, 64), Width = Math.Max(width, 64), Depth = 100, StripeAmplitude = 0, BackgroundRange = 0, OffsetJump = 0, NoiseSigma = 0 });
        using Plane<float> clean = phantom.Render(PhantomLayer.Truth, 10 + tissue, Context);
        var levels = new Random(seed);
        double[] profile = [.. Enumerable.Range(0, width + 2 * height + 2).Select(_ => levels.NextDouble() - 0.5)];
        return Plane.Make<float>(height, width, plane =>
        {
            for (int y = 0; y < height; y++)
            {
                var noise = new Random(1000 * seed + y);
                for (int x = 0; x < width; x++)
                {
                    double place = x - slope * y + (slope > 0 ? height : 0);
                    int left = (int)Math.Floor(place);
                    double stripe = profile[left] + (place - left) * (profile[left + 1] - profile[left]);
                    plane.Row(y)[x] = (float)(clean.Row(y)[x] + 1500 * (noise.NextDouble() - 0.5) + stripes * stripe);
                }
            }
        });
    }

    private static Plane<float> Input(GoldenCase golden, string dataset)
    {
        if (golden.Name.EndsWith("nan", StringComparison.Ordinal))
            return golden.Plane<float>(dataset);
        using Plane<ushort> plane = golden.Plane<ushort>(dataset);
        return PlaneConversion.ToSingle(plane.Clone(), invert: false, Context);
    }

    private static DestripeAdaptiveOptions Options(GoldenCase golden) => new()
    {
        BlockRows = (int)golden.Parameters["q"]!,
        ScaleCount = (int)golden.Parameters["bands"]!,
        Length = [.. golden.Parameters["lengths"]!.AsArray().Select(length => (int)length!)],
        IterationCount = (int)golden.Parameters["iterations"]!,
        WeightPower = (double)golden.Parameters["power"]!,
        WeightFloor = (double)golden.Parameters["floor"]!,
        CrossScale = (double)golden.Parameters["cross"]!,
        Oversubtraction = (double)golden.Parameters["oversubtract"]!,
        FineSlope = (double)golden.Parameters["shear_fine"]!,
        MaxSlope = (double)golden.Parameters["shear_max"]!,
        LocalWindow = (double)golden.Parameters["local"]!,
        GlobalShare = (double)golden.Parameters["rho"]!,
        NeighborPreview = (double)golden.Parameters["neighbour_preview"]!,
    };
}
