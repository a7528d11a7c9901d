using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>Finds the sections of a TIFF file: its pages, less smaller copies and masks, or the planes behind a single one.</summary>
internal sealed class TiffPages
{
    private const int NewSubfileType = 254, SubfileType = 255, ImageWidth = 256, ImageLength = 257, Photometric = 262;

    private const int Reduced = 1, Mask = 4, OldReduced = 2;

    private readonly TiffHeader _header;
    private readonly bool _isMask;
    private readonly List<Found> _pages = [];
    private readonly List<FileRemark> _remarks = [];
    private TiffFile? _last;
    private TiffLayout? _first;
    private int _directories;
    private long? _brokenAt;

    private TiffPages(TiffHeader header, bool isMask) => (_header, _isMask) = (header, isMask);

    /// <summary>Describes all sections of a file, checked, in the order of their pages.</summary>
    /// <param name="path">The file.</param>
    /// <param name="handle">Its handle.</param>
    /// <param name="isMask">Only zero or not counts, so that more kinds of pixels can be read.</param>
    /// <exception cref="EmException">No page of it is read here, or it is damaged.</exception>
    public static IReadOnlyList<TiffFile> Read(string path, SafeFileHandle handle, bool isMask)
    {
        var pages = new TiffPages(TiffHeader.Read(path, handle), isMask);
        pages.Walk();
        pages.LeaveColoursOut();
        return pages.Sections();
    }

    /// <summary>Goes along the chain of directories.</summary>
    private void Walk()
    {
        var first = new TiffEntries(_header, _header.FirstDirectory);
        var visited = new HashSet<long> { first.Offset };
        long bytes = 0;
        bool left = false;
        for (TiffEntries? entries = first; entries is not null;)
        {
            _directories++;
            bytes += entries.ListBytes;
            if (IsSection(entries))
                _pages.Add(Describe(entries));
            else
                left = true;
            if (entries.Next == 0)
                break;

            // Directories that lie in one another could be as many as the file has bytes.
            long next = entries.Next;
            entries = visited.Add(next) && bytes <= _header.Length ? TryNext(next) : null;
            if (entries is null)
                _brokenAt = next;
        }

        // A file whose only pages are marked as smaller copies holds the first of these.
        if (_pages.Count == 0)
            _pages.Add(Describe(first));
        else if (left)
            _remarks.Add(TiffRemarks.SmallerPages);
        if (_brokenAt is { } at)
            _remarks.Add(TiffRemarks.ChainEnds(_directories, at));
    }

    private TiffEntries? TryNext(long offset)
    {
        try
        {
            var entries = new TiffEntries(_header, offset);
            return entries.Has(ImageWidth) && entries.Has(ImageLength) ? entries : null;
        }
        catch (EmException)
        {
            return null;
        }
    }

    private static bool IsSection(TiffEntries entries)
        => (entries.Integer(NewSubfileType) & (Reduced | Mask)) == 0 && entries.Integer(SubfileType) != OldReduced;

    private Found Describe(TiffEntries entries)
    {
        try
        {
            TiffLayout layout = TiffDirectory.Read(_header, entries, _isMask);
            _first ??= layout;
            _last = _last is null ? layout.File : Shared(layout.File, _last);
            return new Found(entries.Offset, _last, null, false);
        }
        catch (EmException e)
        {
            return new Found(entries.Offset, null, e, e.Kind == EmErrorKind.NotSupported && entries.Integer(Photometric, 1) > 1);
        }
    }

    /// <summary>Pages of a stack mostly say the same, which need not be kept ten thousand times; what the first says of the voxels holds for those that say nothing.</summary>
    private static TiffFile Shared(TiffFile file, TiffFile before) => file with
    {
        Tags = file.Tags == before.Tags ? before.Tags : file.Tags,
        VoxelSize = file.VoxelSize is null || file.VoxelSize == before.VoxelSize ? before.VoxelSize : file.VoxelSize,
        Remarks = file.Remarks.SequenceEqual(before.Remarks) ? before.Remarks : file.Remarks,
    };

    /// <summary>Some programs put a picture in colour before or behind the grey pages; among them it would leave a gap.</summary>
    private void LeaveColoursOut()
    {
        int first = _pages.FindIndex(page => !page.IsColour), last = _pages.FindLastIndex(page => !page.IsColour);
        if (first < 0 || last - first == _pages.Count - 1)
            return;
        _pages.RemoveRange(last + 1, _pages.Count - last - 1);
        _pages.RemoveRange(0, first);
        _remarks.Add(TiffRemarks.ColourPages);
    }

    private List<TiffFile> Sections()
    {
        int refused = _pages.FindIndex(page => page.Error is { Kind: EmErrorKind.NotSupported });
        refused = refused < 0 && _first is null ? 0 : refused;
        if (refused >= 0)
            throw _pages.Count == 1 ? _pages[0].Error! : TiffErrors.OfPage(refused, _pages[refused].Error!, _isMask);

        TiffFile first = _first!.File;
        int planes = Planes(first);
        int count = planes > 1 ? planes : _pages.Count;
        if (count > 1 && TiffPlanes.IsHyperstack(first))
            _remarks.Add(TiffRemarks.InterleavedPlanes);
        for (int page = 0; page < _pages.Count; page++)
        {
            if (_pages[page].Error is { } error)
                _remarks.Add(TiffRemarks.DamagedPage(page, error.Message));
        }

        var sections = new List<TiffFile>(count);
        IReadOnlyList<FileRemark>? own = null, all = null;
        for (int page = 0; page < count; page++)
        {
            // A damaged page is an error of its section only, when it is read; until then it is as the others are.
            TiffFile file = planes > 1 ? first with { Plane = page } : _pages[page].File ?? first with { Directory = _pages[page].Directory };
            if (_remarks.Count > 0 && file.Remarks != own)
                (own, all) = (file.Remarks, [.. file.Remarks, .. _remarks]);
            sections.Add(file with { Page = count > 1 ? page : null, Remarks = _remarks.Count > 0 ? all! : file.Remarks });
        }

        return sections;
    }

    /// <summary>How many planes the only page stands for, as the description says and the file's length can hold.</summary>
    private int Planes(TiffFile first)
    {
        long told = TiffPlanes.Told(first);
        if (told <= _pages.Count)
            return 1;
        int held = _directories == 1 ? TiffPlanes.Held(_first!, _header.Length) : 1;
        if (held >= told)
        {
            // Nothing is missing, whatever stands where the next directory should be told.
            _remarks.RemoveAll(remark => remark.Id == TiffRemarks.ChainId);
            return (int)told;
        }

        if (_brokenAt > _header.Length)
            throw TiffErrors.Truncated(_header.Path, $"it is described as a stack of {told} images, but ends after {_pages.Count}");
        _remarks.Add(TiffRemarks.FewerPlanes(told, _pages.Count));
        return 1;
    }

    private readonly record struct Found(long Directory, TiffFile? File, EmException? Error, bool IsColour);
}
