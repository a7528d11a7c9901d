using System.Collections.ObjectModel;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmTools.Engine;

/// <summary>
/// A list that does not change, and that says as text what it holds, in the same way wherever it is read: the elements, separated
/// by commas, numbers with a point. So it can stand in a cell of a table.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
[CollectionBuilder(typeof(ReadableList), nameof(ReadableList.Create))]
public sealed class ReadableList<T> : ReadOnlyCollection<T>
{
    private const int MostShown = 100;
    private readonly T[] _items;

    private ReadableList(T[] items)
        : base(items) => _items = items;

    /// <summary>True where it holds nothing.</summary>
    internal bool IsEmpty => _items.Length == 0;

    /// <summary>How many it holds, as arrays call it, so that <c>[..n]</c> can be said of it.</summary>
    internal int Length => _items.Length;

    /// <summary>A part of it.</summary>
    internal ReadableList<T> Slice(int start, int length) => new(_items[start..(start + length)]);

    /// <summary>What it holds, without a copy.</summary>
    internal ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>The elements, separated by commas; of more than a hundred, these and how many more there are.</summary>
    public override string ToString()
    {
        string text = string.Join(", ", _items.Take(MostShown).Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)));
        return _items.Length <= MostShown ? text : string.Create(CultureInfo.InvariantCulture, $"{text} and {_items.Length - MostShown} more");
    }

    internal static ReadableList<T> Of(ReadOnlySpan<T> items) => new(items.ToArray());
}

/// <summary>Makes readable lists.</summary>
public static class ReadableList
{
    /// <summary>The list of some items.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    public static ReadableList<T> Create<T>(ReadOnlySpan<T> items) => ReadableList<T>.Of(items);
}
