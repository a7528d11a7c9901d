using System.Runtime.InteropServices;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>One HDF5 file with the dataset <c>data</c> in chunks. The library writes a file from its beginning to its end, so it is one block.</summary>
internal sealed class Hdf5Store : VolumeStore
{
    private const string Dataset = "data";
    private const double NanometresPerMicrometre = 1000;

    public Hdf5Store(VolumeSettings settings, string destination, string scratch, Func<VolumeProvenance> provenance)
        : base(settings, destination, scratch, provenance)
        => Blocks = [new VolumeBlock(0, 0, 0, Levels[0].Shards.Y)];

    public override IReadOnlyList<VolumeBlock> Blocks { get; }

    public override long PeakOf(VolumeBlock block, int threads)
        => (200L << 20) + 3L * Settings.ChunkSize.Z * Band * Settings.Shape.X * Settings.PixelType.BytesPerPixel();

    public override BlockResult Build(VolumeBlock block, Func<int, EmSection?> sectionAt, EvaluationContext context) => Settings.PixelType switch
    {
        PixelType.UInt8 => Build<byte>(sectionAt, context),
        PixelType.UInt16 => Build<ushort>(sectionAt, context),
        _ => Build<float>(sectionAt, context),
    };

    public override string PathOf(WrittenFile file) => Destination;

    /// <summary>Rows of chunks that are written at a time: few enough for one array.</summary>
    private int Band
    {
        get
        {
            const long MostBytes = 256 << 20;
            long rowOfChunks = (long)Settings.ChunkSize.Z * Settings.ChunkSize.Y * Settings.Shape.X * Settings.PixelType.BytesPerPixel();
            return Settings.ChunkSize.Y * (int)Math.Clamp(MostBytes / rowOfChunks, 1, Levels[0].Chunks.Y);
        }
    }

    private BlockResult Build<T>(Func<int, EmSection?> sectionAt, EvaluationContext context)
        where T : unmanaged
    {
        (GridSize shape, GridSize chunk) = (Settings.Shape, Settings.ChunkSize);
        VoxelSize voxel = Settings.VoxelSize;
        KeyValuePair<string, object>[] attributes =
        [
            new("element_size_um", new[] { voxel.Z!.Value / NanometresPerMicrometre, voxel.Y / NanometresPerMicrometre, voxel.X / NanometresPerMicrometre }),
            new("software", Pipeline.Provenance.Software),
            new("description", Provenance.ToJson(Settings).ToJsonString()),
        ];
        (int, int, int) chunks = (Math.Min(chunk.Z, shape.Z), Math.Min(chunk.Y, shape.Y), Math.Min(chunk.X, shape.X));
        using (var writer = new Hdf5VolumeWriter<T>(Destination, Dataset, (shape.Z, shape.Y, shape.X), chunks, Settings.Compression == VolumeCompression.Gzip, attributes, overwrite: true, Scratch))
        {
            for (int z = 0; z < shape.Z; z += chunk.Z)
            {
                int depth = Math.Min(chunk.Z, shape.Z - z);
                using var layer = SectionLayer.Open(Settings, [.. Enumerable.Range(Settings.FirstIndex + z, depth).Select(sectionAt)], Scratch, context);
                for (int y = 0; y < shape.Y; y += Band)
                {
                    int height = Math.Min(Band, shape.Y - y);
                    writer.Write(new VoxelBox(z, y, 0, depth, height, shape.X), Voxels<T>(layer, y, height, depth, context));
                }
            }

            writer.Complete();
        }

        return new BlockResult([new WrittenFile("", 0, new FileInfo(Destination).Length, FileHash.Sha256Of(Destination))]);
    }

    private T[] Voxels<T>(SectionLayer layer, int top, int height, int depth, EvaluationContext context)
        where T : unmanaged
    {
        int width = Settings.Shape.X;
        var voxels = new T[depth * height * width];
        Plane?[] planes = layer.Rows(top, height, context);
        try
        {
            for (int z = 0; z < depth; z++)
            {
                for (int y = 0; y < height && planes[z] is { } plane; y++)
                    MemoryMarshal.Cast<byte, T>(plane.RowBytes(y)).CopyTo(voxels.AsSpan((z * height + y) * width));
            }
        }
        finally
        {
            foreach (Plane? plane in planes)
                plane?.Dispose();
        }

        return voxels;
    }
}
