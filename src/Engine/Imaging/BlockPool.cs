using System.Numerics;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>Blocks of native memory that are kept for a while when they are given back. For any number of threads.</summary>
/// <param name="time">Tells how long a block has been idle.</param>
/// <param name="isShort">True while the machine is short of memory: then nothing is kept.</param>
internal sealed unsafe partial class BlockPool(TimeProvider time, Func<bool> isShort) : IDisposable
{
    /// <summary>Blocks that were idle for longer go back to the system: asking for them anew costs far less than they were idle.</summary>
    internal static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);

    /// <summary>How often that is looked at while blocks are idle.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>How long it counts whether the machine is short of memory: asking takes longer than giving a small block back.</summary>
    internal static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>Blocks are aligned to this, so that the system can back them by 2 MiB pages.</summary>
    private const int HugePage = 2 << 20;

    /// <summary>Smaller blocks stay with the ordinary allocator.</summary>
    private const long SmallestKept = 1 << 20;

    /// <summary>A block may serve for a plane of this part of its size: an 8-bit result takes the place of an idle float plane, and touches no fresh memory.</summary>
    private const int LargestExcess = 8;

    private const int AdviceHugePages = 14;

    private readonly Lock _gate = new();
    private readonly List<(nint Memory, long Bytes, long Since)> _idle = []; // the one idle longest first
    private long _idleBytes;
    private long _retainedLimit = 2L << 30;
    private ITimer? _timer; // runs while blocks are idle
    private (long At, bool IsShort)? _memory; // what the last look at the machine's memory told

    /// <summary>Bytes of idle blocks that are kept at most.</summary>
    public long RetainedLimit
    {
        get => Interlocked.Read(ref _retainedLimit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _retainedLimit, value);
            Trim(value);
        }
    }

    /// <summary>Bytes of idle blocks.</summary>
    public long IdleBytes => Interlocked.Read(ref _idleBytes);

    /// <summary>Gives idle blocks back to the system until at most <paramref name="keep"/> bytes are kept.</summary>
    public void Trim(long keep)
    {
        lock (_gate)
        {
            while (_idle.Count > 0 && _idleBytes > keep)
                Free(0);
        }
    }

    /// <summary>A block of at least <paramref name="bytes"/>; <paramref name="size"/> is what it really has, to be told on its return.</summary>
    /// <exception cref="InsufficientMemoryException">The machine has no room for it, also without what was idle.</exception>
    public void* Rent(long bytes, out long size)
    {
        lock (_gate)
        {
            int best = -1;
            for (int i = 0; i < _idle.Count; i++)
            {
                if (_idle[i].Bytes >= bytes && _idle[i].Bytes <= LargestExcess * bytes && (best < 0 || _idle[i].Bytes < _idle[best].Bytes))
                    best = i;
            }

            if (best >= 0)
            {
                (nint kept, size, _) = _idle[best];
                Forget(best);
                return (void*)kept;
            }

            // Planes of another size (another kind of section) must not add to the peak.
            while (_idle.Count > 0 && bytes >= SmallestKept && _idleBytes + bytes > RetainedLimit)
                Free(0);
        }

        bool large = bytes >= SmallestKept;
        size = large ? Padded(bytes) : bytes;
        void* memory = Allocate(size, large);
        if (large && OperatingSystem.IsLinux())
            _ = Advise(memory, (nuint)size, AdviceHugePages); // only a wish: a refusal changes nothing but speed
        return memory;
    }

    /// <summary>Takes a block back, to keep it or to free it.</summary>
    public void Return(void* memory, long bytes)
    {
        bool kept = bytes >= SmallestKept && IdleBytes + bytes <= RetainedLimit && !IsShort();
        lock (_gate)
        {
            kept &= _idleBytes + bytes <= RetainedLimit; // another thread may have come first
            if (kept)
            {
                _idle.Add(((nint)memory, bytes, time.GetTimestamp()));
                _idleBytes += bytes;
                _timer ??= time.CreateTimer(_ => TrimIdle(), null, Period, Period);
            }
        }

        if (!kept)
            NativeMemory.AlignedFree(memory);
    }

    /// <summary>Frees what is idle.</summary>
    public void Dispose() => Trim(0);

    /// <summary>Frees the blocks that were idle for long, or all where the machine is short of memory; stops looking when none is left.</summary>
    private void TrimIdle()
    {
        bool all = IsShort();
        lock (_gate)
        {
            while (_idle.Count > 0 && (all || time.GetElapsedTime(_idle[0].Since) >= LongestIdle))
                Free(0);
        }
    }

    private bool IsShort()
    {
        lock (_gate)
        {
            if (_memory is not { } memory || time.GetElapsedTime(memory.At) >= Glance)
                _memory = memory = (time.GetTimestamp(), isShort());
            return memory.IsShort;
        }
    }

    private void* Allocate(long size, bool large)
    {
        try
        {
            return NativeMemory.AlignedAlloc((nuint)size, large ? (nuint)HugePage : 64);
        }
        catch (OutOfMemoryException) when (IdleBytes > 0)
        {
            Trim(0);
            return Allocate(size, large);
        }
        catch (OutOfMemoryException)
        {
            throw new InsufficientMemoryException($"No memory for a plane of {size / 1e6:F0} MB.");
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

    private void Free(int index)
    {
        nint memory = _idle[index].Memory;
        Forget(index);
        NativeMemory.AlignedFree((void*)memory);
    }

    private void Forget(int index)
    {
        _idleBytes -= _idle[index].Bytes;
        _idle.RemoveAt(index);
        if (_idle.Count > 0)
            return;
        _timer?.Dispose();
        _timer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
