using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What users give as -Region.</summary>
internal static class RegionArgument
{
    /// <summary>The rectangle that a user gave as y, x, height, width, counted from the section before it was cropped; the whole section where nothing was given.</summary>
    /// <exception cref="EmException">It does not lie in the section.</exception>
    public static Region Of(EmSection section, int[]? given)
    {
        if (given is null)
            return new Region(0, 0, section.Height, section.Width);
        var asked = new Region(given[0], given[1], given[2], given[3]);
        Region region = section.Frame.Within(asked);
        return region.LiesIn(section.Height, section.Width)
            ? region
            : throw new EmException(EmErrorKind.InvalidArgument, "RegionOutside", $"The region {asked} (y, x, height, width) does not lie in {section.Label}, which is {section.Height} x {section.Width} pixels{Place(section)}; give a region inside it, its first row and column counted from 0.", "Region");
    }

    /// <summary>Refuses a region of two sections of which it would mean different places: cropped at different places, or binned differently.</summary>
    /// <exception cref="EmException">They are.</exception>
    public static void RequireSamePlace(EmSection section, EmSection other)
    {
        if (!section.IsPlacedAs(other))
            throw new EmException(EmErrorKind.InvalidArgument, "RegionOfOtherPlaces", $"{section.Title} and {other.Label} were cropped at different places or binned differently, so that a pixel of one does not lie where it lies in the other. Crop and bin both alike.", "Region");
    }

    private static string Place(EmSection section) => section.Frame.First is var first && first == (0, 0) ? "" : $" and was cropped to begin at ({first.Y}, {first.X})";
}
