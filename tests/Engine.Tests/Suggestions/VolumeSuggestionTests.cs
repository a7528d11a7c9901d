using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Suggestions;

/// <summary>Suggestions for chains with filters over neighbouring sections.</summary>
public sealed class VolumeSuggestionTests
{
    private static readonly Recipe Published = new(new IFilterOptions[] { new DestripeOptions(), new DenoiseOptions(), new ContrastOptions() }
        .Select(options => new FilterStep(FilterCatalog.All.First(f => f.OptionsType == options.GetType()), options)));

    /// <summary>Chosen on sections alone: what the same chain gets without a radius, and the radius stays.</summary>
    [Fact]
    public void Denoising_in_three_dimensions_is_chosen_in_two()
    {
        EmSection[] sample = [.. new[] { 10, 40 }.Select(new Phantom(new PhantomOptions { Height = 400, Width = 500, Seed = 3 }).Section)];
        Suggestion flat = Suggester.Suggest(sample, Published);
        Suggestion deep = Suggester.Suggest(sample, new Recipe([Published.Steps[0], InThreeDimensions(new DenoiseOptions { Radius = 2 }), Published.Steps[2]]));

        Assert.Equal(flat.Recipe.Steps.Select(s => s.Name), deep.Recipe.Steps.Select(s => s.Name));
        var denoise = (DenoiseOptions)Assert.Single(deep.Recipe.Steps.OfType<NeighbourStep>()).Options;
        DenoiseOptions without = flat.Recipe.Steps.OfType<FilterStep>().Select(s => s.Options).OfType<DenoiseOptions>().Single();
        Assert.Equal(2, denoise.Radius);
        Assert.Equal(without.Gain, denoise.Gain);
        Assert.Equal(without.Offset, denoise.Offset);
        Assert.Equal(flat.Parameters.Select(p => p.Parameter), deep.Parameters.Select(p => p.Parameter));

        SuggestedParameter[] told = [.. deep.Parameters.Where(p => p.Reason.Contains("in two dimensions", StringComparison.Ordinal))];
        Assert.Equal(["Denoise", "Contrast"], told.Select(p => p.Step));
        Assert.EndsWith("Chosen in two dimensions, on each section alone; the recipe keeps -Radius 2.", told[0].Reason, StringComparison.Ordinal);
        Assert.EndsWith("What comes in was computed in two dimensions, on each section alone (Denoise -Radius 2).", told[1].Reason, StringComparison.Ordinal);
        Assert.Contains(told[0].ToString(), deep.Recipe.Comment);
        Assert.DoesNotContain(flat.Parameters, p => p.Reason.Contains("dimensions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DenoiseExponential")]
    [InlineData("DenoiseSameSign")]
    public void Other_denoisers_keep_their_options_in_three_dimensions(string filter)
    {
        FilterDefinition definition = FilterCatalog.Get(filter);
        var options = (INeighbourOptions)definition.CreateOptions(new Dictionary<string, object?> { ["radius"] = 1, ["ScaleCount"] = 2 });
        SectionStep deep = InThreeDimensions(options), flat = new FilterStep(definition, definition.CreateOptions(new Dictionary<string, object?> { ["ScaleCount"] = 2 }));
        EmSection section = new Phantom(new PhantomOptions { Height = 300, Width = 300 }).Section(4);
        Suggestion suggestion = Suggester.Suggest([section], new Recipe([deep, Published.Steps[2]]));

        Assert.Equal(deep.ToJson().ToJsonString(), suggestion.Recipe.Steps[0].ToJson().ToJsonString());
        Assert.Equal(Suggester.Suggest([section], new Recipe([flat, Published.Steps[2]])).Recipe.Steps[1].ToJson().ToJsonString(), suggestion.Recipe.Steps[1].ToJson().ToJsonString());
        Assert.Contains($"({filter} -Radius 1)", suggestion.Parameters[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_noise_nothing_is_denoised_in_three_dimensions_either()
    {
        Suggestion suggestion = Suggester.Suggest([new Phantom(new PhantomOptions { Height = 512, Width = 512 }).Truth(0)], new Recipe([InThreeDimensions(new DenoiseOptions { Radius = 1 }), Published.Steps[2]]));
        Assert.Equal(["Contrast"], suggestion.Recipe.Steps.Select(s => s.Name));
        Assert.DoesNotContain(suggestion.Parameters, p => p.Reason.Contains("dimensions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MillingCorrection")]
    [InlineData("NonLocalMeans")]
    [InlineData("NeighborhoodCorrelation")]
    public void Filters_that_always_look_at_neighbours_are_refused(string filter)
    {
        SectionStep neighbours = InThreeDimensions((INeighbourOptions)FilterCatalog.Get(filter).CreateOptions(new Dictionary<string, object?>()));
        EmException refused = Assert.Throws<EmException>(() => Suggester.Suggest([new Phantom().Section(0)], new Recipe([neighbours, .. Published.Steps])));
        Assert.Equal("SuggestionNeighbours", refused.Id);
        Assert.Contains($"over neighbouring sections, {filter},", refused.Message, StringComparison.Ordinal);
    }

    private static NeighbourStep InThreeDimensions(INeighbourOptions options)
        => new(FilterCatalog.All.First(f => f.OptionsType == options.GetType()), options);
}
