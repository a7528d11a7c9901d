namespace EmTools.Engine.Formats;

/// <summary>What the cache keeps: it tells how much memory it takes.</summary>
internal interface IChunkContent
{
    /// <summary>Bytes of memory.</summary>
    long MemoryBytes { get; }
}

/// <summary>What is kept under: a volume's name, what of it, and its number.</summary>
internal readonly record struct ChunkKey(string Volume, int Kind, long Number);

/// <summary>
/// Decoded chunks of all volumes, for the other planes that lie in them: the least recently used go first. A chunk that
/// several threads ask for at a time is decoded once.
/// </summary>
public static class ChunkCache
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<ChunkKey, Entry> Entries = [];
    private static readonly LinkedList<Entry> Order = new();
    private static long _limit = 1L << 30;

    /// <summary>Bytes of decoded chunks that are kept at most; 0 keeps none. Default 1 GiB.</summary>
    /// <remarks>All planes of a volume are read with every chunk decoded once where the chunks of one plane fit: chunk depth x height x width.</remarks>
    public static long Limit
    {
        get => Interlocked.Read(ref _limit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _limit, value);
            Trim(value);
        }
    }

    /// <summary>Bytes that are kept now.</summary>
    public static long KeptBytes { get; private set; }

    /// <summary>Lets the least recently used chunks go until at most <paramref name="keep"/> bytes are kept.</summary>
    public static void Trim(long keep = 0)
    {
        lock (Gate)
        {
            while (KeptBytes > keep && Order.First is { } oldest)
                Remove(oldest.Value);
        }
    }

    /// <summary>What is kept under a key, or what <paramref name="make"/> gives; asked for by several threads at a time, it is made once.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">The state of the files that it is made of: what was made of another state is not used.</param>
    /// <param name="keep">False: it is not kept for later.</param>
    /// <param name="make">Makes it. What it throws, all that wait for it are thrown.</param>
    internal static T Get<T>(ChunkKey key, (FileStamp? File, FileStamp? Metadata) state, bool keep, Func<T> make)
        where T : class, IChunkContent
    {
        Entry entry;
        lock (Gate)
        {
            if (Entries.TryGetValue(key, out Entry? found) && found.State == state)
            {
                entry = found;
                if (entry.Place is { } place)
                {
                    Order.Remove(place);
                    Order.AddLast(place);
                }
            }
            else
            {
                if (found is not null)
                    Remove(found);
                Entries[key] = entry = new Entry(key, state, new Lazy<IChunkContent>(make));
            }
        }

        try
        {
            var content = (T)entry.Content.Value;
            Settle(entry, keep ? content.MemoryBytes : 0);
            return content;
        }
        catch
        {
            Settle(entry, 0); // the next one tries again
            throw;
        }
    }

    /// <summary>Keeps what was made, or lets it go; whoever comes first decides.</summary>
    private static void Settle(Entry entry, long bytes)
    {
        lock (Gate)
        {
            if (entry.Place is not null || !Entries.TryGetValue(entry.Key, out Entry? current) || current != entry)
                return;
            if (bytes == 0 || bytes > Limit)
            {
                Entries.Remove(entry.Key);
                return;
            }

            entry.Bytes = bytes;
            entry.Place = Order.AddLast(entry);
            KeptBytes += bytes;
            while (KeptBytes > Limit && Order.First is { } oldest)
                Remove(oldest.Value);
        }
    }

    private static void Remove(Entry entry)
    {
        Entries.Remove(entry.Key);
        if (entry.Place is { } place)
        {
            Order.Remove(place);
            KeptBytes -= entry.Bytes;
            entry.Place = null;
        }
    }

    private sealed class Entry(ChunkKey key, (FileStamp? File, FileStamp? Metadata) state, Lazy<IChunkContent> content)
    {
        public ChunkKey Key => key;

        public (FileStamp? File, FileStamp? Metadata) State => state;

        public Lazy<IChunkContent> Content => content;

        public long Bytes { get; set; }

        public LinkedListNode<Entry>? Place { get; set; }
    }
}
