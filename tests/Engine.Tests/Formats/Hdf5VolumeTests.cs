using System.Runtime.InteropServices;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Volumes of HDF5 as h5py writes them, read plane by plane.</summary>
public sealed class Hdf5VolumeTests : IDisposable
{
    private const string Writer = """
        import sys
        import h5py, numpy
        root = sys.argv[1]
        random = numpy.random.default_rng(7)

        def volume(dtype, shape=(7, 20, 17)):
            values = numpy.add.outer(numpy.add.outer(numpy.arange(7) * 3, numpy.arange(20)), numpy.arange(17)) + random.integers(0, 9, (7, 20, 17))
            kind = numpy.dtype(dtype).kind
            return (values / 4 if kind == 'f' else values - 50 if kind == 'i' else values).astype(dtype).reshape(shape)

        def save(name, voxels, libver='latest', dataset='volumes/raw', size=None, **settings):
            with h5py.File(f'{root}/{name}.h5', 'w', libver=libver) as file:
                made = file.create_dataset(dataset, data=voxels, **settings)
                if size is not None:
                    made.attrs['element_size_um'] = size
            planes = voxels.reshape(voxels.shape[-3:]) if voxels.ndim > 2 and voxels.shape[-1] != 1 else voxels.reshape(7, 20, 17) if voxels.ndim > 3 else voxels[None]
            planes.astype('<f8').tofile(f'{root}/{name}.h5.voxels')
            open(f'{root}/{name}.h5.shape', 'w').write(' '.join(map(str, planes.shape)) + f' {voxels.dtype.kind}{voxels.dtype.itemsize}')

        for libver in ['earliest', 'latest']:
            for dtype in ['u1', 'i1', '<u2', '>u2', '<i2', '>i2', '<u4', '>i4', '<f2', '<f4', '>f4', '<f8']:
                safe = dtype.replace('<', 'little ').replace('>', 'big ')
                save(f'{libver} contiguous {safe}', volume(dtype), libver)
                save(f'{libver} chunked {safe}', volume(dtype), libver, chunks=(3, 8, 5), compression='gzip', shuffle=True)
            for name, settings in {'plain': {}, 'gzip': {'compression': 'gzip'}, 'sum': {'fletcher32': True}, 'all': {'compression': 'gzip', 'shuffle': True, 'fletcher32': True},
                                   'growing': {'maxshape': (None, 20, 17)}, 'growing all': {'maxshape': (None, None, None)}, 'growing packed': {'maxshape': (None, 20, 17), 'compression': 'gzip'}}.items():
                save(f'{libver} {name}', volume('<u2'), libver, chunks=(2, 7, 17), **settings)
            save(f'{libver} one chunk', volume('<u2'), libver, chunks=(7, 20, 17), compression='gzip')
            save(f'{libver} channel behind', volume('<u2', (7, 20, 17, 1)), libver, chunks=(3, 8, 5, 1))
            save(f'{libver} channel before', volume('<u2', (1, 7, 20, 17)), libver, chunks=(1, 3, 8, 5))
            save(f'{libver} five', volume('<u2', (1, 7, 20, 17, 1)), libver)
            save(f'{libver} a plane', volume('<u2')[0], libver)
        save('sized', volume('u1'), size=[0.04, 0.008, 0.004])
        for name, attributes in {'many attributes': {f'a{i}': i for i in range(13)} | {'element_size_um': [0.04, 0.008, 0.004]}, 'nm': {'resolution': [40, 8, 4]},
                                 'um': {'resolution': [0.04, 0.008, 0.004], 'units': numpy.bytes_('um')}, 'unknown': {'resolution': [40, 8, 4], 'units': 'furlongs'}}.items():
            with h5py.File(f'{root}/size {name}.h5', 'w', libver='latest') as file:
                file['raw'] = volume('u1')
                file['raw'].attrs.update(attributes)
        for size in [512, 1024, 4096]:
            with h5py.File(f'{root}/behind {size}.h5', 'w', userblock_size=size) as file:
                file['raw'] = volume('u1')
        with h5py.File(f'{root}/empty.h5', 'w') as file:
            file.create_dataset('raw', (100, 2048, 2048), '<u2', chunks=(64, 64, 1024))
        with h5py.File(f'{root}/several.h5', 'w') as file:
            file['raw'] = volume('<u2'); file['labels'] = volume('<u4'); file['table'] = numpy.arange(5)
        with h5py.File(f'{root}/table.h5', 'w') as file:
            file['offset'] = numpy.arange(50.0)
        with h5py.File(f'{root}/holes.h5', 'w') as file:
            holes = file.create_dataset('raw', (4, 16, 16), '<u2', chunks=(2, 8, 8), fillvalue=77)
            holes[2:, :8, 8:] = 5
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void What_h5py_writes_is_read_bit_by_bit()
    {
        TestData.PythonWith(["h5py", "numpy"], Writer, _folder.Path);
        string[] volumes = [.. Directory.GetFiles(_folder.Path, "*.voxels").Select(path => path[..^".voxels".Length])];
        Assert.True(volumes.Length > 60);
        foreach (string path in volumes)
            Compare(path);
        Assert.Equal(new VoxelSize(40, 8, 4), ImageFile.Open(In("sized.h5"))[0].VoxelSize);
        foreach (string name in (string[])["many attributes", "nm", "um"])
            Assert.Equal((name, "40 x 8 x 4 nm"), (name, ImageFile.Open(In($"size {name}.h5"))[0].VoxelSize?.ToString()));
        Assert.Null(ImageFile.Open(In("size unknown.h5"))[0].VoxelSize); // rather none than a wrong one

        foreach (int size in (int[])[512, 1024, 4096])
            Assert.Equal(7, ImageFile.Open(In($"behind {size}.h5")).Count);
        using (var empty = (Plane<ushort>)ImageFile.Open(In("empty.h5"))[99].Read(EvaluationContext.Default))
            Assert.Equal(0, empty.Row(2047)[2047]);

        EmException several = Assert.Throws<EmException>(() => ImageFile.Open(In("several.h5")));
        Assert.Equal("SeveralDatasets", several.Id);
        Assert.Contains("raw (7 x 20 x 17)", several.Message, StringComparison.Ordinal);
        Assert.Equal(7, ImageFile.Open(In("several.h5"), new ImageOptions { Dataset = "/raw" }).Count);
        Assert.Equal("DatasetNotFound", Assert.Throws<EmException>(() => ImageFile.Open(In("several.h5"), new ImageOptions { Dataset = "nothing" })).Id);
        Assert.Equal("NoVolume", Assert.Throws<EmException>(() => ImageFile.Open(In("table.h5"))).Id);

        using var holes = (Plane<ushort>)ImageFile.Open(In("holes.h5"))[3].Read(EvaluationContext.Default);
        Assert.Equal((77, 5, 77), (holes.Row(0)[0], holes.Row(7)[15], holes.Row(8)[15]));
    }

    [SkippableFact]
    public void Damaged_files_are_errors()
    {
        TestData.PythonWith(["h5py", "numpy"], Writer, _folder.Path);
        int count = 60 * int.Parse(Environment.GetEnvironmentVariable("EMTOOLS_FUZZ") ?? "1", null);
        var random = new Random(5);
        foreach (string name in (string[])["earliest all", "latest all", "latest growing packed", "earliest contiguous little u2", "latest growing all", "latest one chunk"])
        {
            byte[] right = File.ReadAllBytes(In($"{name}.h5"));
            for (int i = 0; i < count; i++)
            {
                byte[] wrong = [.. right];
                if (random.Next(5) == 0)
                    wrong = wrong[..random.Next(wrong.Length)];
                else
                    for (int n = 0; n < 3; n++)
                        wrong[random.Next(wrong.Length)] = (byte)random.Next(256);
                string path = In("damaged.h5");
                File.WriteAllBytes(path, wrong);
                try
                {
                    IReadOnlyList<StoredImage> planes = ImageFile.Open(path);
                    for (int z = 0; z < Math.Min(8, planes.Count); z += 3)
                    {
                        if ((long)planes[z].Height * planes[z].Width < 100_000_000)
                            planes[z].Read(new EvaluationContext { Threads = 1 }).Dispose();
                    }
                }
                catch (EmException)
                {
                    // told
                }
            }
        }
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
            Assert.Equal((path, height, width), (path, planes[z].Height, planes[z].Width));
            using Plane<float> plane = planes[z].ReadSingle(invert: false, EvaluationContext.Default);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    Assert.True(expected[(z * height + y) * width + x] + shift == plane.Row(y)[x], $"{path}, plane {z}, row {y}, column {x}: expected {expected[(z * height + y) * width + x] + shift}, found {plane.Row(y)[x]}.");
            }
        }
    }

    private string In(string name) => Path.Combine(_folder.Path, name);
}
