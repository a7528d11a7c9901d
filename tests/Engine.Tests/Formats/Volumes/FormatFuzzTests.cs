using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>
/// Damaged files of the formats beside TIFF: each gives pixels or an error of ours, in little memory; and PNG, which has
/// checksums, never wrong pixels. EMTOOLS_FUZZ multiplies the number of trials.
/// </summary>
public sealed class FormatFuzzTests : IDisposable
{
    private const int Trials = 1500;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats() => ["mrc", "dm3", "dm4", "dat", "png"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Damage_gives_pixels_or_our_error(string format)
        => await Task.Run(() => Everywhere(format)).WaitAsync(TimeSpan.FromMinutes(4 * TiffFuzzTests.Times));

    private void Everywhere(string format)
    {
        string path = _folder.File($"0042.{format}");
        (byte[] Whole, int Metadata)[] samples = [.. Samples(format)];
        int refused = 0, trials = Trials * TiffFuzzTests.Times;
        var random = new Random(format.Length * 1000 + format[0]);
        for (int trial = 0; trial < trials; trial++)
        {
            (byte[] whole, int metadata) = samples[trial % samples.Length];
            byte[] damaged = Mutation.Of(whole, random, 0, metadata);
            double[]? expected = format == "png" ? Pixels(path, whole, null) : null;
            if (Pixels(path, damaged, expected) is null)
                refused++;
        }

        Assert.True(refused > trials / 20, $"{refused} of {trials} were refused");
    }

    /// <summary>The pixels of the first and the last plane; null where the file is refused.</summary>
    private static double[]? Pixels(string path, byte[] bytes, double[]? expected)
    {
        PixelValues.Write(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread(), pixels = 0;
        double[]? values = null;
        var context = new EvaluationContext { Threads = 1 };
        try
        {
            IReadOnlyList<StoredImage> images = ImageFile.Open(path);
            foreach (StoredImage image in images.Take(1).Append(images[^1]))
            {
                using Plane plane = image.Read(context);
                pixels = (long)plane.Height * plane.RowBytes(0).Length;
                if (expected is not null)
                    Assert.Equal(expected, values = PixelValues.Of(plane));
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < (2 << 20) + 40 * pixels, $"{allocated} bytes were allocated");
            Assert.True(pixels <= 3000L * bytes.Length, $"{pixels} bytes of pixels came out of {bytes.Length}");
            if (values is not null)
                return values;
            using Plane whole = images[0].Read(context);
            return PixelValues.Of(whole);
        }
        catch (EmException error)
        {
            Assert.Equal(path, error.Target);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            return null;
        }
    }

    /// <summary>Sound files, and how many of their first bytes are worth damaging.</summary>
    private IEnumerable<(byte[] Whole, int Metadata)> Samples(string format)
    {
        switch (format)
        {
            case "mrc":
                foreach (int mode in new[] { 0, 1, 2, 12 })
                {
                    foreach (bool bigEndian in new[] { false, true })
                        yield return (new MrcSample { Mode = mode, BigEndian = bigEndian, Extended = 64, Marked = mode != 1, Sections = 4, Rows = 6, Columns = 9 }.Bytes(new float[4 * 6 * 9]), 260);
                }

                break;
            case "dm3" or "dm4":
                foreach (bool littleEndian in new[] { true, false })
                {
                    byte[] whole = new DmSample(format[2] - '0', littleEndian).Bytes(new DmSample.Image(1, [9, 6, 4], new short[9 * 6 * 4], (1, "nm"), (1, "nm"), (2, "µm")), new DmSample.Image(7, [9, 6], new int[54], (1, "nm"), (1, "nm")));
                    yield return (whole, whole.Length);
                }

                break;
            case "dat":
                yield return (FibSemReadingTests.File(8, false, 2, (i, _) => i), 520);
                yield return (FibSemReadingTests.File(2, true, 1, (i, _) => i), 520);
                break;
            default:
                string path = _folder.File("sample.png");
                foreach ((int bits, int colour) in new[] { (8, 0), (16, 0), (8, 3), (8, 4), (16, 2), (2, 0) })
                {
                    foreach (bool interlaced in new[] { false, true })
                    {
                        byte[]? palette = colour == 3 ? [.. Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat((byte)i, 3))] : null;
                        new PngSample(13, 21, bits, colour) { Sample = (y, x, _) => (y * 31 + x * 77) & ((1 << bits) - 1), Interlaced = interlaced, Palette = palette }.Write(path);
                        byte[] whole = File.ReadAllBytes(path);
                        yield return (whole, whole.Length);
                    }
                }

                break;
        }
    }
}
