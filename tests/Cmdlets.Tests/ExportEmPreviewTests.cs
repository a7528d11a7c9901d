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

    [Theory]
    [InlineData("Export-EmPreview picture.jpg", "picture.jpg")]
    [InlineData("Export-EmPreview section.TIF", "section.TIF")]
    [InlineData("Write-EmSection section.png", "section.png")]
    public void The_name_of_another_kind_of_file_is_no_folder(string command, string name)
    {
        string message = _session.Run($"Read-EmSection 5.tif | {command}").RequireTerminating().Exception.Message;

        Assert.Contains($"'{_session.In(name)}' looks like the name of a file of another format", message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_session.In(name)));
        Directory.CreateDirectory(_session.In(name));
        _session.Run($"Read-EmSection 5.tif | {command}").RequireNoErrors();
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

    [Fact]
    public void Zoom_makes_every_pixel_a_square()
    {
        TestTiff.Write(_session.In("8.tif"), new byte[,] { { 10, 200, 30 }, { 90, 60, 250 } });

        _session.Run("Read-EmSection 8.tif | Export-EmPreview zoomed.png -Region 0, 1, 2, 2 -Zoom 5").RequireNoErrors();

        byte[,] pixels = TestPng.Read(_session.In("zoomed.png"));
        Assert.Equal((10, 10), (pixels.GetLength(0), pixels.GetLength(1)));
        for (int y = 0; y < 10; y++)
        {
            for (int x = 0; x < 10; x++)
                Assert.Equal((y < 5, x < 5) switch { (true, true) => 200, (true, false) => 30, (false, true) => 60, _ => 250 }, pixels[y, x]);
        }
    }

    [Fact]
    public void Zoom_that_no_picture_holds_is_refused()
    {
        ErrorRecord error = _session.Run("New-EmPhantom -Height 1200 -Width 1200 | Export-EmPreview zoomed.png -Zoom 64").OnlyError();

        Assert.Contains("section 0 (phantom 0, section 0): 1200 x 1200 pixels (y, x) enlarged 64 times are more than a picture can hold (512 megapixels)", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_session.In("zoomed.png")));
    }

    [Theory]
    [InlineData("0, 0, 201, 10")]
    [InlineData("-1, 0, 10, 10")]
    [InlineData("0, 0, 0, 10")]
    public void A_region_outside_is_an_error_of_the_section(string region)
    {
        ErrorRecord error = _session.Run($"Read-EmSection 5.tif | Export-EmPreview part.png -Region {region}").OnlyError();

        Assert.Equal($"The region {region} (y, x, height, width) does not lie in section 5 (5.tif), which is 200 x 300 pixels; give a region inside it, its first row and column counted from 0.", error.ToString());
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

    [Fact]
    public void The_region_must_lie_in_what_was_before_too()
    {
        TestTiff.WriteRamp(_session.In("4.tif"), 100, 300);

        ErrorRecord error = _session.Run("Read-EmSection 5.tif | Export-EmPreview part.png -Before (Read-EmSection 4.tif) -Region 90, 0, 20, 20").OnlyError();

        Assert.Contains("does not lie in section 4 (4.tif), which is 100 x 300 pixels", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_picture_is_scaled_down_only_where_a_width_is_given()
    {
        _session.Run("Read-EmSection 5.tif | Export-EmPreview narrow.png -MaximumWidth 100").RequireNoErrors();

        Assert.Equal((100, 67), Size("narrow.png"));
    }

    [Theory]
    [InlineData("", 700)]
    [InlineData("-BlinkInterval 250", 250)]
    [InlineData("-BlinkInterval '1500'", 1500)]
    [InlineData("-BlinkInterval ([TimeSpan]::FromSeconds(2))", 2000)]
    [InlineData("-BlinkInterval 0:0:1", 1000)]
    public void Blinking_shows_both_in_turn(string interval, int milliseconds)
    {
        _session.Run($"$s = Read-EmSection 5.tif; $s | Set-IntensityOffset -Value 50 | Export-EmPreview -Before $s -Destination blink.png -Blink {interval}").RequireNoErrors();

        Assert.Equal((300, 228), Size("blink.png"));
        byte[] png = File.ReadAllBytes(_session.In("blink.png"));
        int animation = png.AsSpan().IndexOf("acTL"u8), frame = png.AsSpan().IndexOf("fcTL"u8), second = png.AsSpan().LastIndexOf("fcTL"u8);
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(animation + 4)));
        Assert.Equal((milliseconds, 1000), (BinaryPrimitives.ReadUInt16BigEndian(png.AsSpan(frame + 24)), BinaryPrimitives.ReadUInt16BigEndian(png.AsSpan(frame + 26))));
        Assert.True(second > frame && png.AsSpan().IndexOf("fdAT"u8) > second);
    }

    [Theory]
    [InlineData("-Blink", "BlinkWithoutBefore")]
    [InlineData("-Zoom 2 -Spectrum", "ZoomOfSpectrum")]
    [InlineData("-SameWindow", "SameWindowWithoutBefore")]
    [InlineData("-Before $s -BlinkInterval 300", "IntervalWithoutBlink")]
    [InlineData("-Before $s -Blink -BlinkInterval 7", "BlinkInterval")]
    [InlineData("-Percentile 99, 1", "PercentileOrder")]
    [InlineData("-Percentile 5, 5", "PercentileOrder")]
    [InlineData("-Percentile 0, 101", "PercentileOrder")]
    [InlineData("-Range 200, 100", "RangeOrder")]
    [InlineData("-Range 0, 255 -Percentile 1, 99", "RangeAndPercentile")]
    [InlineData("-Range 0, 255 -Spectrum", "RangeOfSpectrum")]
    [InlineData("-PixelSize -1", "PixelSize")]
    public void Parameters_that_make_no_sense_end_the_pipeline(string parameters, string id)
    {
        ErrorRecord error = _session.Run($"$s = Read-EmSection 5.tif; $s | Export-EmPreview no.png {parameters}").RequireTerminating();

        Assert.Equal($"{id},EmTools.Cmdlets.ExportEmPreviewCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.False(File.Exists(_session.In("no.png")));
    }

    [Fact]
    public void Errors_say_what_to_do()
    {
        Assert.Equal("-Blink shows a section in turn with how it was before, but -Before is missing; give the section that it was, as in -Before $raw -Blink.", _session.Run("Read-EmSection 5.tif | Export-EmPreview no.png -Blink").RequireTerminating().ToString());
        Assert.Equal("-Percentile: expected two numbers from 0 to 100, the lower one first, found 99, 1; give 0.2, 99.8, for instance.", _session.Run("Read-EmSection 5.tif | Export-EmPreview no.png -Percentile 99, 1").RequireTerminating().ToString());
        Assert.Equal("-BlinkInterval: expected 50 to 65535 ms, as a number of milliseconds or a TimeSpan, found 7 ms; 700 is the default.", _session.Run("$s = Read-EmSection 5.tif; $s | Export-EmPreview no.png -Before $s -Blink -BlinkInterval 7").RequireTerminating().ToString());
    }

    [Fact]
    public void Windows_are_as_given()
    {
        float[,] ramp = new float[10, 100];
        for (int i = 0; i < 1000; i++)
            ramp[i / 100, i % 100] = i;
        TestTiff.Write(_session.In("7.tif"), ramp);
        _session.Run("$s = Read-EmSection 7.tif; $s | Export-EmPreview range.png -Range 100, 610; $s | Export-EmPreview percentile.png -Percentile 10.1, 61.1").RequireNoErrors();

        byte[,] range = Pixels("range.png"), percentile = Pixels("percentile.png");
        Assert.Equal((0, 0, 1, 128, 255, 255), (range[0, 5], range[1, 0], range[1, 2], range[3, 55], range[6, 10], range[9, 99]));
        Assert.Equal(range, percentile);
    }

    [Fact]
    public void An_8_bit_section_is_stretched_only_on_demand()
    {
        byte[,] steps = new byte[10, 100];
        for (int i = 0; i < 1000; i++)
            steps[i / 100, i % 100] = (byte)(100 + i % 100 / 2);
        TestTiff.Write(_session.In("7.tif"), steps);
        _session.Run("$s = Read-EmSection 7.tif; $s | Export-EmPreview plain.png; $s | Export-EmPreview stretched.png -Percentile 0, 100").RequireNoErrors();

        Assert.Equal((100, 149), (Pixels("plain.png")[0, 0], Pixels("plain.png")[0, 99]));
        Assert.Equal((0, 255), (Pixels("stretched.png")[0, 0], Pixels("stretched.png")[0, 99]));
    }

    [Fact]
    public void Before_and_after_share_a_window_where_it_is_asked_for()
    {
        float[,] ramp = new float[100, 100];
        for (int i = 0; i < 10000; i++)
            ramp[i / 100, i % 100] = i % 100;
        TestTiff.Write(_session.In("7.tif"), ramp);
        const string Brighter = "$s = Read-EmSection 7.tif; $s | Set-IntensityOffset -Value -100 | Export-EmPreview -Before $s -Percentile 0, 100";
        _session.Run($"{Brighter} own.png; {Brighter} same.png -SameWindow; {Brighter.Replace("-Percentile 0, 100", "-Range 0, 199", StringComparison.Ordinal)} range.png").RequireNoErrors();

        // 0 to 99 on the left, 100 to 199 on the right; captions take 28 rows.
        byte[,] own = Pixels("own.png"), same = Pixels("same.png");
        Assert.Equal((0, 255, 0, 255), (own[60, 0], own[60, 99], own[60, 104], own[60, 203]));
        Assert.Equal((0, 127, 128, 255), (same[60, 0], same[60, 99], same[60, 104], same[60, 203]));
        Assert.Equal(same, Pixels("range.png"));
    }

    [Fact]
    public void A_spectrum_shows_stripes_as_a_line_and_destriping_takes_it_away()
    {
        _session.Run("$s = New-EmPhantom -Height 300 -Width 400; $s | Invoke-EmFilter Destripe | Export-EmPreview -Before $s -Destination spectra.png -Spectrum").RequireNoErrors();

        // Two spectra of tiles of 256, below a caption of 28 rows; each as wide as its caption or more.
        byte[,] picture = Pixels("spectra.png");
        Assert.Equal(28 + 256, picture.GetLength(0));
        int right = Enumerable.Range(256, picture.GetLength(1) - 256).First(x => picture[28 + 128, x] < 250 && picture[28 + 50, x] < 250);
        Assert.True(Mean(picture, 28 + 128, 10) > Mean(picture, 28 + 100, 10) + 40, "no line of stripes before");
        Assert.True(Mean(picture, 28 + 128, right + 10) < Mean(picture, 28 + 100, right + 10) + 10, "a line of stripes is left");
    }

    [Fact]
    public void A_spectrum_of_too_few_pixels_is_an_error_of_the_section()
    {
        ErrorRecord error = _session.Run("Read-EmSection 5.tif | Export-EmPreview no.png -Spectrum -Region 0, 0, 7, 20").OnlyError();

        Assert.Equal("Picture of section 5 (5.tif): A spectrum needs at least 8 x 8 pixels, but these are 7 x 20 (y, x); take a larger region.", error.ToString());
        Assert.False(File.Exists(_session.In("no.png")));
    }

    [Fact]
    public void A_scale_bar_is_drawn_where_a_pixel_size_is_given()
    {
        _session.Run("Read-EmSection 5.tif | Export-EmPreview plain.png; Read-EmSection 5.tif | Export-EmPreview bar.png -PixelSize 8").RequireNoErrors();

        // 500 nm are 62.5 pixels of 8 nm, a fifth of 300.
        byte[,] plain = Pixels("plain.png"), bar = Pixels("bar.png");
        int longest = Enumerable.Range(100, 100).Max(y => Enumerable.Range(150, 150).Count(x => bar[y, x] == 255 && plain[y, x] != 255));
        Assert.InRange(longest, 62, 64);
        Assert.Equal(plain[50, 50], bar[50, 50]);
    }

    private static double Mean(byte[,] picture, int y, int left) => Enumerable.Range(left, 80).Average(x => (double)picture[y, x]);

    private byte[,] Pixels(string name) => TestPng.Read(_session.In(name));

    /// <summary>Width and height from the picture's header.</summary>
    private (int Width, int Height) Size(params string[] parts)
    {
        byte[] png = File.ReadAllBytes(_session.In(parts));
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
