using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Tests.Formats;

public class SectionFileNameTests
{
    [Theory]
    [InlineData("05600.tif", 5600)]
    [InlineData("/data/2020/05600.tif", 5600)]
    [InlineData("fly2_z0017_raw.tif", 17)]
    [InlineData("00000.tiff", 0)]
    [InlineData("section12", 12)]
    [InlineData("7.ome.tif", 7)]
    [InlineData("training.tif", null)]
    [InlineData("run3/section.tif", null)]
    [InlineData("99999999999.tif", null)]
    [InlineData("", null)]
    public void Index(string path, int? expected) => Assert.Equal(expected, SectionFileName.Index(path));
}
