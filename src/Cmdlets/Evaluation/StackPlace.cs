using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Where sections that come one by one stand among the files that they were listed with.</summary>
internal sealed class StackPlace
{
    private StackListing? _listing;
    private Dictionary<string, int> _places = [];
    private int _last;
    private int _met;

    /// <summary>How many files of the listing may still come after this section; null where it was listed with none. Fewer come where the pipeline leaves some out.</summary>
    public int? FilesAfter(EmSection section)
    {
        EmSection read = section.Root;
        if (read.Listing is not { } listing || read.Path is null || read.Source is ImageSource { Image.Page: not null })
            return null; // pages are more than the files that were listed
        if (_listing != listing)
        {
            _listing = listing;
            _places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < listing.Files.Count; i++)
                _places.TryAdd(listing.Files[i], i);
            (_last, _met) = (-1, 0);
        }

        // Sections in another order than the files' may be followed by any that have not been met.
        if (!_places.TryGetValue(read.Path, out int place))
            return null;
        _met++;
        bool inOrder = place > _last;
        _last = inOrder ? place : int.MaxValue;
        return inOrder ? listing.Files.Count - 1 - place : Math.Max(0, listing.Files.Count - _met);
    }
}
