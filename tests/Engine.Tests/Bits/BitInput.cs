using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Bits;

/// <summary>
/// Sections whose pixels are made of whole numbers, so that they are the same wherever they are made: shapes, stripes and
/// noise, neighbours in z alike. Widths are no multiples of any vector's length.
/// </summary>
internal sealed record BitInput(string Name, int Depth, int Height, int Width, bool Holes = false, float Scale = 1, float Shift = 0)
{
    /// <summary>The inputs, by name.</summary>
    public static IReadOnlyDictionary<string, BitInput> All { get; } = new BitInput[]
    {
        new("plain", 5, 187, 301),
        new("holes", 5, 187, 301, Holes: true),
        new("part", 5, 67, 141),
        new("part holes", 3, 79, 135, Holes: true),
        new("small", 3, 23, 37),
        new("tall", 3, 401, 13),
        new("wide", 1, 90, 2301),
        new("fractions", 3, 90, 173, Scale: 1f / 65536, Shift: 0.25f),
    }.ToDictionary(input => input.Name);

    /// <summary>The sections; the caller owns them.</summary>
    public Plane<float>[] Sections() => [.. Enumerable.Range(0, Depth).Select(Section)];

    /// <summary>Tissue: all but a slanted corner and a hole.</summary>
    public Plane<byte> Mask() => Plane.Make<byte>(Height, Width, mask =>
    {
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                mask.Row(y)[x] = (byte)(x + 2 * y < Width / 3 || (Math.Abs(y - Height / 2) < 9 && Math.Abs(x - Width / 2) < 11) ? 0 : 1);
        }
    });

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Depth} x {Height} x {Width}");

    private Plane<float> Section(int z) => Plane.Make<float>(Height, Width, plane =>
    {
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                plane.Row(y)[x] = Holes && IsHole(z, y, x) ? float.NaN : Value(z, y, x) * Scale + Shift;
        }
    });

    private static int Value(int z, int y, int x)
    {
        int wave = Triangle(3 * x + 2 * y + 5 * z, 64) * 40 + Triangle(2 * x - 5 * y - 3 * z + 10_000, 110) * 25;
        int cell = Triangle(x + z, 46) + Triangle(y + 2 * z, 38) > 34 ? -5000 : 0; // dark, with an edge
        int stripe = (int)(Noise(77, z, x / 3) % 1800) + (x % 41 == 7 ? 2500 : 0);
        return 27000 + wave + cell + stripe + (int)(Noise(y, z, x) % 1600) + (int)(Noise(x, y, z) % 700);
    }

    private static bool IsHole(int z, int y, int x) => (y > 60 && y < 75 && x > 100 + 9 * z && x < 140) || Noise(z + 1000, y, x) % 211 == 0;

    private static int Triangle(int at, int period) => Math.Abs(at % period - period / 2);

    private static uint Noise(int a, int b, int c)
    {
        uint h = unchecked((uint)a * 0x9E3779B9u ^ (uint)b * 0x85EBCA6Bu ^ (uint)c * 0xC2B2AE35u);
        h = (h ^ (h >> 16)) * 0x7FEB352Du;
        h = (h ^ (h >> 15)) * 0x846CA68Bu;
        return h ^ (h >> 16);
    }
}
