namespace EmTools.Engine.Formats;

/// <summary>A way in which chunks are compressed or guarded. Stateless; used by several threads.</summary>
internal abstract class ChunkCodec
{
    /// <summary>Its name, as the formats call it.</summary>
    public abstract string Name { get; }

    /// <summary>The most bytes that one stored byte can stand for: a chunk that claims more is none.</summary>
    public abstract long LargestRatio { get; }

    /// <summary>Bytes that a number of bytes have when stored; null where that depends on them.</summary>
    public virtual long? StoredBytes(long bytes) => null;

    /// <summary>Turns stored bytes into what was stored.</summary>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="most">The most bytes that may come out.</param>
    /// <returns>At most <paramref name="most"/> bytes.</returns>
    /// <exception cref="ChunkException">They are damaged, or hold more.</exception>
    public abstract byte[] Decode(byte[] stored, int most);

    /// <summary>The error for stored bytes that cannot be.</summary>
    protected ChunkException Damaged(string what, Exception? cause = null) => ChunkException.Damaged($"its {Name} data {what}", cause);

    /// <summary>The error for what holds more than its chunk.</summary>
    protected ChunkException TooMuch(int most) => Damaged($"hold more than the {most} bytes of a chunk");
}
