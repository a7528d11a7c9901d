namespace EmTools.Engine.Pipeline;

/// <summary>
/// The indices of the sections that were listed together, such as those of a folder: with it, a filter over neighbours knows
/// of an index that is not there that it will not come later either.
/// </summary>
public sealed class StackListing
{
    private readonly HashSet<int> _indices;

    /// <summary>Makes the list.</summary>
    public StackListing(IEnumerable<int> indices) => _indices = [.. indices];

    /// <summary>True when a section of that index is on the list, and has not turned out to be unreadable.</summary>
    public bool Has(int index) => _indices.Contains(index);

    /// <summary>Takes a section off that turned out to be unreadable: nobody need wait for it.</summary>
    public void Remove(int index) => _indices.Remove(index);
}
