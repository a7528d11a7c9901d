using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Phantoms;

public sealed class PhantomTests
{
    private static readonly PhantomOptions Small = new() { Height = 200, Width = 333, Depth = 300, Seed = 3 };

    [Fact]
    public void Threads_and_repetition_do_not_change_a_pixel()
    {
        ushort[,] first = Raw(new Phantom(Small), 7, 1);
        Assert.Equal(first, Raw(new Phantom(Small), 7, 5));
        var phantom = new Phantom(Small);
        Raw(phantom, 8, 2);
        Assert.Equal(first, Raw(phantom, 7, 2));
    }

    [Fact]
    public void Seeds_and_sections_differ()
    {
        ushort[,] first = Raw(new Phantom(Small), 7, 2);
        Assert.NotEqual(first, Raw(new Phantom(Small with { Seed = 4 }), 7, 2));
        Assert.NotEqual(first, Raw(new Phantom(Small), 8, 2));
        Assert.NotEqual(Raw(new Phantom(Small with { Seed = int.MinValue }), 7, 2), Raw(new Phantom(Small with { Seed = int.MaxValue }), 7, 2));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 200)]
    [InlineData(200, 1)]
    [InlineData(33, 65)]
    [InlineData(31, 63)]
    public void Tissue_does_not_depend_on_the_size(int height, int width)
    {
        using Plane<float> large = new Phantom(Small).Render(PhantomLayer.Truth, 5);
        using Plane<float> part = new Phantom(Small with { Height = height, Width = width }).Render(PhantomLayer.Truth, 5);
        for (int y = 0; y < height; y++)
            Assert.Equal(large.Row(y)[..width].ToArray(), part.Row(y).ToArray());
        Assert.Equal(width, Raw(new Phantom(Small with { Height = height, Width = width, Depth = 1 }), 0, 2).GetLength(1));
    }

    [Fact]
    public void The_raw_section_is_the_sum_of_its_layers()
    {
        var phantom = new Phantom(Small);
        ushort[,] raw = Raw(phantom, 11, 2);
        using Plane<float> truth = phantom.Render(PhantomLayer.Truth, 11), background = phantom.Render(PhantomLayer.Background, 11);
        using Plane<float> stripes = phantom.Render(PhantomLayer.Stripes, 11), noise = phantom.Render(PhantomLayer.Noise, 11);
        for (int y = 0; y < truth.Height; y++)
            for (int x = 0; x < truth.Width; x++)
            {
                double sum = (double)truth.Row(y)[x] + background.Row(y)[x] + stripes.Row(y)[x] + noise.Row(y)[x] + phantom.Offsets[11];
                Assert.InRange(65535 - raw[y, x] - sum, -0.52, 0.52);
            }
    }

    [Fact]
    public void The_background_layer_is_the_polynomial_of_the_table_without_its_constant()
    {
        var phantom = new Phantom(Small);
        using Plane<float> layer = phantom.Render(PhantomLayer.Background, 211);
        Assert.Equal(20, phantom.Background.Terms.Length);
        foreach ((int y, int x) in new[] { (0, 0), (199, 332), (57, 101) })
        {
            double sum = phantom.Background.Terms.Where(t => t.PowerZ + t.PowerY + t.PowerX > 0)
                .Sum(t => t.Coefficient * Math.Pow(211 / 299.0, t.PowerZ) * Math.Pow(y / 199.0, t.PowerY) * Math.Pow(x / 332.0, t.PowerX));
            Assert.Equal(sum, layer.Row(y)[x], 0.01);
        }
    }

    [Fact]
    public void The_background_spans_the_range_asked_for()
    {
        float low = float.MaxValue, high = float.MinValue;
        var phantom = new Phantom(Small with { Height = 40, Width = 40, Depth = 40, BackgroundRange = 1234 });
        for (int z = 0; z < 40; z++)
        {
            using Plane<float> layer = phantom.Render(PhantomLayer.Background, z);
            for (int y = 0; y < 40; y++)
                foreach (float v in layer.Row(y))
                    (low, high) = (Math.Min(low, v), Math.Max(high, v));
        }

        Assert.Equal(1234, high - low, 10f);
    }

    [Fact]
    public void Neighbouring_sections_are_alike_and_distant_ones_are_not()
    {
        var phantom = new Phantom(Small with { Height = 400, Width = 400 });
        double near = Correlation(phantom, 20, 21), further = Correlation(phantom, 20, 30), far = Correlation(phantom, 20, 220);
        Assert.InRange(near, 0.87, 1);
        Assert.InRange(further, 0.2, 0.8);
        Assert.InRange(far, -0.15, 0.2);
    }

    [Fact]
    public void Tiles_leave_no_seams()
    {
        using Plane<float> truth = new Phantom(Small with { Height = 640, Width = 640 }).Render(PhantomLayer.Truth, 40);
        double seams = 0, elsewhere = 0;
        for (int y = 0; y < 640; y++)
            for (int x = 1; x < 640; x++)
            {
                double step = Math.Abs(truth.Row(y)[x] - truth.Row(y)[x - 1]);
                if (x % TissueTile.Width == 0)
                    seams += step / (640 * 9);
                else
                    elsewhere += step / (640 * 630);
            }

        Assert.InRange(seams / elsewhere, 0.8, 1.25);
    }

    [Fact]
    public void Thinner_sections_are_more_alike()
    {
        var phantom = new Phantom(Small with { SectionThickness = 0.25 });
        Assert.InRange(Correlation(phantom, 20, 21), 0.985, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    public void Grey_levels_are_those_of_a_real_volume(int seed)
    {
        var phantom = new Phantom(new PhantomOptions { Seed = seed, Height = 1500, Width = 1500 });
        (double mean, double deviation) = Statistics(phantom, PhantomLayer.Truth, 100);
        Assert.InRange(mean, 27700, 28300);
        Assert.InRange(deviation, 1400, 2300);
        (mean, deviation) = Statistics(phantom, PhantomLayer.Noise, 100);
        Assert.InRange(mean, -3, 3);
        Assert.InRange(deviation, 780, 820);
        (mean, deviation) = Statistics(phantom, PhantomLayer.Stripes, 100);
        Assert.InRange(mean, -100, 100);
        Assert.InRange(deviation, 450, 650);
    }

    [Fact]
    public void Noise_is_normal_and_grows_with_the_signal()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 1000, Width = 1000 });
        using Plane<float> truth = phantom.Render(PhantomLayer.Truth, 5), noise = phantom.Render(PhantomLayer.Noise, 5);
        double dark = 0, bright = 0, fourth = 0, second = 0, along = 0;
        int darkCount = 0, brightCount = 0;
        for (int y = 0; y < 1000; y++)
            for (int x = 1; x < 1000; x++)
            {
                double n = noise.Row(y)[x];
                second += n * n;
                fourth += n * n * n * n;
                along += n * noise.Row(y)[x - 1];
                if (truth.Row(y)[x] < 24000)
                    (dark, darkCount) = (dark + n * n, darkCount + 1);
                else if (truth.Row(y)[x] > 29000)
                    (bright, brightCount) = (bright + n * n, brightCount + 1);
            }

        Assert.InRange(bright / brightCount / (dark / darkCount), 1.2, 1.6);
        Assert.InRange(fourth * 999_000 / (second * second), 2.95, 3.15); // 3 for a normal distribution
        Assert.InRange(along / second, -0.005, 0.005);
    }

    [Fact]
    public void Stripes_are_long_along_y_and_end()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 6000, Width = 300 });
        using Plane<float> stripes = phantom.Render(PhantomLayer.Stripes, 9);
        Assert.InRange(RowCorrelation(stripes, 1), 0.99, 1);
        Assert.InRange(RowCorrelation(stripes, 100), 0.8, 0.99);
        Assert.InRange(RowCorrelation(stripes, 5000), -0.3, 0.3);
        using Plane<float> next = phantom.Render(PhantomLayer.Stripes, 10);
        Assert.NotEqual(stripes.ToArray(), next.ToArray());
    }

    [Fact]
    public void Nothing_asked_for_is_nothing_added()
    {
        var phantom = new Phantom(Small with { StripeAmplitude = 0, NoiseSigma = 0, BackgroundRange = 0, OffsetJump = 0, OffsetMean = 1000 });
        Assert.All(phantom.Offsets, offset => Assert.Equal(1000, offset));
        ushort[,] raw = Raw(phantom, 4, 2);
        using Plane<float> truth = phantom.Render(PhantomLayer.Truth, 4);
        Assert.InRange(65535 - raw[12, 34] - 1000 - truth.Row(12)[34], -0.51, 0.51);
    }

    [Fact]
    public void Offsets_jump_now_and_then_and_stay_near_their_mean()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 1, Width = 1, BackgroundRange = 0 });
        Assert.Equal(11260, phantom.Offsets.Length);
        Assert.InRange(phantom.Offsets.Average(), 22000, 23400);
        int jumps = Enumerable.Range(1, 11259).Count(z => Math.Abs(phantom.Offsets[z] - phantom.Offsets[z - 1]) > 400);
        Assert.InRange(jumps, 50, 300);
        Assert.All(phantom.Offsets, offset => Assert.InRange(offset, 18000, 28000));
    }

    [Fact]
    public void Sections_describe_themselves()
    {
        var phantom = new Phantom(Small);
        EmSection section = phantom.Section(12), truth = phantom.Truth(12);
        Assert.True(section.Inverted);
        Assert.Equal((12, 200, 333, PixelType.UInt16, "phantom 3, section 12"), (section.Index, section.Height, section.Width, section.PixelType, section.Name));
        Assert.Equal((12, PixelType.Single, "phantom 3, section 12 (truth)"), (truth.Index, truth.PixelType, truth.Name));
        ushort turned = ((ushort[,])section.GetPixels())[5, 6];
        Assert.Equal(65535 - Raw(phantom, 12, 2)[5, 6], turned);
        Assert.IsType<float[,]>(truth.GetPixels());
    }

    [Fact]
    public void Bad_values_are_refused_in_words()
    {
        Assert.Equal("A phantom's Height must be 1 to 1000000 pixels, but is 0.", Refused(new PhantomOptions { Height = 0 }));
        Assert.Equal("A phantom's CellSize must be 80 to 2000 pixels, but is NaN.", Refused(new PhantomOptions { CellSize = double.NaN }));
        Assert.Equal("A phantom's ShotNoiseShare must be 0 to 1, but is 1.5.", Refused(new PhantomOptions { ShotNoiseShare = 1.5 }));
        EmException index = Assert.Throws<EmException>(() => new Phantom(Small).Section(300));
        Assert.Equal("The phantom has the sections 0 to 299, so there is no section 300; give another index or a larger Depth.", index.Message);
        Assert.Throws<EmException>(() => new Phantom(Small).Render(PhantomLayer.Truth, -1));
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new Phantom(Small).Render(PhantomLayer.Truth, 0, new EvaluationContext { Cancellation = cancelled.Token }));
    }

    private static string Refused(PhantomOptions options) => Assert.Throws<EmException>(() => new Phantom(options)).Message;

    private static ushort[,] Raw(Phantom phantom, int index, int threads)
    {
        using Plane plane = new PhantomSource(phantom, index).Read(new EvaluationContext { Threads = threads });
        return ((Plane<ushort>)plane).ToArray();
    }

    private static (double Mean, double Deviation) Statistics(Phantom phantom, PhantomLayer layer, int index)
    {
        using Plane<float> plane = phantom.Render(layer, index);
        double sum = 0, squares = 0;
        for (int y = 0; y < plane.Height; y++)
            foreach (float v in plane.Row(y))
            {
                sum += v;
                squares += (double)v * v;
            }

        double count = (double)plane.Height * plane.Width, mean = sum / count;
        return (mean, Math.Sqrt(squares / count - mean * mean));
    }

    private static double Correlation(Phantom phantom, int first, int second)
    {
        using Plane<float> a = phantom.Render(PhantomLayer.Truth, first), b = phantom.Render(PhantomLayer.Truth, second);
        return MathNet.Numerics.Statistics.Correlation.Pearson(Pixels(a), Pixels(b));
    }

    private static double RowCorrelation(Plane<float> plane, int distance)
    {
        IEnumerable<double> from = Enumerable.Range(0, plane.Height - distance).SelectMany(y => plane.Row(y).ToArray()).Select(v => (double)v);
        IEnumerable<double> to = Enumerable.Range(distance, plane.Height - distance).SelectMany(y => plane.Row(y).ToArray()).Select(v => (double)v);
        return MathNet.Numerics.Statistics.Correlation.Pearson(from, to);
    }

    private static IEnumerable<double> Pixels(Plane<float> plane) => plane.ToArray().Cast<float>().Select(v => (double)v);
}
