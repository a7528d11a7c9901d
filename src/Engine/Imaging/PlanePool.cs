using System.Numerics;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>
/// Keeps freed planes for the next ones: a section's planes are hundreds of megabytes, and asking the system for them anew
/// means that it clears every page again.
/// </summary>
public static unsafe partial class PlanePool
{
    /// <summary>Planes are aligned to this, so that the system can back them by 2 MiB pages.</summary>
    private const int HugePage = 2 << 20;

    /// <summary>Smaller blocks stay with the ordinary allocator.</summary>
    private const long SmallestKept = 1 << 20;

    /// <summary>A block may serve for a plane of this part of its size: an 8-bit result takes the place of an idle float plane, and touches no fresh memory.</summary>
    private const int LargestExcess = 8;

    private const int AdviceHugePages = 14;

    private static readonly Lock Gate = new();
    private static readonly List<(nint Memory, long Bytes)> Idle = [];
    private static long _idleBytes;
    private static long _retainedLimit = 2L << 30;

    /// <summary>Bytes of freed planes that are kept for reuse at most; 0 keeps none. Default 2 GiB.</summary>
    public static long RetainedLimit
    {
        get => Interlocked.Read(ref _retainedLimit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _retainedLimit, value);
            Trim(value);
        }
    }

    /// <summary>Gives the freed planes back to the system until at most <paramref name="keep"/> bytes are kept.</summary>
    public static void Trim(long keep = 0)
    {
        lock (Gate)
        {
            while (Idle.Count > 0 && _idleBytes > keep)
                Free(0);
        }
    }

    /// <summary>A block of at least <paramref name="bytes"/>; <paramref name="size"/> is what it really has, to be told on its return.</summary>
    internal static void* Rent(long bytes, out long size)
    {
        lock (Gate)
        {
            int best = -1;
            for (int i = 0; i < Idle.Count; i++)
            {
                if (Idle[i].Bytes >= bytes && Idle[i].Bytes <= LargestExcess * bytes && (best < 0 || Idle[i].Bytes < Idle[best].Bytes))
                    best = i;
            }

            if (best >= 0)
            {
                (nint kept, size) = Idle[best];
                Idle.RemoveAt(best);
                _idleBytes -= size;
                return (void*)kept;
            }

            // Planes of another size (another kind of section) must not add to the peak.
            while (Idle.Count > 0 && bytes >= SmallestKept && _idleBytes + bytes > RetainedLimit)
                Free(0);
        }

        bool large = bytes >= SmallestKept;
        size = large ? Padded(bytes) : bytes;
        try
        {
            void* memory = NativeMemory.AlignedAlloc((nuint)size, large ? (nuint)HugePage : 64);
            if (large && OperatingSystem.IsLinux())
                _ = Advise(memory, (nuint)size, AdviceHugePages); // only a wish: a refusal changes nothing but speed
            return memory;
        }
        catch (OutOfMemoryException)
        {
            throw new InsufficientMemoryException($"No memory for a plane of {bytes / 1e6:F0} MB.");
        }
    }

    /// <summary>
    /// A little more, up to a 32nd, so that a block serves for planes of nearly its size too, such as a section turned on its
    /// side. What is never written to takes no memory.
    /// </summary>
    private static long Padded(long bytes)
    {
        long unit = 1L << Math.Max(0, BitOperations.Log2((ulong)bytes) - 5);
        return (bytes + unit - 1) / unit * unit;
    }

    internal static void Return(void* memory, long bytes)
    {
        lock (Gate)
        {
            if (bytes >= SmallestKept && _idleBytes + bytes <= RetainedLimit)
            {
                Idle.Add(((nint)memory, bytes));
                _idleBytes += bytes;
                return;
            }
        }

        NativeMemory.AlignedFree(memory);
    }

    private static void Free(int index)
    {
        (nint memory, long bytes) = Idle[index];
        Idle.RemoveAt(index);
        _idleBytes -= bytes;
        NativeMemory.AlignedFree((void*)memory);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
