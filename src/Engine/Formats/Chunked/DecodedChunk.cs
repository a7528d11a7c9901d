namespace EmTools.Engine.Formats;

/// <summary>The place of a chunk in a volume's grid of chunks.</summary>
internal readonly record struct ChunkIndex(int Z, int Y, int X);

/// <summary>A chunk's pixels, in the type in which the volume is read, x fastest.</summary>
/// <param name="Pixels">Depth x Height x Width pixels.</param>
/// <param name="Depth">Planes.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record DecodedChunk(byte[] Pixels, int Depth, int Height, int Width) : IChunkContent
{
    /// <inheritdoc/>
    public long MemoryBytes => Pixels.LongLength + Overhead;

    private const int Overhead = 300;
}
