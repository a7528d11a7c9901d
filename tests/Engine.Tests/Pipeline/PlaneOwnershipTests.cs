using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Filters.NeighbourCorrelation;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;
using EmTools.Engine.Tests.Memory;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Whatever happens to a computation, all its planes come back to the pool: at its end, after an error, after a stop, and where there is no memory.</summary>
public sealed class PlaneOwnershipTests : IDisposable
{
    private const int Height = 160;
    private const int Width = 220;

    private readonly TemporaryFolder _folder = new();
    private readonly EmSection[] _raw = [.. Enumerable.Range(0, 3).Select(z => new EmSection(new PixelSource(Pixels(z, holes: true)), z))];
    private readonly Plane<float>[] _volume = [.. Enumerable.Range(0, 3).Select(z => Pixels(z, holes: false))];
    private readonly MaskSource _mask = new(new EmSection(new PixelSource(Mask()), 0));

    public static TheoryData<string> Filters => [.. FilterCatalog.All.Select(f => f.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_filter_gives_all_planes_back(string name)
    {
        FilterDefinition filter = FilterCatalog.Get(name);
        IFilterOptions options = filter.CreateOptions(new Dictionary<string, object?>());
        Outstanding.IsNone(context => All(Through(filter, options), context));
    }

    [Theory]
    [InlineData(StripeDirection.Horizontal, StripeMethod.Nearest)]
    [InlineData(StripeDirection.Horizontal, StripeMethod.Predict)]
    [InlineData(StripeDirection.Vertical, StripeMethod.Limit)]
    public void Stripes_either_way_give_all_planes_back(StripeDirection direction, StripeMethod method)
        => Outstanding.IsNone(context => All([_raw[0].With(new FilterStep(FilterCatalog.Get("Destripe"), new DestripeOptions { Direction = direction, Method = [method] }, _mask))], context));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Denoising_at_several_scales_gives_all_planes_back(int radius)
        => Outstanding.IsNone(context => All(Through(FilterCatalog.Get("Denoise"), new DenoiseOptions { ScaleCount = 2, Radius = radius }), context));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_chain_gives_all_planes_back(int threads) => Outstanding.IsNone(context => Chain().Compute(context).Dispose(), threads);

    [Fact]
    public void A_chain_gives_all_planes_back_whichever_step_fails()
    {
        int steps = Chain().Steps.Length;
        for (int i = 0; i <= steps; i++)
        {
            var chain = new List<SectionStep>(Chain().Steps.Select(step => step.Unbound));
            chain.Insert(i, new Failing());
            (int blocks, _, Exception? error) = Outstanding.After(() => new Recipe(chain).ApplyTo(_raw[1]).Compute().Dispose());
            Assert.Equal("failing", Assert.IsType<InvalidOperationException>(error).Message);
            Assert.Equal(0, blocks);
        }
    }

    /// <summary>Who listens may fail too.</summary>
    [Theory]
    [InlineData("begin")]
    [InlineData("end")]
    [InlineData("look")]
    public void A_chain_gives_all_planes_back_whichever_listener_fails(string listener)
    {
        for (int i = 0; i <= Chain().Steps.Length; i++)
        {
            int calls = 0;
            var context = new EvaluationContext { OnStage = _ => Fail("begin"), OnStageEnd = _ => Fail("end") };
            (int blocks, _, Exception? error) = Outstanding.After(() => Chain().ComputeStages((_, _) => Fail("look"), context));
            Assert.Equal("listener", Assert.IsType<InvalidOperationException>(error).Message);
            Assert.Equal(0, blocks);

            void Fail(string which)
            {
                if (which == listener && calls++ == i)
                    throw new InvalidOperationException("listener");
            }
        }
    }

    [Fact]
    public void A_chain_gives_all_planes_back_whichever_stage_is_stopped_at()
    {
        for (int i = 0; i <= Chain().Steps.Length; i++)
        {
            using var stop = new CancellationTokenSource();
            var context = new EvaluationContext
            {
                Cancellation = stop.Token,
                OnStage = stage =>
                {
                    if (stage.Number == i)
                        stop.Cancel();
                },
            };
            (int blocks, _, Exception? error) = Outstanding.After(() => Chain().Compute(context).Dispose());
            Assert.IsAssignableFrom<OperationCanceledException>(error);
            Assert.Equal(0, blocks);
        }
    }

    [Fact]
    public void A_pixel_that_is_too_large_costs_no_plane()
    {
        EmSection section = _raw[0].With(new IntensityOffsetStep(1e20)).With(new FilterStep(FilterCatalog.Get("Destripe"), new DestripeOptions()));
        (int blocks, _, Exception? error) = Outstanding.After(() => section.Compute().Dispose());
        Assert.Equal("PixelsTooLarge", Assert.IsType<EmException>(error).Id);
        Assert.Equal(0, blocks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Turning_intensities_back_gives_all_planes_back(bool chunk)
    {
        var inverted = new EmSection(new PixelSource(Plane.FromArray(new ushort[70, 90])), 0, inverted: true);
        int number = 0;
        Outstanding.IsNone(context =>
        {
            if (chunk)
                ChunkWriter.WriteTiffs(Enumerable.Range(0, 5).Select(z => new EmSection(inverted.Source, z)), new ChunkBox(0, 5, 6, 5, 40, 50), _folder.File($"chunk{number++}"), new ChunkOptions { Invert = true, Flip = ChunkFlip.X }, context);
            else
                inverted.Compute(context).Dispose();
        });
    }

    /// <summary>The sections that are read ahead when one cannot be written come back too.</summary>
    [Fact]
    public void A_box_that_cannot_be_written_leaves_no_plane()
    {
        File.WriteAllText(_folder.File("file"), "in the way");
        EmSection[] stack = [.. Enumerable.Range(0, 6).Select(z => new EmSection(_raw[0].Source, z))];
        (int blocks, int rents, Exception? error) = Outstanding.After(() => ChunkWriter.WriteTiffs(stack, new ChunkBox(0, 0, 0, 6, 40, 50), _folder.File("file/in"), new ChunkOptions(), new EvaluationContext { Threads = 4 }));
        Assert.IsType<EmException>(error);
        Assert.NotEqual(0, rents);
        Assert.Equal(0, blocks);
    }

    /// <summary>What is stopped will not be gone on with: nothing is kept for the next window.</summary>
    [Fact]
    public void A_window_that_is_stopped_keeps_no_plane()
    {
        FilterDefinition filter = FilterCatalog.Get("NonLocalMeans");
        using var stop = new CancellationTokenSource();
        EmSection middle = Through(filter, filter.CreateOptions(new Dictionary<string, object?>()))[1];
        (int blocks, int rents, Exception? error) = Outstanding.After(() => middle.Compute(new EvaluationContext { Cancellation = stop.Token }).Dispose(), i =>
        {
            if (i == 3)
                stop.Cancel();
        });
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.InRange(rents, 4, int.MaxValue);
        Assert.Equal(0, blocks);
    }

    [Fact]
    public void Volumes_give_all_planes_back() => Outstanding.IsNone(context =>
    {
        foreach (Plane<float> plane in NeighborhoodCorrelation.ComputeVolume([.. _volume], new NeighborhoodCorrelationOptions(), context))
            plane.Dispose();
    });

    [Fact]
    public void Choosing_parameters_gives_all_planes_back()
    {
        var chain = new Recipe(new IFilterOptions[] { new DestripeOptions(), new DenoiseOptions(), new ContrastOptions() }.Select(options => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == options.GetType()), options)));
        Outstanding.IsNone(context => Suggester.Suggest([_raw[1]], chain, new SuggestionOptions { Mask = _mask }, context), times: 8);
    }

    [Fact]
    public void A_part_outside_of_a_plane_costs_no_plane()
    {
        (int blocks, _, Exception? error) = Outstanding.After(() => new Region(30, 0, 50, 40).CutFrom(Plane.Rent<float>(60, 80)).Dispose());
        Assert.IsAssignableFrom<ArgumentException>(error);
        Assert.Equal(0, blocks);
    }

    private EmSection Chain()
    {
        var model = new BackgroundModel([new BackgroundTerm(0, 0, 1, 310.7), new BackgroundTerm(1, 1, 3, -150.3)]);
        return new Recipe(
        [
            new IntensityOffsetStep(12),
            new BackgroundStep(model, new VolumeShape(3, Height, Width), 0, 0),
            new FilterStep(FilterCatalog.Get("Destripe"), new DestripeOptions(), _mask),
            new FilterStep(FilterCatalog.Get("Denoise"), new DenoiseOptions()),
            new RealignStep(3, -4),
            new FilterStep(FilterCatalog.Get("Contrast"), new ContrastOptions()),
            new FilterStep(FilterCatalog.Get("Rescale"), new RescaleOptions()),
            new BackgroundMaskStep(),
        ]).ApplyTo(_raw[1]);
    }

    private EmSection[] Through(FilterDefinition filter, IFilterOptions options)
    {
        if (NeighbourhoodWindows.For(filter, options) is not { } windows)
            return [_raw[1].With(new FilterStep(filter, options, filter.TakesMask ? _mask : null))];
        EmSection[] before = [.. _raw.Select(section => section.With(new IntensityOffsetStep(3)))];
        return [.. before.SelectMany(windows.Push).ToArray(), .. windows.Complete()];
    }

    /// <summary>Computes all; the last one also where another failed, because windows keep pixels for it.</summary>
    private static void All(EmSection[] sections, EvaluationContext context)
    {
        try
        {
            foreach (EmSection section in sections)
                section.Compute(context).Dispose();
        }
        catch when (sections.Length > 1)
        {
            sections[^1].Compute(new EvaluationContext { Threads = context.Threads }).Dispose();
            throw;
        }
    }

    private static Plane<float> Pixels(int z, bool holes)
    {
        var random = new Random(z);
        Plane<float> plane = Plane.Rent<float>(Height, Width);
        for (int y = 0; y < plane.Height; y++)
        {
            Span<float> row = plane.Row(y);
            for (int x = 0; x < row.Length; x++)
                row[x] = 30000 + 3000 * MathF.Sin((x + z) / 9f) * MathF.Sin(y / 7f) + random.Next(1500);
            if (holes && y is > 40 and < 60)
                row[50..90].Fill(float.NaN);
        }

        return plane;
    }

    private static Plane<byte> Mask()
    {
        Plane<byte> mask = Plane.Rent<byte>(Height, Width);
        for (int y = 0; y < mask.Height; y++)
        {
            mask.Row(y).Fill(255);
            mask.Row(y)[..30].Clear();
        }

        return mask;
    }

    private sealed record Failing : SectionStep
    {
        public override string Name => "Failing";

        public override Plane Apply(Plane<float> input, EvaluationContext context) => throw new InvalidOperationException("failing");

        protected override JsonObject ToJson(StepForm form) => Json(null);
    }
}
