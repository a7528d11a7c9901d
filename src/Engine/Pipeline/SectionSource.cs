using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Where a section's pixels come from: a file, a phantom, pixels in memory. Immutable; reading it twice gives the same
/// pixels twice.
/// </summary>
public abstract class SectionSource
{
    /// <summary>Rows (axis y).</summary>
    public abstract int Height { get; }

    /// <summary>Columns (axis x).</summary>
    public abstract int Width { get; }

    /// <summary>The type in which the pixels are stored.</summary>
    public abstract PixelType PixelType { get; }

    /// <summary>The file's full path, or null where the pixels are no file's.</summary>
    public virtual string? Path => null;

    /// <summary>The size of a voxel in nm, as far as the source tells it; else null.</summary>
    public virtual VoxelSize? VoxelSize => null;

    /// <summary>Where the pixels are stored; null where they are no file's.</summary>
    internal virtual ImageLocation? Location => null;

    /// <summary>What tells the state of what the pixels are stored in from another; null where they are no file's, or it is gone.</summary>
    internal virtual InputIdentity? Identity => null;

    /// <summary>Where the pixels lie in the section as read.</summary>
    internal virtual SectionFrame Frame => new(Height, Width);

    /// <summary>All files that the pixels come from.</summary>
    internal virtual IEnumerable<string> Files => Path is null ? [] : [Path];

    /// <summary>A short name for messages and views: a file's name, or what the source is.</summary>
    public abstract string Name { get; }

    /// <summary>The section that this source makes something of, with its own steps, where it is no beginning: a filter over neighbours; else null.</summary>
    public virtual EmSection? Section => null;

    /// <summary>What getting the pixels is called where progress is shown.</summary>
    public virtual string StageName => "Read";

    /// <summary>
    /// The pixels, in the type in which they are stored. The caller owns the plane.
    /// </summary>
    /// <exception cref="EmException">The file is missing, damaged or changed since it was opened.</exception>
    public abstract Plane Read(EvaluationContext context);

    /// <summary>
    /// The pixels as floats, for computing; the maximum of their type less the pixels where <paramref name="invert"/> asks
    /// for it. The caller owns the plane.
    /// </summary>
    /// <exception cref="EmException">As for <see cref="Read"/>.</exception>
    public virtual Plane<float> ReadSingle(bool invert, EvaluationContext context) => PlaneConversion.ToSingle(Read(context), invert, context);

    /// <summary>The file's path, or the short name where there is no file.</summary>
    public override string ToString() => Path ?? Name;
}
