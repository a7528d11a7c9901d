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
    public override Plane Read(EvaluationContext context) => ReadRows(0, Height, context);

    /// <inheritdoc/>
    public override Plane ReadRows(int first, int count, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequireRows(first, count);
        ChunkedVolume volume = Volume.Current();
        long bytes = (long)count * Width * PixelType.BytesPerPixel();
        if (bytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            throw new EmException(EmErrorKind.InvalidData, "VolumeTooLarge", $"'{Path}' is said to have sections of {Height} x {Width} pixels (y, x), {bytes / 1e9:F0} GB each, which is more than this machine's memory. Copy it again from its source, or cut it into smaller volumes.", Path);
        byte[] fill = volume.Description.FillPixel;
        return Plane.Make(PixelType, count, Width, plane => Assemble(volume, plane, first, fill, context));
    }

    /// <inheritdoc/>
    internal override InputIdentity? Identity() => Volume.Identity(Z);

    private void Assemble(ChunkedVolume volume, Plane plane, int top, byte[] fill, EvaluationContext context)
    {
        List<Part> parts = Parts(volume, top, plane.Height, context);
        RowParallel.For(parts.Count, 1, context, (first, end) =>
        {
            for (int i = first; i < end; i++)
                Fill(volume, parts[i], plane, top, fill, context);
        });
    }

    /// <summary>The plane's chunks, those of one file together, in parts for the threads.</summary>
    private List<Part> Parts(ChunkedVolume volume, int top, int height, EvaluationContext context)
    {
        int first = top / volume.Description.Chunk.Height, last = (top + height - 1) / volume.Description.Chunk.Height, columns = volume.ChunkColumns, z = Z / volume.Description.Chunk.Depth;
        var chunks = new List<(long File, ChunkIndex Chunk)>();
        for (int y = first; y <= last; y++)
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

    private void Fill(ChunkedVolume volume, Part part, Plane plane, int top, byte[] fill, EvaluationContext context)
    {
        using ChunkFile file = volume.File(part.Chunks[0]);
        foreach (ChunkIndex chunk in part.Chunks)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            try
            {
                Place(volume.Chunk(chunk, file), chunk, volume.Description, plane, top, fill);
            }
            catch (ChunkException e)
            {
                throw e.For(file.Path, chunk, this);
            }
        }
    }

    private void Place(DecodedChunk? decoded, ChunkIndex chunk, VolumeDescription all, Plane plane, int first, byte[] fill)
    {
        int top = chunk.Y * all.Chunk.Height, left = chunk.X * all.Chunk.Width, size = fill.Length;
        int height = Math.Min(all.Chunk.Height, all.Height - top), width = Math.Min(all.Chunk.Width, all.Width - left), z = Z % all.Chunk.Depth;
        if (decoded is not null && (z >= decoded.Depth || height > decoded.Height || width > decoded.Width))
            throw ChunkException.Damaged($"it holds {decoded.Depth} x {decoded.Height} x {decoded.Width} voxels, too few for its place");
        for (int y = Math.Max(0, first - top); y < Math.Min(height, first + plane.Height - top); y++)
        {
            Span<byte> row = plane.RowBytes(top + y - first).Slice(left * size, width * size);
            if (decoded is not null)
                decoded.Pixels.AsSpan((int)(((long)z * decoded.Height + y) * decoded.Width * size), row.Length).CopyTo(row);
            else
                ChunkedVolume.FillRow(fill, row);
        }
    }

    private readonly record struct Part(List<ChunkIndex> Chunks);
}
