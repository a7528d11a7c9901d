using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>
/// A grey volume that is stored in chunks: one array of a chunked format, described and checked. Holds no open handle.
/// Immutable but for what it remembers of its files' states; may be used by several threads.
/// </summary>
internal abstract class ChunkedVolume
{
    /// <summary>Sections are processed as floats, whose bytes a plane's row must be able to count.</summary>
    private const long LargestSide = int.MaxValue / sizeof(float);

    /// <summary>A plane's chunks are listed before they are read: more would take more memory than most planes.</summary>
    private const long MostChunks = 1 << 24;

    /// <summary>The file in a volume's bookkeeping that is there as long as it still grows.</summary>
    public const string IncompleteMark = "incomplete";

    /// <summary>A volume's bookkeeping.</summary>
    private const string Bookkeeping = ".emstack";

    private readonly SlabIdentities _identities;

    /// <param name="description">What the volume's metadata say.</param>
    /// <exception cref="EmException">A section lies in too many chunks.</exception>
    protected ChunkedVolume(VolumeDescription description)
    {
        Description = description;
        if ((long)ChunkRows * ChunkColumns > MostChunks)
            throw VolumeErrors.NotSupported(description.MetadataPath, $"a section of {description.Height} x {description.Width} pixels (y, x) lies in {(long)ChunkRows * ChunkColumns} chunks of {description.Chunk.Height} x {description.Chunk.Width}, and more than {MostChunks} of a section", "Store the volume in larger chunks.");
        _identities = new SlabIdentities(this);
    }

    /// <summary>What the metadata say.</summary>
    public VolumeDescription Description { get; }

    /// <summary>Chunks along y.</summary>
    public int ChunkRows => (Description.Height - 1) / Description.Chunk.Height + 1;

    /// <summary>Chunks along x.</summary>
    public int ChunkColumns => (Description.Width - 1) / Description.Chunk.Width + 1;

    /// <summary>Bytes of a decoded chunk.</summary>
    private long ChunkBytes => (long)Description.Chunk.Depth * Description.Chunk.Height * Description.Chunk.Width * Description.PixelType.BytesPerPixel();

    /// <summary>True where a run of this program has not yet written all of it.</summary>
    public bool IsIncomplete => System.IO.File.Exists(Path.Combine(Description.Path, Bookkeeping, IncompleteMark));

    /// <summary>The volume's planes, made when they are asked for.</summary>
    public IReadOnlyList<StoredImage> Planes() => new PlaneList(this);

    /// <summary>The number of the file that holds a chunk: chunks of one number are read with the file opened once.</summary>
    public abstract long FileNumber(ChunkIndex chunk);

    /// <summary>The file that holds a chunk.</summary>
    public abstract ChunkFile File(ChunkIndex chunk);

    /// <summary>Reads and decodes a chunk; null for one that was never written.</summary>
    /// <param name="chunk">Which.</param>
    /// <param name="file">Its file, which is there.</param>
    /// <exception cref="ChunkException">The chunk is damaged, or cannot be read without loss.</exception>
    /// <exception cref="EmException">The file cannot be read.</exception>
    protected abstract DecodedChunk? Decode(ChunkIndex chunk, ChunkFile file);

    /// <summary>Reads the metadata anew.</summary>
    protected abstract ChunkedVolume Reopen();

    /// <summary>The pixels of a chunk, decoded once for all planes that lie in it as far as the cache has room; null for a chunk that was never written.</summary>
    /// <exception cref="ChunkException">As <see cref="Decode"/>.</exception>
    /// <exception cref="EmException">As <see cref="Decode"/>.</exception>
    public DecodedChunk? Chunk(ChunkIndex chunk, ChunkFile file)
    {
        if (file.Stamp is null)
            return null;

        // Where a layer of chunks does not fit, those that come first are kept: to let the least recently used go would then keep none long enough.
        long place = (long)chunk.Y * ChunkColumns + chunk.X;
        bool keep = Description.Chunk.Depth > 1 && (place + 1) * ChunkBytes <= ChunkCache.Limit;
        long number = ((long)chunk.Z * ChunkRows * ChunkColumns) + place;
        Slot slot = ChunkCache.Get(new ChunkKey(Description.CacheName, 0, number), (file.Stamp, Description.MetadataStamp), keep, () => new Slot(Decode(chunk, file)));
        return slot.Chunk;
    }

    /// <summary>Reads a box of pixels, each of its chunks once, without keeping any.</summary>
    /// <param name="box">The box, which lies in the volume.</param>
    /// <param name="pixels">Takes the pixels, x fastest.</param>
    /// <exception cref="EmException">A file cannot be read, or a chunk is damaged.</exception>
    public void ReadBox(VoxelBox box, Span<byte> pixels)
    {
        (int depth, int height, int width) = Description.Chunk;
        byte[] fill = Description.FillPixel;
        for (int z = box.Z / depth; z * depth < box.Z + box.Depth; z++)
        {
            for (int y = box.Y / height; y * height < box.Y + box.Height; y++)
            {
                ChunkFile? file = null;
                try
                {
                    for (int x = box.X / width; x * width < box.X + box.Width; x++)
                    {
                        var chunk = new ChunkIndex(z, y, x);
                        if (file is null || FileNumber(chunk) != FileNumber(chunk with { X = x - 1 }))
                        {
                            file?.Dispose();
                            file = File(chunk);
                        }

                        try
                        {
                            Place(file.Stamp is null ? null : Decode(chunk, file), chunk, box, fill, pixels);
                        }
                        catch (ChunkException e)
                        {
                            throw e.For(file.Path, chunk, $"'{Description.Path}'");
                        }
                    }
                }
                finally
                {
                    file?.Dispose();
                }
            }
        }
    }

