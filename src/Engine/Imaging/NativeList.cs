using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>A growing list in native memory, for millions of small records without work for the garbage collector.</summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private T* _items;
    private int _capacity;

    /// <summary>Items in the list.</summary>
    public int Count { get; private set; }

    /// <summary>The items; invalid after the next <see cref="Add"/>.</summary>
    public T* Items => _items;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == _capacity)
            Grow();
        _items[Count++] = item;
    }

    /// <summary>Forgets the items from <paramref name="count"/> on and gives their memory back.</summary>
    public void Shrink(int count)
    {
        Count = count;
        _capacity = Math.Max(count, 1);
        _items = (T*)NativeMemory.Realloc(_items, (nuint)_capacity * (nuint)sizeof(T));
    }

    public void Dispose()
    {
        NativeMemory.Free(_items);
        _items = null;
        (_capacity, Count) = (0, 0);
        GC.SuppressFinalize(this);
    }

    ~NativeList() => NativeMemory.Free(_items);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        _capacity = checked(Math.Max(1024, _capacity + _capacity / 2));
        _items = (T*)NativeMemory.Realloc(_items, (nuint)_capacity * (nuint)sizeof(T));
    }
}
