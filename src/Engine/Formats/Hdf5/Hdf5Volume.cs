using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>A dataset of an HDF5 file as a volume. What lies in chunks is read chunk by chunk, what lies behind one another in strips of rows.</summary>
internal sealed class Hdf5Volume : ChunkedVolume
{
    private const int StripBytes = 4 << 20;
    private const double NanometresPerMicrometre = 1000;

    private readonly ImageOptions _options;
    private readonly VolumeAxes _axes;
    private readonly ChunkLayout _layout;
    private readonly long[] _shape;
    private readonly long[] _chunk;
    private readonly Hdf5Number _number;
    private readonly Hdf5Filters _filters;
    private readonly Hdf5Place _place;
    private readonly Hdf5ChunkPlaces _places;
    private readonly long _base;

    private Hdf5Volume(VolumeDescription description, ImageOptions options, Hdf5File file, Hdf5Dataset dataset, Hdf5Place place, Hdf5ChunkPlaces places, long[] chunk, VolumeAxes axes, ChunkLayout layout)
        : base(description)
    {
        (_options, _axes, _layout, _shape, _chunk) = (options, axes, layout, dataset.Shape, chunk);
        (_number, _filters, _place, _places, _base) = (dataset.Number, dataset.Filters, place, places, file.Base);
    }

    /// <summary>Opens the dataset that is meant.</summary>
    /// <exception cref="EmException">There is none or several, or it is damaged or of a kind that is not read.</exception>
    public static Hdf5Volume Open(string path, ImageOptions options) => FileErrors.Guarded(path, () =>
    {
        try
        {
            FileStamp? stamp = FileStamp.TryOf(path);
            using Hdf5File file = Hdf5File.Open(path);
            return Open(file, stamp, options);
        }
        catch (OverflowException e)
        {
            throw VolumeErrors.Metadata(path, "a size in it cannot be", e);
        }
    });

    private static Hdf5Volume Open(Hdf5File file, FileStamp? stamp, ImageOptions options)
    {
        var choice = DatasetChoice.Of(options.Dataset);
        (string name, Hdf5ObjectHeader header) = new Hdf5VolumeSearch(file).Find(choice.Name);
        Hdf5Dataset dataset = Hdf5Dataset.Of(file, header, name, largest: null);
        VoxelType type = TypeOf(file, dataset.Number);
        VolumeAxes axes = VolumeAxes.Of($"{file.Path}:{name}", dataset.Shape, Names(dataset.Shape), choice.Indices);
        (long depth, long height, long width) = axes.Of(dataset.Shape, 1);
        (int z, int y, int x) = CheckedShape(file.Path, depth, height, width);
        var places = new Hdf5ChunkPlaces(dataset.Shape);
        Hdf5Place place = dataset.Locate(places.Add);
        long[] chunk = place.ChunkShape ?? Strips(dataset.Shape, axes, type.Bytes());
        places.Sort(chunk);
        var layout = new ChunkLayout(type, dataset.Number.BigEndian, options.IsMask, chunk, [.. Enumerable.Range(0, chunk.Length)], axes);
        var description = new VolumeDescription
        {
            Format = Hdf5Format.Instance.Name,
            Path = file.Path,
            Dataset = options.Dataset,
            MetadataPath = file.Path,
            MetadataStamp = stamp,
            Depth = z,
            Height = y,
            Width = x,
            Chunk = layout.Shape,
            Type = type,
            IsMask = options.IsMask,
            Fill = dataset.Fill,
            VoxelSize = SizeOf(file, header, axes, dataset.Shape.Length),
            CacheName = $"{file.Path}|{name}|{string.Join(",", axes.Fixed)}|{options.IsMask}",
        };
        _ = description.PixelType; // refuses what no section can have
        _ = description.FillPixel;
        return new Hdf5Volume(description, options, file, dataset, place, places, chunk, axes, layout);
    }

    /// <inheritdoc/>
    public override long FileNumber(ChunkIndex chunk) => 0;

    /// <inheritdoc/>
    public override ChunkFile File(ChunkIndex chunk) => new(Description.Path);

    /// <inheritdoc/>
    public override InputIdentity? Identity(int plane) => InputIdentity.TryOf(Description.Path);

    /// <inheritdoc/>
    protected override ChunkedVolume Reopen() => Open(Description.Path, _options);

    /// <inheritdoc/>
    protected override DecodedChunk? Decode(ChunkIndex chunk, ChunkFile file)
    {
        (int depth, int height, int width) = _layout.Shape;
        (int inZ, int inY, int inX) = (Inside(chunk.Z, depth, Description.Depth), Inside(chunk.Y, height, Description.Height), Inside(chunk.X, width, Description.Width));
        byte[]? stored = _place.ChunkShape is null ? Strip(chunk, file) : StoredChunk(chunk, file);
        return stored is null ? null : _layout.Pixels(stored, inZ, inY, inX);
    }

