using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>How objects look on the screen.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_section_shows_its_place_size_type_source_and_steps()
    {
        TestTiff.WriteRamp(_session.In("s5.tif"));

        string[] lines = Shown("Read-EmSection s5.tif -Invert | Set-IntensityOffset -Value 3 | Invoke-EmFilter Denoise");

        Assert.Matches(@"^\s*Index\s+Size \(y x x\)\s+Type\s+Source\s+Steps", lines[0]);
        Assert.Matches(@"^\s*5\s+6 x 8\s+Single\s+s5\.tif, inverted\s+IntensityOffset, Denoise", lines[2]);
    }

    [Fact]
    public void The_list_of_filters_is_a_table()
    {
        string[] lines = Shown("Get-EmFilter");

        Assert.Matches(@"^Name\s+Mask\s+Summary", lines[0]);
        Assert.Matches(@"^Destripe\s+yes\s+Removes stripes", lines[2]);
    }

    [Fact]
    public void One_filter_lists_its_parameters_with_defaults_units_and_ranges()
    {
        string text = string.Join('\n', Shown("Get-EmFilter Destripe"));

        Assert.Contains("Destripe  (revision 1, takes -Mask)", text, StringComparison.Ordinal);
        Assert.Contains("-BandLength <Int32[]> = 161, 161, 161, 201, 251, 301", text, StringComparison.Ordinal);
        Assert.Contains("-NoGainCorrection = off", text, StringComparison.Ordinal);
        Assert.Contains("unit: pixels; published as: bands_len", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_without_a_default_is_not_used()
    {
        string text = string.Join('\n', Shown("Get-EmFilter NonLocalMeans"));

        Assert.Contains("-Clip <Double> = not used", text, StringComparison.Ordinal);
        Assert.Contains("-SectionWeight <Double[]> = not used", text, StringComparison.Ordinal);
        Assert.DoesNotContain("= NaN", text, StringComparison.Ordinal);
        Assert.Contains(Shown("(Get-EmFilter NonLocalMeans).Parameters"), line => line.StartsWith("SourceWeight", StringComparison.Ordinal) && line.Contains("not used", StringComparison.Ordinal) && !line.Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public void Parameters_are_a_table()
    {
        string[] lines = Shown("(Get-EmFilter Contrast).Parameters");

        Assert.Matches(@"^Name\s+Default\s+Values\s+Description", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("HighPassSigma", StringComparison.Ordinal) && line.Contains("1250", StringComparison.Ordinal));
    }

    [Fact]
    public void A_comparison_is_a_line()
    {
        TestTiff.WriteRamp(_session.In("s5.tif"), 20, 30);

        string[] lines = Shown("$s = Read-EmSection s5.tif; $s | Set-IntensityOffset -Value 1200 | Compare-EmSection $s -Range 255");

        Assert.Matches(@"^\s*Index\s+Section\s+PSNR \(dB\)\s+SSIM\s+Range\s+RMS diff\s+Mean diff\s+Max diff$", lines[0]);
        Assert.Matches(@"^\s*5\s+s5\.tif\s+-13\.45\s+\S+\s+255\s+1200\.00\s+1200\.00\s+1200$", lines[2]);
    }

    private string[] Shown(string script) => ScreenHost.Show(_session.Folder, script);
}
