using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EmTools.Cmdlets.Tests;

/// <summary>Files that are read otherwise than they are stored, and files that are none: what is done, and what is said.</summary>
public sealed class ReadingRemarkTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    private static ushort[,] Values(int first)
    {
        var pixels = new ushort[6, 8];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i / 8, i % 8] = (ushort)(first + i);
        return pixels;
    }

    [Fact]
    public void White_at_zero_is_turned_and_said_once()
    {
        for (int i = 0; i < 3; i++)
            TestTiff.Write(_session.In("raw", $"{i}.tif"), Values(1000), photometric: 0);

        ModuleSession.Result result = _session.Run("Read-EmSection raw").RequireNoErrors();

        Assert.Equal(65535 - 1003, Convert.ToInt32(ModuleSession.Pixels(result.Output[1]).GetValue(0, 3), null));
        Assert.Equal(
            [
                $"'{_session.In("raw", "0.tif")}' marks 0 as white (photometric interpretation MINISWHITE); its intensities are turned on reading, so that 0 is black.",
                "The same as of the first such file (MinIsWhite) holds for 2 more files.",
            ],
            result.Warnings);
    }

    [Fact]
    public void Inverted_it_has_its_stored_values()
    {
        TestTiff.Write(_session.In("0.tif"), Values(1000), photometric: 0);
        Assert.Equal((ushort)1003, ModuleSession.Pixels(_session.One("Read-EmSection 0.tif -Invert")).GetValue(0, 3));
    }

    [Fact]
    public void What_is_written_is_black_at_zero_and_says_so()
    {
        TestTiff.Write(_session.In("0.tif"), Values(1000), photometric: 0);

        _session.Run("Read-EmSection 0.tif | Write-EmSection out").RequireNoErrors();

        Assert.Equal("MinIsBlack", _session.One("(Read-EmSection out/00000.tif).GetSource().Image.Photometric").ToString());
        string description = _session.One("(Read-EmSection out/00000.tif).GetSource().Image.Tags.ImageDescription").ToString();
        JsonNode remark = Assert.Single(JsonNode.Parse(description)!["source"]!["remarks"]!.AsArray())!;
        Assert.StartsWith("marks 0 as white", remark.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(65535 - 1003, Convert.ToInt32(ModuleSession.Pixels(_session.One("Read-EmSection out/00000.tif")).GetValue(0, 3), null));
    }

    [Fact]
    public void Ordinary_files_are_not_spoken_of()
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        Assert.Empty(_session.Run("Read-EmSection 0.tif").RequireNoErrors().Warnings);
    }

    [Fact]
    public void A_mask_with_white_at_zero_is_turned()
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        byte[,] mask = new byte[6, 8], white = new byte[6, 8];
        for (int x = 0; x < 8; x++)
        {
            for (int y = 0; y < 6; y++)
                (mask[y, x], white[y, x]) = y < 3 ? ((byte)255, (byte)0) : ((byte)0, (byte)255);
        }

        TestTiff.Write(_session.In("mask.tif"), mask);
        TestTiff.Write(_session.In("white.tif"), white, photometric: 0);

        const string Script = "$s = Read-EmSection 0.tif; $s | Compare-EmSection ($s | Set-IntensityOffset -Value 7) -Mask ";
        PSObject plain = _session.One(Script + "mask.tif");
        ModuleSession.Result turned = _session.Run(Script + "white.tif").RequireNoErrors();
        Assert.Equal(plain.ToString(), Assert.Single(turned.Output).ToString());
        Assert.Equal($"Mask '{_session.In("white.tif")}' marks 0 as white (photometric interpretation MINISWHITE); its intensities are turned on reading, so that 0 is black.", Assert.Single(turned.Warnings));
    }

    [Fact]
    public void A_refused_mask_is_called_a_mask()
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        File.WriteAllText(_session.In("mask.tif"), "<!DOCTYPE html><html></html>");
        ErrorRecord error = _session.Run("Read-EmSection 0.tif | Invoke-EmFilter Destripe -Mask mask.tif").RequireTerminating();
        Assert.Equal($"Mask '{_session.In("mask.tif")}' is no TIFF file, nor one of another format that is read: it looks like a web page (HTML or XML), as a failed download leaves. Give the section's own file, or convert it to a grey TIFF.", error.ToString());
    }

    [SkippableFact]
    public async Task A_pipe_among_the_files_is_an_error_of_its_own()
    {
        Skip.If(OperatingSystem.IsWindows());
        TestTiff.WriteRamp(_session.In("raw", "0.tif"));
        TestTiff.WriteRamp(_session.In("raw", "2.tif"));
        using (Process mkfifo = Process.Start("mkfifo", [_session.In("raw", "1.tif")]))
            await mkfifo.WaitForExitAsync();

        ModuleSession.Result result = await Task.Run(() => _session.Run("Read-EmSection raw")).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([0, 2], result.Values("Index"));
        Assert.Equal("NotRegularFile,EmTools.Cmdlets.ReadEmSectionCommand", result.OnlyError().FullyQualifiedErrorId);
    }

    [Fact]
    public void Indices_that_pages_and_names_both_give_are_warned_of()
    {
        TestTiff.WriteRamp(_session.In("raw", "0.tif"));
        TestTiff.WriteRamp(_session.In("raw", "1.tif"));
        TestTiff.WritePages(_session.In("raw", "2.tif"), [Values(1), Values(2)]);

        Assert.Equal(
            ["2 indices are those of more than one section: 0 ('0.tif', '2.tif[0]'), 1 ('1.tif', '2.tif[1]'). Read stacks apart, or give every section its own index (-Index)."],
            _session.Run("Read-EmSection raw").RequireNoErrors().Warnings);
    }

    [Theory]
    [InlineData("Read-EmSection 0.tif -Index 3 -IndexPattern '(\\d+)'", "IndexTwoWays")]
    [InlineData("Read-EmSection 0.tif -Dataset raw", "NoDataset")]
    public void What_has_no_part_in_reading_is_an_error(string command, string error)
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        Assert.StartsWith(error + ",", _session.Run(command).FirstError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_has_no_part_in_pages_and_that_is_said()
    {
        TestTiff.WritePages(_session.In("s2.tif"), [Values(1), Values(2)]);
        Assert.Contains("-IndexPattern has no part in it", Assert.Single(_session.Run("Read-EmSection s2.tif -IndexPattern '(\\d+)'").RequireNoErrors().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_brackets_is_pointed_to()
    {
        TestTiff.WriteRamp(_session.In("a[1].tif"));
        Assert.Contains("give it as -LiteralPath", _session.Run("Read-EmSection 'a[1].tif'").OnlyError().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_one_image()
    {
        TestTiff.WriteRamp(_session.In("0.tif"));
        TestTiff.WritePages(_session.In("masks.tif"), [Values(1), Values(2)]);
        Assert.Contains("Read-EmSection -Page", _session.Run("Read-EmSection 0.tif | Invoke-EmFilter Destripe -Mask masks.tif").FirstError().ToString(), StringComparison.Ordinal);
    }
}
