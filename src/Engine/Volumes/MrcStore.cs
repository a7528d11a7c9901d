using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>
/// One MRC2014 file. Each section's place in it is known beforehand, so blocks are written in any order; the file has its name
/// when all are there.
/// </summary>
/// <remarks>
/// 8-bit sections are written as 16-bit integers (mode 6): bytes (mode 0) are signed in MRC2014, and programs that know nothing of
/// IMOD's flag would show all above 127 as negative. Twice as large, and read alike by all.
/// </remarks>
internal sealed class MrcStore : VolumeStore
{
    private const double AngstromPerNanometre = 10;
    private const int WriteBytes = 1 << 20;

    private readonly string _partial;

    public MrcStore(VolumeSettings settings, string destination, string scratch, Func<VolumeProvenance> provenance)
        : base(settings, destination, scratch, provenance)
    {
        _partial = Path.Combine(scratch, "volume.mrc");
        Blocks = [.. Enumerable.Range(0, Levels[0].Shards.Z).Select(z => new VolumeBlock(0, z, 0, Levels[0].Shards.Y))];
    }

    public override IReadOnlyList<VolumeBlock> Blocks { get; }

    private int SampleBytes => Settings.PixelType == PixelType.Single ? sizeof(float) : sizeof(ushort);

    private long PlaneBytes => (long)Settings.Shape.Y * Settings.Shape.X * SampleBytes;

    public override long PeakOf(VolumeBlock block, int threads) => (100L << 20) + (long)Settings.Shape.Y * Settings.Shape.X * Settings.PixelType.BytesPerPixel();

    public override BlockResult Build(VolumeBlock block, Func<int, EmSection?> sectionAt, EvaluationContext context)
    {
        VoxelBox box = Voxels(block);
        long start = MrcHeader.Length + box.Z * PlaneBytes;
        using FileStream file = Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        VoxelStatistics statistics = VoxelStatistics.None;
        try
        {
            file.Position = start;
            int rowBytes = Settings.Shape.X * SampleBytes, most = Math.Max(1, WriteBytes / rowBytes);
            byte[] rows = new byte[Math.Min(most, Settings.Shape.Y) * rowBytes];
            for (int z = box.Z; z < box.Z + box.Depth; z++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                EmSection? section = sectionAt(Settings.FirstIndex + z);
                using Plane? plane = section is null ? null : SectionLayer.Checked(Settings, section).Compute(context);
                for (int top = 0; top < Settings.Shape.Y; top += most)
                {
                    Span<byte> some = rows.AsSpan(0, Math.Min(most, Settings.Shape.Y - top) * rowBytes);
                    if (plane is null)
                        some.Clear();
                    for (int y = 0; plane is not null && y < some.Length / rowBytes; y++)
                        Store(plane, top + y, some.Slice(y * rowBytes, rowBytes));
                    statistics = statistics.With(Of(some));
                    file.Write(some);
                    hash.AppendData(some);
                }
            }

            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(_partial, e);
        }

        return new BlockResult([new WrittenFile("", start, box.Depth * PlaneBytes, Convert.ToHexStringLower(hash.GetCurrentHash()))], statistics);
    }

