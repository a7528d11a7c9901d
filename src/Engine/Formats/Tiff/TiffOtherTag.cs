using System.Buffers.Binary;

namespace EmTools.Engine.Formats;

/// <summary>
/// A tag whose meaning is unknown here, such as a microscope's own description of the recording (34118, 51023, 65000 and
/// beyond): its type and its bytes, to be handed on as they are.
/// </summary>
/// <param name="Tag">TIFF's number of the tag.</param>
/// <param name="Type">TIFF's number of its values' type.</param>
/// <param name="Count">How many values there are.</param>
/// <param name="Values">The values, the least significant byte first.</param>
internal sealed record TiffOtherTag(int Tag, int Type, long Count, ReadOnlyMemory<byte> Values)
{
    /// <summary>Bytes of all such tags of a file that are carried over; what does not fit is left out.</summary>
    public const long Limit = 1 << 20;

    private const int Long = 4, Long8 = 16;

    /// <summary>
    /// True for a tag that says how this file stores its pixels, or that points into the file: it would be wrong in any
    /// other file. Darkest and brightest value and transfer curves are among them, since filters change what they speak of.
    /// </summary>
    public static bool BelongsToFile(int tag) => tag
        is >= 254 and <= 259 // subfile, size, bits, compression
        or >= 262 and <= 266 // photometric, dithering, bit order
        or 273 or 277 or 278 or 279 or 280 or 281 or 284 or >= 288 and <= 293 // strips, samples, extremes, free space, grey curve, fax
        or 301 or 317 or >= 320 and <= 325 // transfer curve, predictor, colour map, halftone, tiles
        or 330 or >= 332 and <= 334 or >= 336 and <= 347 // sub-directories, inks, samples, extremes, clip path, JPEG tables
        or 400 or >= 433 and <= 435 or >= 512 and <= 521 or >= 529 and <= 532 or 559 // fax profiles, JPEG, YCbCr, strips
        or >= 33628 and <= 33631 or 34412 // MetaMorph and LSM: places in the file
        or 34665 or 34853 or 40965; // EXIF, GPS and interoperability directories

    /// <summary>Bytes of one number of a type; a rational is two of them. 0 for types that are not carried over.</summary>
    public static int NumberBytes(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 5 or 9 or 10 or 11 => 4,
        12 or 16 or 17 => 8,
        _ => 0, // 13 and 18 are places in the file
    };

    /// <summary>The tag as a classic TIFF file can hold it, which knows no 64-bit integers; null where the values need them.</summary>
    public TiffOtherTag? ForClassic()
    {
        if (Type is not (Long8 or Long8 + 1))
            return this;
        byte[] narrow = new byte[4 * Count];
        for (int i = 0; i < Count; i++)
        {
            long value = BinaryPrimitives.ReadInt64LittleEndian(Values.Span[(8 * i)..]);
            if (Type == Long8 ? value is < 0 or > uint.MaxValue : value is < int.MinValue or > int.MaxValue)
                return null;
            BinaryPrimitives.WriteUInt32LittleEndian(narrow.AsSpan(4 * i), unchecked((uint)value));
        }

        return new TiffOtherTag(Tag, Type == Long8 ? Long : 9, Count, narrow);
    }
}
