namespace EmTools.Engine.Formats;

/// <summary>Where a dataset's values lie.</summary>
/// <param name="Address">Where they begin, as the file counts, when they lie behind one another; null where they do not, or were never written.</param>
/// <param name="ChunkShape">The shape of a chunk, when they lie in chunks; else null.</param>
/// <param name="ChunkBytes">Bytes of a chunk without filters.</param>
/// <param name="Compact">The values themselves, when they lie in the dataset's header; else null.</param>
internal sealed record Hdf5Place(long? Address, long[]? ChunkShape, int ChunkBytes, byte[]? Compact);
