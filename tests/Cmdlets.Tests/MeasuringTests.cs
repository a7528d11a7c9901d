using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class MeasuringTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Measure_leaves_NaN_out()
    {
        TestTiff.Write(_session.In("1.tif"), new float[,] { { 1, float.NaN, 3 }, { 5, 7, float.NaN } });

        PSObject measured = _session.One("Read-EmSection 1.tif | Measure-EmSection");

        Assert.Equal(4L, measured.Properties["Count"].Value);
        Assert.Equal(4.0, measured.Properties["Mean"].Value);
        Assert.Equal(Math.Sqrt(5), (double)measured.Properties["StandardDeviation"].Value, 12);
        Assert.Equal(1.0, measured.Properties["Minimum"].Value);
        Assert.Equal(7.0, measured.Properties["Maximum"].Value);
    }

    [Fact]
    public void Measure_tells_of_integers_and_of_nothing()
    {
        TestTiff.Write(_session.In("1.tif"), new byte[,] { { 10, 20 } });
        TestTiff.Write(_session.In("2.tif"), new float[,] { { float.NaN } });

        object?[] means = _session.Run("Read-EmSection *.tif | Measure-EmSection").RequireNoErrors().Values("Mean");
        Assert.Equal([15.0, double.NaN], means);
    }

    [Fact]
    public void Equal_sections_agree_wholly()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);

        PSObject compared = _session.One("$s = Read-EmSection 1.tif; $s | Compare-EmSection $s");

        Assert.Equal(double.PositiveInfinity, compared.Properties["Psnr"].Value);
        Assert.Equal(1.0, (double)compared.Properties["Ssim"].Value, 6);
        Assert.Equal(219.0, compared.Properties["Range"].Value);
    }

    [Fact]
    public void Psnr_refers_to_the_range_that_is_given()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);

        PSObject compared = _session.One("$s = Read-EmSection 1.tif; $s | Set-IntensityOffset -Value 10 | Compare-EmSection $s -Range 1000");

        Assert.Equal(40.0, (double)compared.Properties["Psnr"].Value, 6);
        Assert.Equal(10.0, (double)compared.Properties["RootMeanSquareError"].Value, 6);
    }

    [Fact]
    public void Matching_takes_a_difference_in_brightness_away()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);

        PSObject compared = _session.One("$s = Read-EmSection 1.tif; $s | Set-IntensityOffset -Value 10 | Compare-EmSection $s -MatchIntensity");

        Assert.Equal(10.0, (double)compared.Properties["Offset"].Value, 3);
        Assert.True((double)compared.Properties["Psnr"].Value > 80);
    }

    [Fact]
    public void References_are_taken_by_index_and_a_missing_one_is_an_error()
    {
        TestTiff.WriteRamp(_session.In("a", "1.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("a", "2.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("b", "2.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("b", "3.tif"), 20, 30);

        ModuleSession.Result result = _session.Run("Read-EmSection a | Compare-EmSection (Read-EmSection b)");

        Assert.Equal([2], result.Values("Index"));
        ErrorRecord error = result.OnlyError();
        Assert.Equal("Section 1 (1.tif) has no reference: none of the 2 references has its index.", error.ToString());
        Assert.Equal("NoReference,EmTools.Cmdlets.CompareEmSectionCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Sections_of_unequal_size_cannot_be_compared()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("2.tif"), 20, 31);

        ErrorRecord error = _session.Run("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif)").OnlyError();

        Assert.Equal("The image is 20 x 30 pixels (y, x), but the reference is 20 x 31; only images of equal size can be compared.", error.ToString());
        Assert.Equal(1, ModuleSession.TargetIndex(error));
    }
}
