namespace EmTools.Engine.Imaging;

/// <summary>The type of a section's pixels, in files and in memory.</summary>
public enum PixelType
{
    /// <summary>Unsigned 8-bit integers, 0 to 255.</summary>
    UInt8,

    /// <summary>Unsigned 16-bit integers, 0 to 65535.</summary>
    UInt16,

    /// <summary>32-bit IEEE floating point; NaN marks pixels without data.</summary>
    Single,
}

/// <summary>Facts about <see cref="PixelType"/> values.</summary>
public static class PixelTypes
{
    /// <summary>Bytes that one pixel takes.</summary>
    public static int BytesPerPixel(this PixelType type) => type switch
    {
        PixelType.UInt8 => 1,
        PixelType.UInt16 => 2,
        PixelType.Single => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a pixel type."),
    };

    /// <summary>The largest intensity of an integer type (255 or 65535), which inversion subtracts from; null for <see cref="PixelType.Single"/>.</summary>
    public static int? Maximum(this PixelType type) => type switch
    {
        PixelType.UInt8 => byte.MaxValue,
        PixelType.UInt16 => ushort.MaxValue,
        _ => null,
    };

    /// <summary>The pixel type that stores <typeparamref name="T"/>.</summary>
    public static PixelType Of<T>()
        where T : unmanaged
        => typeof(T) == typeof(byte) ? PixelType.UInt8
            : typeof(T) == typeof(ushort) ? PixelType.UInt16
            : typeof(T) == typeof(float) ? PixelType.Single
            : throw new NotSupportedException($"Planes hold byte, ushort or float, not {typeof(T).Name}.");
}
