using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>One level along a chain: what a calibration aims at is what Contrast expects, unless the user says otherwise.</summary>
public sealed class LevelTests : IDisposable
{
    private const string Chain = "Set-IntensityOffset -Calibration c | Remove-Background -Calibration c | Invoke-EmFilter Contrast";

    private readonly ModuleSession _session = new();

    public LevelTests()
        => _session.Run("New-EmPhantom -Destination ph -Count 6 -FirstIndex 5600 -Height 96 -Width 128 -SectionThickness 30 -BackgroundRange 8000").RequireNoErrors();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("", 28000)]
    [InlineData("-Target 32768", 32768)]
    public void Contrast_takes_the_mean_of_the_calibration(string target, double mean)
    {
        _session.Run($"Read-EmSection ph/raw -Invert | Measure-EmStack c {target}").RequireNoErrors();

        Assert.Equal(mean, Contrast($"Read-EmSection ph/raw -Invert | {Chain}").Mean);
        Assert.Equal(mean, Contrast("Read-EmSection ph/raw -Invert | Invoke-EmRecipe Published -CalibrationFolder c").Mean);
        Assert.Equal((1000, 1250), (Contrast($"Read-EmSection ph/raw -Invert | {Chain} -Mean 1000").Mean, Contrast($"Read-EmSection ph/raw -Invert | {Chain}").HighPassSigma));
        RequirePictures($"Read-EmSection ph/raw -Invert | {Chain}");
    }

    [Fact]
    public void The_background_leaves_the_level()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack c").RequireNoErrors();

        object?[] means = _session.Run("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Calibration c | Remove-Background -Calibration c | Measure-EmSection").RequireNoErrors().Values("Mean");
        Assert.All(means, mean => Assert.InRange((double)mean!, 27700, 28300));

        // The same tables by their paths are the same tables.
        PSObject folder = _session.One("Read-EmSection ph/raw/05602.tif -Invert | Set-IntensityOffset -Calibration c | Remove-Background -Calibration c");
        PSObject paths = _session.One("Read-EmSection ph/raw/05602.tif -Invert | Set-IntensityOffset -Path c/info.h5 | Remove-Background -Path c/polymodel.h5 -VolumeShape 6, 96, 128");
        Assert.Equal(ModuleSession.Pixels(folder), ModuleSession.Pixels(paths));
    }

    [Fact]
    public void A_mean_that_does_not_fit_is_taken_with_a_warning()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack c -Target 32768").RequireNoErrors();

        ModuleSession.Result result = _session.Run($"Read-EmSection ph/raw -Invert | {Chain} -Mean 28000").RequireNoErrors();
        Assert.StartsWith("Contrast -Mean 28000 is far from 32768,", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Empty(_session.Run($"Read-EmSection ph/raw -Invert | {Chain} -Mean 32000").RequireNoErrors().Warnings);
    }

    [Fact]
    public void Published_tables_and_chains_without_tables_keep_the_published_numbers()
    {
        Assert.Equal((28000, 1250), Contrast("Read-EmSection ph/raw -Invert | Set-IntensityOffset ph/info.h5 | Invoke-EmFilter Contrast"));
        Assert.Equal((28000, 1250), Contrast("Read-EmSection ph/raw -Invert | Invoke-EmFilter Contrast"));
        Assert.Equal((28000, 1250), Contrast("New-EmPhantom -Height 96 -Width 128 -Truth | Invoke-EmFilter Contrast"));
    }

    [Fact]
    public void A_recipe_says_the_numbers_and_one_without_them_takes_those_of_the_folder()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack c -Target 30000").RequireNoErrors();
        _session.Run($"Read-EmSection ph/raw -Invert | {Chain} | Export-EmRecipe r.json").RequireNoErrors();
        Assert.Equal(30000, (double)JsonNode.Parse(File.ReadAllText(_session.In("r.json")))!["steps"]![2]!["parameters"]!["Mean"]!);
        Assert.Equal((30000, 1250), Contrast("Read-EmSection ph/raw -Invert | Invoke-EmRecipe r.json"));

        File.WriteAllText(_session.In("open.json"), """{ "schema": 1, "steps": [{ "step": "Contrast", "parameters": { "HighPassSigma": 1300 } }] }""");
        Assert.Equal((30000, 1300), Contrast("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Calibration c | Invoke-EmRecipe open.json"));
        _session.Run("Export-EmRecipe again.json -Recipe (Import-EmRecipe open.json)").RequireNoErrors();
        Assert.DoesNotContain("\"Mean\"", File.ReadAllText(_session.In("again.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("| Invoke-EmFilter Rescale", "UInt8")]
    [InlineData("| Invoke-EmFilter Rescale -Range 0, 1 -PixelType Single", "Single")]
    [InlineData("| Invoke-EmFilter Rescale -Range 0, 1500 -PixelType UInt16", "UInt16")]
    public void Sections_of_another_depth_become_pictures(string made, string type)
    {
        _session.Run($"Read-EmSection ph/raw -Invert {made} | Write-EmSection other").RequireNoErrors();
        Assert.Equal(type, _session.One("(Read-EmSection other)[0].PixelType").ToString());

        ModuleSession.Result measured = _session.Run("Read-EmSection other | Measure-EmStack c").RequireNoErrors();
        double target = (double)measured.Output[0].Properties["Target"].Value;
        double mean = _session.Run("Read-EmSection other | Measure-EmSection").RequireNoErrors().Values("Mean").Average(value => (double)value!);
        Assert.Equal(type == "UInt16" ? 28000 : mean, target, 0.1 * mean);
        Assert.Contains("is taken from the calibration", Assert.Single(RequirePictures($"Read-EmSection other | {Chain}").Warnings), StringComparison.Ordinal);
        RequirePictures("Read-EmSection other | Invoke-EmRecipe Published -CalibrationFolder c");
        if (type == "UInt16")
            return;

        // Without a calibration all sections get one section's numbers.
        Assert.Contains("is taken from section 5600 (05600.tif)", Assert.Single(RequirePictures("Read-EmSection other | Invoke-EmFilter Contrast").Warnings), StringComparison.Ordinal);
        _session.Run("Read-EmSection other | Invoke-EmFilter Contrast | Export-EmRecipe one.json").RequireNoErrors();
        Assert.Equal((5, 2), Contrast("Read-EmSection other | Invoke-EmFilter Contrast -Mean 5 -HighPassSigma 2"));
    }

    [SkippableTheory]
    [InlineData("field/34-eight-bit")]
    [InlineData("data/isbi2012")]
    [InlineData("data/epfl-fibsem")]
    public void Real_8_bit_sections_become_pictures(string place)
    {
        string folder = Path.Combine(ModuleSession.RepositoryRoot, "..", "shared", place);
        Skip.IfNot(Directory.Exists(folder), $"There is no '{folder}' here.");
        _session.Run("(Read-EmSection $args[0])[0..7] | Measure-EmStack c", folder).RequireNoErrors();

        RequirePictures($"(Read-EmSection $args[0])[0..2] | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | {Chain}", folder);
        RequirePictures("(Read-EmSection $args[0])[0] | Invoke-EmFilter Contrast", folder);
    }

    private (double Mean, double HighPassSigma) Contrast(string script)
    {
        PSObject step = _session.Run($"({script})[0].Steps[-1]").RequireNoErrors().Output[0];
        PSObject options = PSObject.AsPSObject(step.Properties["Options"].Value);
        return ((double)options.Properties["Mean"].Value, (double)options.Properties["HighPassSigma"].Value);
    }

    private ModuleSession.Result RequirePictures(string script, params object?[] arguments)
    {
        ModuleSession.Result result = _session.Run(script + " | Measure-EmSection", arguments).RequireNoErrors();
        Assert.NotEmpty(result.Output);
        for (int i = 0; i < result.Output.Count; i++)
        {
            double Figure(string name) => (double)result.Output[i].Properties[name].Value;
            Assert.True(Figure("SaturatedDark") < 0.2 && Figure("SaturatedBright") < 0.2 && Figure("Median") is > 40 and < 215 && Figure("StandardDeviation") > 10, $"{script}: {Figure("SaturatedDark"):P1} dark, {Figure("SaturatedBright"):P1} bright, median {Figure("Median")}");
        }

        return result;
    }
}
