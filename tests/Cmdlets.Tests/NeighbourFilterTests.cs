using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Invoke-EmFilter with filters over neighbouring sections.</summary>
public sealed class NeighbourFilterTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("NonLocalMeans -Radius 1 -Neighborhood 3")]
    [InlineData("MillingCorrection -Radius 1 -Neighborhood 9")]
    public void A_stack_goes_through_and_is_written(string filter)
    {
        ModuleSession.Result result = _session.Run($"New-EmPhantom -Count 4 -Height 40 -Width 60 -FirstIndex 7 | Invoke-EmFilter Denoise | Invoke-EmFilter {filter} | Invoke-EmFilter Contrast | Write-EmSection out -PassThru");

        Assert.Equal(["00007.tif", "00008.tif", "00009.tif", "00010.tif"], result.RequireNoErrors().Values("Name"));
        string description = (string)_session.One("(Read-EmSection out/00008.tif).Source.File.Tags.ImageDescription").BaseObject;
        Assert.Matches("\"step\":\"Denoise\".*\"step\":\"" + filter.Split(' ')[0] + "\".*\"neighbours\".*\"step\":\"Contrast\"", description);
    }

    [Fact]
    public void The_first_section_comes_before_the_last_is_asked_for()
    {
        ModuleSession.Result result = _session.Run("$script:asked = 0; New-EmPhantom -Count 50 -Height 16 -Width 16 | ForEach-Object { $script:asked++; $_ } | Invoke-EmFilter NonLocalMeans | ForEach-Object { if ($_.Index -eq 0) { $script:asked } }");
        Assert.Equal(3, result.RequireNoErrors().Output[0].BaseObject);
    }

    [Fact]
    public void References_are_taken_by_index()
    {
        PSObject section = _session.One("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; @($s | Invoke-EmFilter NonLocalMeans -Radius 1 -Reference ($s | Invoke-EmFilter Denoise))[1]");
        Assert.Equal(40, ModuleSession.Pixels(section).GetLength(0));

        ErrorRecord error = _session.Run("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; $s | Invoke-EmFilter NonLocalMeans -Reference $s[0..1]").OnlyError();
        Assert.StartsWith("NoReference", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        error = _session.Run("$s = New-EmPhantom -Count 3 -Height 40 -Width 60; $s | Invoke-EmFilter Denoise -Reference $s").RequireTerminating();
        Assert.StartsWith("ReferenceNotTaken", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_out_of_order_are_errors_and_the_others_go_on()
    {
        ModuleSession.Result result = _session.Run("$s = New-EmPhantom -Count 3 -Height 16 -Width 16; $s[0], $s[1], $s[0], $s[2] | Invoke-EmFilter MillingCorrection");
        Assert.Equal([0, 1, 2], result.Values("Index"));
        Assert.StartsWith("NeighbourOrder", result.OnlyError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-SectionWeight 1, 2", "expected 5 weights")]
    [InlineData("-Block 4", "odd")]
    [InlineData("-Mask mask.tif", "mask.tif")]
    public void Wrong_parameters_end_the_pipeline(string parameters, string message)
        => Assert.Contains(message, _session.Run("New-EmPhantom -Height 16 -Width 16 | Invoke-EmFilter NonLocalMeans " + parameters).RequireTerminating().ToString(), StringComparison.Ordinal);
}
