using System.Diagnostics;
using System.Net.Sockets;
using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Strips that give another number of bytes than they should, or do not end where they should; files that are none.</summary>
public sealed class TiffDamageTests : IDisposable
{
    private const int Rows = 8, Columns = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffDamageTests() => _path = _folder.File("00042.tif");

    public void Dispose() => _folder.Dispose();

    private static byte[] Pixels(int rows = Rows) => [.. Enumerable.Range(0, rows * Columns).Select(i => (byte)(i * i / 7))];

    private static byte[] Zlib(byte[] bytes)
    {
        var stored = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(stored, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(bytes);
        return stored.ToArray();
    }

    private static byte[] Lzw(byte[] bytes) => [.. LibTiffCodec.EncodeLzw([.. bytes], bytes.Length, bytes.Length)];

    /// <summary>Bytes as they are, 128 at a time.</summary>
    private static byte[] PackBits(byte[] bytes) => [.. bytes.Chunk(128).SelectMany(part => part.Prepend((byte)(part.Length - 1)))];

    private static byte[] Encoded(int compression, byte[] bytes) => compression switch { 5 => Lzw(bytes), 8 => Zlib(bytes), _ => PackBits(bytes) };

    /// <summary>A file of 8-bit strips that are stored as they are given.</summary>
    private void Write(int compression, int rows, int rowsPerStrip, params byte[][] strips) => File.WriteAllBytes(_path, TiffStripFile.Of(compression, rows, Columns, rowsPerStrip, strips));

    private byte[] Read()
    {
        using var plane = (Plane<byte>)TiffFile.Open(_path).Read(EvaluationContext.Default);
        return [.. plane.ToArray().Cast<byte>()];
    }

    private EmException Refused(string says)
    {
        EmException error = Assert.Throws<EmException>(() => TiffFile.Open(_path).Read(EvaluationContext.Default).Dispose());
        Assert.Equal(("TiffDamaged", _path), (error.Id, error.Target));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        return error;
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(32773)]
    public void A_strip_that_is_too_short(int compression)
    {
        Write(compression, Rows, Rows, Encoded(compression, Pixels()[..^1]));
        Refused("strip 0 of 1");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(32773)]
    public void A_strip_that_is_too_long(int compression)
    {
        Write(compression, Rows, Rows, Encoded(compression, [.. Pixels(), .. Pixels(1)]));
        Refused("they go on where they should end");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(32773)]
    public void A_strip_of_the_middle_that_has_a_row_too_many(int compression)
    {
        Write(compression, 2 * Rows, Rows, Encoded(compression, Pixels(Rows + 1)), Encoded(compression, Pixels()));
        Refused("strip 0 of 2");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(32773)]
    public void The_last_strip_may_be_stored_whole(int compression)
    {
        byte[] whole = compression == 1 ? Pixels() : Encoded(compression, Pixels());
        Write(compression, Rows + 3, Rows, whole, whole);
        Assert.Equal([.. Pixels(), .. Pixels()[..(3 * Columns)]], Read());
        Write(compression, 3, Rows, whole);
        Assert.Equal(Pixels()[..(3 * Columns)], Read());
    }

    [Fact]
    public void Lzw_without_an_end_code_and_with_garbage_behind_it()
    {
        byte[] whole = Lzw(Pixels());
        byte[] noEnd = WithoutLastCode(whole);
        foreach (byte[] tail in new byte[][] { [], [0], [0, 0], [0xFF, 0xFF, 0xFF, 0xFF] })
        {
            Write(5, Rows, Rows, [.. noEnd, .. tail]);
            Assert.Equal(Pixels(), Read());
        }

        Write(5, Rows, Rows, [.. whole, 1, 2, 3, 4, 5, 6, 7]);
        Assert.Equal(Pixels(), Read());
    }

    [Fact]
    public void Lzw_with_the_least_significant_bit_first()
    {
        // Clear, 1, 2, 3, end in 9 bits each, as programs wrote before 1988.
        int[] codes = [256, 1, 2, 3, 257];
        var bits = new System.Collections.BitArray([.. codes.SelectMany(code => Enumerable.Range(0, 9).Select(i => (code >> i & 1) != 0))]);
        byte[] strip = new byte[6];
        bits.CopyTo(strip, 0);
        byte[] output = new byte[3];
        LzwDecoder.Decode(strip, 3, output);
        Assert.Equal([1, 2, 3], output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(100_003)]
    public void Lzw_of_any_length_and_kind(int length)
    {
        var random = new Random(length);
        foreach (int levels in new[] { 1, 2, 200 })
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(levels))];
            byte[] output = new byte[length];
            LzwDecoder.Decode(Lzw(bytes), length, output);
            Assert.Equal(bytes, output);
        }
    }

    [Fact]
    public void Deflate_without_its_end_or_checksum_or_with_another()
    {
        byte[] whole = Zlib(Pixels());
        for (int cut = 1; cut <= 6; cut++)
        {
            Write(8, Rows, Rows, whole[..^cut]);
            Refused("strip 0 of 1");
        }

        byte[] other = [.. whole];
        other[^1] ^= 1;
        Write(8, Rows, Rows, other);
        Refused("strip 0 of 1");

        // Bytes behind the checksum belong to nobody.
        Write(8, Rows, Rows, [.. whole, 9, 9, 9]);
        Assert.Equal(Pixels(), Read());
    }

    [Fact]
    public void PackBits_may_be_padded_and_hold_nothing()
    {
        byte[] whole = PackBits(Pixels());
        Write(32773, Rows, Rows, [.. whole, 0]);
        Assert.Equal(Pixels(), Read());
        Write(32773, Rows, Rows, [0x80, .. whole, 0x80]);
        Assert.Equal(Pixels(), Read());
        Write(32773, Rows, Rows, [.. whole, 5, 1]);
        Refused("they go on where they should end");
    }

    [Fact]
    public void Strips_in_one_place_claim_no_more_than_the_file()
    {
        byte[] row = Zlib(new byte[60_000 * 500]);
        byte[] file = TiffStripFile.Of(8, 500 * 100, 60_000, 500, [.. Enumerable.Repeat(row, 100)], shared: true);
        File.WriteAllBytes(_path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        EmException error = Assert.Throws<EmException>(() => TiffFile.Open(_path));
        Assert.Equal("TiffDamaged", error.Id);
        Assert.Contains("so that several lie in one place", error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Strips_that_were_never_written_hold_the_fill_value()
    {
        byte[] some = Pixels();
        foreach (int compression in new[] { 1, 8 })
        {
            byte[] stored = compression == 1 ? some : Zlib(some);
            File.WriteAllBytes(_path, TiffStripFile.Of(compression, 2 * Rows, Columns, Rows, [stored, []]));
            Assert.Equal([.. some, .. new byte[some.Length]], Read());
            FileRemark remark = Assert.Single(TiffFile.Open(_path).Remarks);
            Assert.Equal(("NeverWritten", "has 1 of 2 strips that were never written; their pixels are read as 0"), (remark.Id, remark.Text));

            File.WriteAllBytes(_path, TiffStripFile.Of(compression, 2 * Rows, Columns, Rows, [stored, []], noData: "7"));
            Assert.Equal([.. some, .. Enumerable.Repeat((byte)7, some.Length)], Read());

            File.WriteAllBytes(_path, TiffStripFile.Of(compression, 2 * Rows, Columns, Rows, [[], []]));
            Assert.Contains("none of its 2 strips was ever written", Assert.Throws<EmException>(() => TiffFile.Open(_path)).Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Pipes_sockets_and_devices_are_not_opened()
    {
        Skip.If(OperatingSystem.IsWindows());
        string pipe = _folder.File("pipe.tif"), socket = _folder.File("socket.tif");
        using (Process mkfifo = Process.Start("mkfifo", [pipe]))
            await mkfifo.WaitForExitAsync();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        foreach ((string path, string kind) in new[] { (pipe, "a named pipe (FIFO)"), (socket, "a socket"), ("/dev/zero", "a device") })
        {
            foreach (Action<string> open in new Action<string>[]
            {
                p => TiffFile.Open(p),
                p => TiffFile.OpenMask(p),
                p => Hdf5Reader.Open(p).Dispose(),
                p => RecipeFile.Read(p),
                p => ShiftTable.Read(p),
                p => IntensityOffsetTable.Read(p),
            })
            {
                EmException error = await Assert.ThrowsAsync<EmException>(() => Task.Run(() => open(path)).WaitAsync(TimeSpan.FromMinutes(1)));
                Assert.Equal(("NotRegularFile", path), (error.Id, error.Target));
                Assert.Contains($"'{path}' is no regular file, but {kind}. Give a file.", error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>An LZW strip without its last code, the end code, and the bits behind it.</summary>
    private static byte[] WithoutLastCode(byte[] strip)
    {
        // The shortest beginning that still gives all pixels, with the bits of the end code cleared.
        for (int length = strip.Length - 3; length <= strip.Length; length++)
        {
            byte[] start = strip[..length];
            try
            {
                LzwDecoder.Decode(start, Rows * Columns, new byte[Rows * Columns]);
                return start;
            }
            catch (InvalidDataException)
            {
                // one byte more
            }
        }

        throw new InvalidOperationException("The strip has no such beginning.");
    }
}
