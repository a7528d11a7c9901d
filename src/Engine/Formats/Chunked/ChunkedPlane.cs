using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>A plane of a chunked volume, put together of the chunks that it lies in.</summary>
internal sealed record ChunkedPlane : StoredImage
{
    /// <summary>Parts of a plane for each thread, so that one slow part does not let the others wait.</summary>
    private const int PartsPerThread = 8;

    /// <summary>The volume.</summary>
    public required ChunkedVolume Volume { get; init; }

    /// <inheritdoc/>
    public override string Format => Volume.Description.Format;

    private int Z => Page ?? 0;

    /// <inheritdoc/>
    public override Plane Read(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ChunkedVolume volume = Volume.Current();
        long bytes = (long)Height * Width * PixelType.BytesPerPixel();
        if (bytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            throw new EmException(EmErrorKind.InvalidData, "VolumeTooLarge", $"'{Path}' is said to have sections of {Height} x {Width} pixels (y, x), {bytes / 1e9:F0} GB each, which is more than this machine's memory. Copy it again from its source, or cut it into smaller volumes.", Path);
        byte[] fill = volume.Description.FillPixel;
        return PixelType switch
        {
            PixelType.UInt8 => Plane.Make<byte>(Height, Width, plane => Assemble(volume, plane, fill, context)),
            PixelType.UInt16 => Plane.Make<ushort>(Height, Width, plane => Assemble(volume, plane, fill, context)),
            _ => Plane.Make<float>(Height, Width, plane => Assemble(volume, plane, fill, context)),
        };
    }

    /// <inheritdoc/>
    internal override InputIdentity? Identity() => Volume.Identity(Z);

    private void Assemble(ChunkedVolume volume, Plane plane, byte[] fill, EvaluationContext context)
    {
        List<Part> parts = Parts(volume, context);
        RowParallel.For(parts.Count, 1, context, (first, end) =>
        {
            for (int i = first; i < end; i++)
                Fill(volume, parts[i], plane, fill, context);
        });
    }

    /// <summary>The plane's chunks, those of one file together, in parts for the threads.</summary>
    private List<Part> Parts(ChunkedVolume volume, EvaluationContext context)
    {
        int rows = volume.ChunkRows, columns = volume.ChunkColumns, z = Z / volume.Description.Chunk.Depth;
        var chunks = new List<(long File, ChunkIndex Chunk)>();
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                var chunk = new ChunkIndex(z, y, x);
                chunks.Add((volume.FileNumber(chunk), chunk));
            }
        }

        chunks = [.. chunks.OrderBy(c => c.File)]; // stable: in a file, row by row
        int longest = Math.Max(1, chunks.Count / (context.Threads * PartsPerThread));
        var parts = new List<Part>();
        for (int i = 0; i < chunks.Count; i++)
        {
            if (i == 0 || chunks[i].File != chunks[i - 1].File || parts[^1].Chunks.Count == longest)
                parts.Add(new Part([]));
            parts[^1].Chunks.Add(chunks[i].Chunk);
        }

        return parts;
    }

    private void Fill(ChunkedVolume volume, Part part, Plane plane, byte[] fill, EvaluationContext context)
    {
        using ChunkFile file = volume.File(part.Chunks[0]);
        foreach (ChunkIndex chunk in part.Chunks)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            try
            {
                Place(volume.Chunk(chunk, file), chunk, volume.Description, plane, fill);
            }
            catch (ChunkException e)
            {
                throw e.For(file.Path, chunk, this);
            }
        }
    }

    private void Place(DecodedChunk? decoded, ChunkIndex chunk, VolumeDescription all, Plane plane, byte[] fill)
    {
        int top = chunk.Y * all.Chunk.Height, left = chunk.X * all.Chunk.Width, size = fill.Length;
        int height = Math.Min(all.Chunk.Height, all.Height - top), width = Math.Min(all.Chunk.Width, all.Width - left), z = Z % all.Chunk.Depth;
        if (decoded is not null && (z >= decoded.Depth || height > decoded.Height || width > decoded.Width))
            throw ChunkException.Damaged($"it holds {decoded.Depth} x {decoded.Height} x {decoded.Width} voxels, too few for its place");
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = plane.RowBytes(top + y).Slice(left * size, width * size);
            if (decoded is not null)
                decoded.Pixels.AsSpan((int)(((long)z * decoded.Height + y) * decoded.Width * size), row.Length).CopyTo(row);
            else if (!fill.AsSpan().ContainsAnyExcept(fill[0]))
                row.Fill(fill[0]);
            else
                Repeat(fill, row);
        }
    }

    private static void Repeat(byte[] pixel, Span<byte> row)
    {
        for (int i = 0; i < row.Length; i += pixel.Length)
            pixel.CopyTo(row[i..]);
    }

    private readonly record struct Part(List<ChunkIndex> Chunks);
}
