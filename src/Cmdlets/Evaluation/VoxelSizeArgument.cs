using EmTools.Engine;
using EmTools.Engine.Imaging;

namespace EmTools.Cmdlets;

/// <summary>What users give as -VoxelSize.</summary>
internal static class VoxelSizeArgument
{
    /// <summary>The size that z, y, x in nanometres are.</summary>
    /// <exception cref="EmException">A length is not above 0.</exception>
    public static VoxelSize Of(double[] given)
        => VoxelSize.Sensible(given[0], given[1], given[2]) is { Z: not null } size
            ? size
            : throw new EmException(EmErrorKind.InvalidArgument, "VoxelSize", FormattableString.Invariant($"-VoxelSize: expected three lengths above 0 (z, y, x) in nanometres, found {given[0]}, {given[1]}, {given[2]}; give 40, 8, 8, for instance."), "VoxelSize");
}
