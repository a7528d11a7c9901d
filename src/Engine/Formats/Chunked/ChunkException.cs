namespace EmTools.Engine.Formats;

/// <summary>What is wrong with a chunk, as the one who decodes it sees it: without the file and the section, which <see cref="ChunkedPlane"/> adds.</summary>
/// <param name="kind">What kind of trouble.</param>
/// <param name="id">A stable name.</param>
/// <param name="why">A verb and what follows: <c>holds ..</c>, <c>cannot be ..</c>.</param>
/// <param name="advice">What to do, a sentence.</param>
/// <param name="inner">What the library below said.</param>
internal sealed class ChunkException(EmErrorKind kind, string id, string why, string advice, Exception? inner = null) : Exception(why, inner)
{
    public EmErrorKind Kind { get; } = kind;

    public string Id { get; } = id;

    public string Advice { get; } = advice;

    /// <summary>A chunk that is not as it was written.</summary>
    public static ChunkException Damaged(string why, Exception? inner = null)
        => new(EmErrorKind.InvalidData, "ChunkDamaged", $"is damaged: {why}", "Copy it again from its source.", inner);

    /// <summary>The error for the user.</summary>
    /// <param name="file">The file that holds the chunk.</param>
    /// <param name="chunk">Which chunk: its place in the grid.</param>
    /// <param name="plane">The plane for which it is needed.</param>
    public EmException For(string file, ChunkIndex chunk, StoredImage plane) => For(file, chunk, $"section {plane.Page ?? 0} of '{plane.Path}'");

    /// <summary>The error for the user.</summary>
    /// <param name="file">The file that holds the chunk.</param>
    /// <param name="chunk">Which chunk: its place in the grid.</param>
    /// <param name="of">What it is a part of.</param>
    public EmException For(string file, ChunkIndex chunk, string of)
        => new(Kind, Id, $"'{file}', chunk ({chunk.Z}, {chunk.Y}, {chunk.X}) (z, y, x) of {of}, {Message}. {Advice}", file, this);
}
