using System.Globalization;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class MrcReadingTests : IDisposable
{
    private const int Sections = 3, Rows = 5, Columns = 7, Pixels = Rows * Columns;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public MrcReadingTests() => _path = _folder.File("volume.mrc");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, bool, int> Modes()
    {
        var cases = new TheoryData<int, bool, int>();
        foreach (int mode in new[] { 0, 1, 2, 6, 12 })
        {
            foreach (bool bigEndian in new[] { false, true })
            {
                cases.Add(mode, bigEndian, 0);
                cases.Add(mode, bigEndian, 160);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Every_mode_and_byte_order_gives_every_plane(int mode, bool bigEndian, int extended)
    {
        var sample = new MrcSample { Mode = mode, BigEndian = bigEndian, Extended = extended };
        int[] values = [.. Enumerable.Range(0, Sections * Pixels).Select(i => (i * 37) % 251 - 125)];
        (byte[] file, PixelType type, int shift) = mode switch
        {
            0 => (sample.Bytes([.. values.Select(v => (sbyte)v)]), PixelType.UInt8, 128),
            1 => (sample.Bytes([.. values.Select(v => (short)(v * 260))]), PixelType.UInt16, 32768),
            2 => (sample.Bytes([.. values.Select(v => v * 1.5f)]), PixelType.Single, 0),
            6 => (sample.Bytes([.. values.Select(v => (ushort)(v + 125))]), PixelType.UInt16, 125),
            _ => (sample.Bytes([.. values.Select(v => (Half)(v * 0.5))]), PixelType.Single, 0),
        };
        double scale = mode switch { 1 => 260, 2 => 1.5, 12 => 0.5, _ => 1 };
        IReadOnlyList<StoredImage> planes = Open(file);

        Assert.Equal(Sections, planes.Count);
        for (int z = 0; z < Sections; z++)
        {
            StoredImage plane = planes[z];
            Assert.Equal((z, Rows, Columns, type, "MRC", $"volume.mrc[{z}]"), (plane.Page, plane.Height, plane.Width, plane.PixelType, plane.Format, plane.Name));
            Assert.Equal(values.Skip(z * Pixels).Take(Pixels).Select(v => v * scale + shift), PixelValues.Of(plane));
            Assert.Equal(mode is 0 or 1 ? ["SignedShifted"] : [], PixelValues.Ids(plane));
        }
    }

    [Theory]
    [InlineData(0, 0f, -1f, false)] // IMOD's older files
    [InlineData(1, 0f, -1f, true)]
    [InlineData(5, 0f, -1f, true)] // other flags
    [InlineData(null, 0f, -1f, true)] // MRC2014
    [InlineData(null, 3f, 250f, false)] // not IMOD's, but no signed byte goes there
    [InlineData(null, -128f, 127f, true)]
    [InlineData(null, 0f, float.NaN, true)]
    public void Bytes_are_signed_where_the_file_means_it(int? flags, float least, float most, bool signed)
    {
        byte[] pixels = [.. Enumerable.Range(0, Sections * Pixels).Select(i => (byte)(i * 7))];
        StoredImage plane = Open(new MrcSample { Mode = 0, ImodFlags = flags, Range = (least, most) }.Bytes(pixels))[0];

        Assert.Equal(pixels.Take(Pixels).Select(v => (double)(signed ? v ^ 0x80 : v)), PixelValues.Of(plane));
        Assert.Equal(signed ? ["SignedShifted"] : flags is null ? ["UnsignedBytes"] : [], PixelValues.Ids(plane));
    }

    [Fact]
    public void The_voxel_size_is_the_cell_by_its_samples()
    {
        ushort[] pixels = new ushort[Sections * Pixels];
        var sample = new MrcSample { Cell = (70 * 8, 50 * 8, 60), Grid = (70, 50, 3) };
        Assert.Equal(new VoxelSize(2, 0.8, 0.8), Open(sample.Bytes(pixels))[0].VoxelSize);
        Assert.Null(Open((sample with { Cell = (0, 0, 0) }).Bytes(pixels))[0].VoxelSize);
        Assert.Null(Open((sample with { Cell = (-80, 40, 60) }).Bytes(pixels))[0].VoxelSize);
        Assert.Null(Open((sample with { Cell = (70, 50, 3) }).Bytes(pixels))[0].VoxelSize); // 1 Angstrom: never set
        Assert.Equal(new VoxelSize(null, 0.8, 0.8), Open((sample with { Grid = (70, 50, 1), SpaceGroup = 0 }).Bytes(pixels))[0].VoxelSize);

        StoredImage turned = Open((sample with { Axes = (3, 2, 1), Cell = (700, 100, 90) }).Bytes(pixels))[0];
        Assert.Equal(new VoxelSize(1, 0.2, 3), turned.VoxelSize);
        Assert.Equal(["AxisOrder"], PixelValues.Ids(turned));
    }

    [Fact]
    public void A_wrong_stamp_and_a_missing_mark_do_no_harm()
    {
        float[] pixels = [.. Enumerable.Range(0, Sections * Pixels).Select(i => i / 7f)];
        foreach (MrcSample sample in new[] { new MrcSample { Stamp = 0x44, BigEndian = true }, new MrcSample { Stamp = 0x11 }, new MrcSample { Stamp = 0 }, new MrcSample { Marked = false }, new MrcSample { Marked = false, BigEndian = true, Stamp = 0 } })
        {
            foreach (string name in new[] { "a.mrc", "b.raw" })
            {
                string path = _folder.File(name);
                PixelValues.Write(path, (sample with { Mode = 2 }).Bytes(pixels));
                Assert.Equal(pixels.Skip(Pixels).Take(Pixels).Select(v => (double)v), PixelValues.Of(ImageFile.Open(path)[1]));
            }
        }
    }

    [Fact]
    public void One_image_has_no_page() => Assert.Null(Open(new MrcSample { Sections = 1 }.Bytes(new ushort[Pixels]))[0].Page);

    [Theory]
    [InlineData(3, "complex")]
    [InlineData(4, "complex")]
    [InlineData(16, "colours")]
    [InlineData(101, "4-bit")]
    [InlineData(5, "mode 5")]
    public void Other_modes_are_refused_by_name(int mode, string word)
    {
        EmException error = Assert.Throws<EmException>(() => Open(new MrcSample { Mode = mode }.Bytes(new double[Sections * Pixels])));
        Assert.Equal((EmErrorKind.NotSupported, "MrcNotSupported", _path), (error.Kind, error.Id, error.Target));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promise_that_the_file_does_not_hold_is_an_error_before_memory_is_taken()
    {
        byte[] whole = new MrcSample().Bytes(new ushort[Sections * Pixels]);
        Refused("MrcTruncated", whole[..^1]);
        Refused("MrcTruncated", whole[..1100]);
        Refused("MrcTruncated", new MrcSample { Sections = int.MaxValue, Rows = int.MaxValue, Columns = 100_000 }.Bytes(new ushort[10]));
        Refused("MrcTruncated", new MrcSample { Extended = 16, Sections = 4 }.Bytes(new ushort[Sections * Pixels]));
        Refused("MrcDamaged", new MrcSample { Rows = 0 }.Bytes(new ushort[10]));
        Refused("MrcDamaged", new MrcSample { Columns = -7 }.Bytes(new ushort[10]));
        Refused("MrcDamaged", new MrcSample { Columns = int.MaxValue, Mode = 2 }.Bytes(new ushort[10]));
        Refused("MrcDamaged", new MrcSample { Mode = -3 }.Bytes(new ushort[10]));
        PixelValues.Write(_path, whole);
        Assert.Equal("NoDataset", Assert.Throws<EmException>(() => ImageFile.Open(_path, new ImageOptions { Dataset = "raw" })).Id);
    }

    [Fact]
    public void A_file_that_changes_meanwhile_is_told()
    {
        StoredImage plane = Open(new MrcSample().Bytes(new ushort[Sections * Pixels]))[2];
        PixelValues.Write(_path, new MrcSample { Mode = 1 }.Bytes(new ushort[Sections * Pixels]));
        Assert.Equal("FileChanged", Assert.Throws<EmException>(() => plane.Read(EvaluationContext.Default)).Id);
        File.Delete(_path);
        Assert.Equal("FileNotFound", Assert.Throws<EmException>(() => plane.ReadSingle(true, EvaluationContext.Default)).Id);
    }

    [Fact]
    public void Twenty_thousand_planes_are_listed_without_keeping_them()
    {
        const int Many = 20_000;
        PixelValues.Write(_path, new MrcSample { Sections = Many, Rows = 2, Columns = 3 }.Bytes([.. Enumerable.Range(0, Many * 6).Select(i => (ushort)i)]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        IReadOnlyList<StoredImage> planes = ImageFile.Open(_path);
        long opened = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(opened < 100_000, $"{opened} bytes");
        Assert.Equal(Many, planes.Select(plane => plane.Page).Distinct().Count());
        Assert.Equal([119_994 % 65536, 119_995 % 65536], PixelValues.Of(planes[^1]).Take(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => planes[Many]);
    }

    [Fact]
    public void Masks_are_not_shifted()
    {
        PixelValues.Write(_path, new MrcSample { Mode = 1, Sections = 1 }.Bytes([.. Enumerable.Range(0, Pixels).Select(i => (short)(i % 3))]));
        StoredImage mask = ImageFile.Open(_path, new ImageOptions { IsMask = true })[0];
        Assert.Equal(Enumerable.Range(0, Pixels).Select(i => (double)(i % 3)), PixelValues.Of(mask));
        Assert.Empty(mask.Remarks);
    }

    [SkippableTheory]
    [InlineData("int8")]
    [InlineData("int16")]
    [InlineData("uint16")]
    [InlineData("float32")]
    [InlineData("float16")]
    [InlineData(">i2")]
    [InlineData(">f4")]
    public void Files_of_mrcfile_are_read(string type)
    {
        string numbers = TestData.PythonWith(["numpy", "mrcfile"], """
            import sys, numpy as np, mrcfile
            kind = np.dtype(sys.argv[2])
            v = (np.random.default_rng(1).normal(0, 50, (4, 33, 45))).clip(-128, 127).astype('f4')
            v = (v - v.min() if kind.kind == 'u' else v).astype(kind)
            m = mrcfile.new(sys.argv[1], overwrite=True)
            m.set_data(v); m.set_volume(); m.voxel_size = (80, 80, 200); m.set_extended_header(np.zeros(96, 'V1')); m.close()
            for p in v.astype('f8') + (2**(8*kind.itemsize-1) if kind.kind == 'i' else 0):
                print(repr(float((p.ravel() * (np.arange(p.size) % 1009 + 1)).sum())))
            """, _path, type);
        IReadOnlyList<StoredImage> planes = ImageFile.Open(_path);
        double[] expected = [.. numbers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

        Assert.Equal(expected.Length, planes.Count);
        for (int z = 0; z < expected.Length; z++)
            Assert.Equal(expected[z], PixelValues.Weighed(planes[z]), 1e-4 * Math.Abs(expected[z]));
        VoxelSize size = Assert.IsType<VoxelSize>(planes[0].VoxelSize);
        Assert.Equal((20, 8, 8), (Math.Round(size.Z!.Value, 4), Math.Round(size.Y, 4), Math.Round(size.X, 4)));
    }

    [SkippableFact]
    public void Files_of_microscopes_are_read()
    {
        IReadOnlyList<StoredImage> planes = ImageFile.Open(TestData.Shared("instruments/temp.mrc"));
        Assert.Equal((3, 128, 128, PixelType.Single), (planes.Count, planes[0].Height, planes[0].Width, planes[0].PixelType));
        Assert.Equal([0.9490523f, 0.15374632f, 0.2469598f, 0.40596506f], PixelValues.Of(planes[0]).Take(4).Select(v => (float)v));
        Assert.Equal(new VoxelSize(0.2, 0.2, 0.2), planes[0].VoxelSize);

        planes = ImageFile.Open(TestData.Shared("instruments/20241021_00405_movie.mrc"));
        Assert.Equal((32, 4, 8, PixelType.UInt16), (planes.Count, planes[0].Height, planes[0].Width, planes[0].PixelType));
        Assert.Null(planes[0].VoxelSize); // a cell of -80 Angstrom
        Assert.Equal([496], PixelValues.Of(Assert.Single(ImageFile.Open(TestData.Shared("instruments/20241021_00405_final.mrc")))).Distinct());
    }

    private IReadOnlyList<StoredImage> Open(byte[] file)
    {
        PixelValues.Write(_path, file);
        return ImageFile.Open(_path);
    }

    private void Refused(string id, byte[] file)
    {
        EmException error = Assert.Throws<EmException>(() => Open(file));
        Assert.Equal((EmErrorKind.InvalidData, id, _path), (error.Kind, error.Id, error.Target));
        Assert.Contains($"'{_path}'", error.Message, StringComparison.Ordinal);
    }
}
