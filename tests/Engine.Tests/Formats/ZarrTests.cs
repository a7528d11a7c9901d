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

    /// <summary>Volumes of Zarr 3 and N5 with codecs that python3-zarr does not write: the metadata by hand, the chunks by numcodecs.</summary>
    private const string OtherWriter = """
        import itertools, json, os, struct, sys, zlib
        import numcodecs, numpy
        root = sys.argv[1]
        random = numpy.random.default_rng(3)

        def volume(dtype, shape=(9, 50, 61)):
            smooth = numpy.add.outer(numpy.add.outer(numpy.arange(shape[0]) * 7, numpy.arange(shape[1]) * 3), numpy.arange(shape[2]))
            return (smooth + random.integers(0, 20, shape)).astype(dtype)

        def put(path, content):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, 'wb').write(content if isinstance(content, bytes) else json.dumps(content).encode())

        def note(name, voxels):
            voxels.astype('<f8').tofile(f'{root}/{name}.voxels')
            open(f'{root}/{name}.shape', 'w').write(' '.join(map(str, voxels.shape)) + f' {voxels.dtype.kind}{voxels.dtype.itemsize}')

        def zarr3(name, voxels, codecs, encode, chunk=(4, 16, 32), separator='/'):
            put(f'{root}/{name}/zarr.json', {'zarr_format': 3, 'node_type': 'array', 'shape': list(voxels.shape), 'data_type': str(voxels.dtype.newbyteorder('=')),
                'chunk_grid': {'name': 'regular', 'configuration': {'chunk_shape': list(chunk)}}, 'chunk_key_encoding': {'name': 'default', 'configuration': {'separator': separator}},
                'fill_value': 0, 'attributes': {}, 'codecs': codecs})
            for place in numpy.ndindex(*[-(-length // side) for length, side in zip(voxels.shape, chunk)]):
                part = voxels[tuple(slice(at * side, at * side + side) for at, side in zip(place, chunk))]
                whole = numpy.zeros(chunk, voxels.dtype)
                whole[tuple(slice(0, length) for length in part.shape)] = part
                put(f'{root}/{name}/c{separator}' + separator.join(map(str, place)), bytes(encode(whole)))
            note(name, voxels)

        little = {'name': 'bytes', 'configuration': {'endian': 'little'}}
        for dtype in ['uint8', 'uint16', 'float32']:
            voxels = volume(dtype)
            zarr3(f'zstd {dtype}', voxels, [little, {'name': 'zstd', 'configuration': {'level': 3}}], lambda whole: numcodecs.Zstd(3).encode(whole.tobytes()))
            for codec, (shuffle, called) in itertools.product(['lz4', 'zstd', 'blosclz', 'zlib'], enumerate(['noshuffle', 'shuffle', 'bitshuffle'])):
                zarr3(f'blosc {codec} {called} {dtype}', voxels, [little, {'name': 'blosc', 'configuration': {'cname': codec, 'clevel': 5, 'shuffle': called, 'typesize': voxels.itemsize, 'blocksize': 0}}],
                    lambda whole: numcodecs.Blosc(codec, 5, shuffle).encode(whole))
        zarr3('big', volume('>u2'), [{'name': 'bytes', 'configuration': {'endian': 'big'}}], lambda whole: whole.tobytes())
        zarr3('transposed', volume('uint16'), [{'name': 'transpose', 'configuration': {'order': [2, 0, 1]}}, little], lambda whole: whole.transpose(2, 0, 1).tobytes(), separator='.')
        zarr3('half', volume('float16', (5, 20, 30)), [little], lambda whole: whole.tobytes(), (2, 16, 16))

        def n5(name, voxels, compression, encode, block=(4, 32, 32)):
            put(f'{root}/{name}/attributes.json', {'dimensions': list(voxels.shape[::-1]), 'blockSize': list(block[::-1]), 'dataType': str(voxels.dtype), 'compression': compression})
            for place in numpy.ndindex(*[-(-length // side) for length, side in zip(voxels.shape, block)]):
                part = voxels[tuple(slice(at * side, at * side + side) for at, side in zip(place, block))]
                head = struct.pack('>HH', 0, 3) + b''.join(struct.pack('>I', length) for length in part.shape[::-1])
                put(f'{root}/{name}/' + '/'.join(map(str, place[::-1])), head + bytes(encode(part.astype(part.dtype.newbyteorder('>')).tobytes())))
            note(name, voxels)

        n5('n5 zstd', volume('uint16'), {'type': 'zstd'}, lambda block: numcodecs.Zstd(3).encode(block))
        n5('n5 blosc', volume('uint16'), {'type': 'blosc', 'cname': 'zstd'}, lambda block: numcodecs.Blosc('zstd', 5, 1).encode(numpy.frombuffer(block, 'u2')))
        n5('n5 zlib', volume('uint16'), {'type': 'gzip', 'useZlib': True}, zlib.compress)
        """;

    /// <summary>An OME-Zarr 0.4 of five axes and two levels, with a scale of its own for all levels.</summary>
    private const string OmeWriter = """
        import sys
        import numpy, zarr
        voxels = numpy.random.default_rng(1).integers(0, 255, (1, 2, 6, 20, 30)).astype('u1')
        group = zarr.open_group(zarr.DirectoryStore(f'{sys.argv[1]}/ome.zarr', dimension_separator='/'), 'w')
        for level, values in enumerate([voxels, voxels[..., ::2, ::2]]):
            group.create_dataset(str(level), data=values, chunks=(1, 1, 2, 16, 16), dimension_separator='/')
        axes = [('t', 'time', None), ('c', 'channel', None), ('z', 'space', 'micrometer'), ('y', 'space', 'nanometer'), ('x', 'space', 'nanometer')]
        group.attrs['multiscales'] = [{'version': '0.4', 'axes': [{'name': n, 'type': t} | ({'unit': u} if u else {}) for n, t, u in axes],
            'datasets': [{'path': str(level), 'coordinateTransformations': [{'type': 'scale', 'scale': [1, 1, 0.02, 4 << level, 4 << level]}]} for level in range(2)],
            'coordinateTransformations': [{'type': 'scale', 'scale': [1, 1, 2, 2, 2]}]}]
        print(voxels[0, 1, 5, 19, 29], voxels[0, 0, 3, 2, 4])
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Codecs_of_numcodecs_are_read_bit_by_bit()
    {
        TestData.PythonWith(["numcodecs", "numpy"], OtherWriter, _folder.Path);
        string[] volumes = [.. Directory.GetFiles(_folder.Path, "*.voxels").Order(StringComparer.Ordinal)];
        Assert.True(volumes.Length > 40);
        foreach (string voxels in volumes)
            Compare(voxels[..^".voxels".Length]);
    }

    [SkippableFact]
    public void Channels_and_levels_are_chosen_and_have_their_voxel_size()
    {
        string[] told = TestData.PythonWith(["zarr", "numpy"], OmeWriter, _folder.Path).Trim().Split(' ');
        string path = Path.Combine(_folder.Path, "ome.zarr");
        EmException several = Assert.Throws<EmException>(() => ImageFile.Open(path));
        Assert.Equal("SeveralDatasets", several.Id);
        IReadOnlyList<StoredImage> second = ImageFile.Open(path, new ImageOptions { Dataset = "0[c=1]" }), coarse = ImageFile.Open(path, new ImageOptions { Dataset = "1[c=0,t=0]" });
        Assert.Equal(("40 x 8 x 8 nm", "40 x 16 x 16 nm"), (second[0].VoxelSize?.ToString(), coarse[0].VoxelSize?.ToString()));
        using var plane = (Plane<byte>)second[5].Read(EvaluationContext.Default);
        using var half = (Plane<byte>)coarse[3].Read(EvaluationContext.Default);
        Assert.Equal((told[0], told[1]), ($"{plane.Row(19)[29]}", $"{half.Row(1)[2]}"));
    }

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

    /// <summary>Changed chunks and metadata of all codecs give voxels or an error of the engine's own, without taking much memory.</summary>
    [SkippableFact]
    public void Damaged_volumes_of_all_codecs_are_errors()
    {
        const long MostBytes = 64L << 20;
        int count = 500 * int.Parse(Environment.GetEnvironmentVariable("EMTOOLS_FUZZ") ?? "1", null);
        foreach (string kind in new[] { "zarr", "n5" })
            TestData.PythonWith(["zarr", "numcodecs", "numpy"], Writer, Directory.CreateDirectory(Path.Combine(_folder.Path, kind)).FullName, kind);
        TestData.PythonWith(["numcodecs", "numpy"], OtherWriter, Directory.CreateDirectory(Path.Combine(_folder.Path, "other")).FullName);
        string[] volumes = [.. Directory.GetFiles(_folder.Path, "*.voxels", SearchOption.AllDirectories).Select(path => path[..^".voxels".Length]).Order(StringComparer.Ordinal)];
        Dictionary<string, string[]> files = volumes.ToDictionary(volume => volume, volume => Directory.GetFiles(volume, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray());
        var context = new EvaluationContext { Threads = 1 };
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            string volume = volumes[i % volumes.Length];
            string[] its = files[volume], metadata = [.. its.Where(file => Path.GetFileName(file) is ".zarray" or ".zattrs" or "zarr.json" or "attributes.json")];
            string file = random.Next(4) == 0 ? metadata[random.Next(metadata.Length)] : its[random.Next(its.Length)];
            byte[] right = File.ReadAllBytes(file);
            if (right.Length == 0)
                continue;
            byte[] wrong = Mutation.Of(right, random, 0, right.Length);
            File.WriteAllBytes(file, wrong);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string what = $"mutation {i}, {file}";
            try
            {
                IReadOnlyList<StoredImage> planes = ImageFile.Open(volume);
                for (int z = 0; z < Math.Min(planes.Count, 9); z++)
                    planes[z].Read(context).Dispose();
            }
            catch (EmException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}: {e}");
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MostBytes, $"{what}: {taken} bytes of memory");
            File.WriteAllBytes(file, right);
        }

        Assert.InRange(refused, count / 5, count);
        foreach (string volume in volumes)
            Compare(volume); // all is as it was
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
