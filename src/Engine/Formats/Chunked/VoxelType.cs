using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>How a volume stores its voxels.</summary>
internal enum VoxelType
{
    Bool,
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float16,
    Float32,
    Float64,
}

/// <summary>Facts about <see cref="VoxelType"/> values.</summary>
internal static class VoxelTypes
{
    /// <summary>The type of a name such as <c>uint16</c>, as Zarr v3, N5 and Precomputed give it; null for another.</summary>
    public static VoxelType? Named(string name) => name switch
    {
        "bool" => VoxelType.Bool,
        "uint8" => VoxelType.UInt8,
        "int8" => VoxelType.Int8,
        "uint16" => VoxelType.UInt16,
        "int16" => VoxelType.Int16,
        "uint32" => VoxelType.UInt32,
        "int32" => VoxelType.Int32,
        "uint64" => VoxelType.UInt64,
        "int64" => VoxelType.Int64,
        "float16" => VoxelType.Float16,
        "float32" => VoxelType.Float32,
        "float64" => VoxelType.Float64,
        _ => null,
    };

    /// <summary>Bytes of a stored voxel.</summary>
    public static int Bytes(this VoxelType type) => type switch
    {
        VoxelType.Bool or VoxelType.UInt8 or VoxelType.Int8 => 1,
        VoxelType.UInt16 or VoxelType.Int16 or VoxelType.Float16 => 2,
        VoxelType.UInt32 or VoxelType.Int32 or VoxelType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The type in which voxels are read, or null for types that no section can have.</summary>
    /// <param name="type">As they are stored.</param>
    /// <param name="isMask">Only zero or not counts, so that all types will do.</param>
    public static PixelType? Read(this VoxelType type, bool isMask) => type switch
    {
        VoxelType.UInt8 => PixelType.UInt8,
        VoxelType.UInt16 => PixelType.UInt16,
        VoxelType.Float16 or VoxelType.Float32 => PixelType.Single,
        _ when isMask => PixelType.UInt8,
        VoxelType.Int8 => PixelType.UInt8,
        VoxelType.Int16 => PixelType.UInt16,
        VoxelType.UInt32 or VoxelType.Int32 or VoxelType.Float64 => PixelType.Single,
        _ => null,
    };

    /// <summary>What is to be said of voxels that are read in another type than they are stored in.</summary>
    public static IReadOnlyList<FileRemark> Remarks(this VoxelType type, bool isMask) => type switch
    {
        _ when isMask => [],
        VoxelType.Int8 => [FileRemark.SignedShifted(8)],
        VoxelType.Int16 => [FileRemark.SignedShifted(16)],
        VoxelType.UInt32 or VoxelType.Int32 => [FileRemark.Narrowed($"{type.Name()} integers", PixelType.Single)],
        VoxelType.Float64 => [FileRemark.Narrowed("64-bit floats", PixelType.Single)],
        _ => [],
    };

    /// <summary>The name of a type: <c>uint16</c>.</summary>
    public static string Name(this VoxelType type) => type.ToString().ToLower(CultureInfo.InvariantCulture);
}
