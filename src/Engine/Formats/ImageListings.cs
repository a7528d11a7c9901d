using EmTools.Engine.Files;

namespace EmTools.Engine.Formats;

/// <summary>
/// Keeps what the last files of many images hold: a stack's sections are asked for one by one, and listing ten thousand pages
/// for each of them would take longer than all the rest.
/// </summary>
internal sealed class ImageListings(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Listing> _kept = [];

    /// <summary>What a file holds, as it is now.</summary>
    /// <exception cref="EmException">As <see cref="ImageFormat.Open"/>.</exception>
    public IReadOnlyList<StoredImage> Open(ImageFormat format, string path, ImageOptions options)
    {
        InputIdentity? state = format.State(path);
        if (state is { } now && Kept(path, options, now) is { } kept)
            return kept;
        IReadOnlyList<StoredImage> images = format.Open(path, options);
        if (state is { } listed && images.Count > 1)
            Keep(new Listing(path, options, listed, images));
        return images;
    }

    private IReadOnlyList<StoredImage>? Kept(string path, ImageOptions options, InputIdentity state)
    {
        lock (_gate)
        {
            for (LinkedListNode<Listing>? node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Path != path || node.Value.Options != options)
                    continue;
                _kept.Remove(node);
                if (node.Value.State != state || node.Value.Images is PlaneList { IsCurrent: false })
                    return null; // a level's metadata change without its group's
                _kept.AddFirst(node);
                return node.Value.Images;
            }

            return null;
        }
    }

    private void Keep(Listing listing)
    {
        lock (_gate)
        {
            _kept.AddFirst(listing);
            if (_kept.Count > capacity)
                _kept.RemoveLast();
        }
    }

    private sealed record Listing(string Path, ImageOptions Options, InputIdentity State, IReadOnlyList<StoredImage> Images);
}
