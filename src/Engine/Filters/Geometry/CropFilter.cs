using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.Geometry;

/// <summary>Keeps a rectangle of a section: cuts off a data bar, the resin around a tissue, or a piece to try parameters on.</summary>
internal sealed class CropFilter() : GeometryFilter("Crop", revision: 1, "Keeps a rectangle of the section; its pixels stay as they are, in their own type. What counts places in the section, such as the background, goes on counting from the uncropped section's first pixel.", typeof(CropOptions))
{
    public override bool KeepsType => true;

    public override (int Height, int Width) OutputSize(int height, int width, IFilterOptions options)
    {
        Region region = Of(height, width, options);
        return (region.Height, region.Width);
    }

    public override SectionFrame FrameAfter(SectionFrame before, IFilterOptions options)
    {
        Region region = Of(1, 1, options);
        return before.Part(region.Y, region.X);
    }

    public override void Require(int height, int width, IFilterOptions options, string section)
    {
        Region region = Of(height, width, options);
        if (!region.LiesIn(height, width))
            throw new EmException(EmErrorKind.InvalidArgument, "RegionOutside", $"The region {region} (y, x, height, width) does not lie in {section}, which is {height} x {width} pixels; give a region inside it, its first row and column counted from 0.", nameof(CropOptions.Region));
    }

    public override Plane Compute(Plane<float> input, IFilterOptions options, Plane<byte>? mask, EvaluationContext context) => Choose(input, options);

    public override Plane Choose(Plane input, IFilterOptions options) => Of(input.Height, input.Width, options).CutFrom(input);

    private static Region Of(int height, int width, IFilterOptions options)
        => ((CropOptions)options).Region is [var y, var x, var rows, var columns] ? new Region(y, x, rows, columns) : new Region(0, 0, height, width);
}
