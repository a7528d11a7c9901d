namespace EmTools.Engine.Formats;

/// <summary>Where a tag's array lies in a DigitalMicrograph file.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="ElementType">The format's number of its elements' type.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
/// <param name="Count">How many.</param>
internal sealed record DmArray(long Offset, int ElementType, long ElementBytes, long Count);

/// <summary>A group of tags of a DigitalMicrograph file, as far as they are wanted.</summary>
internal sealed class DmGroup
{
    private readonly Dictionary<string, object> _tags = [];

    /// <summary>Groups within, in the file's order.</summary>
    public IEnumerable<DmGroup> Groups => _tags.Values.OfType<DmGroup>();

    /// <summary>Numbers within, in the file's order.</summary>
    public IEnumerable<double> Numbers => _tags.Values.OfType<double>();

    /// <summary>Adds a tag; those without a name are counted. Of two of one name, the first stays.</summary>
    public void Add(string name, object value) => _tags.TryAdd(name.Length > 0 ? name : $"[{_tags.Count}]", value);

    /// <summary>A tag by its path; null where it is missing or of another kind.</summary>
    public T? Find<T>(params ReadOnlySpan<string> path)
        where T : class
    {
        DmGroup? group = this;
        for (int i = 0; i < path.Length - 1 && group is not null; i++)
            group = group._tags.GetValueOrDefault(path[i]) as DmGroup;
        return group?._tags.GetValueOrDefault(path[^1]) as T;
    }

    /// <summary>A number by its name; null where it is missing or none.</summary>
    public double? Number(string name) => _tags.GetValueOrDefault(name) as double?;
}
