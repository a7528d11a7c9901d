namespace EmTools.Engine.Formats;

/// <summary>Shuffled bytes, as a filter of its own.</summary>
internal sealed class ShuffleCodec(int size) : ChunkCodec
{
    public override string Name => "shuffle";

    public override long LargestRatio => 1;

    public override long? StoredBytes(long bytes) => bytes;

    public override byte[] Decode(byte[] stored, int most)
    {
        if (stored.Length > most)
            throw TooMuch(most);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(stored.Length);
        Shuffling.Undo(stored, bytes, size);
        return bytes;
    }
}
