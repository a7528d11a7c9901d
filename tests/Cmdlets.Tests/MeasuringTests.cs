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
        Assert.Equal("Section 1 (1.tif) has no reference: none of the 2 references, which are of the indices 2 to 3, has its index. Give the reference of that index too, a single one for all sections, or other indices by Read-EmSection -Index.", error.ToString());
        Assert.Equal("NoReference,EmTools.Cmdlets.CompareEmSectionCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Sections_of_unequal_size_cannot_be_compared()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("2.tif"), 20, 31);

        ErrorRecord error = _session.Run("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif)").OnlyError();

        Assert.Equal("Section 1 (1.tif) is 20 x 30 pixels (y, x), but its reference section 2 (2.tif) is 20 x 31. Give the reference that belongs to it; cut the larger one to size with Move-EmSection -Shift -Shape; or compare a part that both have, with -Region.", error.ToString());
        Assert.Equal(1, ModuleSession.TargetIndex(error));
        Assert.Equal(600L, _session.One("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif) -Region 0, 0, 20, 30").Properties["Count"].Value);
    }

    [Fact]
    public void Differences_are_told_with_their_percentiles_and_where_the_largest_is()
    {
        byte[,] one = new byte[20, 30], other = new byte[20, 30];
        for (int i = 0; i < 600; i++)
            (one[i / 30, i % 30], other[i / 30, i % 30]) = (100, (byte)(100 + i % 10));
        other[13, 4] = 50;
        TestTiff.Write(_session.In("1.tif"), one);
        TestTiff.Write(_session.In("2.tif"), other);

        PSObject compared = _session.One("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif) -Percentile 90, 10, 99.9");

        // 13, 4 is pixel 394, which would be 4 apart: 539 of 600 pixels are at most 8 apart.
        Assert.Equal(600L, compared.Properties["Count"].Value);
        Assert.Equal((4.5 * 600 - 4 + 50) / 600, (double)compared.Properties["MeanAbsoluteDifference"].Value, 12);
        Assert.Equal((50.0, 13, 4), (compared.Properties["MaximumAbsoluteDifference"].Value, compared.Properties["MaximumY"].Value, compared.Properties["MaximumX"].Value));
        Assert.Equal("90: 9, 10: 0, 99.9: 50", compared.Properties["Percentiles"].Value.ToString());
        Assert.Equal([9.0, 0.0, 50.0], _session.Run("(Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif) -Percentile 90, 10, 99.9).Percentiles.Value").RequireNoErrors().Output.Select(o => o.BaseObject));
    }

    [Fact]
    public void Only_pixels_of_the_region_and_the_mask_are_compared()
    {
        byte[,] one = new byte[20, 30], other = new byte[20, 30], mask = new byte[20, 30];
        for (int i = 0; i < 600; i++)
            (one[i / 30, i % 30], other[i / 30, i % 30], mask[i / 30, i % 30]) = (100, (byte)(100 + i % 30), (byte)(i / 30 < 5 ? 0 : 255));
        (one[2, 8], one[12, 2]) = (255, 255);
        TestTiff.Write(_session.In("1.tif"), one);
        TestTiff.Write(_session.In("2.tif"), other);
        TestTiff.Write(_session.In("mask.tif"), mask);

        PSObject compared = _session.One("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif) -Region 0, 5, 20, 10 -Mask mask.tif");

        Assert.Equal(150L, compared.Properties["Count"].Value);
        Assert.Equal(14.0, compared.Properties["MaximumAbsoluteDifference"].Value);
        Assert.Equal((5, 14), (compared.Properties["MaximumY"].Value, compared.Properties["MaximumX"].Value));
        Assert.Equal(9.0, compared.Properties["Range"].Value);
        Assert.Equal(double.NaN, compared.Properties["Ssim"].Value);
        Assert.Equal(compared.Properties["Psnr"].Value, _session.One("Read-EmSection 1.tif | Compare-EmSection (Read-EmSection 2.tif) -Region 5, 5, 15, 10").Properties["Psnr"].Value);
    }

    [Fact]
    public void A_constant_reference_needs_a_range()
    {
        TestTiff.Write(_session.In("1.tif"), new byte[12, 12]);

        ErrorRecord error = _session.Run("$s = Read-EmSection 1.tif; $s | Compare-EmSection $s").OnlyError();

        Assert.Equal("Section 1 (1.tif) and reference section 1 (1.tif): The range of grey levels to compare over must be above 0, but is 0; where the reference is constant, give the range (-Range), such as 255 for 8-bit sections.", error.ToString());
        Assert.Equal(1.0, _session.One("$s | Compare-EmSection $s -Range 255").Properties["Ssim"].Value);
    }

    [Fact]
    public void Masks_and_regions_that_do_not_fit_are_errors_of_the_section()
    {
        TestTiff.WriteRamp(_session.In("1.tif"), 20, 30);
        TestTiff.WriteRamp(_session.In("mask.tif"), 20, 31);

        ErrorRecord mask = _session.Run("$s = Read-EmSection 1.tif; $s | Compare-EmSection $s -Mask mask.tif").OnlyError();
        Assert.Equal($"Mask '{_session.In("mask.tif")}' is 20 x 31 pixels (y, x), but section '1.tif' is 20 x 30; give a mask of the section's size, cropped and binned as the section is.", mask.ToString());
        Assert.Equal(1, ModuleSession.TargetIndex(mask));

        Assert.Equal("RegionOutside,EmTools.Cmdlets.CompareEmSectionCommand", _session.Run("$s | Compare-EmSection $s -Region 0, 0, 21, 30").OnlyError().FullyQualifiedErrorId);
        Assert.Equal("MaskNotOne,EmTools.Cmdlets.CompareEmSectionCommand", _session.Run("$s | Compare-EmSection $s -Mask mask.tif, mask.tif").RequireTerminating().FullyQualifiedErrorId);
        Assert.Contains("Call Compare-EmSection once for each mask", _session.Run("$s | Compare-EmSection $s -Mask mask.tif, mask.tif").RequireTerminating().ToString(), StringComparison.Ordinal);
        Assert.Contains("There is no mask", _session.Run("$s | Compare-EmSection $s -Mask none.tif").RequireTerminating().ToString(), StringComparison.Ordinal);
    }
}
