namespace EmTools.Engine.Formats;

/// <summary>Where the chunks of a dataset lie, of millions of them in as little memory as there can be.</summary>
internal sealed class Hdf5ChunkPlaces(long[] shape)
{
    private readonly List<(long[] Corner, long Address, long Stored, long Skipped)> _found = [];
    private long[] _grid = [];
    private long[] _numbers = [];
    private (long Address, long Stored, int Skipped)[] _places = [];

    /// <summary>Takes a chunk.</summary>
    public void Add(long address, long stored, long skipped, long[] corner) => _found.Add((corner, address, stored, skipped));

    /// <summary>Puts all in order.</summary>
    public void Sort(long[] chunk)
    {
        _grid = [.. shape.Zip(chunk, (length, side) => (length - 1) / side + 1)];
        _numbers = [.. _found.Select(found => Number([.. found.Corner.Zip(chunk, (first, side) => first / side)]))];
        _places = [.. _found.Select(found => (found.Address, found.Stored, (int)found.Skipped))];
        _found.Clear();
        _found.TrimExcess();
        Array.Sort(_numbers, _places);
    }

    /// <summary>Where a chunk lies, by its place in the grid; null for one that was never written.</summary>
    public (long Address, long Stored, int Skipped)? Of(long[] place) => Array.BinarySearch(_numbers, Number(place)) is >= 0 and var at ? _places[at] : null;

    private long Number(long[] place)
    {
        long number = 0;
        for (int i = 0; i < place.Length; i++)
            number = checked(number * _grid[i] + place[i]);
        return number;
    }
}
