using EmTools.Engine.Files;

namespace EmTools.Engine.Formats;

/// <summary>
/// The states of a volume's files, layer of chunks by layer. The planes of a layer lie in the same files, and a plan asks for
/// all of them: their files are looked at once then. What was found serves every other plane once, and for a few seconds; a plane
/// that asks again, because something may have changed, has the files looked at again.
/// </summary>
internal sealed class SlabIdentities(ChunkedVolume volume)
{
    private const long MillisecondsValid = 5000;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _served = [];
    private int _layer = -1;
    private long _since;
    private InputIdentity? _found;

    public InputIdentity? Of(int plane)
    {
        int layer = plane / volume.Description.Chunk.Depth;
        lock (_gate)
        {
            if (layer != _layer || Environment.TickCount64 - _since > MillisecondsValid || !_served.Add(plane))
            {
                _served.Clear();
                _served.Add(plane);
                _since = Environment.TickCount64;
                _layer = -1; // in case of an error
                _found = Look(layer);
                _layer = layer;
            }

            return _found;
        }
    }

    private InputIdentity? Look(int layer)
    {
        if (FileStamp.TryOf(volume.Description.MetadataPath) is not { } metadata)
            return null;
        (long size, DateTime changed) = metadata;
        var seen = new HashSet<long>();
        for (int y = 0; y < volume.ChunkRows; y++)
        {
            for (int x = 0; x < volume.ChunkColumns; x++)
            {
                var chunk = new ChunkIndex(layer, y, x);
                if (!seen.Add(volume.FileNumber(chunk)))
                    continue;
                using ChunkFile file = volume.File(chunk);
                if (file.Stamp is { } stamp)
                    (size, changed) = (size + stamp.Size, stamp.Changed > changed ? stamp.Changed : changed);
            }
        }

        return new InputIdentity(Path.GetFileName(volume.Description.Path), size, changed);
    }
}
