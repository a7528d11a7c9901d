using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class PhantomTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void One_phantom_is_a_square_section_at_index_0()
    {
        PSObject section = _session.One("New-EmPhantom");

        Assert.Equal(0, section.Properties["Index"].Value);
        Assert.Equal(1024, section.Properties["Height"].Value);
        Assert.Equal(1024, section.Properties["Width"].Value);
        Assert.Equal("UInt16", section.Properties["PixelType"].Value.ToString());
    }

    [Fact]
    public void Counts_on_from_the_first_index()
        => Assert.Equal([7, 8, 9], _session.Run("New-EmPhantom -Count 3 -FirstIndex 7 -Height 32 -Width 32").RequireNoErrors().Values("Index"));

    [Fact]
    public void The_seed_decides_the_pixels()
    {
        Array first = ModuleSession.Pixels(_session.One("New-EmPhantom -Height 40 -Width 50 -Seed 0"));

        Assert.Equal(first, ModuleSession.Pixels(_session.One("New-EmPhantom -Height 40 -Width 50")));
        Assert.NotEqual(first, ModuleSession.Pixels(_session.One("New-EmPhantom -Height 40 -Width 50 -Seed 1")));
    }

    [Fact]
    public void A_clean_microscope_shows_the_truth()
    {
        Array truth = ModuleSession.Pixels(_session.One("New-EmPhantom -Height 40 -Width 50 -Truth"));
        Array raw = ModuleSession.Pixels(_session.One("New-EmPhantom -Height 40 -Width 50 -StripeAmplitude 0 -NoiseSigma 0 -BackgroundRange 0 -OffsetMean 0 -OffsetJump 0"));

        Assert.Equal((float)truth.GetValue(20, 30)!, (ushort)raw.GetValue(20, 30)!, 1f);
    }

    [Theory]
    [InlineData("-FirstIndex 5 -Count 3 -Depth 7", "The phantom has the sections 0 to 6, so there is no section 7; give another index or a larger Depth.")]
    [InlineData("-Height 0", "A phantom's Height must be 1 to 1000000 pixels, but is 0.")]
    public void What_cannot_be_made_is_refused_before_anything_is_made(string arguments, string message)
    {
        ModuleSession.Result result = _session.Run("New-EmPhantom " + arguments);

        Assert.Equal(message, result.RequireTerminating().ToString());
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_stack_has_all_that_restoring_needs()
    {
        ModuleSession.Result result = _session.Run("New-EmPhantom -Count 2 -FirstIndex 3 -Height 64 -Width 80 -Depth 20 -Destination trial -PassThru").RequireNoErrors();

        Assert.Equal([_session.In("trial", "raw", "00003.tif"), _session.In("trial", "raw", "00004.tif")], result.Values("FullName"));
        PSObject even = _session.One("Read-EmSection trial/raw/00004.tif -Invert | Set-IntensityOffset trial/info.h5 | Remove-Background trial/polymodel.h5 -VolumeShape 20, 64, 80 | Compare-EmSection (Read-EmSection trial/truth)");
        PSObject raw = _session.One("Read-EmSection trial/raw/00004.tif -Invert | Compare-EmSection (Read-EmSection trial/truth)");

        // What is left are curtains and noise, about 550 and 800 grey levels.
        Assert.InRange((double)even.Properties["RootMeanSquareError"].Value, 500, 1500);
        Assert.True((double)raw.Properties["RootMeanSquareError"].Value > 10_000);
    }

    [Fact]
    public void A_stack_is_not_mixed_with_files_that_are_there()
    {
        Directory.CreateDirectory(_session.In("trial", "truth"));
        File.WriteAllText(_session.In("trial", "truth", "00001.tif"), "mine");

        ErrorRecord error = _session.Run("New-EmPhantom -Count 2 -Height 32 -Width 32 -Destination trial").RequireTerminating();

        Assert.Equal($"'{_session.In("trial", "truth", "00001.tif")}' exists already and is left as it is. Choose another destination, or have it written over. -Force does that.", error.ToString());
        Assert.Equal("OutputExists,EmTools.Cmdlets.NewEmPhantomCommand", error.FullyQualifiedErrorId);
        Assert.False(Directory.Exists(_session.In("trial", "raw")));

        _session.Run("New-EmPhantom -Count 2 -Height 32 -Width 32 -Destination trial -Force").RequireNoErrors();
        Assert.True(new FileInfo(_session.In("trial", "truth", "00001.tif")).Length > 32 * 32 * 4);
    }

    [Fact]
    public void WhatIf_makes_no_folder()
    {
        _session.Run("New-EmPhantom -Height 32 -Width 32 -Destination trial -WhatIf").RequireNoErrors();

        Assert.False(Directory.Exists(_session.In("trial")));
    }
}
