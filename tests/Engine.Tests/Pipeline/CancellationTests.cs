using EmTools.Engine.Filters;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Stopping in the middle of a computation.</summary>
public sealed class CancellationTests
{
    private static readonly Phantom s_phantom = new(new PhantomOptions { Height = 300, Width = 400, Seed = 3 });

    public static TheoryData<string> Filters => [.. FilterCatalog.All.Where(f => f.Name != "Crop").Select(f => f.Name)]; // which copies rows and is over

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_filter_that_has_begun_does_not_go_on_to_its_end(string filter)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        IFilterOptions options = definition.CreateOptions(new Dictionary<string, object?>());
        EmSection[] raw = [.. Enumerable.Range(0, 3).Select(s_phantom.Section)];
        NeighbourhoodWindows? windows = NeighbourhoodWindows.For(definition, options);
        EmSection section = windows is null ? raw[1].With(new FilterStep(definition, options)) : new[] { raw.SelectMany(windows.Push).ToArray(), windows.Complete() }.SelectMany(s => s).ElementAt(1);

        List<string> ended = StagesEnded(filter, context => section.Compute(context).Dispose());
        Assert.DoesNotContain(filter, ended);
    }

    [Fact]
    public void A_section_that_is_being_rendered_does_not_go_on_to_its_end()
        => Assert.Empty(StagesEnded(s_phantom.Section(0).Source.StageName, context => s_phantom.Section(0).Compute(context).Dispose()));

    [Theory]
    [InlineData("Destripe")]
    [InlineData("Denoise")]
    public void Choosing_parameters_does_not_go_on_after_the_stage_in_hand(string stage)
    {
        var chain = new Recipe(new[] { "Destripe", "Denoise", "Contrast" }.Select(name => new FilterStep(FilterCatalog.Get(name), FilterCatalog.Get(name).CreateOptions(new Dictionary<string, object?>()))));
        List<string> ended = StagesEnded(stage, context => Suggester.Suggest([s_phantom.Section(0), s_phantom.Section(1)], chain, new SuggestionOptions(), context, (_, trouble) => throw trouble));
        Assert.DoesNotContain(stage, ended);
    }

    /// <summary>Cancels at the moment at which a stage begins; the stages that were over when the computation ended.</summary>
    private static List<string> StagesEnded(string stage, Action<EvaluationContext> compute)
    {
        using var stop = new CancellationTokenSource();
        var ended = new List<string>();
        bool began = false;
        var context = new EvaluationContext
        {
            Threads = 2,
            Cancellation = stop.Token,
            OnStage = start =>
            {
                Assert.False(began, $"{start.Name} begins after the stop");
                if (start.Name == stage)
                {
                    began = true;
                    stop.Cancel();
                }
            },
            OnStageEnd = time => ended.Add(time.Name),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => compute(context));
        Assert.True(began, $"stage {stage} never began");
        return ended;
    }
}