    public override void Complete(IReadOnlyList<BlockResult> blocks)
    {
        if (!File.Exists(_partial))
            return; // nothing was changed since it was completed
        try
        {
            using (FileStream file = Open())
            {
                file.Write(Header(blocks.Aggregate(VoxelStatistics.None, (all, block) => all.With(block.Statistics ?? VoxelStatistics.None))));
                file.Flush(flushToDisk: true);
            }

            File.Move(_partial, Destination, overwrite: false);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Destination, e);
        }
    }

    public override string PathOf(WrittenFile file) => File.Exists(_partial) ? _partial : Destination;

    /// <summary>The file as it is written, made where it is missing; one that was complete, and of which a part is to be written anew, is no longer.</summary>
    private FileStream Open()
    {
        try
        {
            if (!File.Exists(_partial) && File.Exists(Destination))
                File.Move(Destination, _partial, overwrite: false);
            var file = new FileStream(_partial, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 }); // what a buffer could not write it would try again on closing, and hide the cause
            long length = MrcHeader.Length + Settings.Shape.Z * PlaneBytes;
            if (file.Length < length)
                file.SetLength(length);
            return file;
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(_partial, e);
        }
    }

    private static void Store(Plane plane, int y, Span<byte> row)
    {
        if (plane is not Plane<byte> bytes)
        {
            plane.RowBytes(y).CopyTo(row);
            return;
        }

        Span<ushort> wide = MemoryMarshal.Cast<byte, ushort>(row);
        ReadOnlySpan<byte> narrow = bytes.Row(y);
        for (int x = 0; x < narrow.Length; x++)
            wide[x] = narrow[x];
    }

    private VoxelStatistics Of(ReadOnlySpan<byte> samples)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        if (Settings.PixelType == PixelType.Single)
        {
            foreach (float value in MemoryMarshal.Cast<byte, float>(samples))
            {
                if (!float.IsNaN(value))
                    Add(value);
            }
        }
        else
        {
            foreach (ushort value in MemoryMarshal.Cast<byte, ushort>(samples))
                Add(value);
        }

        return new VoxelStatistics(count, least, most, sum, squares);

        void Add(double value)
        {
            count++;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
            sum += value;
            squares += value * value;
        }
    }

    private byte[] Header(VoxelStatistics statistics)
    {
        VolumeProvenance provenance = Provenance;
        byte[] header = new byte[MrcHeader.Length];
        GridSize shape = Settings.Shape;
        Integers(0, shape.X, shape.Y, shape.Z, Settings.PixelType == PixelType.Single ? 2 : 6);
        Integers(28, shape.X, shape.Y, shape.Z);
        Floats(40, shape.X * Settings.VoxelSize.X * AngstromPerNanometre, shape.Y * Settings.VoxelSize.Y * AngstromPerNanometre, shape.Z * Settings.VoxelSize.Z!.Value * AngstromPerNanometre, 90, 90, 90);
        Integers(64, 1, 2, 3);
        double mean = statistics.Sum / Math.Max(1, statistics.Count);
        if (statistics.Count > 0)
            Floats(76, statistics.Least, statistics.Most, mean);
        else
            Floats(76, 0, -1, -2); // as the format says "not known"
        Integers(88, 1); // a volume, not a stack of images
        Integers(108, 20140);
        "MAP "u8.CopyTo(header.AsSpan(208));
        ((ReadOnlySpan<byte>)[0x44, 0x44, 0, 0]).CopyTo(header.AsSpan(212));
        Floats(216, statistics.Count > 0 ? Math.Sqrt(Math.Max(0, statistics.SquareSum / statistics.Count - mean * mean)) : -1);
        string[] labels =
        [
            $"{Pipeline.Provenance.Software}: {provenance.Name}",
            $"key {provenance.Key}",
            .. provenance.Missing is { } missing ? [$"sections that were missing, 0 here: {missing}"] : Array.Empty<string>(),
            .. Steps(provenance),
        ];
        const int MostLabels = 10, LabelBytes = 80, LabelsAt = 224;
        labels = labels[..Math.Min(labels.Length, MostLabels)];
        Integers(220, labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            Span<byte> label = header.AsSpan(LabelsAt + i * LabelBytes, LabelBytes);
            label.Fill((byte)' ');
            Encoding.ASCII.GetBytes(labels[i].AsSpan(0, Math.Min(labels[i].Length, LabelBytes)), label);
        }

        return header;

        void Integers(int at, params ReadOnlySpan<int> values)
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at + i * sizeof(int)), values[i]);
        }

        void Floats(int at, params ReadOnlySpan<double> values)
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(at + i * sizeof(float)), (float)values[i]);
        }
    }

    /// <summary>A label for each step, as many as there is room for.</summary>
    private static IEnumerable<string> Steps(VolumeProvenance provenance)
        => provenance.Description["steps"] is System.Text.Json.Nodes.JsonArray steps ? steps.Select(step => step!.ToJsonString()) : [];
}
