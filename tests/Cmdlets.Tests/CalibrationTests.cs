using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class CalibrationTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public CalibrationTests()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), height: 5, width: 7);
        TestTiff.WriteRamp(_session.In("4.tif"), height: 5, width: 7);
        TestTables.WriteOffsets(_session.In("info.h5"), [10, 200, 30]);
        TestTables.WriteModel(_session.In("polymodel.h5"));
    }

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Read-EmSection 1.tif | Set-IntensityOffset -Path info.h5", 800f)]
    [InlineData("Read-EmSection 1.tif -Index 2 | Set-IntensityOffset info.h5 -Dataset offset", 970f)]
    [InlineData("Read-EmSection 1.tif | Set-IntensityOffset -Value -0.5", 1000.5f)]
    public void The_offset_is_subtracted(string script, float first)
        => Assert.Equal(first, ModuleSession.Pixels(_session.One(script)).GetValue(0, 0));

    [Fact]
    public void Other_datasets_can_be_named()
    {
        TestTables.WriteOffsets(_session.In("other.h5"), [1, 2, 3], "drift");

        Assert.Equal(998f, ModuleSession.Pixels(_session.One("Read-EmSection 1.tif | Set-IntensityOffset other.h5 -Dataset drift")).GetValue(0, 0));
    }

    [Fact]
    public void A_section_beyond_the_table_is_an_error_and_the_others_go_on()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection *.tif | Set-IntensityOffset -Path info.h5");

        Assert.Equal([1], result.Values("Index"));
        ErrorRecord error = result.OnlyError();
        Assert.StartsWith("Section 4: the table ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("info.h5", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(",EmTools.Cmdlets.SetEmIntensityOffsetCommand", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(4, ModuleSession.TargetIndex(error));
    }

    [Theory]
    [InlineData("Set-IntensityOffset -Path none.h5")]
    [InlineData("Set-IntensityOffset -Path info.h5 -Dataset none")]
    [InlineData("Set-IntensityOffset -Path 1.tif")]
    [InlineData("Remove-Background -Path none.h5 -VolumeShape 10, 5, 7")]
    [InlineData("Remove-Background -Path info.h5 -VolumeShape 10, 5, 7")]
    public void A_table_that_cannot_be_read_ends_the_pipeline_once(string step)
    {
        ModuleSession.Result result = _session.Run("Read-EmSection *.tif | " + step);

        ErrorRecord error = result.RequireTerminating();
        Assert.Contains(_session.Folder, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void The_background_is_subtracted_without_its_constant()
    {
        Array pixels = ModuleSession.Pixels(_session.One("Read-EmSection 1.tif | Remove-Background polymodel.h5 -VolumeShape 11, 5, 7"));

        Assert.Equal(1000f - 100f, (float)pixels.GetValue(0, 0)!, 0.01f);
        Assert.Equal(1000f - 100f + 6 - 600f, (float)pixels.GetValue(0, 6)!, 0.01f);
        Assert.Equal(1000f - 100f + 40 - 300f, (float)pixels.GetValue(4, 0)!, 0.01f);
    }

    [Fact]
    public void A_part_of_a_section_takes_its_part_of_the_background()
    {
        Array pixels = ModuleSession.Pixels(_session.One("Read-EmSection 1.tif | Remove-Background polymodel.h5 -VolumeShape 11, 101, 201 -Origin 50, 20"));

        Assert.Equal(1000f - 100f - 150f - 60f, (float)pixels.GetValue(0, 0)!, 0.01f);
    }

    [Theory]
    [InlineData("-VolumeShape 2, 5, 7")]
    [InlineData("-VolumeShape 11, 4, 7")]
    [InlineData("-VolumeShape 11, 5, 7 -Origin 0, 1")]
    public void A_section_outside_the_volume_is_an_error_and_the_others_go_on(string volume)
    {
        ModuleSession.Result result = _session.Run("Read-EmSection *.tif | Remove-Background polymodel.h5 " + volume);

        Assert.Null(result.Terminating?.ToString());
        Assert.NotEmpty(result.Errors);
        Assert.All(result.Errors, error => Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category));
        Assert.Equal(2, result.Errors.Count + result.Output.Count);
    }

    [Theory]
    [InlineData("-VolumeShape 11, 5")]
    [InlineData("-VolumeShape 11, 5, 0")]
    [InlineData("-VolumeShape 11, 5, 7 -Origin 1")]
    [InlineData("-VolumeShape 11, 5, 7 -Origin 0, -1")]
    public void Wrong_shapes_are_wrong_arguments(string volume)
        => Assert.StartsWith(
            "ParameterArgumentValidationError",
            _session.Run("Read-EmSection 1.tif | Remove-Background polymodel.h5 " + volume).RequireTerminating().FullyQualifiedErrorId,
            StringComparison.Ordinal);
}
