using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.NonLocal;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Revisions of what computes: part of a recipe's hash and of an output's description, not of a recipe's file.</summary>
public sealed class RevisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_revision_is_another_hash_and_the_same_file()
    {
        Recipe one = new([Rescale(1)]), two = new([Rescale(2)]);
        Assert.NotEqual(one.Hash, two.Hash);
        Assert.Equal(RecipeFile.ToJson(one), RecipeFile.ToJson(two));
        Assert.DoesNotContain("revision", RecipeFile.ToJson(one), StringComparison.Ordinal);
        Assert.False(one.DoesTheSameAs(two));
    }

    [Fact]
    public void Steps_of_references_count_too()
    {
        Recipe[] recipes = [.. new[] { 1, 2 }.Select(revision => new Recipe([new NeighbourStep(FilterCatalog.Get("NonLocalMeans"), new NonLocalMeansOptions(), new ReferenceSteps([Rescale(revision)]))]))];
        Assert.NotEqual(recipes[0].Hash, recipes[1].Hash);
    }

    /// <summary>What 0.1.0 wrote.</summary>
    [Fact]
    public void Recipes_without_revisions_are_read_and_have_those_of_the_code()
    {
        string path = _folder.File("recipe.json");
        File.WriteAllText(path, """{"schema":1,"software":"EmTools 0.1.0","steps":[{"step":"Denoise","parameters":{"Window":9}},{"step":"IntensityOffset","parameters":{"Value":3}}]}""");
        FilterDefinition denoise = FilterCatalog.Get("Denoise");
        Recipe read = RecipeFile.Read(path), made = new([new FilterStep(denoise, new DenoiseOptions { Window = 9 }), new IntensityOffsetStep(3)]);
        Assert.Equal(made.Hash, read.Hash);
        Assert.Equal([denoise.Revision, IntensityOffsetStep.CurrentRevision], read.Steps.Select(step => step.Revision));
    }

    [Fact]
    public void Outputs_tell_the_revision_of_every_step()
    {
        EmSection section = new EmSection(new PixelSource(Plane.FromArray(new float[8, 9])), 0)
            .With(Rescale(7)).With(new IntensityOffsetStep(1)).With(new BackgroundMaskStep());
        SectionWriter.Write(section, _folder.File("out.tif"));
        JsonArray steps = JsonNode.Parse(TiffFile.Open(_folder.File("out.tif")).Tags.ImageDescription!)!["steps"]!.AsArray();
        Assert.Equal([7, IntensityOffsetStep.CurrentRevision, BackgroundMaskStep.CurrentRevision], steps.Select(step => (int)step!["revision"]!));
    }

    [Fact]
    public void An_outputs_key_goes_by_revisions()
    {
        using (Plane plane = Plane.FromArray(new float[8, 9]))
            TiffWriter.Write(_folder.File("raw.tif"), plane);
        string[] keys = [.. new[] { 1, 1, 2 }.Select(revision => OutputKey.Of(new EmSection(ImageSource.Open(_folder.File("raw.tif")), 0).With(Rescale(revision)), TiffCompression.None)!)];
        Assert.Equal(keys[0], keys[1]);
        Assert.NotEqual(keys[0], keys[2]);
    }

    [Fact]
    public void Every_step_has_a_revision()
    {
        SectionStep[] steps = [new IntensityOffsetStep(1), new BackgroundMaskStep(), new RealignStep(1, 1), new BackgroundStep(new BackgroundModel([new BackgroundTerm(0, 0, 1, 2)]), new VolumeShape(1, 8, 9), 0, 0)];
        Assert.All(steps, step => Assert.InRange(step.Revision, 1, int.MaxValue));
        Assert.All(FilterCatalog.All, filter => Assert.InRange(filter.Revision, 1, int.MaxValue));
    }

    private static FilterStep Rescale(int revision)
        => new(new FilterDefinition<RescaleOptions>("Rescale", revision, "", takesMask: false, EmTools.Engine.Filters.Ranges.Rescale.Compute, options => options.PixelType), new RescaleOptions());
}
