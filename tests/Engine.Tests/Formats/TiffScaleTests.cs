using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>The size of voxels and the bar at the foot, as programs and microscopes tell them.</summary>
public sealed class TiffScaleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private TiffFile Open(params (int Tag, object? Value)[] tags)
    {
        string path = _folder.File("00042.tif");
        File.WriteAllBytes(path, new TiffBuilder().Page(10, 20, [new byte[200]], tags).ToArray());
        return TiffFile.Open(path);
    }

    private void AssertSize(double? z, double y, double x, params (int Tag, object? Value)[] tags)
    {
        VoxelSize size = Open(tags).VoxelSize!;
        Assert.Equal(z is null, size.Z is null);
        Assert.Equal(z ?? 0, size.Z ?? 0, 1e-6);
        Assert.Equal((y, x), (Math.Round(size.Y, 6), Math.Round(size.X, 6)));
    }

    [Fact]
    public void Descriptions()
    {
        AssertSize(8, 4, 4, (270, "{\"software\":\"EmTools\",\"voxelSize\":[8,4,4]}"), (282, (1u, 1u)));
        AssertSize(null, 4, 5, (270, "{\"voxelSize\":[null,4,5]}"));
        AssertSize(30, 6, 5, (270, "<?xml version=\"1.0\"?><OME xmlns=\"x\"><Image><Pixels PhysicalSizeX=\"0.005\" PhysicalSizeXUnit=\"\u00B5m\" PhysicalSizeY=\"6\" PhysicalSizeYUnit=\"nm\" PhysicalSizeZ=\"0.03\" SizeC=\"1\"/></Image></OME>"));
        (int, object?)[] resolution = [(282, (250u, 1u)), (283, (250u, 1u)), (296, 1)];
        foreach (string unit in new[] { "\\u00B5m", "micron", "um", "\u00B5m" })
            AssertSize(25, 4, 4, [(270, $"ImageJ=1.54f\nunit={unit}\nspacing=0.025\n"), .. resolution]);
        AssertSize(null, 4, 4, (270, "ImageJ=1.54f\nunit=nm\n"), (282, (1u, 4u)), (283, (1u, 4u)), (296, 1));
        foreach (string other in new[] { "ImageJ=1.54f\nunit=pixel\n", "ImageJ=1.54f\nunit=inch of snow\n", "<OME><Pixels PhysicalSizeX=\"1\"", "{\"voxelSize\":[1,2", "{\"voxelSize\":[0,0,0]}" })
            Assert.Null(Open([(270, other), .. resolution]).VoxelSize);
    }

    [Fact]
    public void Makers()
    {
        AssertSize(null, 5, 4, (34682, "[Scan]\r\nPixelWidth=4e-009\r\nPixelHeight=5e-009\r\n[Image]\r\nResolutionY=8\r\n"));
        TiffFile fei = Open((34682, "[Scan]\r\nPixelWidth=4e-009\r\nPixelHeight=5e-009\r\n[Image]\r\nResolutionY=8\r\n"));
        Assert.Equal(2, fei.DataBarRows);
        Assert.Equal("PixelAspect", Assert.Single(fei.Remarks).Id);
        Assert.Null(Open((34682, "[Image]\r\nResolutionY=10\r\n[PrivateFei]\r\nDatabarHeight=3\r\n")).DataBarRows);
        AssertSize(null, 4, 4, (34680, "[Scan]\r\nHorFieldsize=8e-008\r\n"));
        AssertSize(null, 12.33, 12.33, (34118, "0\r\nAP_PIXEL_SIZE\r\nPixel Size = 24.65 nm\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 12.33 nm\r\n"));
        AssertSize(null, 4000, 4000, (34118, "AP_PIXEL_SIZE\r\nPixel Size = 4.0 \u00B5m\r\n"));
        AssertSize(null, 5, 4, (51023, "<Fibics><Scan><Ux>0.004</Ux><Vy units=\"nm\">5</Vy></Scan></Fibics>"));
        AssertSize(null, 4, 4, (50431, System.Text.Encoding.Latin1.GetBytes("A=1\r\nPixelSizeX=4e-9\r\nPixelSizeY=4e-9\r\n\0\u00FF\u0001")));
        AssertSize(null, 3000, 2000, (65003, "\u00B5m"), (65004, "\u00B5m"), (65009, 2.0), (65010, 3.0));
    }

    [Theory]
    [InlineData(72u, 2)]
    [InlineData(300u, 2)]
    [InlineData(118u, 3)]
    public void Resolutions_of_prints_are_none(uint dots, int unit)
        => Assert.Null(Open((282, (dots, 1u)), (283, (dots, 1u)), (296, unit)).VoxelSize);

    [Fact]
    public void Resolutions_of_microscopes_are()
    {
        AssertSize(null, 4, 4, (282, (2_500_000u, 1u)), (283, (2_500_000u, 1u)), (296, 3));
        AssertSize(null, 5.08, 2.54, (282, (10_000_000u, 1u)), (283, (5_000_000u, 1u)), (296, 2));
    }

    [Fact]
    public void Pages_without_a_size_have_that_of_the_first()
    {
        string path = _folder.File("pages.tif");
        File.WriteAllBytes(path, new TiffBuilder().Page(1, 4, [new byte[4]], (34118, "AP_PIXEL_SIZE\r\nPixel Size = 5.0 nm\r\n")).Page(1, 4, [new byte[4]]).ToArray());
        Assert.All(ImageFile.Open(path), page => Assert.Equal(new VoxelSize(null, 5, 5), page.VoxelSize));
    }
}
