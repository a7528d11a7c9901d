using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>
/// Adds tags to the directory of a TIFF file that LibTiff.NET has written. LibTiff.NET itself would take unknown tags only
/// after a registration for the whole process, and would round their rationals to floats.
/// </summary>
internal static class TiffDirectoryExtension
{
    /// <summary>
    /// Appends the tags' values and a directory that has the tags beside those of the file's own, and makes the header
    /// point to it. Tags that the file has already stay as they are.
    /// </summary>
    /// <param name="stream">The complete file of one page.</param>
    /// <param name="tags">What to add.</param>
    public static void Append(Stream stream, IReadOnlyList<TiffOtherTag> tags)
    {
        if (tags.Count == 0)
            return;
        byte[] header = Read(stream, 0, 16);
        if (header is not [(byte)'I', (byte)'I', ..])
            throw new InvalidOperationException("LibTiff.NET writes in the machine's byte order, and .NET runs on little-endian machines only.");
        bool big = header[2] == 43;
        int countBytes = big ? 8 : 2, entryBytes = big ? 20 : 12, inlineBytes = big ? 8 : 4;

        long old = big ? BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
        int oldCount = (int)Number(Read(stream, old, countBytes));
        byte[] oldEntries = Read(stream, old + countBytes, oldCount * entryBytes);
        var entries = new SortedDictionary<int, byte[]>(); // TIFF wants them in order
        for (int i = 0; i < oldCount; i++)
        {
            byte[] entry = oldEntries[(i * entryBytes)..((i + 1) * entryBytes)];
            entries.Add(BinaryPrimitives.ReadUInt16LittleEndian(entry), entry);
        }

        // Values and directories begin at even places, and at multiples of 8 in BigTIFF.
        long start = stream.Length;
        using var added = new MemoryStream();
        Align(added, start);
        foreach (TiffOtherTag given in tags)
        {
            if ((big ? given : given.ForClassic()) is not { } tag || entries.ContainsKey(tag.Tag))
                continue;
            byte[] entry = new byte[entryBytes];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)tag.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)tag.Type);
            Put(entry.AsSpan(4, inlineBytes), tag.Count);
            Span<byte> value = entry.AsSpan(4 + inlineBytes);
            if (tag.Values.Length <= inlineBytes)
            {
                tag.Values.Span.CopyTo(value);
            }
            else
            {
                Put(value, start + added.Length);
                added.Write(tag.Values.Span);
                Align(added, start);
            }

            entries.Add(tag.Tag, entry);
        }

        if (entries.Count == oldCount)
            return;
        long directory = start + added.Length;
        byte[] count = new byte[countBytes];
        Put(count, entries.Count);
        added.Write(count);
        foreach (byte[] entry in entries.Values)
            added.Write(entry);
        added.Write(new byte[inlineBytes]); // no further page

        // The header last: until then it points to the directory that was there.
        stream.Seek(0, SeekOrigin.End);
        stream.Write(added.GetBuffer(), 0, (int)added.Length);
        byte[] place = new byte[inlineBytes];
        Put(place, directory);
        stream.Seek(big ? 8 : 4, SeekOrigin.Begin);
        stream.Write(place);
    }

    private static byte[] Read(Stream stream, long offset, int count)
    {
        byte[] bytes = new byte[count];
        stream.Seek(offset, SeekOrigin.Begin);
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Align(MemoryStream added, long start)
    {
        while ((start + added.Length) % 8 != 0)
            added.WriteByte(0);
    }

    private static long Number(byte[] bytes) => bytes.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static void Put(Span<byte> bytes, long value)
    {
        if (bytes.Length == 8)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        else if (bytes.Length == 4)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)value));
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
    }
}
