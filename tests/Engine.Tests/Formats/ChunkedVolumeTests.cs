using System.IO.Compression;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Volumes in chunks and shards, written byte by byte after the specifications.</summary>
public sealed class ChunkedVolumeTests : IDisposable
{
    private static readonly SampleVolume s_sample = new(11, 37, 53);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData("8, 32, 32", false)]
    [InlineData("8, 32, 32", true)]
    [InlineData("16, 48, 64", false)]
    public void Zarr_3_is_read_with_and_without_shards(string? shard, bool indexAtStart)
    {
        s_sample.WriteZarr3(In("v.zarr"), [4, 16, 16], shard?.Split(", ").Select(int.Parse).ToArray(), indexAtStart);
        IReadOnlyList<StoredImage> planes = ImageFile.Open(In("v.zarr"));
        Compare(planes);
        Assert.Equal("OME-Zarr", planes[0].Format);
        Assert.Equal(new VoxelSize(40, 8, 8), planes[0].VoxelSize);
        Assert.Equal("v.zarr[10]", planes[10].Name);
    }

    [Fact]
    public void Chunks_of_a_shard_that_were_never_written_are_fill_value()
    {
        s_sample.WriteZarr3(In("v.zarr"), [4, 16, 16], [8, 32, 32], isMissing: (z, y, x) => z == 4 && y == 16);
        Compare(ImageFile.Open(In("v.zarr")), (z, y, x) => z is >= 4 and < 8 && y is >= 16 and < 32 ? 9 : SampleVolume.Value(z, y, x));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    public void Precomputed_is_read_from_files_and_from_shards(bool gzip, bool sharded, bool rawShards)
    {
        s_sample.WritePrecomputed(In("v"), [4, 16, 16], gzip, sharded, rawShards);
        IReadOnlyList<StoredImage> planes = ImageFile.Open(In("v"));
        Compare(planes);
        Assert.Equal(new VoxelSize(40, 8, 8), planes[0].VoxelSize);
    }

    [Theory]
    [InlineData(".br")]
    [InlineData(".zstd")]
    [InlineData("")]
    public void Compressed_files_of_Precomputed_are_known_by_their_ending_or_their_bytes(string ending)
    {
        s_sample.WritePrecomputed(In("v"), [4, 16, 16], gzip: false, sharded: false);
        foreach (string file in Directory.GetFiles(In("v", "8_8_40")))
        {
            byte[] plain = File.ReadAllBytes(file);
            File.Delete(file);
            using var packed = new MemoryStream();
            using (Stream into = ending switch { ".br" => new BrotliStream(packed, CompressionLevel.Fastest), ".zstd" => new ZstdSharp.CompressionStream(packed), _ => new GZipStream(packed, CompressionLevel.Fastest) })
                into.Write(plain);
            File.WriteAllBytes(file + ending, packed.ToArray());
        }

        Compare(ImageFile.Open(In("v")));
    }

    [SkippableFact]
    public void Jpeg_chunks_of_another_program_are_read_within_their_loss()
    {
        const string Writer = """
            import json, os, sys
            import numpy, PIL.Image
            root = sys.argv[1]
            z, y, x = numpy.meshgrid(numpy.arange(9), numpy.arange(50), numpy.arange(61), indexing='ij')
            voxels = (120 + 60 * numpy.sin(x / 9 + z) + 50 * numpy.cos(y / 11)).round().astype('u1')
            os.makedirs(f'{root}/s')
            json.dump({'@type': 'neuroglancer_multiscale_volume', 'type': 'image', 'data_type': 'uint8', 'num_channels': 1, 'scales': [{'key': 's', 'size': [61, 50, 9],
                'resolution': [4, 4, 30], 'voxel_offset': [-7, 0, 3], 'chunk_sizes': [[32, 32, 4]], 'encoding': 'jpeg'}]}, open(f'{root}/info', 'w'))
            for z0 in range(0, 9, 4):
                for y0 in range(0, 50, 32):
                    for x0 in range(0, 61, 32):
                        part = voxels[z0:z0 + 4, y0:y0 + 32, x0:x0 + 32]
                        depth, height, width = part.shape
                        PIL.Image.fromarray(part.reshape(depth * height, width)).save(f'{root}/s/{x0 - 7}-{x0 - 7 + width}_{y0}-{y0 + height}_{z0 + 3}-{z0 + 3 + depth}', 'JPEG', quality=95)
            voxels.tofile(f'{root}/voxels')
            """;
        TestData.PythonWith(["numpy", "PIL"], Writer, In("j"));
        byte[] expected = File.ReadAllBytes(In("j", "voxels"));
        IReadOnlyList<StoredImage> planes = ImageFile.Open(In("j"));
        Assert.Equal((9, 50, 61, new VoxelSize(30, 4, 4)), (planes.Count, planes[0].Height, planes[0].Width, planes[0].VoxelSize));
        for (int z = 0; z < planes.Count; z++)
        {
            using var plane = (Plane<byte>)planes[z].Read(EvaluationContext.Default);
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                    Assert.InRange(plane.Row(y)[x] - expected[(z * plane.Height + y) * plane.Width + x], -6, 6);
            }
        }
    }

    [Fact]
    public void A_missing_file_is_fill_value_and_a_cut_one_an_error_that_names_it()
    {
        s_sample.WriteZarr3(In("v.zarr"), [4, 16, 16], null);
        string chunk = In("v.zarr", "0", "c", "1", "1", "2");
        IReadOnlyList<StoredImage> planes = ImageFile.Open(In("v.zarr"));
        InputIdentity before = planes[5].Identity()!.Value;
        byte[] bytes = File.ReadAllBytes(chunk);
        File.WriteAllBytes(chunk, bytes[..^30]);
        EmException damaged = Assert.Throws<EmException>(() => planes[5].Read(EvaluationContext.Default));
        Assert.Contains(chunk, damaged.Message, StringComparison.Ordinal);
        Assert.Equal(EmErrorKind.InvalidData, damaged.Kind);
        Assert.NotEqual(before, planes[5].Identity());
        using (planes[9].Read(EvaluationContext.Default))
        {
            // lies in other chunks
        }

        File.Delete(chunk);
        Compare([planes[5]], (_, y, x) => y is >= 16 and < 32 && x is >= 32 and < 48 ? 9 : SampleVolume.Value(5, y, x));
    }

    [Fact]
    public void A_wrong_checksum_of_a_shards_index_is_an_error()
    {
        s_sample.WriteZarr3(In("v.zarr"), [4, 16, 16], [8, 32, 32]);
        string shard = In("v.zarr", "0", "c", "0", "0", "0");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^20] ^= 1;
        File.WriteAllBytes(shard, bytes);
        EmException damaged = Assert.Throws<EmException>(() => ImageFile.Open(In("v.zarr"))[0].Read(EvaluationContext.Default));
        Assert.Contains("checksum", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_ten_thousand_planes_is_found()
    {
        new SampleVolume(10_000, 4, 4).WriteZarr3(In("long.zarr"), [500, 4, 4], null);
        IReadOnlyList<StoredImage> planes = ImageFile.Open(In("long.zarr"));
        Assert.Equal(10_000, planes.Count);
        using Plane<float> last = planes[9_999].ReadSingle(invert: false, EvaluationContext.Default);
        Assert.Equal(SampleVolume.Value(9_999, 3, 3), last.Row(3)[3]);
    }

    /// <summary>Changed metadata and chunks give the right voxels or an error of the engine's own, in bounded time and memory.</summary>
    [Theory]
    [InlineData("zarr")]
    [InlineData("sharded")]
    [InlineData("precomputed")]
    [InlineData("precomputed shards")]
    public void Damaged_volumes_are_errors(string kind)
    {
        int count = 250 * int.Parse(Environment.GetEnvironmentVariable("EMTOOLS_FUZZ") ?? "1", null);
        string path = In("v.zarr");
        Write(kind, path);
        string[] files = [.. Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] metadata = [.. files.Where(file => Path.GetFileName(file) is "zarr.json" or "info")];
        var random = new Random(11);
        for (int i = 0; i < count; i++)
        {
            string file = random.Next(2) == 0 ? metadata[random.Next(metadata.Length)] : files[random.Next(files.Length)];
            byte[] right = File.ReadAllBytes(file), wrong = Mutate(right, random);
            File.WriteAllBytes(file, wrong);
            try
            {
                IReadOnlyList<StoredImage> planes = ImageFile.Open(path);
                for (int z = 0; z < Math.Min(planes.Count, 12); z += 3)
                    planes[z].Read(new EvaluationContext { Threads = 1 }).Dispose();
            }
            catch (EmException)
            {
                // told
            }

            File.WriteAllBytes(file, right);
        }

        Compare(ImageFile.Open(path)); // all is as it was
    }

    private static byte[] Mutate(byte[] right, Random random)
    {
        byte[] wrong = [.. right];
        switch (random.Next(4))
        {
            case 0:
                return wrong[..random.Next(wrong.Length)];
            case 1:
                for (int i = 0; i < 4; i++)
                    wrong[random.Next(wrong.Length)] = (byte)random.Next(256);
                return wrong;
            case 2:
                // Digits of metadata, or of nothing.
                int[] digits = [.. Enumerable.Range(0, wrong.Length).Where(i => wrong[i] is >= (byte)'0' and <= (byte)'9')];
                if (digits.Length > 0)
                    wrong[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
                return wrong;
            default:
                int at = random.Next(wrong.Length);
                return [.. wrong[..at], .. "99999999999"u8, .. wrong[at..]];
        }
    }

    private static void Write(string kind, string path)
    {
        if (kind.StartsWith("pre", StringComparison.Ordinal))
            s_sample.WritePrecomputed(path, [4, 16, 16], gzip: false, sharded: kind.EndsWith("shards", StringComparison.Ordinal));
        else
            s_sample.WriteZarr3(path, [4, 16, 16], kind == "sharded" ? [8, 32, 32] : null);
    }

    private static void Compare(IReadOnlyList<StoredImage> planes, Func<int, int, int, int>? expected = null)
    {
        expected ??= (z, y, x) => SampleVolume.Value(z, y, x);
        for (int z = 0; z < planes.Count; z++)
        {
            Assert.Equal((s_sample.Height, s_sample.Width, PixelType.UInt16), (planes[z].Height, planes[z].Width, planes[z].PixelType));
            using var plane = (Plane<ushort>)planes[z].Read(EvaluationContext.Default);
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                    Assert.True(expected(z, y, x) == plane.Row(y)[x], $"Plane {z}, row {y}, column {x}: expected {expected(z, y, x)}, found {plane.Row(y)[x]}.");
            }
        }
    }

    private string In(params string[] parts) => Path.Combine([_folder.Path, .. parts]);
}
