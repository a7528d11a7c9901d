using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Measure-EmStack on stacks as users have them: few sections, first indices other than 0, blank and equal sections.</summary>
public sealed class SmallStackTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_stack_may_begin_anywhere()
    {
        Phantom(6, 5600);

        PSObject calibration = _session.One("Read-EmSection ph/raw -Invert | Measure-EmStack c");
        Assert.Equal((5600, "6 x 96 x 128", 6, 0), (calibration.Properties["FirstIndex"].Value, calibration.Properties["VolumeShape"].Value.ToString(), calibration.Properties["Measured"].Value, calibration.Properties["Missing"].Value));
        Assert.Equal([5600, 5601, 5602, 5603, 5604, 5605], _session.Run("(Get-EmCalibration c).Sections").Values("Index"));
        _session.Run("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Path c/info.h5 | Remove-Background -Calibration c").RequireNoErrors();
        Assert.StartsWith("CalibrationOfAnotherStack,", _session.Run("Read-EmSection ph/raw/05600.tif -Index 3 -Invert | Set-IntensityOffset -Calibration c").OnlyError().FullyQualifiedErrorId, StringComparison.Ordinal);

        // The same sections counted from 0 get the same correction.
        PSObject from0 = _session.One("Read-EmSection ph/raw/*.tif -Index 0 -Invert | Measure-EmStack c0 | Out-Null; (Read-EmSection ph/raw/*.tif -Index 0 -Invert | Set-IntensityOffset -Calibration c0 | Remove-Background -Calibration c0)[2]");
        PSObject from5600 = _session.One("Read-EmSection ph/raw/05602.tif -Invert | Set-IntensityOffset -Calibration c | Remove-Background -Calibration c");
        Assert.Equal(ModuleSession.Pixels(from0), ModuleSession.Pixels(from5600));

        Assert.Equal(5600, _session.One("Read-EmSection ph/raw/0560[3-5].tif -Invert | Measure-EmStack part -FirstIndex 5600 -Depth 6").Properties["FirstIndex"].Value);
        Assert.StartsWith("CalibrationOfAnotherStack,", _session.Run("Read-EmSection ph/raw/0560[3-5].tif -Invert | Measure-EmStack c").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("MeasuredIndex,", _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack x -FirstIndex 5601").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "-SelectDegree")]
    [InlineData(8, "-SelectDegree -Degree 5")]
    [InlineData(24, "-Sample 0.1")]
    [InlineData(24, "-Sample 0.1 -SelectDegree -Degree 6")]
    public void Few_sections_get_the_background_that_they_determine(int count, string parameters)
    {
        Phantom(count, 0, height: 64, width: 96);

        ModuleSession.Result result = _session.Run($"Read-EmSection ph/raw -Invert | Measure-EmStack c {parameters}").RequireNoErrors();
        Assert.NotNull(Assert.Single(result.Output).Properties["Background"].Value);
        Assert.True(File.Exists(_session.In("c", "report.html")));
        _session.Run("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Calibration c | Remove-Background -Calibration c").RequireNoErrors();
        if (parameters == "-Sample 0.1")
            Assert.Contains("degree 3 with powers of z up to 2 was fitted", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_neighbours_are_flagged()
    {
        Phantom(6, 0);
        File.Copy(_session.In("ph", "raw", "00002.tif"), _session.In("ph", "raw", "00003.tif"), overwrite: true);

        ModuleSession.Result result = _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack c").RequireNoErrors();
        Assert.StartsWith("Section 3 (00003.tif) is equal to the section before", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal([1], result.Values("Duplicates"));
        Assert.Equal([3], _session.Run("(Get-EmCalibration c).Sections | Where-Object Quality -match Duplicate").Values("Index"));
        Assert.Contains("1 duplicates", File.ReadAllText(_session.In("c", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_sections_and_numbers_of_other_units_are_told_of()
    {
        Phantom(6, 0);
        _session.Run("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Value 0 | ForEach-Object { if ($_.Index -eq 2) { $_ | Invoke-EmFilter Rescale -Range 0, 1e34 -PixelType Single } else { $_ } } | Write-EmSection mixed").RequireNoErrors();
        TestTiff.Write(_session.In("mixed", "00004.tif"), new float[96, 128]);

        ModuleSession.Result result = _session.Run("Read-EmSection mixed | Measure-EmStack c").RequireNoErrors();
        Assert.Contains(result.Warnings, warning => warning.StartsWith("Section 4 (00004.tif) holds no tissue", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("Section 2 (00002.tif) with a mean of", StringComparison.Ordinal));
        Assert.Equal([2], result.Values("Missing"));
        Assert.All(_session.Run("(Get-EmCalibration c).Sections").Values("Offset"), offset => Assert.InRange((double)offset!, -5000, 5000));
    }

    [SkippableTheory]
    [InlineData("25-duplicates/identical", "is equal to the section before")]
    [InlineData("31-black-sections", "hold no tissue")]
    [InlineData("33-nan", "holds no tissue")]
    public void Stacks_from_the_field_get_a_word(string folder, string word)
    {
        string field = Path.Combine(ModuleSession.RepositoryRoot, "..", "shared", "field", folder);
        Skip.IfNot(Directory.Exists(field), $"There is no '{field}' here.");

        ModuleSession.Result result = _session.Run("Read-EmSection $args[0] | Measure-EmStack c", field).RequireNoErrors();
        Assert.Contains(result.Warnings, warning => warning.Contains(word, StringComparison.Ordinal));
        Assert.All(_session.Run("(Get-EmCalibration c).Sections").Values("Offset"), offset => Assert.True(double.IsFinite((double)offset!)));
    }

    private void Phantom(int count, int first, int height = 96, int width = 128)
        => _session.Run($"New-EmPhantom -Destination ph -Count {count} -FirstIndex {first} -Height {height} -Width {width} -SectionThickness 30").RequireNoErrors();
}
