using System.Runtime.InteropServices;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Volumes of Zarr version 2 and N5 as python3-zarr writes them: all its compressors, types and layouts.</summary>
public sealed class ZarrTests : IDisposable
{
    /// <summary>Writes volumes and, beside each, its voxels as 64-bit floats and its shape.</summary>
    private const string Writer = """
        import itertools, os, sys
        import numcodecs, numpy, zarr
        root, kind = sys.argv[1:3]
        random = numpy.random.default_rng(7)

        def volume(dtype, shape=(7, 20, 17)):
            kind = numpy.dtype(dtype).kind
            smooth = numpy.add.outer(numpy.add.outer(numpy.arange(shape[-3]) * 3, numpy.arange(shape[-2])), numpy.arange(shape[-1])).reshape(shape)
            noisy = smooth + random.integers(0, 9, shape)
            if kind == 'i':
                noisy = noisy - 50
            return (noisy / 4 if kind == 'f' else noisy).astype(dtype)

        def save(name, voxels, **settings):
            store = os.path.join(root, name)
            settings.setdefault('chunks', (3, 8, 5))
            array = zarr.open_array(zarr.N5Store(store) if kind == 'n5' else store, mode='w', shape=voxels.shape, dtype=voxels.dtype, **settings)
            array[...] = voxels
            planes = voxels.reshape(voxels.shape[-3:]) if voxels.ndim > 2 else voxels[None]
            planes.astype('<f8').tofile(f'{store}.voxels')
            open(f'{store}.shape', 'w').write(' '.join(map(str, planes.shape)) + f' {voxels.dtype.kind}{voxels.dtype.itemsize}')

        for dtype in ['u1', 'i1', '<u2', '<i2', '<u4', '<i4', '<f4', '<f8'] + ([] if kind == 'n5' else ['>u2', '>i2', '>u4', '>f4', '<f2', '>f8']):
            save(f'type {dtype}'.replace('<', 'little ').replace('>', 'big '), volume(dtype))
        compressors = {'none': None, 'zlib': numcodecs.Zlib(5), 'gzip': numcodecs.GZip(5)}
        if kind != 'n5':
            compressors |= {'zstd': numcodecs.Zstd(3), 'lz4': numcodecs.LZ4()}
            for name, shuffle in itertools.product(['blosclz', 'lz4', 'lz4hc', 'zstd', 'zlib'], [0, 1, 2]):
                compressors[f'blosc {name} {shuffle}'] = numcodecs.Blosc(cname=name, clevel=5, shuffle=shuffle)
        for name, compressor in compressors.items():
            for dtype in ['u1', '<u2', '<f4']:
                save(f'{name} {dtype[-2:]}', volume(dtype, (5, 70, 90)), compressor=compressor, chunks=(2, 64, 64))
        sparse = volume('<u2')
        sparse[:3, :8] = 0
        save('never written', sparse, write_empty_chunks=False, fill_value=0)
        save('a plane', volume('<u2', (1, 20, 17))[0], chunks=(8, 5))
        if kind != 'n5':
            save('fill', numpy.full((4, 9, 9), 77, '<u2'), write_empty_chunks=False, fill_value=77)
            save('five axes', volume('<u2', (1, 1, 7, 20, 17)), chunks=(1, 1, 3, 8, 5))
            save('nested', volume('<u2'), dimension_separator='/')
            save('fortran', volume('<u2'), order='F')
            save('filters', volume('<u2'), filters=[numcodecs.Shuffle(2)])
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("zarr")]
    [InlineData("n5")]
    public void What_another_program_writes_is_read_bit_by_bit(string kind)
    {
        TestData.PythonWith(["zarr", "numcodecs", "numpy"], Writer, _folder.Path, kind);
        string[] volumes = [.. Directory.GetFiles(_folder.Path, "*.voxels").Order(StringComparer.Ordinal)];
        Assert.True(volumes.Length > 15);
        foreach (string voxels in volumes)
            Compare(voxels[..^".voxels".Length]);
    }

    private static void Compare(string path)
    {
        string[] told = File.ReadAllText($"{path}.shape").Split(' ');
        int depth = int.Parse(told[0], null), height = int.Parse(told[1], null), width = int.Parse(told[2], null);
        double shift = told[3] switch { "i1" => 128, "i2" => 32768, _ => 0 };
        double[] expected = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes($"{path}.voxels")).ToArray();
        IReadOnlyList<StoredImage> planes = ImageFile.Open(path);
        Assert.Equal((path, depth), (path, planes.Count));
        for (int z = 0; z < depth; z++)
        {
            Assert.Equal((height, width), (planes[z].Height, planes[z].Width));
            using Plane<float> plane = planes[z].ReadSingle(invert: false, EvaluationContext.Default);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    Assert.True(expected[(z * height + y) * width + x] + shift == plane.Row(y)[x], $"{path}, plane {z}, row {y}, column {x}: expected {expected[(z * height + y) * width + x] + shift}, found {plane.Row(y)[x]}.");
            }
        }
    }
}
