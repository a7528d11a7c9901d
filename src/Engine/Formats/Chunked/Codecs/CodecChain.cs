namespace EmTools.Engine.Formats;

/// <summary>The codecs that a volume's chunks went through one after another.</summary>
internal sealed class CodecChain
{
    private readonly ChunkCodec[] _codecs;

    /// <summary>The most bytes in front of each codec, when it encoded.</summary>
    private readonly int[] _most;

    private readonly int _bytes;

    /// <param name="codecs">In the order of encoding.</param>
    /// <param name="bytes">Bytes of a chunk.</param>
    public CodecChain(IReadOnlyList<ChunkCodec> codecs, int bytes)
    {
        const int Slack = 1 << 16;
        _codecs = [.. codecs];
        _most = new int[_codecs.Length];
        _bytes = bytes;
        long most = bytes;
        for (int i = 0; i < _codecs.Length; i++)
        {
            _most[i] = (int)Math.Min(most, Array.MaxLength);
            most = _codecs[i].StoredBytes(most) ?? most + most / 8 + Slack;
        }
    }

    /// <summary>The bytes of a chunk.</summary>
    /// <exception cref="ChunkException">It is damaged.</exception>
    public byte[] Decode(byte[] stored)
    {
        // A chunk may claim what its bytes cannot hold: no memory is taken then.
        double largest = _codecs.Aggregate((double)stored.Length, (bytes, codec) => bytes * codec.LargestRatio);
        if (_bytes > largest)
            throw ChunkException.Damaged($"{stored.Length} bytes are stored, which cannot hold the {_bytes} bytes of a chunk");
        for (int i = _codecs.Length - 1; i >= 0; i--)
            stored = _codecs[i].Decode(stored, _most[i]);
        return stored.Length == _bytes ? stored : throw ChunkException.Damaged($"it holds {stored.Length} bytes, where a chunk has {_bytes}");
    }
}