    private byte[]? StoredChunk(ChunkIndex chunk, ChunkFile file)
    {
        if (_places.Of(Place(chunk)) is not { } at)
            return null;
        return _filters.Undo(file.Read(_base + at.Address, at.Stored), at.Skipped, _place.ChunkBytes, _number.Size);
    }

    /// <summary>Rows of a plane, which lie behind one another; what lies behind the dataset's end stays 0.</summary>
    private byte[]? Strip(ChunkIndex chunk, ChunkFile file)
    {
        long first = 0;
        for (int axis = 0; axis < _shape.Length; axis++)
            first = first * _shape[axis] + FirstVoxel(chunk, axis);
        long rows = Inside(chunk.Y, _layout.Shape.Height, Description.Height), row = _layout.Bytes / _layout.Shape.Height;
        byte[] bytes = new byte[_layout.Bytes];
        if (_place.Compact is { } compact)
        {
            if (compact.Length < first * _number.Size + rows * row)
                throw ChunkException.Damaged($"its values should have {first * _number.Size + rows * row} bytes, but {compact.Length} are stored");
            compact.AsSpan((int)(first * _number.Size), (int)(rows * row)).CopyTo(bytes);
            return bytes;
        }

        if (_place.Address is not { } address)
            return null;
        file.Read(_base + address + first * _number.Size, rows * row).CopyTo(bytes, 0);
        return bytes;
    }

    private static int Inside(int chunk, int length, int all) => (int)Math.Min(length, all - (long)chunk * length);

    private long[] Place(ChunkIndex chunk)
    {
        long[] place = new long[_shape.Length];
        for (int axis = 0; axis < place.Length; axis++)
            place[axis] = FirstVoxel(chunk, axis) / _chunk[axis];
        return place;
    }

    private long FirstVoxel(ChunkIndex chunk, int axis)
        => axis == _axes.Z ? chunk.Z * _chunk[axis] : axis == _axes.Y ? chunk.Y * _chunk[axis] : axis == _axes.X ? chunk.X * _chunk[axis] : _axes.Fixed[axis];

    /// <summary>A channel of length 1 behind x is common; otherwise the axes are t, c, z, y, x as far as there are.</summary>
    private static string[]? Names(long[] shape) => shape switch
    {
        [_, _, _, 1] => ["z", "y", "x", "c"],
        [_, _, _, _, 1] => ["t", "z", "y", "x", "c"],
        _ => null,
    };

    /// <summary>Strips of whole rows of one plane, a few megabytes each.</summary>
    private static long[] Strips(long[] shape, VolumeAxes axes, int bytes)
    {
        long[] strip = [.. Enumerable.Repeat(1L, shape.Length)];
        strip[axes.X] = shape[axes.X];
        strip[axes.Y] = Math.Clamp(StripBytes / Math.Max(1, shape[axes.X] * bytes), 1, shape[axes.Y]);
        return strip;
    }

    private static VoxelType TypeOf(Hdf5File file, Hdf5Number number)
    {
        VoxelType? type = number switch
        {
            { IsFloat: true, Size: 2 } => VoxelType.Float16,
            { IsFloat: true, Size: 4 } => VoxelType.Float32,
            { IsFloat: true } => VoxelType.Float64,
            { Size: 1 } => number.IsSigned ? VoxelType.Int8 : VoxelType.UInt8,
            { Size: 2 } => number.IsSigned ? VoxelType.Int16 : VoxelType.UInt16,
            { Size: 4 } => number.IsSigned ? VoxelType.Int32 : VoxelType.UInt32,
            _ => number.IsSigned ? VoxelType.Int64 : VoxelType.UInt64,
        };
        return number.IsFloat || (number.FirstBit == 0 && number.Bits == 8 * number.Size) ? type.Value : throw file.NotSupported($"voxels of {number.Bits} bits in {number.Size} bytes");
    }

    /// <summary>By ilastik's attribute, in micrometres, or <c>resolution</c>: in the units that stand beside it, and in nanometres where none do, as in the CREMI challenge. Units that are not understood give no size.</summary>
    private static VoxelSize? SizeOf(Hdf5File file, Hdf5ObjectHeader header, VolumeAxes axes, int count)
    {
        List<Hdf5Attribute> attributes = Hdf5Attribute.Of(file, header);
        double[]? lengths = Find("element_size_um")?.Numbers()?.Select(length => length * NanometresPerMicrometre).ToArray();
        if (lengths is null && Find("resolution")?.Numbers() is { } resolution)
        {
            double? unit = (Find("units") ?? Find("unit")) is { } units ? LengthUnit.Nanometres(units.Text()) : 1;
            lengths = unit is { } length ? [.. resolution.Select(value => value * length)] : null;
        }

        if (lengths is [var z, var y, var x])
            return VoxelSize.Sensible(z, y, x);
        if (lengths?.Length != count)
            return null;
        (double? depth, double? height, double? width) = axes.Of([.. lengths.Cast<double?>()], null);
        return VoxelSize.Sensible(depth, height!.Value, width!.Value);

        Hdf5Attribute? Find(string name) => attributes.Find(attribute => attribute.Name == name);
    }
}
