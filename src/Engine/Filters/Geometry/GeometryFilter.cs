using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Geometry;

/// <summary>A filter that gives sections another size.</summary>
internal abstract class GeometryFilter : FilterDefinition
{
    protected GeometryFilter(string name, int revision, string summary, Type optionsType)
        : base(name, revision, summary, optionsType)
    {
    }

    public override bool TakesMask => false;

    /// <summary>True when it only chooses among pixels, which keep the type in which they come.</summary>
    public virtual bool KeepsType => false;

    public override PixelType OutputType(IFilterOptions options) => PixelType.Single;

    /// <summary>The size (y, x) of what it gives.</summary>
    public abstract (int Height, int Width) OutputSize(int height, int width, IFilterOptions options);

    /// <summary>Where what it gives lies in the section as read.</summary>
    public abstract SectionFrame FrameAfter(SectionFrame before, IFilterOptions options);

    /// <summary>Refuses a section that it does not fit.</summary>
    /// <param name="height">The section's rows.</param>
    /// <param name="width">The section's columns.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="section">How messages name the section.</param>
    /// <exception cref="EmException">It does not fit.</exception>
    public abstract void Require(int height, int width, IFilterOptions options, string section);

    /// <summary>As <see cref="FilterDefinition.Compute"/>, for pixels of any type, which the result keeps. Only where <see cref="KeepsType"/>.</summary>
    public virtual Plane Choose(Plane input, IFilterOptions options) => throw new NotSupportedException($"{Name} computes its pixels.");
}
