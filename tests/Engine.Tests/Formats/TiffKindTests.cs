using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using ZstdSharp;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Kinds of pixels, colours and compressions that are read as ours where that loses nothing.</summary>
public sealed class TiffKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffKindTests() => _path = _folder.File("00042.tif");

    public void Dispose() => _folder.Dispose();

    private TiffFile Open(byte[] strip, int columns, params (int Tag, object? Value)[] tags)
    {
        File.WriteAllBytes(_path, new TiffBuilder().Page(1, columns, [strip], tags).ToArray());
        return TiffFile.Open(_path);
    }

    private double[] Read(byte[] strip, int columns, params (int Tag, object? Value)[] tags)
    {
        using Plane plane = Open(strip, columns, tags).Read(EvaluationContext.Default);
        using Plane<float> floats = TiffFile.Open(_path).ReadSingle(false, EvaluationContext.Default);
        double[] values = plane switch
        {
            Plane<byte> bytes => [.. bytes.Row(0).ToArray().Select(v => (double)v)],
            Plane<ushort> words => [.. words.Row(0).ToArray().Select(v => (double)v)],
            _ => [.. ((Plane<float>)plane).Row(0).ToArray().Select(v => (double)v)],
        };
        Assert.Equal(values, floats.Row(0).ToArray().Select(v => (double)v));
        return values;
    }

    private static byte[] Bytes<T>(Func<T, byte[]> bytes, params T[] values) => [.. values.SelectMany(bytes)];

    [Fact]
    public void Signed_integers_are_moved_up()
    {
        Assert.Equal([0, 32767, 32768, 65535], Read(Bytes(BitConverter.GetBytes, short.MinValue, (short)-1, (short)0, short.MaxValue), 4, (258, 16), (339, 2)));
        Assert.Equal([0, 127, 128, 255], Read([0x80, 0xFF, 0, 0x7F], 4, (339, 2)));
        Assert.Equal("SignedShifted", Assert.Single(TiffFile.Open(_path).Remarks).Id);
        Assert.Equal([1], Read([1, 0], 1, (258, 16), (270, "ImageJ=1.54f\nc0=-32768.0\nc1=1.0\n")));
        Assert.Equal("SignedShifted", Assert.Single(TiffFile.Open(_path).Remarks).Id);
    }

    [Fact]
    public void Wide_numbers_are_floats_or_an_error()
    {
        Assert.Equal([0, 16777216, 4294967040], Read(Bytes(BitConverter.GetBytes, 0u, 16777216u, 4294967040u), 3, (258, 32)));
        Assert.Equal([-5, 7], Read(Bytes(BitConverter.GetBytes, -5, 7), 2, (258, 32), (339, 2)));
        Assert.Equal([0.5, double.NaN, -3e20f], Read(Bytes(BitConverter.GetBytes, 0.5, double.NaN, -3e20f), 3, (258, 64), (339, 3)));
        Assert.Equal([1, 40000], Read(Bytes(BitConverter.GetBytes, 1ul, 40000ul), 2, (258, 64)));
        Assert.Equal([0.333251953125], Read(Bytes(BitConverter.GetBytes, (Half)0.33333), 1, (258, 16), (339, 3)));
        Assert.Equal("Narrowed", Assert.Single(TiffFile.Open(_path).Remarks).Id);

        foreach ((byte[] strip, int bits, int format, string value) in new[]
        {
            (Bytes(BitConverter.GetBytes, 0u, 16777217u), 32, 1, "16777217"),
            (Bytes(BitConverter.GetBytes, 0, int.MaxValue), 32, 2, "2147483647"),
            (Bytes(BitConverter.GetBytes, 0ul, ulong.MaxValue), 64, 1, "18446744073709551615"),
            (Bytes(BitConverter.GetBytes, 0L, long.MaxValue), 64, 2, "9223372036854775807"),
            (Bytes(BitConverter.GetBytes, 0, 0.1), 64, 3, "0.1"),
            (Bytes(BitConverter.GetBytes, 0, 1e300), 64, 3, "1E+300"),
        })
        {
            EmException error = Assert.Throws<EmException>(() => Read(strip, 2, (258, bits), (339, format)));
            Assert.Equal("TiffInexact", error.Id);
            Assert.Contains($"number {value} at pixel (0, 1)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Packed_integers_keep_their_values()
    {
        Assert.Equal([0xABC, 0xDEF, 0x123], Read([0xAB, 0xCD, 0xEF, 0x12, 0x30], 3, (258, 12)));
        Assert.Equal([0xA, 0xB, 0xC], Read([0xAB, 0xC0], 3, (258, 4)));
        Assert.Equal([5, 4, 3], Read([0xAB, 0xC0], 3, (258, 4), (262, 0)));
        Assert.Equal([1023, 0, 1], Read([0xFF, 0xC0, 0x00, 0x04], 3, (258, 10)));
        Assert.Equal(["PackedBits"], TiffFile.Open(_path).Remarks.Select(remark => remark.Id));
    }

    [Fact]
    public void Palettes_of_greys_give_their_indices()
    {
        int[] ramp = [.. Enumerable.Range(0, 256).Select(i => 257 * i)], falling = [.. ramp.Reverse()];
        int[] Map(int[] greys, Func<int, bool>? coloured = null) => [.. greys.Select((g, i) => coloured?.Invoke(i) == true ? 65535 - g : g), .. greys, .. greys];
        Assert.Equal([7, 200], Read([7, 200], 2, (262, 3), (320, Map(ramp))));
        Assert.Equal([248, 55], Read([7, 200], 2, (262, 3), (320, Map(falling))));

        // As microscopes do, which draw in every ninth colour.
        Assert.Equal([9, 200], Read([9, 200], 2, (262, 3), (320, Map(ramp, i => i % 9 == 0))));
        Assert.Contains("colours among them", Assert.Single(TiffFile.Open(_path).Remarks).Text, StringComparison.Ordinal);

        Assert.Contains("in colour", Refused([1, 2], 2, (262, 3), (320, Map(ramp, i => i % 2 == 0))), StringComparison.Ordinal);
        Assert.Contains("neither rise nor fall", Refused([1, 2], 2, (262, 3), (320, Map([.. ramp.Select((g, i) => i % 2 == 0 ? g : 65535 - g)]))), StringComparison.Ordinal);
        Assert.Contains("has 30", Refused([1, 2], 2, (262, 3), (320, ramp[..30])), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_that_are_equal_are_grey()
    {
        (int, object?)[] rgb = [(262, 2), (277, 3), (258, new[] { 8, 8, 8 })];
        Assert.Equal([7, 9], Read([7, 7, 7, 9, 9, 9], 2, rgb));
        Assert.Equal("EqualChannels", Assert.Single(TiffFile.Open(_path).Remarks).Id);
        Assert.Contains("pixel (0, 1)", Refused([7, 7, 7, 9, 8, 9], 2, rgb), StringComparison.Ordinal);
        Assert.Equal([7, 9], Read([7, 7, 7, 1, 9, 9, 9, 2], 2, (262, 2), (277, 4), (258, new[] { 8, 8, 8, 8 }), (338, 2)));
        Assert.Equal([7, 9], Read([7, 255, 9, 255], 2, (277, 2), (258, new[] { 8, 8 }), (338, 2)));
        Assert.Contains("an image of 2 samples", Refused([7, 255, 9, 255], 2, (277, 2), (258, new[] { 8, 8 })), StringComparison.Ordinal);

        foreach (byte last in new byte[] { 9, 8 })
        {
            byte[][] planes = [[7, 9], [7, 9], [7, last]];
            File.WriteAllBytes(_path, new TiffBuilder().Page(1, 2, planes, [.. rgb, (284, 2), (278, 1L)]).ToArray());
            TiffFile file = TiffFile.Open(_path);
            if (last == 8)
            {
                Assert.Contains("pixel (0, 1)", Assert.Throws<EmException>(() => file.Read(EvaluationContext.Default)).Message, StringComparison.Ordinal);
                continue;
            }

            using Plane plane = file.Read(EvaluationContext.Default);
            Assert.Equal([7, 9], plane.RowBytes(0).ToArray());
        }
    }

    [Fact]
    public void Zstandard_is_whole_or_refused()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i / 7))];
        using var compressor = new Compressor();
        byte[] frame = compressor.Wrap(pixels).ToArray();
        Assert.Equal(pixels.Select(v => (double)v), Read([.. frame, 1, 2, 3], 3000, (259, 50000)));
        Assert.Contains("damaged", Refused(frame[..^3], 3000, (259, 50000)), StringComparison.Ordinal);
        Assert.Contains("damaged", Refused(frame, 3001, (259, 50000)), StringComparison.Ordinal);
        Assert.Contains("damaged", Refused(frame, 2999, (259, 50000)), StringComparison.Ordinal);

        // A frame of a few bytes cannot become gigabytes, whatever the header says.
        File.WriteAllBytes(_path, new TiffBuilder().Page(40_000, 40_000, [compressor.Wrap(new byte[100]).ToArray(), .. Enumerable.Repeat(frame, 0)], (259, 50000), (279, 60_000L)).ToArray());
        Assert.Throws<EmException>(() => TiffFile.Open(_path).Read(EvaluationContext.Default));
    }

    [Fact]
    public void Jpeg_is_near_and_damage_is_told()
    {
        using Plane<byte> plane = Plane.Rent<byte>(64, 80);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 80; x++)
                plane.Row(y)[x] = (byte)(100 + 60 * Math.Sin(x / 9.0) * Math.Cos(y / 7.0));
        }

        foreach ((int, int)? tile in new (int, int)?[] { null, (32, 48) })
        {
            TiffSamplesFiles.Write(_path, plane, Compression.JPEG, tile: tile, more: tiff => tiff.SetField(TiffTag.JPEGQUALITY, 95));
            TiffFile file = TiffFile.Open(_path);
            Assert.Equal((TiffCompression.Jpeg, "Lossy"), (file.Compression, Assert.Single(file.Remarks).Id));
            using var read = (Plane<byte>)file.Read(EvaluationContext.Default);
            for (int y = 0; y < 64; y++)
            {
                for (int x = 0; x < 80; x++)
                    Assert.InRange(read.Row(y)[x] - plane.Row(y)[x], -4, 4);
            }
        }
    }

    [Fact]
    public void Counts_that_are_missing_are_reckoned()
    {
        byte[] pixels = [.. Enumerable.Range(0, 600).Select(i => (byte)(i * i / 7))];
        byte[][] strips = [.. pixels.Chunk(200).Select(Zlib)];
        foreach (object? counts in new object?[] { null, new[] { 0L, 0L, 0L } })
        {
            File.WriteAllBytes(_path, new TiffBuilder().Page(3, 200, strips, (259, 8), (279, counts)).ToArray());
            using Plane plane = TiffFile.Open(_path).Read(EvaluationContext.Default);
            Assert.Equal(pixels, Enumerable.Range(0, 3).SelectMany(y => plane.RowBytes(y).ToArray()));
        }
    }

    private static byte[] Zlib(byte[] bytes)
    {
        var stored = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(stored, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(bytes);
        return stored.ToArray();
    }

    private string Refused(byte[] strip, int columns, params (int Tag, object? Value)[] tags)
    {
        EmException error = Assert.Throws<EmException>(() => Read(strip, columns, tags));
        Assert.Equal(_path, error.Target);
        return error.Message;
    }
}
