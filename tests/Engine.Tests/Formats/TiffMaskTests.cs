using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Masks as other programs write them: tissue is the left half of every row but the first.</summary>
public sealed class TiffMaskTests : IDisposable
{
    private const int Height = 5, Width = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffMaskTests() => _path = _folder.File("mask.tif");

    public void Dispose() => _folder.Dispose();

    private static bool IsTissue(int y, int x) => y > 0 && x < Width / 2;

    private static byte[] Bytes<T>(Func<bool, T> pixel, Func<T, byte[]> bytes)
        => [.. Enumerable.Range(0, Height * Width).SelectMany(i => bytes(pixel(IsTissue(i / Width, i % Width))))];

    private static byte[] Bits(bool set)
    {
        const int RowBytes = (Width + 7) / 8;
        byte[] bits = new byte[Height * RowBytes];
        for (int i = 0; i < Height * Width; i++)
        {
            if (IsTissue(i / Width, i % Width) == set)
                bits[i / Width * RowBytes + i % Width / 8] |= (byte)(0x80 >> (i % Width % 8));
        }

        return bits;
    }

    private void Write(byte[] strip, int bits, int format = 1, int photometric = 1, string? software = null)
        => File.WriteAllBytes(_path, TiffStripFile.Of(1, Height, Width, Height, [strip], photometric: photometric, bits: bits, format: format, software: software));

    private void AssertTissue()
    {
        using Plane<byte> mask = new MaskSource(new EmSection(ImageSource.OpenMask(_path), 0)).Read(Height, Width, EvaluationContext.Default);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                Assert.True(mask.Row(y)[x] == (IsTissue(y, x) ? 1 : 0), $"({y}, {x})");
        }
    }

    [Fact]
    public void Single_bits()
    {
        Write(Bits(set: true), bits: 1);
        AssertTissue();
        Assert.Empty(TiffFile.OpenMask(_path).Remarks);

        Write(Bits(set: false), bits: 1, photometric: 0);
        AssertTissue();
        Assert.Equal("MinIsWhite", Assert.Single(TiffFile.OpenMask(_path).Remarks).Id);

        // tifffile marks what NumPy holds as bool so, but stores True as 1.
        Write(Bits(set: true), bits: 1, photometric: 0, software: "tifffile.py");
        AssertTissue();
        Assert.Equal("MinIsWhiteBits", Assert.Single(TiffFile.OpenMask(_path).Remarks).Id);
    }

    [Fact]
    public void Integers_of_every_size_and_sign()
    {
        foreach (int value in new[] { 1, -1, 7, int.MinValue, 0x7FC00000 })
        {
            Write(Bytes(tissue => tissue ? value : 0, BitConverter.GetBytes), bits: 32, format: 2);
            AssertTissue();
            Write(Bytes(tissue => tissue ? value : 0, BitConverter.GetBytes), bits: 32, format: 1);
            AssertTissue();
        }

        Write(Bytes(tissue => tissue ? (short)-5 : (short)0, BitConverter.GetBytes), bits: 16, format: 2);
        AssertTissue();
        Write(Bytes(tissue => tissue ? unchecked((byte)-1) : (byte)0, b => [b]), bits: 8, format: 2);
        AssertTissue();
        Write(Bytes(tissue => tissue ? 0 : 1, BitConverter.GetBytes), bits: 32, format: 2, photometric: 0);
        AssertTissue();
    }

    [Fact]
    public void Floats_and_white_at_zero()
    {
        Write(Bytes(tissue => tissue ? 0.5f : 0, BitConverter.GetBytes), bits: 32, format: 3);
        AssertTissue();
        Write(Bytes(tissue => tissue ? 0 : 1f, BitConverter.GetBytes), bits: 32, format: 3, photometric: 0);
        AssertTissue();
        Write(Bytes(tissue => tissue ? (byte)0 : (byte)255, b => [b]), bits: 8, photometric: 0);
        AssertTissue();
        Write(Bytes(tissue => tissue ? (ushort)0 : ushort.MaxValue, BitConverter.GetBytes), bits: 16, photometric: 0);
        AssertTissue();
    }

    [Fact]
    public void What_is_refused_is_called_a_mask_and_sections_stay_narrow()
    {
        Write(new byte[Height * Width * 8], bits: 64, format: 6);
        EmException error = Assert.Throws<EmException>(() => TiffFile.OpenMask(_path));
        Assert.StartsWith($"Mask '{_path}' holds 64-bit complex pixels;", error.Message, StringComparison.Ordinal);

        Write(Bits(set: true), bits: 1);
        Assert.Contains("1-bit unsigned integer pixels", Assert.Throws<EmException>(() => TiffFile.Open(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_is_damaged_is_called_a_mask()
    {
        File.WriteAllBytes(_path, TiffStripFile.Of(32773, Height, Width, Height, [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80]]));
        var mask = new MaskSource(new EmSection(ImageSource.OpenMask(_path), 0));
        EmException error = Assert.Throws<EmException>(() => mask.Read(Height, Width, EvaluationContext.Default).Dispose());
        Assert.StartsWith($"Mask '{_path}' is damaged:", error.Message, StringComparison.Ordinal);
    }
}
