using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Tables and stacks that do not belong together are told of before anything is written.</summary>
public sealed class TableFitTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData(1, new[] { 10f, 20, 30, 40 }, "IndexBase 1")]
    [InlineData(0, new[] { float.NaN, 10, 20, 30, 40 }, "IndexBase -1")]
    [InlineData(0, new[] { 0f, 10, 20, 30, 40 }, "IndexBase -1")]
    public void A_table_counted_from_one_is_told_of_before_anything_is_written(int first, float[] table, string remedy)
    {
        Sections(first, 4);
        TestTables.WriteOffsets(_session.In("info.h5"), table);

        ModuleSession.Result refused = _session.Run("Read-EmSection raw/*.tif | Set-IntensityOffset info.h5 | Write-EmSection out");
        Assert.StartsWith("TableCountedFromOne,", refused.RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-" + remedy, refused.Terminating!.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.In("out")));
        File.WriteAllText(_session.In("r.json"), """{ "schema": 1, "steps": [{ "step": "IntensityOffset", "file": "info.h5" }] }""");
        Assert.StartsWith("TableCountedFromOne,", _session.Run("Read-EmSection raw/*.tif | Invoke-EmRecipe r.json").RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);

        ModuleSession.Result right = _session.Run($"Read-EmSection raw/*.tif | Set-IntensityOffset info.h5 -{remedy}").RequireNoErrors();
        Assert.Equal([10.0, 20.0, 30.0, 40.0], right.Output.Select(section => Value(section)));
        _session.Run($"Read-EmSection raw/*.tif | Set-IntensityOffset info.h5 -{remedy} | Export-EmRecipe said.json").RequireNoErrors();
        Assert.Equal([10.0, 20.0, 30.0, 40.0], _session.Run("Read-EmSection raw/*.tif | Invoke-EmRecipe said.json").RequireNoErrors().Output.Select(section => Value(section)));
    }

    [Theory]
    [InlineData(0, new[] { 1f, 2, 3, 4 }, null)]
    [InlineData(2, new[] { 1f, 2, 3, 4, 5, 6, 7, 8 }, null)]
    [InlineData(0, new[] { 1f, 2, 3, 4, 5, 6 }, "holds the values of 6 sections, but the last in")]
    [InlineData(0, new[] { 1f, 2, 3 }, "holds the values of the sections 0 to 2, but there are sections up to 3 in")]
    public void A_table_of_another_length_is_taken_with_a_warning(int first, float[] table, string? warning)
    {
        Sections(first, 4);
        TestTables.WriteOffsets(_session.In("info.h5"), table);

        ModuleSession.Result result = _session.Run("Read-EmSection raw/*.tif | Set-IntensityOffset info.h5");
        Assert.Null(result.Terminating);
        Assert.Equal(warning is null ? 0 : 1, result.Warnings.Count);
        if (warning is not null)
            Assert.Contains(warning, result.Warnings[0], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("46-one-based/raw", "46-one-based/info.h5")]
    [InlineData("42-tables/raw", "42-tables/onebased.h5")]
    public void Tables_from_the_field_that_are_counted_from_one_are_refused(string raw, string table)
    {
        string field = Path.Combine(ModuleSession.RepositoryRoot, "..", "shared", "field");
        Skip.IfNot(Directory.Exists(field), $"There is no '{field}' here.");

        ModuleSession.Result result = _session.Run("Read-EmSection $args[0] | Set-IntensityOffset $args[1] | Write-EmSection out", Path.Combine(field, raw), Path.Combine(field, table));
        Assert.StartsWith("TableCountedFromOne,", result.RequireTerminating().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.In("out")));
    }

    [Fact]
    public void The_published_recipe_takes_the_shape_of_the_calibration_and_else_refuses_other_sections()
    {
        _session.Run("New-EmPhantom -Destination ph -Count 6 -FirstIndex 20 -Height 96 -Width 128 -SectionThickness 30; Read-EmSection ph/raw -Invert | Measure-EmStack c").RequireNoErrors();

        ModuleSession.Result taken = _session.Run("Read-EmSection ph/raw -Invert | Invoke-EmRecipe Published -CalibrationFolder c").RequireNoErrors();
        string typed = "Invoke-EmFilter Destripe | Set-IntensityOffset -Calibration c | Remove-Background -Calibration c | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast";
        Assert.Equal(ModuleSession.Pixels(_session.One($"Read-EmSection ph/raw/00022.tif -Invert | {typed}")), ModuleSession.Pixels(taken.Output[2]));

        ModuleSession.Result refused = _session.Run("Read-EmSection ph/raw -Invert | Invoke-EmRecipe Published -CalibrationFolder ph");
        Assert.Empty(refused.Output);
        Assert.All(refused.Errors, error => Assert.StartsWith("SectionOutsideVolume,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(6, refused.Errors.Count);
    }

    [Theory]
    [InlineData("-VolumeShape 11260, 96, 128", "CalibrationOfAnotherStack")]
    [InlineData("-VolumeShape 6, 96, 200", "CalibrationOfAnotherStack")]
    public void A_shape_that_contradicts_the_calibration_is_refused(string shape, string id)
    {
        _session.Run("New-EmPhantom -Destination ph -Count 6 -Height 96 -Width 128 -SectionThickness 30; Read-EmSection ph/raw -Invert | Measure-EmStack c").RequireNoErrors();

        ErrorRecord error = _session.Run($"Read-EmSection ph/raw -Invert | Remove-Background c/polymodel.h5 {shape}").RequireTerminating();
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_of_another_size_than_the_volume_is_a_part_only_where_an_origin_says_so()
    {
        Sections(0, 1);
        TestTables.WriteModel(_session.In("polymodel.h5"));

        ErrorRecord error = _session.Run("Read-EmSection raw | Remove-Background polymodel.h5 -VolumeShape 11, 50, 70").OnlyError();
        Assert.StartsWith("SectionOutsideVolume,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-Origin", error.ToString(), StringComparison.Ordinal);
        _session.Run("Read-EmSection raw | Remove-Background polymodel.h5 -VolumeShape 11, 50, 70 -Origin 0, 0 | Export-EmRecipe r.json; Read-EmSection raw | Invoke-EmRecipe r.json").RequireNoErrors();
    }

    private void Sections(int first, int count)
    {
        for (int i = first; i < first + count; i++)
            TestTiff.WriteRamp(_session.In("raw", $"{i:00000}.tif"), height: 5, width: 7);
    }

    private static object Value(PSObject section)
        => PSObject.AsPSObject(((System.Collections.IEnumerable)section.Properties["Steps"].Value).Cast<object>().Single()).Properties["Value"].Value;
}
