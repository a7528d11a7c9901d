using System.Runtime.InteropServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>Volumes as programs read them that nobody here wrote: python3-zarr, mrcfile, h5py, and zarrita under Node.</summary>
public sealed class VolumeReaderTests : IDisposable
{
    /// <summary>Writes the voxels of an array, as 64-bit floats, and prints what it says of itself.</summary>
    private const string PythonReader = """
        import json, sys
        path, kind, out = sys.argv[1:4]
        if kind == 'zarr':
            import zarr
            group = zarr.open_group(path, mode='r')
            for dataset in group.attrs['multiscales'][0]['datasets']:
                array = group[dataset['path']][...]
                array.astype('<f8').tofile(f"{out}.{dataset['path']}")
            print(json.dumps(group.attrs['multiscales'][0]['datasets'][1]['coordinateTransformations']))
        elif kind == 'mrc':
            import mrcfile, numpy
            mrcfile.validate(path, print_file=sys.stderr) or sys.exit('not valid')
            with mrcfile.open(path) as file:
                file.data.astype('<f8').tofile(f'{out}.0')
                print(file.data.dtype, file.voxel_size, int(file.header.nlabl), bool(abs(file.header.dmean - file.data.mean(dtype='f8')) < 1e-3))
        else:
            import h5py
            with h5py.File(path) as file:
                file['data'][...].astype('<f8').tofile(f'{out}.0')
                print(file['data'].chunks, file['data'].compression, [round(size, 6) for size in file['data'].attrs['element_size_um']])
        """;

    private const string NodeReader = """
        import * as zarr from "zarrita";
        import { FileSystemStore } from "@zarrita/storage";
        import { writeFileSync } from "node:fs";
        const [path, out] = process.argv.slice(2);
        const group = await zarr.open(new FileSystemStore(path), { kind: "group" });
        const image = (group.attrs.ome ?? group.attrs).multiscales[0];
        for (const dataset of image.datasets) {
            const level = await zarr.get(await zarr.open(group.resolve(dataset.path), { kind: "array" }));
            writeFileSync(`${out}.${dataset.path}`, new Uint8Array(Float64Array.from(level.data).buffer));
        }
        console.log(JSON.stringify([image.axes, image.datasets[1].coordinateTransformations]));
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(PixelType.UInt8, VolumeCompression.Zstd)]
    [InlineData(PixelType.UInt16, VolumeCompression.Gzip)]
    [InlineData(PixelType.Single, VolumeCompression.None)]
    public void Python_zarr_reads_version_04(PixelType type, VolumeCompression compression)
    {
        VolumeSamples sample = Write(VolumeFormat.OmeZarr04, type, VolumeSamples.Choice(VolumeFormat.OmeZarr04) with { Compression = compression });
        string told = TestData.PythonWith(["zarr", "numcodecs"], PythonReader, _folder.File("volume"), "zarr", _folder.File("read"));

        RequireLevels(sample, type);
        Assert.Equal("""[{"type": "scale", "scale": [20, 16, 16]}, {"type": "translation", "translation": [0, 4, 4]}]""", told.Trim().Replace(".0", "", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(PixelType.UInt8, "uint16")]
    [InlineData(PixelType.UInt16, "uint16")]
    [InlineData(PixelType.Single, "float32")]
    public void Mrcfile_finds_nothing_wrong(PixelType type, string dtype)
    {
        VolumeSamples sample = Write(VolumeFormat.Mrc, type, VolumeSamples.Choice(VolumeFormat.Mrc) with { LevelCount = null });
        string told = TestData.PythonWith(["mrcfile", "numpy"], PythonReader, _folder.File("volume"), "mrc", _folder.File("read"));

        Assert.Equal(sample.Values(), Numbers("read.0"));
        Assert.StartsWith(dtype, told, StringComparison.Ordinal);
        Assert.Contains("(80", told, StringComparison.Ordinal); // Angstrom
        Assert.EndsWith("True", told.Trim(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(PixelType.UInt8)]
    [InlineData(PixelType.UInt16)]
    [InlineData(PixelType.Single)]
    public void H5py_reads_it(PixelType type)
    {
        VolumeSamples sample = Write(VolumeFormat.Hdf5, type, VolumeSamples.Choice(VolumeFormat.Hdf5) with { LevelCount = null });
        string told = TestData.PythonWith(["h5py"], PythonReader, _folder.File("volume"), "hdf5", _folder.File("read"));

        Assert.Equal(sample.Values(), Numbers("read.0"));
        Assert.Equal("(8, 16, 32) gzip [0.02, 0.008, 0.008]", told.Trim());
    }

    [SkippableTheory]
    [InlineData(VolumeFormat.OmeZarr, PixelType.UInt8, false, VolumeCompression.Zstd)]
    [InlineData(VolumeFormat.OmeZarr, PixelType.UInt16, false, VolumeCompression.Gzip)]
    [InlineData(VolumeFormat.OmeZarr, PixelType.Single, false, VolumeCompression.Zstd)]
    [InlineData(VolumeFormat.OmeZarr, PixelType.UInt16, false, VolumeCompression.None)]
    [InlineData(VolumeFormat.OmeZarr, PixelType.UInt16, true, VolumeCompression.Zstd)]
    [InlineData(VolumeFormat.OmeZarr04, PixelType.UInt16, true, VolumeCompression.Zstd)]
    public void Zarrita_reads_all_levels(VolumeFormat format, PixelType type, bool loose, VolumeCompression compression)
    {
        string modules = Environment.GetEnvironmentVariable("EMTOOLS_NODE_MODULES") ?? "";
        Skip.IfNot(Directory.Exists(Path.Combine(modules, "zarrita")), "EMTOOLS_NODE_MODULES names no folder with zarrita.");
        VolumeSamples sample = Write(format, type, VolumeSamples.Choice(format) with { NoShard = loose, Compression = compression });
        Directory.CreateSymbolicLink(_folder.File("node_modules"), modules);
        File.WriteAllText(_folder.File("read.mjs"), NodeReader);

        string told = TestData.Run("node", _folder.File("read.mjs"), _folder.File("volume"), _folder.File("read"));

        RequireLevels(sample, type);
        Assert.Equal("""[[{"name":"z","type":"space","unit":"nanometer"},{"name":"y","type":"space","unit":"nanometer"},{"name":"x","type":"space","unit":"nanometer"}],[{"type":"scale","scale":[20,16,16]},{"type":"translation","translation":[0,4,4]}]]""", told.Trim());
    }

    private VolumeSamples Write(VolumeFormat format, PixelType type, VolumeChoice choice)
    {
        var sample = new VolumeSamples(type);
        VolumeBuild.Write(sample.Sections(), _folder.File("volume"), choice with { Format = format }, null, new EvaluationContext { Threads = 2 });
        return sample;
    }

    private void RequireLevels(VolumeSamples sample, PixelType type)
    {
        IReadOnlyList<VolumeLevel> levels = VolumePyramid.Of(VolumeSamples.Choice(VolumeFormat.OmeZarr).For(sample.Shape, VolumeSamples.FirstIndex, type, VolumeSamples.Voxel, wholeSections: true));
        double[] expected = sample.Values();
        foreach (VolumeLevel level in levels)
        {
            if (level.Number > 0)
                expected = sample.MeansOf(expected, levels[level.Number - 1].Shape, level.Step);
            Assert.Equal(expected, Numbers($"read.{level.Number}"));
        }
    }

    private double[] Numbers(string file) => MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(_folder.File(file))).ToArray();
}
