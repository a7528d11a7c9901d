namespace EmTools.Engine.Formats;

/// <summary>Where a page's strips or tiles lie.</summary>
/// <param name="Offsets">Where each begins; 0 with a count of 0 for one that was never written.</param>
/// <param name="ByteCounts">How many bytes each has.</param>
/// <param name="Reckoned">True where the file does not say how many, so that they were reckoned as libtiff does: to where the next begins.</param>
internal sealed record TiffBlockList(long[] Offsets, long[] ByteCounts, bool Reckoned)
{
    private const int StripOffsets = 273, StripByteCounts = 279, TileOffsets = 324, TileByteCounts = 325;

    /// <summary>True for a page in tiles.</summary>
    public static bool IsTiled(TiffEntries entries) => entries.Has(TileOffsets);

    /// <summary>The list that a page's tags hold.</summary>
    /// <param name="header">The file.</param>
    /// <param name="entries">The page.</param>
    /// <param name="shape">The page's size and that of its blocks.</param>
    /// <param name="rowBytes">Bytes of a row of a block for uncompressed pixels, whose byte counts follow from the size; null for compressed ones.</param>
    /// <exception cref="EmException">It lists fewer than there are (<c>TiffTooFewStrips</c>), or none (<c>TiffDamaged</c>).</exception>
    public static TiffBlockList Of(TiffHeader header, TiffEntries entries, TiffBlockShape shape, long? rowBytes)
    {
        int offsetsTag = shape.Tiled ? TileOffsets : StripOffsets, countsTag = shape.Tiled ? TileByteCounts : StripByteCounts;
        if (!entries.Has(offsetsTag))
            throw TiffErrors.Damaged(header.Path, "its directory does not say where the pixels are");
        long needed = shape.Planes * shape.BlocksAcross * shape.BlocksDown;
        bool saysCounts = entries.Has(countsTag) && entries.Count(countsTag) > 0;
        long listed = rowBytes is null && saysCounts ? Math.Min(entries.Count(offsetsTag), entries.Count(countsTag)) : entries.Count(offsetsTag);
        if (listed < needed)
            throw new EmException(EmErrorKind.InvalidData, "TiffTooFewStrips", $"'{header.Path}' is damaged: {shape.Height} x {shape.Width} pixels (y, x) take {needed} {(shape.Tiled ? "tiles" : "strips")}, but it lists {listed}. Copy it again from its source.", header.Path);

        long[] offsets = entries.Integers(offsetsTag, (int)needed);
        if (offsets.Length != needed)
            throw TiffErrors.Damaged(header.Path, "its directory does not say where the pixels are");
        long[] counts = entries.Integers(countsTag, (int)needed);
        if (rowBytes is { } bytes)
            return new TiffBlockList(offsets, Plain(shape, offsets, counts, bytes), Reckoned: false);
        if (saysCounts && counts.Length != needed)
            throw TiffErrors.Damaged(header.Path, "its directory does not say where the pixels are");
        Array.Resize(ref counts, (int)needed);
        return new TiffBlockList(offsets, counts, Reckon(header, offsets, counts));
    }

    /// <summary>Some writers leave the counts of uncompressed strips out, or count the last one as a whole one.</summary>
    private static long[] Plain(TiffBlockShape shape, long[] offsets, long[] listed, long rowBytes)
    {
        long[] counts = new long[offsets.Length];
        int each = (int)(shape.BlocksAcross * shape.BlocksDown);
        for (int block = 0; block < counts.Length; block++)
        {
            int rows = shape.Tiled ? shape.BlockHeight : Math.Min(shape.BlockHeight, shape.Height - block % each * shape.BlockHeight);
            counts[block] = offsets[block] == 0 && listed.ElementAtOrDefault(block) == 0 ? 0 : rowBytes * rows;
        }

        return counts;
    }

    /// <summary>Compressed blocks without a count reach to where the next one begins, or to the file's end.</summary>
    /// <returns>True when there were some.</returns>
    private static bool Reckon(TiffHeader header, long[] offsets, long[] counts)
    {
        long[]? starts = null;
        for (int block = 0; block < counts.Length; block++)
        {
            if (counts[block] != 0 || offsets[block] <= 0)
                continue;
            if (starts is null)
            {
                starts = [.. offsets];
                Array.Sort(starts);
            }

            int next = Array.BinarySearch(starts, offsets[block] + 1);
            next = next < 0 ? ~next : next;
            counts[block] = Math.Max(0, (next < starts.Length ? Math.Min(starts[next], header.Length) : header.Length) - offsets[block]);
        }

        return starts is not null;
    }
}
