using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Pipeline;

public sealed class RecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RecipeTests()
    {
        Write("raw/00002.tif", PixelType.UInt16);
        Write("mask.tif", PixelType.UInt8);
        IntensityOffsetTable.Write(_folder.File("info.h5"), [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 2, 30]);
        BackgroundModelFile.Write(_folder.File("polymodel.h5"), new BackgroundModel([new(1, 0, 0, 8)]), new BackgroundFit { Variance = [0], PValue = [0], R2 = 1, AdjustedR2 = 1, RootMeanSquareError = 0, DegreesOfFreedom = 1 });
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, PixelType type)
    {
        using Plane plane = TiffSamplesFiles.Plane(type, 40, 60);
        TiffWriter.Write(_folder.File(name), plane);
    }

    private static FilterStep Filter(string name, MaskSource? mask = null, params (string, object?)[] values)
    {
        FilterDefinition filter = FilterCatalog.Get(name);
        return new FilterStep(filter, filter.CreateOptions(values.ToDictionary(v => v.Item1, v => v.Item2)), mask);
    }

    private EmSection Raw(int index = 2) => new(ImageSource.Open(_folder.File("raw/00002.tif")), index);

    private EmSection Chain(int index = 2)
    {
        EmSection section = Raw(index)
            .With(Filter("Destripe", new MaskSource(new EmSection(ImageSource.Open(_folder.File("mask.tif")), 0)), ("ThresholdMiddle", double.NaN), ("ScaleCount", 2)))
            .With(new IntensityOffsetStep(IntensityOffsetTable.Read(_folder.File("info.h5"))));
        return section.With(new BackgroundStep(BackgroundModel.Read(_folder.File("polymodel.h5")), new VolumeShape(5, 50, 100), 10, 20)).With(Filter("Contrast", null, ("PixelType", PixelType.UInt16)));
    }

    [Fact]
    public void Comes_back_from_its_file_and_does_the_same()
    {
        string path = _folder.File("recipe.json");
        EmSection chain = Chain();
        RecipeFile.Write(Recipe.Of(chain), path);

        var read = RecipeFile.Read(path);

        Assert.Equal(File.ReadAllText(path), RecipeFile.ToJson(read));
        Assert.Equal(Recipe.Of(chain).Hash, read.Hash);
        EmSection applied = read.ApplyTo(Raw());
        Assert.Equal(chain.Steps.Select(s => s.Describe().ToJsonString()), applied.Steps.Select(s => s.Describe().ToJsonString()));
    }

    [Fact]
    public void Every_section_takes_its_own_value_from_the_table()
    {
        var recipe = Recipe.Of(Chain(2));
        Assert.True(recipe.DoesTheSameAs(Recipe.Of(Chain(0))));
        Assert.Equal(1, Assert.IsType<IntensityOffsetStep>(recipe.ApplyTo(Raw(0)).Steps[1]).Value);
        Assert.Equal(30, Assert.IsType<IntensityOffsetStep>(recipe.ApplyTo(Raw(2)).Steps[1]).Value);
        Assert.Equal("OffsetTableTooShort", Assert.Throws<EmException>(() => recipe.ApplyTo(Raw(3))).Id);
    }

    [Fact]
    public void A_changed_parameter_is_a_changed_line()
    {
        string[] one = RecipeFile.ToJson(Recipe.Of(Raw().With(Filter("Denoise")))).Split('\n');
        string[] two = RecipeFile.ToJson(Recipe.Of(Raw().With(Filter("Denoise", null, ("Window", 9))))).Split('\n');
        Assert.Equal(["        \"Window\": 9,"], two.Except(one));
        Assert.Contains("        \"Gain\": [3.418E-06, 4.114E-06],", one);
    }

    [Fact]
    public void The_hash_is_of_what_is_done_and_not_of_where_files_lie()
    {
        string hash = Recipe.Of(Chain()).Hash;
        Directory.CreateDirectory(_folder.File("elsewhere"));
        File.Copy(_folder.File("info.h5"), _folder.File("elsewhere/info.h5"));
        EmSection moved = Raw().With(new IntensityOffsetStep(IntensityOffsetTable.Read(_folder.File("elsewhere/info.h5")))), here = Raw().With(new IntensityOffsetStep(IntensityOffsetTable.Read(_folder.File("info.h5"))));
        Assert.Equal(Recipe.Of(here).Hash, Recipe.Of(moved).Hash);
        Assert.NotEqual(hash, Recipe.Of(here).Hash);
        Assert.NotEqual(Recipe.Of(Raw().With(Filter("Denoise"))).Hash, Recipe.Of(Raw().With(Filter("Denoise", null, ("Window", 9)))).Hash);
    }

    [Theory]
    [InlineData("""{"schema":2,"software":"EmTools 7.0.0","steps":[]}""", "RecipeTooNew", "was written by a newer version (EmTools 7.0.0): its schema is 2")]
    [InlineData("""{"schema":1,"steps":[{"step":"Sharpen"}]}""", "UnknownFilter", "step 1 (Sharpen): there is no filter 'Sharpen'; there are Destripe, Denoise, Contrast")]
    [InlineData("""{"schema":1,"steps":[{"step":"Denoise","parameters":{"Strength":2}}]}""", "UnknownFilterParameter", "step 1 (Denoise): filter 'Denoise' has no parameter 'Strength'; it has Gain")]
    [InlineData("""{"schema":1,"steps":[{"step":"Denoise","parameters":{"Window":8}}]}""", "FilterParameterOutOfRange", "step 1 (Denoise): Denoise -Window: expected an odd number")]
    [InlineData("""{"schema":1,"steps":[{"step":"Denoise","parameters":{"Window":"x"}}]}""", "FilterParameterOutOfRange", "found \"x\"")]
    [InlineData("""{"schema":1,"steps":[{"step":"Denoise","weight":1}]}""", "UnknownRecipeEntry", "\"weight\" is not known")]
    [InlineData("""{"schema":1,"steps":[],"then":1}""", "UnknownRecipeEntry", "\"then\" is not known")]
    [InlineData("""{"schema":1,"steps":[{"step":"IntensityOffset","parameters":{"Amount":1}}]}""", "UnknownFilterParameter", "there is no parameter 'Amount'; there are Value")]
    [InlineData("""{"schema":1,"steps":[{"step":"IntensityOffset","file":"none.h5"}]}""", "RecipeFileNotFound", "Say where the recipe's calibration files are (-CalibrationFolder)")]
    [InlineData("""{"schema":1,"steps":[{"step":"IntensityOffset","file":"info.h5","sha256":"00"}]}""", "RecipeFileChanged", "is not the file that the recipe was made with: expected SHA-256 00")]
    [InlineData("""{"schema":1,"steps":[{"parameters":{}}]}""", "RecipeIncomplete", "step 1: \"step\", the step's name, is missing")]
    [InlineData("""{"steps":[]}""", "RecipeNotReadable", "it has no number \"schema\"")]
    [InlineData("schema: 1", "RecipeNotReadable", "it cannot be read as JSON")]
    public void What_is_not_known_is_refused_by_name(string text, string id, string says)
    {
        string path = _folder.File("recipe.json");
        File.WriteAllText(path, text);
        EmException error = Assert.Throws<EmException>(() => RecipeFile.Read(path));
        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moves_and_masks_of_flat_background_come_back()
    {
        string table = _folder.File("shifts.csv"), path = _folder.File("recipe.json");
        File.WriteAllText(table, "index,dy,dx\n1,3,4\n2,5,6\n");
        EmSection moved = Raw().With(new RealignStep(ShiftTable.Read(table), 30, 50)).With(new BackgroundMaskStep(2, 9));
        RecipeFile.Write(Recipe.Of(moved), path);
        var recipe = RecipeFile.Read(path);
        Assert.Equal(File.ReadAllText(path), RecipeFile.ToJson(recipe));
        Assert.Equal(["[5,6]", "[3,4]"], new[] { Raw(2), Raw(1) }.Select(s => recipe.ApplyTo(s).Steps[0].Describe()["parameters"]!["Shift"]!.ToJsonString()));
        Assert.Equal((30, 50), (recipe.ApplyTo(Raw()).Height, recipe.ApplyTo(Raw()).Width));
        Assert.Equal("NoShift", Assert.Throws<EmException>(() => recipe.ApplyTo(Raw(0))).Id);
        Assert.Equal(Recipe.Of(Raw().With(new RealignStep(1, 2))).Hash, Recipe.Of(Raw(1).With(new RealignStep(1, 2))).Hash);
    }

    private static EmSection[] Over(params EmSection[] sections)
    {
        FilterDefinition filter = FilterCatalog.Get("NonLocalMeans");
        NeighbourhoodWindows windows = NeighbourhoodWindows.For(filter, filter.CreateOptions(new Dictionary<string, object?> { ["Radius"] = 3 }))!;
        return [.. sections.SelectMany(windows.Push).ToArray(), .. windows.Complete()];
    }

    [Fact]
    public void Filters_over_neighbours_come_back()
    {
        EmSection[] before = [.. Enumerable.Range(2, 5).Select(z => Raw(z).With(new IntensityOffsetStep(1)))];
        EmSection[] given = [.. Over(before).Select(s => s.With(new IntensityOffsetStep(2)))];
        string path = _folder.File("recipe.json");
        RecipeFile.Write(Recipe.Of(given[0]), path);

        var read = RecipeFile.Read(path);

        Assert.Equal(File.ReadAllText(path), RecipeFile.ToJson(read));
        Assert.Equal(("IntensityOffset, NonLocalMeans, IntensityOffset", 3, true), (read.ToString(), read.Radius, read.NeedsNeighbours));
        Assert.All(given, section => Assert.True(Recipe.Of(section).DoesTheSameAs(read)));
        EmSection[] applied = [.. read.Apply(Enumerable.Range(2, 5).Select(z => Raw(z)))];
        Assert.Equal(given.Select(s => Provenance.Describe(s).ToJsonString()), applied.Select(s => Provenance.Describe(s).ToJsonString()));
        Assert.Equal(OutputKey.Of(given[0], TiffCompression.None), OutputKey.Of(applied[0], TiffCompression.None));
        Assert.Equal("NeedsNeighbours", Assert.Throws<EmException>(() => read.ApplyTo(Raw())).Id);
    }

    [Fact]
    public void A_section_that_does_not_fit_is_told_and_the_others_go_on()
    {
        var recipe = new Recipe([.. Recipe.Of(Over(Raw())[0]).Steps, new IntensityOffsetStep(IntensityOffsetTable.Read(_folder.File("info.h5")))]);
        var wrong = new List<(int, string)>();
        var application = new RecipeApplication(recipe, (section, trouble) => wrong.Add((section.Place, trouble.Id)));
        EmSection[] done = [.. new[] { 0, 1, 1, 2, 3 }.SelectMany(z => application.Push(Raw(z))).ToArray(), .. application.Complete()];
        Assert.Equal([0, 1, 2], done.Select(s => s.Index));
        Assert.Equal([(1, "NeighbourTwice"), (3, "OffsetTableTooShort")], wrong);
    }

    [Fact]
    public void Neighbours_with_other_steps_are_refused_and_never_left_out()
    {
        Assert.Equal("RecipesDiffer", Assert.Throws<EmException>(() => Recipe.Of(Over(Raw(0), Raw(1).With(new IntensityOffsetStep(1)))[0])).Id);
        Assert.False(Recipe.Of(Raw().With(Filter("NonLocalMeans"))).CanBeSaved);

        string path = _folder.File("recipe.json");
        File.WriteAllText(path, """{"schema":1,"steps":[{"step":"MillingCorrection","parameters":{"Radius":99}}]}""");
        Assert.Equal("FilterParameterOutOfRange", Assert.Throws<EmException>(() => RecipeFile.Read(path)).Id);
    }

    [Fact]
    public void A_mask_that_is_no_file_cannot_be_saved()
    {
        EmSection section = Raw().With(Filter("Destripe", new MaskSource(Raw().With(new IntensityOffsetStep(1)))));
        Assert.False(Recipe.Of(section).CanBeSaved);
        Assert.Equal("MaskNotAFile", Assert.Throws<EmException>(() => RecipeFile.ToJson(Recipe.Of(section))).Id);
        string path = _folder.File("out.tif");
        SectionWriter.Write(section, path);
        Assert.Null(OutputKey.In(TiffFile.Open(path)));
    }

    [Fact]
    public void An_output_carries_its_key_first()
    {
        string path = _folder.File("out.tif");
        EmSection chain = Chain();
        SectionWriter.Write(chain, path);

        string key = OutputKey.Of(chain, TiffCompression.Deflate)!;
        Assert.Equal(key, OutputKey.In(TiffFile.Open(path)));
        Assert.Equal("key", JsonNode.Parse(TiffFile.Open(path).Tags.ImageDescription!)!.AsObject().First().Key);
        Assert.NotEqual(key, OutputKey.Of(chain, TiffCompression.None));
        Assert.NotEqual(key, OutputKey.Of(Chain(1), TiffCompression.Deflate));
        File.SetLastWriteTimeUtc(_folder.File("raw/00002.tif"), DateTime.UtcNow.AddSeconds(5));
        Assert.NotEqual(key, OutputKey.Of(chain, TiffCompression.Deflate));
    }
}
