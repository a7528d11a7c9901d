using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Reading straight into floats gives what reading and then converting gives.</summary>
public sealed class TiffFloatReadingTests
{
    [Theory]
    [InlineData(TiffCompression.None, false)]
    [InlineData(TiffCompression.None, true)]
    [InlineData(TiffCompression.Deflate, true)]
    [InlineData(TiffCompression.Lzw, false)]
    public void Strips_become_floats_on_the_way(TiffCompression compression, bool invert)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "00001.tif");
        var random = new Random(3);
        using Plane<ushort> stored = Plane.Rent<ushort>(700, 431);
        for (int y = 0; y < stored.Height; y++)
        {
            for (int x = 0; x < stored.Width; x++)
                stored.Row(y)[x] = (ushort)random.Next(65536);
        }

        TiffWriter.Write(path, stored, new TiffWriteOptions { Compression = compression });
        using Plane<float> read = TiffFile.Open(path).ReadSingle(invert, EvaluationContext.Default);
        using Plane<float> expected = PlaneConversion.ToSingle(stored.Clone(), invert, EvaluationContext.Default);
        Assert.Equal(0, Difference.Between(read, expected.ToArray()).Largest);
        Assert.Equal(invert ? 65535f - stored.Row(5)[7] : stored.Row(5)[7], read.Row(5)[7]);
    }
}
