using System.Buffers.Binary;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Chunked volumes that change while they are in use, are cut at their edges along all axes, or are of no sensible size.</summary>
public sealed class ChunkedEdgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_channel_in_a_block_that_is_cut_along_channels_is_the_right_one()
    {
        const int Channels = 7, Depth = 5, Height = 6, Width = 9;
        WriteN5(In("c.n5"), [Channels, Depth, Height, Width], [4, 4, 4, 4]);
        for (int channel = 0; channel < Channels; channel++)
        {
            IReadOnlyList<StoredImage> planes = ImageFile.Open(In("c.n5"), new ImageOptions { Dataset = $"[c={channel}]" });
            Assert.Equal(Depth, planes.Count);
            for (int z = 0; z < Depth; z++)
            {
                using var plane = (Plane<ushort>)planes[z].Read(EvaluationContext.Default);
                for (int y = 0; y < Height; y++)
                {
                    for (int x = 0; x < Width; x++)
                        Assert.Equal((channel, z, y, x, Value(channel, z, y, x)), (channel, z, y, x, plane.Row(y)[x]));
                }
            }
        }
    }

    [Fact]
    public void A_block_that_lacks_the_channel_is_damaged()
    {
        WriteN5(In("c.n5"), [7, 5, 6, 9], [4, 4, 4, 4]);
        string block = In("c.n5", "0", "0", "0", "1");
        byte[] bytes = File.ReadAllBytes(block);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), 2); // of the three channels of this block
        File.WriteAllBytes(block, bytes[..(20 + 2 * 4 * 4 * 4 * 2)]);
        StoredImage plane = ImageFile.Open(In("c.n5"), new ImageOptions { Dataset = "[c=6]" })[0];
        EmException damaged = Assert.Throws<EmException>(() => plane.Read(EvaluationContext.Default));
        Assert.Equal(("ChunkDamaged", EmErrorKind.InvalidData), (damaged.Id, damaged.Kind));
        Assert.Contains(block, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_that_has_grown_is_listed_anew_though_its_group_stays()
    {
        var sample = new SampleVolume(11, 20, 20);
        sample.WriteZarr3(In("v.zarr"), [4, 16, 16], null);
        Assert.Equal(11, ImageFile.Open(In("v.zarr")).Count);
        string level = In("v.zarr", "0", "zarr.json");
        File.WriteAllText(level, File.ReadAllText(level).Replace("\"shape\":[11,", "\"shape\":[1200,", StringComparison.Ordinal));
        IReadOnlyList<StoredImage> grown = ImageFile.Open(In("v.zarr"));
        Assert.Equal(1200, grown.Count);
        using var plane = (Plane<ushort>)grown[10].Read(EvaluationContext.Default);
        Assert.Equal(SampleVolume.Value(10, 3, 5), plane.Row(3)[5]);
    }

    [Fact]
    public void A_volume_of_countless_chunks_is_refused_when_it_is_opened()
    {
        Directory.CreateDirectory(In("tiny.zarr"));
        File.WriteAllText(In("tiny.zarr", ".zarray"), """{"zarr_format":2,"shape":[4,60000,60000],"chunks":[1,1,1],"dtype":"|u1","compressor":null,"fill_value":0,"order":"C","filters":null}""");
        EmException refused = Assert.Throws<EmException>(() => ImageFile.Open(In("tiny.zarr")));
        Assert.Equal(("VolumeNotSupported", EmErrorKind.NotSupported), (refused.Id, refused.Kind));
        Assert.Contains("1 x 1", refused.Message, StringComparison.Ordinal);
    }

    private static ushort Value(int c, int z, int y, int x) => (ushort)(c * 7001 + z * 997 + y * 31 + x);

    /// <summary>Raw blocks that are cut at the array's end along all axes, as N5's specification has them.</summary>
    private static void WriteN5(string folder, int[] shape, int[] block)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "attributes.json"), $$$"""{"n5":"4.0.0","dimensions":[{{{Joined(shape)}}}],"blockSize":[{{{Joined(block)}}}],"dataType":"uint16","compression":{"type":"raw"}}""");
        int[] grid = [.. shape.Zip(block, (length, side) => (length - 1) / side + 1)];
        for (int i = 0; i < grid.Aggregate(1, (product, count) => product * count); i++)
        {
            int[] place = [i / (grid[1] * grid[2] * grid[3]), i / (grid[2] * grid[3]) % grid[1], i / grid[3] % grid[2], i % grid[3]];
            int[] size = [.. Enumerable.Range(0, 4).Select(axis => Math.Min(block[axis], shape[axis] - place[axis] * block[axis]))];
            using var bytes = new MemoryStream();
            bytes.Write([0, 0, 0, 4]);
            byte[] number = new byte[4];
            foreach (int length in size.Reverse())
            {
                BinaryPrimitives.WriteInt32BigEndian(number, length);
                bytes.Write(number);
            }

            for (int n = 0; n < size.Aggregate(1, (product, count) => product * count); n++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(number, Value(
                    place[0] * block[0] + n / (size[1] * size[2] * size[3]),
                    place[1] * block[1] + n / (size[2] * size[3]) % size[1],
                    place[2] * block[2] + n / size[3] % size[2],
                    place[3] * block[3] + n % size[3]));
                bytes.Write(number.AsSpan(0, 2));
            }

            string path = Path.Combine([folder, .. place.Reverse().Select(p => $"{p}")]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes.ToArray());
        }

        static string Joined(int[] values) => string.Join(',', values.Reverse());
    }

    private string In(params string[] parts) => Path.Combine([_folder.Path, .. parts]);
}
