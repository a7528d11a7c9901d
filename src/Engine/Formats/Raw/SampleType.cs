using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>The types in which formats store a pixel, of which only some can be kept in memory as they are.</summary>
internal enum SampleType
{
    /// <summary>Unsigned 8-bit integers.</summary>
    UInt8,

    /// <summary>Signed 8-bit integers; read as unsigned ones, 128 higher.</summary>
    Int8,

    /// <summary>Unsigned 16-bit integers.</summary>
    UInt16,

    /// <summary>Signed 16-bit integers; read as unsigned ones, 32768 higher.</summary>
    Int16,

    /// <summary>Unsigned 32-bit integers; read as floats.</summary>
    UInt32,

    /// <summary>Signed 32-bit integers; read as floats.</summary>
    Int32,

    /// <summary>16-bit floats; read as 32-bit ones.</summary>
    Half,

    /// <summary>32-bit floats.</summary>
    Single,

    /// <summary>64-bit floats; read as 32-bit ones.</summary>
    Double,
}

/// <summary>Facts about <see cref="SampleType"/> values.</summary>
internal static class SampleTypes
{
    /// <summary>Bytes that one sample takes in a file.</summary>
    public static int Bytes(this SampleType type) => type switch
    {
        SampleType.UInt8 or SampleType.Int8 => 1,
        SampleType.UInt16 or SampleType.Int16 or SampleType.Half => 2,
        SampleType.Double => 8,
        _ => 4,
    };

    /// <summary>The type in which samples are read.</summary>
    public static PixelType PixelType(this SampleType type) => type switch
    {
        SampleType.UInt8 or SampleType.Int8 => Imaging.PixelType.UInt8,
        SampleType.UInt16 or SampleType.Int16 => Imaging.PixelType.UInt16,
        _ => Imaging.PixelType.Single,
    };

    /// <summary>The type in the user's words.</summary>
    public static string Name(this SampleType type) => type switch
    {
        SampleType.UInt8 => "unsigned 8-bit integers",
        SampleType.Int8 => "signed 8-bit integers",
        SampleType.UInt16 => "unsigned 16-bit integers",
        SampleType.Int16 => "signed 16-bit integers",
        SampleType.UInt32 => "unsigned 32-bit integers",
        SampleType.Int32 => "signed 32-bit integers",
        SampleType.Half => "16-bit floats",
        SampleType.Single => "32-bit floats",
        _ => "64-bit floats",
    };

    /// <summary>What is to be said of reading such samples; null where they are read as they are, or lose nothing and keep their values.</summary>
    public static FileRemark? Remark(this SampleType type) => type switch
    {
        SampleType.Int8 => FileRemark.SignedShifted(8),
        SampleType.Int16 => FileRemark.SignedShifted(16),
        SampleType.UInt32 or SampleType.Int32 or SampleType.Double => FileRemark.Narrowed(type.Name(), type.PixelType()),
        _ => null,
    };
}
