using System.Buffers.Binary;
using System.Text;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class FibSemReadingTests : IDisposable
{
    private const int Rows = 6, Columns = 43;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public FibSemReadingTests() => _path = _folder.File("Merlin-6282_21-01-23_101533_0-0-0.dat");

    public void Dispose() => _folder.Dispose();

    /// <summary>A file of a version, with inputs that are switched on and what they are called; text follows the pixels.</summary>
    internal static byte[] File(int version, bool eightBit, int channels, Func<int, int, int> pixel, double size = 8, int rows = Rows, int columns = Columns)
    {
        byte[] header = new byte[1024];
        BinaryPrimitives.WriteUInt32BigEndian(header, 3555587570);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)version);
        header[32] = (byte)channels;
        header[33] = eightBit ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(100), (uint)columns);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(104), (uint)rows);
        header[151] = header[153] = 1; // inputs 1 and 3
        (int At, string Name)[] names = version < 3 ? [(380, "InLens"), (390, "SE2"), (700, "ESB"), (720, "none")] : [(380, "InLens"), (390, "SE2"), (410, "ESB"), (430, "none")];
        foreach ((int at, string name) in names)
            Encoding.ASCII.GetBytes(name).CopyTo(header, at);
        if (version < 3)
            BinaryPrimitives.WriteDoubleBigEndian(header.AsSpan(416), size);
        else
            BinaryPrimitives.WriteSingleBigEndian(header.AsSpan(464), (float)size);
        var file = new List<byte>(header);
        for (int i = 0; i < rows * columns; i++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int value = pixel(i, channel);
                file.AddRange(eightBit ? [(byte)value] : [(byte)(value >> 8), (byte)value]);
            }
        }

        return [.. file, .. "recipe"u8];
    }

    public static TheoryData<int, bool, int> Kinds()
    {
        var cases = new TheoryData<int, bool, int>();
        foreach (int version in new[] { 1, 2, 3, 6, 8, 9 })
        {
            foreach (int channels in new[] { 1, 2 })
            {
                cases.Add(version, false, channels);
                cases.Add(version, true, channels);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_version_depth_and_channel_is_read(int version, bool eightBit, int channels)
    {
        int Pixel(int i, int channel) => eightBit ? (i * 3 + channel * 50) % 256 : i * 240 - 30000 + channel;
        System.IO.File.WriteAllBytes(_path, File(version, eightBit, channels, Pixel));
        string[] datasets = channels == 1 ? [] : ["1", "esb"];
        StoredImage first = Assert.Single(ImageFile.Open(_path));

        Assert.Equal((null, Rows, Columns, "FIB-SEM .dat"), (first.Page, first.Height, first.Width, first.Format));
        Assert.Equal("? x 8 x 8 nm", first.VoxelSize?.ToString());
        Assert.Equal(Enumerable.Range(0, Rows * Columns).Select(i => (double)Pixel(i, 0) + (eightBit ? 0 : 32768)), PixelValues.Of(first));
        Assert.Equal([.. channels == 1 ? Array.Empty<string>() : ["SeveralDatasets"], .. eightBit ? Array.Empty<string>() : ["SignedShifted"]], PixelValues.Ids(first));
        Assert.Equal(channels == 1 ? null : "0", first.Dataset);
        foreach (string dataset in datasets)
        {
            StoredImage second = ImageFile.Open(_path, new ImageOptions { Dataset = dataset })[0];
            Assert.Equal("1", second.Dataset);
            Assert.Equal(Enumerable.Range(0, Rows * Columns).Select(i => (double)Pixel(i, 1) + (eightBit ? 0 : 32768)), PixelValues.Of(second));
        }
    }

    [Fact]
    public void A_channel_that_there_is_not_is_an_error_that_names_those_there_are()
    {
        System.IO.File.WriteAllBytes(_path, File(8, false, 2, (i, _) => i));
        foreach (string dataset in new[] { "2", "SE2", "-1", "" })
        {
            EmException error = Assert.Throws<EmException>(() => ImageFile.Open(_path, new ImageOptions { Dataset = dataset }));
            Assert.Equal(("NoDataset", _path), (error.Id, error.Target));
            Assert.Contains("'0' (InLens), '1' (ESB)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_or_cut_file_is_an_error()
    {
        byte[] whole = File(8, false, 2, (i, _) => i);
        Refused("FibSemTruncated", whole[..^7]);
        Refused("FibSemTruncated", whole[..1023]);
        Refused("FibSemTruncated", File(8, false, 2, (i, _) => i, rows: 1000, columns: 1000)[..5000]);
        Refused("FibSemDamaged", File(0, false, 2, (i, _) => i));
        Refused("FibSemDamaged", File(8, false, 0, (i, _) => i));
        Refused("FibSemDamaged", File(8, false, 1, (i, _) => i, rows: 0));
        byte[] depth = [.. whole];
        depth[33] = 7;
        Refused("FibSemDamaged", depth);
        Assert.Equal(Rows * Columns, PixelValues.Of(Open(whole[..^6])[0]).Length);
        Assert.Null(Open(File(8, false, 1, (i, _) => i, size: double.NaN))[0].VoxelSize);
    }

    [Fact]
    public void A_file_that_changes_meanwhile_is_told()
    {
        StoredImage image = Open(File(8, false, 2, (i, _) => i))[0];
        System.IO.File.WriteAllBytes(_path, File(8, false, 1, (i, _) => i));
        Assert.Equal("FileChanged", Assert.Throws<EmException>(() => image.Read(EvaluationContext.Default)).Id);
        System.IO.File.WriteAllBytes(_path, new byte[5000]);
        Assert.Equal("NotFibSem", Assert.Throws<EmException>(() => image.Read(EvaluationContext.Default)).Id);
    }

    [SkippableFact]
    public void A_microscopes_own_file_that_is_cut_is_told()
    {
        string path = TestData.Shared("instruments/v9_header_with_truncated_pixels.dat");
        EmException error = Assert.Throws<EmException>(() => ImageFile.Open(path));
        Assert.Equal(("FibSemTruncated", path), (error.Id, error.Target));
        Assert.Contains("3500 x 8688 (y, x) signed 16-bit integers in 2 channels", error.Message, StringComparison.Ordinal);

        // The same header, for the first rows alone.
        const int Some = 3;
        byte[] filled = [.. System.IO.File.ReadAllBytes(path).AsSpan(0, 1024), .. new byte[Some * 8688 * 2 * 2]];
        BinaryPrimitives.WriteInt32BigEndian(filled.AsSpan(104), Some);
        StoredImage image = Open(filled)[0];
        Assert.Equal("? x 7.99986 x 7.99986 nm", image.VoxelSize?.ToString());
        Assert.Contains("InLens", image.Remarks[0].Text, StringComparison.Ordinal);
        Assert.Contains("ESB @ 600 V", image.Remarks[0].Text, StringComparison.Ordinal);
    }

    private IReadOnlyList<StoredImage> Open(byte[] file)
    {
        System.IO.File.WriteAllBytes(_path, file);
        return ImageFile.Open(_path);
    }

    private void Refused(string id, byte[] file)
    {
        EmException error = Assert.Throws<EmException>(() => Open(file));
        Assert.Equal((EmErrorKind.InvalidData, id, _path), (error.Kind, error.Id, error.Target));
    }
}
