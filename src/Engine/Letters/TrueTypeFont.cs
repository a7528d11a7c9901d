using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace EmTools.Engine.Letters;

/// <summary>A point of a letter's outline in font units, y upwards. Between two points off the curve lies one on it, half way.</summary>
internal readonly record struct OutlinePoint(Vector2 At, bool OnCurve);

/// <summary>Outlines and widths of a TrueType font, as the OpenType specification lays them out. Made for the font that the engine brings along: it trusts the file.</summary>
internal sealed class TrueTypeFont
{
    private readonly byte[] _file;
    private readonly Dictionary<string, int> _tables = [];
    private readonly bool _longOffsets;
    private readonly int _widths, _glyphs, _characters;

    /// <summary>Reads the headers.</summary>
    /// <param name="file">The font's file.</param>
    /// <exception cref="InvalidDataException">A table is missing.</exception>
    public TrueTypeFont(byte[] file)
    {
        _file = file;
        for (int i = 0, entry = 12; i < Number(4); i++, entry += 16)
            _tables[Encoding.ASCII.GetString(file, entry, 4)] = (int)Long(entry + 8);
        UnitsPerEm = Number(Table("head") + 18);
        _longOffsets = Number(Table("head") + 50) != 0;
        _glyphs = Number(Table("maxp") + 4);
        _widths = Number(Table("hhea") + 34);
        _characters = CharacterMap();
    }

    /// <summary>Font units in the size of the font.</summary>
    public int UnitsPerEm { get; }

    /// <summary>The glyph of a character; 0 where the font has none.</summary>
    public int Glyph(Rune character)
    {
        int segments = Number(_characters + 6), ends = _characters + 14, starts = ends + segments + 2, deltas = starts + segments, offsets = deltas + segments;
        for (int i = 0; i < segments; i += 2)
        {
            if (character.Value > Number(ends + i))
                continue;
            if (character.Value < Number(starts + i))
                return 0;
            int offset = Number(offsets + i);
            int glyph = offset == 0 ? character.Value : Number(offsets + i + offset + 2 * (character.Value - Number(starts + i)));
            return glyph == 0 ? 0 : (glyph + Number(deltas + i)) & 0xFFFF;
        }

        return 0;
    }

    /// <summary>How far the next letter begins to the right, in font units.</summary>
    public int Advance(int glyph) => Number(Table("hmtx") + 4 * Math.Min(glyph, _widths - 1));

    /// <summary>The closed curves of a glyph, in font units; none for a space.</summary>
    public IReadOnlyList<OutlinePoint[]> Outline(int glyph)
    {
        int begin = Offset(glyph), end = Offset(glyph + 1);
        if (glyph >= _glyphs || begin == end)
            return [];
        int at = Table("glyf") + begin, contours = Signed(at);
        return contours >= 0 ? Simple(at + 10, contours) : Composite(at + 10);
    }

    private List<OutlinePoint[]> Simple(int at, int contours)
    {
        int[] ends = [.. Enumerable.Range(0, contours).Select(i => Number(at + 2 * i) + 1)];
        int count = contours == 0 ? 0 : ends[^1];
        at += 2 * contours;
        at += 2 + Number(at); // hinting programs are not run
        byte[] flags = new byte[count];
        for (int i = 0; i < count;)
        {
            byte flag = _file[at++];
            int times = (flag & 8) != 0 ? 1 + _file[at++] : 1;
            flags.AsSpan(i, times).Fill(flag);
            i += times;
        }

        int[] x = Coordinates(flags, ref at, isByte: 2, same: 16), y = Coordinates(flags, ref at, isByte: 4, same: 32);
        OutlinePoint[] points = [.. flags.Select((flag, i) => new OutlinePoint(new Vector2(x[i], y[i]), (flag & 1) != 0))];
        return [.. ends.Select((end, i) => points[(i == 0 ? 0 : ends[i - 1])..end])];
    }

    /// <summary>Coordinates are stored as differences: a byte with its sign among the flags, two bytes, or nothing for no change.</summary>
    private int[] Coordinates(byte[] flags, ref int at, int isByte, int same)
    {
        int[] coordinates = new int[flags.Length];
        int value = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            bool marked = (flags[i] & same) != 0;
            if ((flags[i] & isByte) != 0)
            {
                value += marked ? _file[at] : -_file[at];
                at++;
            }
            else if (!marked)
            {
                value += Signed(at);
                at += 2;
            }

            coordinates[i] = value;
        }

        return coordinates;
    }

    /// <summary>A letter with an accent is made of two glyphs.</summary>
    private List<OutlinePoint[]> Composite(int at)
    {
        const int Words = 1, Scaled = 8, More = 0x20, ScaledBoth = 0x40, Turned = 0x80;
        var parts = new List<OutlinePoint[]>();
        int flags;
        do
        {
            flags = Number(at);
            int glyph = Number(at + 2);
            at += 4;
            Vector2 shift = (flags & Words) != 0 ? new Vector2(Signed(at), Signed(at + 2)) : new Vector2((sbyte)_file[at], (sbyte)_file[at + 1]);
            at += (flags & Words) != 0 ? 4 : 2;
            var matrix = new Matrix3x2(1, 0, 0, 1, shift.X, shift.Y);
            int numbers = (flags & Turned) != 0 ? 4 : (flags & ScaledBoth) != 0 ? 2 : (flags & Scaled) != 0 ? 1 : 0;
            float[] factors = [.. Enumerable.Range(0, numbers).Select(i => Signed(at + 2 * i) / 16384f)];
            at += 2 * numbers;
            if (numbers > 0)
                (matrix.M11, matrix.M12, matrix.M21, matrix.M22) = numbers == 4 ? (factors[0], factors[1], factors[2], factors[3]) : (factors[0], 0, 0, factors[^1]);
            foreach (OutlinePoint[] contour in Outline(glyph))
                parts.Add([.. contour.Select(point => point with { At = Vector2.Transform(point.At, matrix) })]);
        }
        while ((flags & More) != 0);
        return parts;
    }

    /// <summary>Where the table of characters (format 4, of Unicode's first plane) begins.</summary>
    private int CharacterMap()
    {
        int cmap = Table("cmap");
        for (int i = 0; i < Number(cmap + 2); i++)
        {
            int table = cmap + (int)Long(cmap + 8 + 8 * i);
            if (Number(table) == 4)
                return table;
        }

        throw new InvalidDataException("The font has no table of characters of format 4.");
    }

    private int Offset(int glyph) => _longOffsets ? (int)Long(Table("loca") + 4 * glyph) : 2 * Number(Table("loca") + 2 * glyph);

    private int Table(string name) => _tables.TryGetValue(name, out int at) ? at : throw new InvalidDataException($"The font has no table '{name}'.");

    private int Number(int at) => BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at));

    private int Signed(int at) => BinaryPrimitives.ReadInt16BigEndian(_file.AsSpan(at));

    private uint Long(int at) => BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(at));
}
