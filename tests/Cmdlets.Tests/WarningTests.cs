using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>Results that are worth nothing are warned of, once a step, wherever they are written.</summary>
public sealed class WarningTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public WarningTests() => _session.Run("New-EmPhantom -Count 3 -Height 200 -Width 300 -Destination ph").RequireNoErrors();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Write-EmSection white")]
    [InlineData("Invoke-EmStack white")]
    [InlineData("Export-EmChunk white.h5")]
    public void White_pictures_are_told_once_and_counted(string write)
    {
        ModuleSession.Result result = _session.Run($"Read-EmSection ph/raw -Invert | Invoke-EmFilter Contrast -Mean 45000 | {write}");
        result.RequireNoErrors();
        string[] warnings = [.. result.Warnings];
        Assert.Equal(2, warnings.Length);
        Assert.Matches(@"^(Section 0 \(00000.tif\)|Chunk '.*'), Contrast: \d+ % of the pixels of the result lie at the upper end of its range, 255\. .*Get-EmSuggestion\.$", warnings[0]);
        Assert.Equal("Contrast: the same (PixelsAtEnd) of 3 sections in all.", warnings[1]);
    }

    [Fact]
    public void A_stack_keeps_its_warnings()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Invoke-EmFilter Contrast -Mean 45000 | Invoke-EmStack white").RequireNoErrors();
        foreach (string command in (string[])["Get-EmStack white", "Test-EmStack white"])
        {
            var warnings = (System.Collections.IEnumerable)_session.One(command).Properties["Warnings"].Value;
            Assert.Equal([0, 1, 2], warnings.Cast<object>().Select(w => PSObject.AsPSObject(w).Properties["Section"].Value));
            Assert.All(warnings.Cast<object>(), w => Assert.Equal("PixelsAtEnd", PSObject.AsPSObject(w).Properties["Id"].Value));
        }
    }

    [Theory]
    [InlineData("Read-EmSection gap | Invoke-EmStack out -WhatIf", "': 2 indices have no section between 0 and 4: 1, 3.")] // told by reading
    [InlineData("$s = Read-EmSection gap/00000.tif, gap/00002.tif, gap/00004.tif; $s | Invoke-EmStack out -WhatIf", "2 indices have no section between 0 and 4: 1, 3.")] // told by the plan
    public void Gaps_are_told_once_in_one_line(string command, string told)
    {
        foreach (int index in (int[])[0, 2, 4])
            TestTiff.WriteRamp(_session.In("gap", $"0000{index}.tif"));
        Assert.EndsWith(told, Assert.Single(_session.Run(command).RequireNoErrors().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_tells_of_sections_of_another_kind()
    {
        TestTiff.Write(_session.In("mixed", "00000.tif"), new byte[10, 12]);
        TestTiff.Write(_session.In("mixed", "00001.tif"), new ushort[10, 12]);
        TestTiff.Write(_session.In("mixed", "00002.tif"), new ushort[10, 12]);
        TestTiff.Write(_session.In("mixed", "00003.tif"), new ushort[11, 12]);
        ModuleSession.Result result = _session.Run("Read-EmSection mixed | Set-IntensityOffset -Value 0 | Invoke-EmStack out -WhatIf");
        Assert.Equal(
            ["Section 0: 10 x 12 UInt8 (y, x), where most of the 4 sections are 10 x 12 UInt16 (y, x). Parameters in grey levels and pixels fit one kind only.",
             "Section 3: 11 x 12 UInt16 (y, x), where most of the 4 sections are 10 x 12 UInt16 (y, x). Parameters in grey levels and pixels fit one kind only."],
            result.Warnings);
    }
}
