using System.Globalization;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>A small volume of smooth noise, in memory and as sections, and what a pyramid of it should be.</summary>
internal sealed class VolumeSamples(PixelType type, int depth = 37, int height = 90, int width = 141, int? missing = 5)
{
    public static VoxelSize Voxel { get; } = new(20, 8, 8);

    /// <summary>Small chunks and shards, so that the volume has several along each axis, cut at its ends.</summary>
    public static VolumeChoice Choice(VolumeFormat format) => new() { Format = format, ChunkSize = new(8, 16, 32), ShardSize = new(16, 32, 64), LevelCount = 4 };

    public GridSize Shape => new(depth, height, width);

    public static int FirstIndex => 100;

    public double ValueAt(int z, int y, int x)
    {
        if (z == missing)
            return 0;
        uint noise = (uint)(z * 73856093 ^ y * 19349663 ^ x * 83492791) % 61;
        return type == PixelType.UInt8 ? (z + y + x + noise) % 256 : type == PixelType.UInt16 ? (z * 700 + y * 90 + x * 40 + noise) % 65536 : (z - y * 0.5 + x * 0.25 + noise) / 3;
    }

    /// <summary>The volume as it lies in memory, x fastest.</summary>
    public double[] Values()
    {
        double[] values = new double[Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Stored(ValueAt(i / (height * width), i / width % height, i % width));
        return values;
    }

    public EmSection[] Sections() => [.. Enumerable.Range(0, depth).Where(z => z != missing).Select(z => new EmSection(new PixelSource(Plane.Make(type, height, width, plane => Fill(plane, z))), FirstIndex + z, voxelSize: Voxel))];

    /// <summary>Sections whose sources count how often they are asked for pixels.</summary>
    public static CountingSource[] Sections(VolumeSamples sample, out EmSection[] sections)
    {
        CountingSource[] sources = [.. sample.Sections().Select(section => new CountingSource(section))];
        sections = [.. sources.Select(source => new EmSection(source, source.Counted.Index, voxelSize: Voxel))];
        return sources;
    }

    /// <summary>Sections that are files.</summary>
    public EmSection[] Files(string folder)
    {
        foreach (EmSection section in Sections())
        {
            using Plane plane = section.Compute();
            TiffWriter.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{section.Index:00000}.tif")), plane, new TiffWriteOptions { Overwrite = true });
        }

        return [.. Directory.GetFiles(folder, "*.tif").Order(StringComparer.Ordinal).Select(path => new EmSection(ImageSource.Open(path), int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture), voxelSize: Voxel))];
    }

    /// <summary>The means of a level, one voxel after the other, straight from the definition.</summary>
    public double[] MeansOf(double[] below, GridSize shape, GridSize step)
    {
        GridSize into = shape.In(step);
        double[] means = new double[into.Count];
        for (int i = 0; i < means.Length; i++)
        {
            (int z, int y, int x) = ((int)(i / ((long)into.Y * into.X)), i / into.X % into.Y, i % into.X);
            var box = from dz in Enumerable.Range(z * step.Z, step.Z)
                      from dy in Enumerable.Range(y * step.Y, step.Y)
                      from dx in Enumerable.Range(x * step.X, step.X)
                      where dz < shape.Z && dy < shape.Y && dx < shape.X
                      select below[((long)dz * shape.Y + dy) * shape.X + dx];
            double mean = box.Average();
            means[i] = Stored(type == PixelType.Single ? mean : Math.Floor(mean + 0.5));
        }

        return means;
    }

    /// <summary>All voxels of a written level.</summary>
    public static double[] Read(string path, string? level)
    {
        var values = new List<double>();
        foreach (StoredImage image in ImageFile.Open(path, new ImageOptions { Dataset = level }))
        {
            using Plane<float> plane = image.ReadSingle(invert: false, EvaluationContext.Default);
            for (int y = 0; y < plane.Height; y++)
            {
                foreach (float value in plane.Row(y))
                    values.Add(value);
            }
        }

        return [.. values];
    }

    private double Stored(double value) => type == PixelType.Single ? (float)value : value;

    private void Fill(Plane plane, int z)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double value = ValueAt(z, y, x);
                switch (plane)
                {
                    case Plane<byte> bytes:
                        bytes.Row(y)[x] = (byte)value;
                        break;
                    case Plane<ushort> words:
                        words.Row(y)[x] = (ushort)value;
                        break;
                    default:
                        ((Plane<float>)plane).Row(y)[x] = (float)value;
                        break;
                }
            }
        }
    }
}
