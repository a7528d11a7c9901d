namespace EmTools.Engine.Estimation.Report;

/// <summary>The colours of maps: viridis (by N. Smith and S. van der Walt, CC0), which grow evenly brighter and are told apart by the colour-blind too.</summary>
internal static class MapColours
{
    /// <summary>The palette's entry for no value, which is transparent.</summary>
    public const byte None = 0;

    /// <summary>Colours (RGB) at even distances, the lowest value's first. Between them, straight lines keep within 6 of 255 of the original.</summary>
    public static IReadOnlyList<int> Stops { get; } =
    [
        0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26828E, 0x21918C,
        0x1F9F88, 0x27AD81, 0x3DBC74, 0x5CC863, 0x81D34D, 0xAADC32, 0xD5E21A, 0xFDE725,
    ];

    /// <summary>256 colours, three bytes each.</summary>
    public static ReadOnlySpan<byte> Palette => s_palette;

    private static readonly byte[] s_palette = [.. Enumerable.Range(0, 256).SelectMany(index => Colour(Math.Max(0, index - 1) / 254.0))];

    /// <summary>The palette's entry for a place between the lowest value (0) and the highest (1); values beyond get the colours at the ends.</summary>
    public static byte Index(double share) => (byte)(1 + Math.Round(254 * Math.Clamp(share, 0, 1)));

    private static byte[] Colour(double share)
    {
        int below = Math.Min(Stops.Count - 2, (int)(share * (Stops.Count - 1)));
        double part = share * (Stops.Count - 1) - below;
        return [Mix(16), Mix(8), Mix(0)];

        byte Mix(int shift) => (byte)Math.Round((1 - part) * ((Stops[below] >> shift) & 255) + part * ((Stops[below + 1] >> shift) & 255));
    }
}
