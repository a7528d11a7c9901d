using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class InvokeEmFilterTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public InvokeEmFilterTests() => TestTiff.WriteRamp(_session.In("00005.tif"));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Adds_a_step_and_leaves_the_section_as_it_was()
    {
        ModuleSession.Result result = _session.Run("$s = Read-EmSection 00005.tif; $s; $s | Invoke-EmFilter destripe -ScaleCount 3; $s").RequireNoErrors();

        Assert.Equal(["", "Destripe (ScaleCount 3)", ""], result.Output.Select(StepsOf));
    }

    [Fact]
    public void Takes_lists_enums_and_switches_as_PowerShell_writes_them()
        => Assert.Equal(
            "Destripe (Direction Horizontal, Method Limit, Predict, BandLength 161, 201, ThresholdEnd NaN, NoGainCorrection True)",
            StepsOf(_session.One("Read-EmSection 5.tif, 00005.tif -ErrorAction Ignore | Invoke-EmFilter Destripe -Direction horizontal -Method limit, predict -BandLength 161,201 -ThresholdEnd $null -NoGainCorrection")));

    [Fact]
    public void A_value_out_of_range_ends_the_pipeline_in_the_users_words()
    {
        ModuleSession.Result result = _session.Run("Read-EmSection 00005.tif | Invoke-EmFilter Destripe -BandLength 160");

        ErrorRecord error = result.RequireTerminating();
        Assert.Equal("Destripe -BandLength: expected an odd number, so that the window has a centre pixel (pixels), found 160, which is even.", error.ToString());
        Assert.Equal("FilterParameterOutOfRange,EmTools.Cmdlets.InvokeEmFilterCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Equal("BandLength", error.TargetObject);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Parameters_that_do_not_fit_together_end_the_pipeline()
        => Assert.Equal(
            "Destripe -Method Ratio needs -Weight, the weight of values beyond the threshold (0 to 1).",
            _session.Run("Read-EmSection 00005.tif | Invoke-EmFilter Destripe -Method Ratio").RequireTerminating().ToString());

    [Fact]
    public void An_unknown_filter_is_told_before_its_parameters()
    {
        ErrorRecord error = _session.Run("Read-EmSection 00005.tif | Invoke-EmFilter Destrip -Direction Vertical").RequireTerminating();

        Assert.Contains("There is no filter 'Destrip'; there are Destripe, Denoise, Contrast", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_filters_parameter_is_not_taken()
    {
        ErrorRecord error = _session.Run("Read-EmSection 00005.tif | Invoke-EmFilter Denoise -BandLength 161").RequireTerminating();

        Assert.Contains("BandLength", error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("NamedParameterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_of_another_size_is_an_error_of_that_section_and_the_others_go_on()
    {
        TestTiff.WriteRamp(_session.In("00006.tif"), height: 7);
        TestTiff.Write(_session.In("mask.tif"), new byte[6, 8]);

        ModuleSession.Result result = _session.Run("Read-EmSection 0000*.tif | Invoke-EmFilter Destripe -Mask mask.tif");

        Assert.Equal([5], result.Values("Index"));
        ErrorRecord error = result.OnlyError();
        Assert.Equal($"Mask '{_session.In("mask.tif")}' is 6 x 8 pixels (y, x), but section '00006.tif' is 7 x 8; give a mask of the section's size, cropped and binned as the section is.", error.ToString());
        Assert.Equal("MaskSize,EmTools.Cmdlets.InvokeEmFilterCommand", error.FullyQualifiedErrorId);
        Assert.Equal(6, ModuleSession.TargetIndex(error));
    }

    [Fact]
    public void A_section_can_be_the_mask()
        => Assert.Equal($"Destripe (mask {_session.In("00005.tif")})", StepsOf(_session.One("$s = Read-EmSection 00005.tif; $s | Invoke-EmFilter Destripe -Mask $s")));

    [Fact]
    public void A_mask_for_a_filter_that_takes_none_ends_the_pipeline()
        => Assert.Equal(
            "Filter 'Denoise' takes no mask: it is defined for whole sections only. Leave the mask out.",
            _session.Run("$s = Read-EmSection 00005.tif; $s | Invoke-EmFilter Denoise -Mask $s").RequireTerminating().ToString());

    [Fact]
    public void A_mask_that_is_not_there_ends_the_pipeline()
    {
        ErrorRecord error = _session.Run("Read-EmSection 00005.tif | Invoke-EmFilter Destripe -Mask none.tif").RequireTerminating();

        Assert.Equal($"There is no mask '{_session.In("none.tif")}'. Check the path given as -Mask.", error.ToString());
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
    }

    [Fact]
    public void Several_masks_end_the_pipeline()
    {
        ErrorRecord error = _session.Run("$s = Read-EmSection 00005.tif; $s | Invoke-EmFilter Destripe -Mask $s, $s, $s").RequireTerminating();

        Assert.Equal("-Mask: expected one file or section, which is the mask of all sections, found a list of 3. Call Invoke-EmFilter once for each mask, with the sections that it belongs to.", error.ToString());
        Assert.Equal("MaskNotOne,EmTools.Cmdlets.InvokeEmFilterCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_list_of_one_mask_is_that_mask()
        => Assert.Equal($"Destripe (mask {_session.In("00005.tif")})", StepsOf(_session.One("$s = Read-EmSection 00005.tif; $s | Invoke-EmFilter Destripe -Mask @($s)")));

    private static string StepsOf(PSObject section) => string.Join(" | ", ((System.Collections.IEnumerable)section.Properties["Steps"].Value).Cast<object>());
}
