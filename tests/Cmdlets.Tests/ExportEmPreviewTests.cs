using System.Buffers.Binary;
using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

public sealed class ExportEmPreviewTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public ExportEmPreviewTests() => TestTiff.WriteRamp(_session.In("5.tif"), 200, 300);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Writes_a_picture_of_the_sections_size()
    {
        PSObject file = _session.One("Read-EmSection 5.tif | Export-EmPreview out.png -PassThru");

        Assert.Equal(_session.In("out.png"), ((FileInfo)file.BaseObject).FullName);
        Assert.Equal((300, 200), Size("out.png"));
    }

    [Fact]
    public void A_folder_gets_pictures_named_by_the_index()
    {
        _session.Run("Read-EmSection 5.tif | Export-EmPreview pictures").RequireNoErrors();

        Assert.Equal((300, 200), Size("pictures", "00005.png"));
    }

    [Fact]
    public void Before_and_after_stand_side_by_side()
    {
        _session.Run("$s = Read-EmSection 5.tif; $s | Set-IntensityOffset -Value 50 | Export-EmPreview -Before $s -Destination pair.png -MaximumWidth 400").RequireNoErrors();

        (int width, int height) = Size("pair.png");
        Assert.InRange(width, 390, 400);
        Assert.InRange(height, 132, 180);
    }

    [Fact]
    public void A_region_is_shown_alone()
    {
        _session.Run("Read-EmSection 5.tif | Export-EmPreview part.png -Region 10, 20, 30, 40").RequireNoErrors();

        Assert.Equal((40, 30), Size("part.png"));
    }

    [Theory]
    [InlineData("0, 0, 201, 10")]
    [InlineData("-1, 0, 10, 10")]
    [InlineData("0, 0, 0, 10")]
    public void A_region_outside_is_an_error_of_the_section(string region)
    {
        ErrorRecord error = _session.Run($"Read-EmSection 5.tif | Export-EmPreview part.png -Region {region}").OnlyError();

        Assert.Equal($"The region {region} (y, x, height, width) does not lie in section 5 (5.tif), which is 200 x 300 pixels.", error.ToString());
        Assert.False(File.Exists(_session.In("part.png")));
    }

    [Fact]
    public void Existing_pictures_stay_unless_forced()
    {
        File.WriteAllText(_session.In("out.png"), "mine");

        Assert.Equal("OutputExists,EmTools.Cmdlets.ExportEmPreviewCommand", _session.Run("Read-EmSection 5.tif | Export-EmPreview out.png").OnlyError().FullyQualifiedErrorId);
        Assert.Equal("mine", File.ReadAllText(_session.In("out.png")));

        _session.Run("Read-EmSection 5.tif | Export-EmPreview out.png -Force").RequireNoErrors();
        Assert.Equal((300, 200), Size("out.png"));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _session.Run("Read-EmSection 5.tif | Export-EmPreview pictures -WhatIf").RequireNoErrors();

        Assert.False(Directory.Exists(_session.In("pictures")));
    }

    /// <summary>Width and height from the picture's header.</summary>
    private (int Width, int Height) Size(params string[] parts)
    {
        byte[] png = File.ReadAllBytes(_session.In(parts));
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
