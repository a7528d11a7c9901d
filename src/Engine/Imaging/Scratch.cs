using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>Working memory of one thread, aligned to cache lines and cut into lines; never cleared.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private const int Alignment = 64;

    private byte* _memory;
    private long _bytes;
    private long _used;

    /// <summary>Starts anew with room for <paramref name="bytes"/>; what was cut before becomes invalid.</summary>
    public void Reset(long bytes)
    {
        _used = 0;
        if (bytes <= _bytes)
            return;
        Free();
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        _bytes = bytes;
    }

    /// <summary>Bytes cut off so far.</summary>
    public long Used => _used;

    /// <summary>Takes back what was cut off since <see cref="Used"/> was <paramref name="used"/>.</summary>
    public void ReturnTo(long used) => _used = used;

    /// <summary>Cuts off <paramref name="count"/> values.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        long start = _used;
        _used = start + Padded<T>(count);
        if (_used > _bytes)
            throw new InvalidOperationException($"Scratch memory of {_bytes} bytes does not hold {_used}.");
        return (T*)(_memory + start);
    }

    /// <summary>Cuts off <paramref name="count"/> zeros.</summary>
    public T* TakeCleared<T>(long count)
        where T : unmanaged
    {
        T* memory = Take<T>(count);
        NativeMemory.Clear(memory, (nuint)(count * sizeof(T)));
        return memory;
    }

    /// <summary>The bytes that <see cref="Take{T}"/> uses for <paramref name="count"/> values.</summary>
    public static long Padded<T>(long count)
        where T : unmanaged
        => (count * sizeof(T) + Alignment - 1) / Alignment * Alignment;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~Scratch() => Free();

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _bytes = 0;
    }
}
