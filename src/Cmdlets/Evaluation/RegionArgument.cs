using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What users give as -Region.</summary>
internal static class RegionArgument
{
    /// <summary>The rectangle that a user gave as y, x, height, width; the whole section where nothing was given.</summary>
    /// <exception cref="EmException">It does not lie in the section.</exception>
    public static Region Of(EmSection section, int[]? given)
    {
        if (given is null)
            return new Region(0, 0, section.Height, section.Width);
        var region = new Region(given[0], given[1], given[2], given[3]);
        return region.LiesIn(section.Height, section.Width)
            ? region
            : throw new EmException(EmErrorKind.InvalidArgument, "RegionOutside", $"The region {region} (y, x, height, width) does not lie in section {section.Index} ({section.Name}), which is {section.Height} x {section.Width} pixels; give a region inside it, its first row and column counted from 0.", "Region");
    }
}
