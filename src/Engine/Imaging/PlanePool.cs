namespace EmTools.Engine.Imaging;

/// <summary>
/// Keeps freed planes for the next ones: a section's planes are hundreds of megabytes, and asking the system for them anew
/// means that it clears every page again. Planes that nobody has asked for in a minute go back to the system, and all of them
/// at once where the machine runs short of memory.
/// </summary>
public static unsafe class PlanePool
{
    private static readonly BlockPool s_blocks = new(TimeProvider.System, MemoryPressure.IsHigh);

    /// <summary>Who follows blocks: tests that look for planes that nobody gave back.</summary>
    internal static IPoolObserver? Observer { get; set; }

    /// <summary>Bytes of freed planes that are kept for reuse at most; 0 keeps none. Default 2 GiB.</summary>
    public static long RetainedLimit
    {
        get => s_blocks.RetainedLimit;
        set => s_blocks.RetainedLimit = value;
    }

    /// <summary>Gives the freed planes back to the system until at most <paramref name="keep"/> bytes are kept.</summary>
    public static void Trim(long keep = 0) => s_blocks.Trim(keep);

    /// <summary>A block of at least <paramref name="bytes"/>; <paramref name="size"/> is what it really has, to be told on its return.</summary>
    internal static void* Rent(long bytes, out long size)
    {
        Observer?.Renting(bytes);
        void* memory = s_blocks.Rent(bytes, out size);
        Observer?.Rented((nint)memory);
        return memory;
    }

    /// <summary>Takes a block back.</summary>
    /// <param name="memory">The block.</param>
    /// <param name="bytes">What it really has.</param>
    /// <param name="forgotten">True where its owner is gone and did not give it back.</param>
    internal static void Return(void* memory, long bytes, bool forgotten = false)
    {
        if (!forgotten)
            Observer?.Returned((nint)memory);
        s_blocks.Return(memory, bytes);
    }
}

/// <summary>Follows the blocks of the pool.</summary>
internal interface IPoolObserver
{
    /// <summary>A block is asked for; what this throws is thrown to who asks.</summary>
    void Renting(long bytes);

    /// <summary>A block is handed out.</summary>
    void Rented(nint block);

    /// <summary>A block is given back by its owner.</summary>
    void Returned(nint block);
}
