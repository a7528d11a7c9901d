using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>The size of a voxel by a DigitalMicrograph image's calibrations, which are in whatever units.</summary>
internal static class DmCalibration
{
    /// <summary>The size in nm, or null where x and y are not both calibrated as lengths.</summary>
    /// <param name="data">The image's tags.</param>
    /// <param name="dimensions">2, or 3 for a stack.</param>
    /// <param name="remarks">Gets what the user should know.</param>
    public static VoxelSize? VoxelSizeOf(DmGroup data, int dimensions, List<FileRemark> remarks)
    {
        DmGroup[] axes = [.. data.Find<DmGroup>("Calibrations", "Dimension")?.Groups ?? []];
        if (axes.Length < 2)
            return null;
        double? x = Length(axes[0]), y = Length(axes[1]), z = dimensions == 3 && axes.Length > 2 ? Length(axes[2]) : null;
        if (dimensions == 3 && z is null && axes.Length > 2 && axes[2].Find<string>("Units") is { Length: > 0 } units)
            remarks.Add(new FileRemark("DepthUnit", $"has sections whose distance is calibrated in '{units}', which is no length; a stack of sections has another unit there"));
        if (x is null || y is null || VoxelSize.Sensible(z, y.Value, x.Value) is not { } size)
            return null;
        const double Same = 1e-3;
        if (Math.Abs(size.X - size.Y) > Same * Math.Max(size.X, size.Y))
            remarks.Add(new FileRemark("PixelsNotSquare", FormattableString.Invariant($"has pixels of {size.Y:G6} x {size.X:G6} nm (y, x); filters take pixels to be square")));
        return size;
    }

    private static double? Length(DmGroup axis)
    {
        double? nanometres = axis.Find<string>("Units")?.Trim('\0', ' ') switch
        {
            "pm" => 1e-3,
            "A" or "Å" or "\u212B" => 0.1,
            "nm" => 1,
            "um" or "µm" or "\u03BCm" or "micron" or "microns" => 1e3,
            "mm" => 1e6,
            "m" => 1e9,
            _ => null,
        };
        return nanometres is null || axis.Number("Scale") is not { } scale ? null : Math.Abs(scale) * nanometres;
    }
}
