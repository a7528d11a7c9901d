using EmTools.Engine.Calibration;
using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests;

/// <summary>The README's sample for C#: what it shows is here, compiled, and run.</summary>
public sealed class FromCSharpTests : IDisposable
{
    private const string Heading = "## From C#";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_restores_a_section()
    {
        var phantom = new Phantom(new PhantomOptions { Height = 120, Width = 160, Depth = 4 });
        phantom.WriteStack(_folder.File("stack"), 0, 4, new PhantomFolderOptions());
        string raw = Directory.GetFiles(_folder.File("stack"), "00002.tif", SearchOption.AllDirectories).First(file => file.Contains("raw", StringComparison.Ordinal));
        Restore(raw, 2, _folder.File("stack/info.h5"), _folder.File("restored/00002.tif"));

        var step = new DestripeOptions { ScaleCount = 3 };
        EmSection section = new EmSection(ImageSource.Open(raw), 2, inverted: true).Filter(step).Subtract(IntensityOffsetTable.Read(_folder.File("stack/info.h5"))).Filter(new DenoiseOptions()).Filter(new ContrastOptions { Mean = 28000 });
        Assert.Equal(["Destripe", "IntensityOffset", "Denoise", "Contrast"], section.StepNames);
        using Plane restored = TiffFile.Open(_folder.File("restored/00002.tif")).Read(EvaluationContext.Default);
        Assert.Equal(section.GetPixels().Cast<byte>(), ((Plane<byte>)restored).ToArray().Cast<byte>());
    }

    [Fact]
    public void The_sample_is_the_readmes()
    {
        string readme = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "README.md")), source = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "tests", "Engine.Tests", $"{nameof(FromCSharpTests)}.cs"));
        string section = readme[readme.IndexOf(Heading, StringComparison.Ordinal)..];
        string shown = section.Split("```csharp\n")[1].Split("```")[0];
        string[] lines = [.. shown.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal))];
        Assert.Contains("static void Restore(", lines[0], StringComparison.Ordinal);
        Assert.Contains(string.Join('\n', lines.Select((line, i) => i == 0 ? "    private " + line : "    " + line)), source, StringComparison.Ordinal);
        Assert.All(shown.Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal)), line => Assert.Contains(line, source, StringComparison.Ordinal));
    }

    private static void Restore(string raw, int index, string offsets, string restored)
    {
        new EmSection(ImageSource.Open(raw), index, inverted: true)
            .Filter("Destripe", ("ScaleCount", 3))
            .Subtract(IntensityOffsetTable.Read(offsets))
            .Filter("Denoise")
            .Filter(new ContrastOptions { Mean = 28000 })
            .Save(restored);
    }

    [Fact]
    public void Backgrounds_and_values_are_subtracted()
    {
        var model = new BackgroundModel([new BackgroundTerm(0, 0, 1, 300)]);
        using Plane plane = new EmSection(new PixelSource(Plane.FromArray(new float[2, 4])), 0).Subtract(model, new VolumeShape(1, 2, 4)).Subtract(-1000).Compute();
        using Plane background = new EmSection(new PixelSource(Plane.FromArray(new float[2, 4])), 0).With(new BackgroundStep(model, new VolumeShape(1, 2, 4), 0, 0)).Compute();
        Assert.Equal(((Plane<float>)background).ToArray().Cast<float>().Select(value => value + 1000), ((Plane<float>)plane).ToArray().Cast<float>());
        Assert.Equal("UnknownFilter", Assert.Throws<EmException>(() => new EmSection(new PixelSource(Plane.FromArray(new float[2, 4])), 0).Filter("Nothing")).Id);
    }
}
