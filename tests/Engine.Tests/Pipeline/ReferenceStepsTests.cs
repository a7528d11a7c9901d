using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>References that are the sections themselves with further steps, in recipes.</summary>
public sealed class ReferenceStepsTests : IDisposable
{
    private static readonly FilterDefinition s_filter = FilterCatalog.Get("NonLocalMeans");
    private static readonly INeighbourOptions s_options = (INeighbourOptions)s_filter.CreateOptions(new Dictionary<string, object?> { ["Radius"] = 1, ["Neighborhood"] = 3 });

    private readonly TemporaryFolder _folder = new();

    public ReferenceStepsTests()
    {
        for (int z = 0; z < 5; z++)
        {
            using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 40, 60);
            TiffWriter.Write(_folder.File($"raw/{z:00000}.tif"), plane);
            TiffWriter.Write(_folder.File($"other/{z:00000}.tif"), plane);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_come_back_and_give_the_same_pixels()
    {
        EmSection[] sections = [.. Raw().Select(s => s.With(new IntensityOffsetStep(3)))];
        EmSection[] given = [.. Over(sections, [.. sections.Select(s => s.With(Step("Denoise")))]).Select(s => s.With(new IntensityOffsetStep(2)))];
        string path = _folder.File("recipe.json");
        RecipeFile.Write(Recipe.Of(given[1]), path);

        var read = RecipeFile.Read(path);

        Assert.Equal(File.ReadAllText(path), RecipeFile.ToJson(read));
        Assert.Equal(("IntensityOffset, NonLocalMeans, IntensityOffset", 1), (read.ToString(), read.Radius));
        Assert.All(given, section => Assert.True(Recipe.Of(section).DoesTheSameAs(read)));
        EmSection[] applied = [.. read.Apply(Raw())];
        Assert.Equal(given.Select(s => Provenance.Describe(s).ToJsonString()), applied.Select(s => Provenance.Describe(s).ToJsonString()));
        Assert.Equal(OutputKey.Of(given[0], TiffCompression.None), OutputKey.Of(applied[0], TiffCompression.None));
        for (int z = 0; z < 5; z++)
            Assert.Equal(given[z].GetPixels().Cast<float>(), applied[z].GetPixels().Cast<float>());

        var without = new Recipe([new IntensityOffsetStep(3), new NeighbourStep(s_filter, s_options), new IntensityOffsetStep(2)]);
        Assert.NotEqual(without.Hash, read.Hash);
        Assert.NotEqual(without.Apply(Raw()).ElementAt(1).GetPixels().Cast<float>(), applied[1].GetPixels().Cast<float>());
    }

    [Fact]
    public void A_section_read_once_more_is_the_same_section()
    {
        EmSection[] given = Over(Raw(), [.. Raw().Select(s => s.With(Step("Denoise")))]);
        Assert.Equal("Denoise", Assert.IsType<NeighbourStep>(Assert.Single(Recipe.Of(given[0]).Steps)).Reference!.ToString());
    }

    [Fact]
    public void Sections_that_are_their_own_references_need_none()
    {
        EmSection[] sections = Raw();
        Assert.Null(Assert.IsType<NeighbourStep>(Assert.Single(Recipe.Of(Over(sections, sections)[0]).Steps)).Reference);
    }

    [Fact]
    public void Files_within_a_reference_count_by_their_content()
    {
        foreach (string folder in new[] { "here", "there" })
            IntensityOffsetTable.Write(_folder.File($"{folder}/info.h5"), [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 2, 3, 4, 5]);
        string[] hashes = [.. new[] { "here", "there" }.Select(folder =>
        {
            var table = IntensityOffsetTable.Read(_folder.File($"{folder}/info.h5"));
            return Recipe.Of(Over(Raw(), [.. Raw().Select(s => s.With(new IntensityOffsetStep(table)))])[0]).Hash;
        })];
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Theory]
    [InlineData("other file", "The reference of section 0 (00000.tif) comes from ")]
    [InlineData("other steps", "has other steps (Denoise) than the section (IntensityOffset) to begin with")]
    [InlineData("fewer steps", "has other steps () than the section (IntensityOffset) to begin with")]
    [InlineData("one differs", "has other steps (IntensityOffset, Destripe) than that of section 0")]
    [InlineData("neighbours", "goes through a filter over neighbouring sections itself")]
    public void Other_references_are_refused_and_never_left_out(string kind, string expected)
    {
        EmSection[] sections = [.. Raw().Select(s => s.With(new IntensityOffsetStep(3)))];
        EmSection[] references = kind switch
        {
            "other file" => [.. Raw("other").Select(s => s.With(new IntensityOffsetStep(3)).With(Step("Denoise")))],
            "other steps" => [.. Raw().Select(s => s.With(Step("Denoise")))],
            "fewer steps" => Raw(),
            "one differs" => [.. sections.Select(s => s.With(Step(s.Index == 1 ? "Destripe" : "Denoise")))],
            _ => Over(sections, null),
        };
        EmSection given = Over(sections, references)[0];
        EmException refused = Assert.Throws<EmException>(() => Recipe.Of(given));
        Assert.Equal("ReferencesNotSaved", refused.Id);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Null(OutputKey.Of(given, TiffCompression.None));
    }

    [Theory]
    [InlineData("""{"step":"NonLocalMeans","reference":[{"step":"MillingCorrection"}]}""", "ReferenceNeedsNeighbours")]
    [InlineData("""{"step":"NonLocalMeans","reference":{"step":"Denoise"}}""", "RecipeNotReadable")]
    [InlineData("""{"step":"NonLocalMeans","reference":["Denoise"]}""", "RecipeNotReadable")]
    [InlineData("""{"step":"NonLocalMeans","reference":[{"step":"Denois"}]}""", "UnknownFilter")]
    [InlineData("""{"step":"MillingCorrection","reference":[{"step":"Denoise"}]}""", "UnknownRecipeEntry")]
    public void A_recipe_that_is_wrong_there_says_so(string step, string id)
    {
        string path = _folder.File("recipe.json");
        File.WriteAllText(path, $$"""{"schema":1,"steps":[{{step}}]}""");
        EmException wrong = Assert.Throws<EmException>(() => RecipeFile.Read(path));
        Assert.Equal(id, wrong.Id);
        Assert.Contains("step 1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_without_steps_is_none()
    {
        string path = _folder.File("recipe.json");
        File.WriteAllText(path, """{"schema":1,"steps":[{"step":"NonLocalMeans","reference":[]}]}""");
        var step = Assert.IsType<NeighbourStep>(Assert.Single(RecipeFile.Read(path).Steps));
        Assert.Null(step.Reference);
    }

    /// <summary>What comes before section and reference is computed once for both, and the reference's own steps once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_computed_twice(bool fromRecipe)
    {
        var counts = new ConcurrentDictionary<string, int>();
        EmSection[] sections = [.. Raw().Select(s => s.With(new Counting(counts, "before")))];
        NeighbourhoodWindows windows = fromRecipe
            ? NeighbourhoodWindows.Of(s_filter, s_options, new ReferenceSteps([new Counting(counts, "reference")]))
            : NeighbourhoodWindows.For(s_filter, s_options, [.. sections.Select(s => s.With(new Counting(counts, "reference")))])!;
        EmSection[] given = [.. sections.SelectMany(windows.Push).ToArray(), .. windows.Complete()];
        foreach (EmSection section in given)
            section.Compute().Dispose();
        Assert.Equal(10, counts.Count);
        Assert.All(counts, count => Assert.Equal(1, count.Value));
    }

    private static FilterStep Step(string name) => new(FilterCatalog.Get(name), FilterCatalog.Get(name).CreateOptions(new Dictionary<string, object?>()));

    private static EmSection[] Over(EmSection[] sections, EmSection[]? references)
    {
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(s_filter, s_options, references)!;
        return [.. sections.SelectMany(windows.Push).ToArray(), .. windows.Complete()];
    }

    private EmSection[] Raw(string folder = "raw") => [.. Enumerable.Range(0, 5).Select(z => new EmSection(ImageSource.Open(_folder.File($"{folder}/{z:00000}.tif")), z))];

    private sealed record Counting(ConcurrentDictionary<string, int> Counts, string What) : SectionStep
    {
        public override string Name => "Counting";

        public override SectionStep Bind(EmSection section) => this with { What = $"{What.Split(' ')[0]} {section.Index}" };

        public override Plane Apply(Plane<float> input, EvaluationContext context)
        {
            Counts.AddOrUpdate(What, 1, (_, times) => times + 1);
            return input;
        }

        protected override JsonObject ToJson(StepForm form) => Json(null);
    }
}
