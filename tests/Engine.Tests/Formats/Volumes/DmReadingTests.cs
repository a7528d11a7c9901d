using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

public sealed class DmReadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public DmReadingTests() => _path = _folder.File("stack.dm4");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, bool, int> Types()
    {
        var cases = new TheoryData<int, bool, int>();
        foreach (int type in new[] { 1, 2, 6, 7, 9, 10, 11, 12, 14 })
        {
            cases.Add(3, true, type);
            cases.Add(3, false, type);
            cases.Add(4, true, type);
            cases.Add(4, false, type);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_version_and_byte_order_gives_every_plane(int version, bool littleEndian, int type)
    {
        int[] values = [.. Enumerable.Range(0, 2 * 4 * 3).Select(i => i * 5 % 120)];
        (Array pixels, PixelType read, int shift, string[] remarks) = type switch
        {
            1 => (values.Select(v => (short)(v - 60)).ToArray(), PixelType.UInt16, 32768 - 60, new[] { "SignedShifted" }),
            2 => (values.Select(v => v + 0.25f).ToArray(), PixelType.Single, 0, []),
            7 => (values.Select(v => v - 70000).ToArray(), PixelType.Single, -70000, ["Narrowed"]),
            9 => (values.Select(v => (sbyte)(v - 60)).ToArray(), PixelType.UInt8, 128 - 60, ["SignedShifted"]),
            10 => (values.Select(v => (ushort)(v + 60000)).ToArray(), PixelType.UInt16, 60000, []),
            11 => (values.Select(v => (uint)(v + 70000)).ToArray(), PixelType.Single, 70000, ["Narrowed"]),
            12 => (values.Select(v => v + 0.25).ToArray(), PixelType.Single, 0, ["Narrowed"]),
            _ => ((Array)values.Select(v => (byte)v).ToArray(), PixelType.UInt8, 0, Array.Empty<string>()),
        };
        double more = type is 2 or 12 ? 0.25 : 0;
        IReadOnlyList<StoredImage> planes = Open(new DmSample(version, littleEndian).Bytes(new DmSample.Image(type, [3, 4, 2], pixels, (5, "nm"), (5, "nm"), (0.05, "µm"))));

        Assert.Equal(2, planes.Count);
        for (int z = 0; z < 2; z++)
        {
            Assert.Equal((z, 4, 3, read, "DigitalMicrograph"), (planes[z].Page, planes[z].Height, planes[z].Width, planes[z].PixelType, planes[z].Format));
            Assert.Equal(values.Skip(12 * z).Take(12).Select(v => v + shift + more), PixelValues.Of(planes[z]));
            Assert.Equal(remarks, PixelValues.Ids(planes[z]));
            Assert.Equal("50 x 5 x 5 nm", planes[z].VoxelSize?.ToString());
        }
    }

    [Theory]
    [InlineData("nm", 2, 2.0)]
    [InlineData("µm", 0.002, 2.0)]
    [InlineData("μm", 0.002, 2.0)] // the Greek letter
    [InlineData("um", 0.002, 2.0)]
    [InlineData("Å", 20, 2.0)]
    [InlineData("A", 20, 2.0)]
    [InlineData("nm", -2, 2.0)]
    [InlineData("1/nm", 2, null)]
    [InlineData("eV", 2, null)]
    [InlineData("", 1, null)]
    [InlineData("nm", 0, null)]
    public void Lengths_of_all_units_become_nanometres(string units, double scale, double? expected)
    {
        StoredImage image = Assert.Single(Open(new DmSample(4, true).Bytes(new DmSample.Image(6, [3, 2], new byte[6], (scale, units), (scale, units)))));
        Assert.Null(image.Page);
        Assert.Equal(expected, image.VoxelSize is { } size ? Math.Round(size.X, 6) : null);
        Assert.Empty(image.Remarks);
    }

    [Fact]
    public void Pixels_that_are_not_square_are_told()
    {
        StoredImage image = Open(new DmSample(3, true).Bytes(new DmSample.Image(6, [3, 2], new byte[6], (2, "nm"), (0.003, "um"))))[0];
        Assert.Equal("? x 3 x 2 nm", image.VoxelSize?.ToString());
        Assert.Equal(["PixelsNotSquare"], PixelValues.Ids(image));
    }

    [Fact]
    public void Of_several_images_one_is_chosen()
    {
        byte[] file = new DmSample(4, true).Bytes(new DmSample.Image(6, [2, 1], new byte[] { 1, 2 }), new DmSample.Image(6, [2, 1], new byte[] { 3, 4 }));
        StoredImage first = Open(file)[0];
        Assert.Equal([1.0, 2], PixelValues.Of(first));
        Assert.Equal(("1", "SeveralDatasets"), (first.Dataset, PixelValues.Ids(first)[0]));
        Assert.Equal([3.0, 4], PixelValues.Of(ImageFile.Open(_path, new ImageOptions { Dataset = "2" })[0]));
        Assert.Contains("'1', '2'", Assert.Throws<EmException>(() => ImageFile.Open(_path, new ImageOptions { Dataset = "0" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_no_float_holds_are_named()
    {
        int[] exact = [1 << 24, -(1 << 24), 0, 1], beyond = [0, 1, (1 << 24) + 1, 5];
        Assert.Equal(exact.Select(v => (double)v), PixelValues.Of(Open(new DmSample(3, true).Bytes(new DmSample.Image(7, [2, 2], exact)))[0]));
        Inexact("16777217", new DmSample.Image(7, [2, 2], beyond));
        Inexact("-2147483648", new DmSample.Image(7, [2, 2], new[] { 0, 0, 0, int.MinValue }));
        Inexact("4294967295", new DmSample.Image(11, [2, 2], new uint[] { 0, uint.MaxValue, 0, 0 }));
        Inexact("0.1", new DmSample.Image(12, [2, 2], new[] { 0, 0.5, double.NaN, 0.1 }));

        PixelValues.Write(_path, new DmSample(3, false).Bytes(new DmSample.Image(11, [2, 2], new uint[] { 0, uint.MaxValue, 7, 0 })));
        Assert.Equal([false, true, true, false], PixelValues.Of(ImageFile.Open(_path, new ImageOptions { IsMask = true })[0]).Select(v => v != 0));
    }

    [Fact]
    public void What_is_no_grey_image_is_refused_by_name()
    {
        Refused(EmErrorKind.NotSupported, "colours", new DmSample(3, true).Bytes());
        Refused(EmErrorKind.NotSupported, "complex", new DmSample(4, true).Bytes(new DmSample.Image(3, [2, 1], new float[4])));
        Refused(EmErrorKind.NotSupported, "64-bit integers", new DmSample(4, true).Bytes(new DmSample.Image(39, [2, 1], new double[2])));
        Refused(EmErrorKind.NotSupported, "1 dimension ", new DmSample(4, true).Bytes(new DmSample.Image(2, [2], new float[2])));
        Refused(EmErrorKind.NotSupported, "4 dimensions", new DmSample(4, true).Bytes(new DmSample.Image(2, [2, 1, 1, 1], new float[2])));
        Refused(EmErrorKind.InvalidData, "4 x 3 x 9", new DmSample(4, true).Bytes(new DmSample.Image(6, [9, 3, 4], new byte[100])));
        Refused(EmErrorKind.InvalidData, "take 16", new DmSample(4, true).Bytes(new DmSample.Image(6, [4, 3], new byte[16])));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_cut_file_is_an_error(int version)
    {
        byte[] whole = new DmSample(version, true).Bytes(new DmSample.Image(1, [30, 20], new short[600], (1, "nm"), (1, "nm")));
        for (int length = 16; length < whole.Length - 100; length += 7)
        {
            EmException error = Assert.Throws<EmException>(() => Open(whole[..length]));
            Assert.Equal((EmErrorKind.InvalidData, _path), (error.Kind, error.Target));
        }
    }

    [SkippableTheory]
    [InlineData("dm3")]
    [InlineData("dm4")]
    public void Files_of_the_microscopes_own_program_are_read(string version)
    {
        // The sums are HyperSpy's. The sizes of these files are set to differ in every direction, and in unit.
        IReadOnlyList<StoredImage> stack = ImageFile.Open(TestData.Shared($"instruments/dmTest_3D_int16_64,65,66.{version}"));
        Assert.Equal((66, 65, 64, PixelType.UInt16), (stack.Count, stack[0].Height, stack[0].Width, stack[0].PixelType));
        Assert.Equal(["PixelsNotSquare", "SignedShifted"], PixelValues.Ids(stack[0]).Order());
        Assert.Equal("4000 x 3 x 0.002 nm", stack[0].VoxelSize?.ToString());
        Assert.Equal((67105462810, 67105462810), (PixelValues.Weighed(stack[0]), PixelValues.Weighed(stack[65])));

        StoredImage image = Assert.Single(ImageFile.Open(TestData.Shared($"instruments/dmTest_float32_nonSquare_diffPixelSize.{version}")));
        Assert.Equal((64, 128, PixelType.Single, null), (image.Height, image.Width, image.PixelType, image.Page));
        Assert.Equal(258779508, PixelValues.Weighed(image));
        Assert.Equal("? x 0.2 x 1 nm", image.VoxelSize?.ToString());

        image = Assert.Single(ImageFile.Open(TestData.Shared("instruments/Fei HAADF-UK_location.dm3")));
        Assert.Equal((4, 16, 8066540.0), (image.Height, image.Width, PixelValues.Weighed(image)));
        Assert.Equal("? x 5.50607 x 5.50607 nm", image.VoxelSize?.ToString());
        Assert.Equal(17615829915, PixelValues.Weighed(Assert.Single(ImageFile.Open(TestData.Shared("instruments/08_carbon.dm3")))));
    }

    private IReadOnlyList<StoredImage> Open(byte[] file)
    {
        PixelValues.Write(_path, file);
        return ImageFile.Open(_path);
    }

    private void Inexact(string value, DmSample.Image image)
    {
        StoredImage opened = Open(new DmSample(3, true).Bytes(image))[0];
        EmException error = Assert.Throws<EmException>(() => opened.Read(EvaluationContext.Default));
        Assert.Equal(("ValueNotExact", _path), (error.Id, error.Target));
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
    }

    private void Refused(EmErrorKind kind, string word, byte[] file)
    {
        EmException error = Assert.Throws<EmException>(() => Open(file));
        Assert.Equal((kind, _path), (error.Kind, error.Target));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }
}
