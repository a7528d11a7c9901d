using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>
/// Damaged files of every kind that is read: each gives pixels or an error of ours, in little memory; and where a checksum tells
/// damage, never wrong pixels. The numbers of trials make seconds; EMTOOLS_FUZZ multiplies them.
/// </summary>
public sealed class TiffFuzzTests : IDisposable
{
    private const int Height = 45, Width = 67;

    /// <summary>For the whole test, which takes seconds: only a loop without end gets there.</summary>
    private static TimeSpan Hang => TimeSpan.FromMinutes(4 * Times);

    private static readonly EvaluationContext OneThread = new() { Threads = 1 };

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public TiffFuzzTests() => _path = _folder.File("00042.tif");

    public void Dispose() => _folder.Dispose();

    internal static int Times { get; } = int.TryParse(Environment.GetEnvironmentVariable("EMTOOLS_FUZZ"), out int times) ? times : 1;

    public static TheoryData<Compression> Compressions() => [Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE, Compression.PACKBITS];

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Damage_gives_pixels_or_our_error(Compression compression)
        => await Task.Run(() => Everywhere(compression)).WaitAsync(Hang);

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Damaged_pixels_are_refused_where_it_can_be_told(Compression compression)
        => await Task.Run(() => InPixels(compression)).WaitAsync(Hang);

    [Fact]
    public async Task Damage_of_pages_gives_pixels_or_our_error() => await Task.Run(InPages).WaitAsync(Hang);

    /// <summary>Three pages, Zstandard, JPEG and Deflate, and planes behind one page.</summary>
    private void InPages()
    {
        var random = new Random(3000);
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt8, Height, Width);
        TiffSamplesFiles.Write(_path, plane, Compression.JPEG, rowsPerStrip: 48);
        byte[] jpeg = File.ReadAllBytes(_path), pixels = [.. Enumerable.Range(0, Height).SelectMany(y => plane.RowBytes(y).ToArray())];
        using var compressor = new ZstdSharp.Compressor();
        byte[] frame = compressor.Wrap(pixels).ToArray();
        byte[] pages = new TiffBuilder().Page(Height, Width, [frame], (259, 50000)).Page(Height, Width, [pixels], (254, 1L)).Page(Height, Width, [frame], (259, 50000), (270, "page")).ToArray();
        byte[] planes = new TiffBuilder().Page(Height, Width, [[.. pixels, .. pixels]], (270, "ImageJ=1.5\nimages=2\n"), (279, (long)pixels.Length)).ToArray();
        byte[] colours = new TiffBuilder(big: true).Page(Height, Width, [pixels, pixels, pixels], (262, 2), (277, 3), (258, new[] { 8, 8, 8 }), (284, 2), (278, (long)Height)).ToArray();
        int refused = 0, trials = 0;
        foreach (byte[] whole in (byte[][])[jpeg, pages, planes, colours])
        {
            for (int trial = 0; trial < 300 * Times; trial++, trials++)
                refused += ReadAll(Mutation.Of(whole, random, 0, whole.Length)) ? 0 : 1;
        }

        Assert.True(refused > trials / 10, $"{refused} of {trials} were refused");
    }

    /// <summary>True when all images of a file can be read.</summary>
    private bool ReadAll(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool sound = true;
        IReadOnlyList<TiffFile> images = [];
        try
        {
            images = TiffFile.OpenAll(_path);
        }
        catch (EmException error)
        {
            Assert.Contains(_path, error.Message, StringComparison.Ordinal);
            return false;
        }

        foreach (TiffFile image in images)
        {
            try
            {
                image.Read(OneThread).Dispose();
            }
            catch (EmException error)
            {
                Assert.Equal(_path, error.Target);
                sound = false;
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < (16 << 20) + 4L * images.Sum(image => (long)image.Height * image.Width), $"{allocated} bytes were allocated");
        return sound;
    }

    private void Everywhere(Compression compression)
    {
        var random = new Random(1000 + (int)compression);
        int refused = 0, trials = 0;
        foreach ((PixelType type, byte[] whole) in Variants(compression))
        {
            for (int trial = 0; trial < 60 * Times; trial++, trials++)
            {
                byte[] damaged = Mutation.Of(whole, random, 0, whole.Length);
                if (Read(damaged) is { } plane)
                    plane.Dispose();
                else
                    refused++;
            }
        }

        Assert.True(refused > trials / 5, $"{refused} of {trials} were refused");
    }

    private void InPixels(Compression compression)
    {
        var random = new Random(2000 + (int)compression);
        int refused = 0, trials = 0;
        foreach ((PixelType type, byte[] whole) in Variants(compression))
        {
            using Plane expected = TiffSamplesFiles.Plane(type, Height, Width);

            // LibTiff.NET puts the pixels before the directory, and the strips' list into the directory.
            for (int trial = 0; trial < 60 * Times; trial++, trials++)
            {
                byte[] damaged = Mutation.Of(whole, random, 16, PixelsEnd(whole), keepsLength: true);
                using Plane? plane = Read(damaged);
                if (plane is null)
                    refused++;
                else if (compression == Compression.ADOBE_DEFLATE)
                    TiffSamplesFiles.AssertSame(expected, plane);
            }
        }

        // LZW and PackBits have no checksum; what they tell of is damage that changes how much comes out, or the end.
        // Uncompressed pixels are what they are.
        double share = (double)refused / trials;
        (double least, double most) = compression switch { Compression.NONE => (0, 0), Compression.ADOBE_DEFLATE => (0.9, 1), Compression.LZW => (0.85, 1), _ => (0.25, 1) };
        Assert.True(share >= least && share <= most, $"{refused} of {trials} were refused");
    }

    private Plane? Read(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Plane? plane = null;
        try
        {
            plane = TiffFile.Open(_path).Read(OneThread);
        }
        catch (EmException error)
        {
            Assert.Equal(_path, error.Target);
            Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before, pixels = plane is null ? 0 : (long)plane.Height * plane.RowBytes(0).Length;
        Assert.True(allocated < (8 << 20) + 4 * pixels, $"{allocated} bytes were allocated");
        Assert.True(pixels <= 3000L * bytes.Length, $"{pixels} bytes of pixels came out of {bytes.Length}");
        return plane;
    }

    /// <summary>Sound files in strips and tiles, both byte orders, with and without 64-bit offsets and predictors.</summary>
    private List<(PixelType Type, byte[] Whole)> Variants(Compression compression)
    {
        var files = new List<(PixelType, byte[])>();
        foreach (PixelType type in Enum.GetValues<PixelType>())
        {
            using Plane plane = TiffSamplesFiles.Plane(type, Height, Width);
            foreach (bool tiled in new[] { false, true })
            {
                foreach ((string mode, int predictor) in new[] { ("wl", 1), ("wb", 1), ("wl8", 1), ("wl", 2) })
                {
                    if (predictor == 2 && compression is Compression.NONE or Compression.PACKBITS)
                        continue;
                    TiffSamplesFiles.Write(_path, plane, compression, mode, predictor, tiled ? (16, 32) : null);
                    files.Add((type, File.ReadAllBytes(_path)));
                }
            }
        }

        return files;
    }

    private static int PixelsEnd(byte[] whole)
    {
        bool big = whole[0] == (byte)'M', large = whole[big ? 3 : 2] == 43;
        return large ? (int)BitConverter.ToInt64(whole, 8) : big ? System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(whole.AsSpan(4)) : BitConverter.ToInt32(whole, 4);
    }
}
