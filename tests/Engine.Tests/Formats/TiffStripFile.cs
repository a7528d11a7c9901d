namespace EmTools.Engine.Tests.Formats;

/// <summary>Grey TIFF files of 8 bits with strips that are stored as they are given, sound or not.</summary>
internal static class TiffStripFile
{
    /// <summary>The file's bytes: classic, little-endian, strips first.</summary>
    /// <param name="compression">TIFF's number.</param>
    /// <param name="rows">The image's rows.</param>
    /// <param name="columns">The image's columns.</param>
    /// <param name="rowsPerStrip">Rows of a strip.</param>
    /// <param name="strips">Their bytes; an empty one was never written.</param>
    /// <param name="shared">Stores the first strip only, for all.</param>
    /// <param name="noData">GDAL's value of pixels without data.</param>
    /// <param name="photometric">1: 0 is black; 0: 0 is white.</param>
    /// <param name="bits">Bits of a pixel.</param>
    /// <param name="format">1 unsigned, 2 signed, 3 float.</param>
    /// <param name="software">The program.</param>
    public static byte[] Of(int compression, int rows, int columns, int rowsPerStrip, byte[][] strips, bool shared = false, string? noData = null, int photometric = 1, int bits = 8, int format = 1, string? software = null)
    {
        var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        writer.Write([(byte)'I', (byte)'I', 42, 0, 0, 0, 0, 0]);
        var offsets = new List<int>();
        foreach (byte[] strip in strips)
        {
            offsets.Add(strip.Length == 0 ? 0 : shared && offsets.Count > 0 ? offsets[0] : (int)file.Position);
            if (!shared || offsets.Count == 1)
                writer.Write(strip);
        }

        int offsetsAt = List(offsets), countsAt = List(strips.Select(s => s.Length));
        int noDataAt = Text(noData), softwareAt = Text(software);
        int directory = (int)file.Position;
        var tags = new List<(int Tag, int Type, int Count, int Value)>
        {
            (256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, bits), (259, 3, 1, compression), (262, 3, 1, photometric),
            (273, 4, strips.Length, strips.Length == 1 ? offsets[0] : offsetsAt), (277, 3, 1, 1), (278, 4, 1, rowsPerStrip),
            (279, 4, strips.Length, strips.Length == 1 ? strips[0].Length : countsAt),
        };
        if (software is not null)
            tags.Add((305, 2, software.Length + 5, softwareAt));
        tags.Add((339, 3, 1, format));
        if (noData is not null)
            tags.Add((42113, 2, noData.Length + 5, noDataAt));
        writer.Write((ushort)tags.Count);
        foreach ((int tag, int type, int count, int value) in tags)
        {
            writer.Write((ushort)tag);
            writer.Write((ushort)type);
            writer.Write(count);
            writer.Write(value);
        }

        writer.Write(0);
        file.Position = 4;
        writer.Write(directory);
        return file.ToArray();

        int List(IEnumerable<int> values)
        {
            int at = (int)file.Position;
            foreach (int value in values)
                writer.Write(value);
            return at;
        }

        // With NULs behind it, so that it never fits into the tag itself.
        int Text(string? text)
        {
            int at = (int)file.Position;
            writer.Write([.. System.Text.Encoding.ASCII.GetBytes(text ?? ""), 0, 0, 0, 0, 0]);
            return at;
        }
    }
}