    private void Place(DecodedChunk? decoded, ChunkIndex chunk, VoxelBox box, byte[] fill, Span<byte> pixels)
    {
        (int depth, int height, int width) = Description.Chunk;
        int bytes = fill.Length, left = Math.Max(box.X, chunk.X * width), right = Math.Min(box.X + box.Width, (chunk.X + 1) * width);
        int lastZ = Math.Min(box.Z + box.Depth, (chunk.Z + 1) * depth), lastY = Math.Min(box.Y + box.Height, (chunk.Y + 1) * height);
        if (decoded is not null && (lastZ - chunk.Z * depth > decoded.Depth || lastY - chunk.Y * height > decoded.Height || right - chunk.X * width > decoded.Width))
            throw ChunkException.Damaged($"it holds {decoded.Depth} x {decoded.Height} x {decoded.Width} voxels, too few for its place");
        for (int z = Math.Max(box.Z, chunk.Z * depth); z < lastZ; z++)
        {
            for (int y = Math.Max(box.Y, chunk.Y * height); y < lastY; y++)
            {
                Span<byte> row = pixels.Slice((((z - box.Z) * box.Height + y - box.Y) * box.Width + left - box.X) * bytes, (right - left) * bytes);
                if (decoded is not null)
                    decoded.Pixels.AsSpan((((z - chunk.Z * depth) * decoded.Height + y - chunk.Y * height) * decoded.Width + left - chunk.X * width) * bytes, row.Length).CopyTo(row);
                else
                    FillRow(fill, row);
            }
        }
    }

    /// <summary>Fills a row with a pixel.</summary>
    internal static void FillRow(byte[] pixel, Span<byte> row)
    {
        if (!pixel.AsSpan().ContainsAnyExcept(pixel[0]))
        {
            row.Fill(pixel[0]);
            return;
        }

        for (int i = 0; i < row.Length; i += pixel.Length)
            pixel.CopyTo(row[i..]);
    }

    /// <summary>False where the metadata have changed since they were read.</summary>
    /// <exception cref="EmException">They cannot be looked at.</exception>
    public bool IsCurrent => FileStamp.TryOf(Description.MetadataPath) == Description.MetadataStamp;

    /// <summary>This volume, or what it has become when its metadata have changed since.</summary>
    /// <exception cref="EmException">It is gone, damaged, or has another shape or type now (<c>FileChanged</c>).</exception>
    public ChunkedVolume Current()
    {
        if (IsCurrent)
            return this;
        VolumeDescription was = Description;
        ChunkedVolume now = Reopen();
        VolumeDescription found = now.Description;
        return (found.Depth, found.Height, found.Width, found.PixelType) == (was.Depth, was.Height, was.Width, was.PixelType)
            ? now
            : throw new EmException(EmErrorKind.InvalidData, "FileChanged", $"'{was.Path}' has changed since it was opened: it was {was.Depth} x {was.Height} x {was.Width} {was.PixelType} (z, y, x) and is {found.Depth} x {found.Height} x {found.Width} {found.PixelType} now. Open it again.", was.Path);
    }

    /// <summary>The state of all files that a plane lies in, metadata with them; null where the volume is gone.</summary>
    public virtual InputIdentity? Identity(int plane) => _identities.Of(plane);

    /// <summary>Checks a shape.</summary>
    /// <exception cref="EmException">It is empty, or larger than sections can be.</exception>
    public static (int Depth, int Height, int Width) CheckedShape(string path, long depth, long height, long width)
    {
        if (depth <= 0 || height <= 0 || width <= 0)
            throw new EmException(EmErrorKind.InvalidData, "VolumeEmpty", $"'{path}' is said to hold {depth} x {height} x {width} voxels (z, y, x), so that there is nothing to read. Check that it is the right volume, or copy it again from its source.", path);
        if (depth > int.MaxValue || height > LargestSide || width > LargestSide)
            throw new EmException(EmErrorKind.InvalidData, "VolumeTooLarge", $"'{path}' is said to hold {depth} x {height} x {width} voxels (z, y, x), which is more than sections can have. Copy it again from its source, or cut it into smaller volumes.", path);
        return ((int)depth, (int)height, (int)width);
    }

    /// <summary>A chunk that was never written is kept too.</summary>
    private sealed record Slot(DecodedChunk? Chunk) : IChunkContent
    {
        public long MemoryBytes => Chunk?.MemoryBytes ?? 100;
    }
}
