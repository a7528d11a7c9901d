using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>A rectangle of a section, in pixels counted from 0.</summary>
internal readonly record struct Region(int Y, int X, int Height, int Width)
{
    /// <summary>The rectangle that a user gave as y, x, height, width; the whole section where nothing was given.</summary>
    /// <exception cref="EmException">It does not lie in the section.</exception>
    public static Region Of(EmSection section, int[]? given)
    {
        if (given is null)
            return new Region(0, 0, section.Height, section.Width);
        var region = new Region(given[0], given[1], given[2], given[3]);
        bool inside = region.Y >= 0 && region.X >= 0 && region.Height >= 1 && region.Width >= 1
            && (long)region.Y + region.Height <= section.Height && (long)region.X + region.Width <= section.Width;
        return inside
            ? region
            : throw new EmException(EmErrorKind.InvalidArgument, "RegionOutside", $"The region {string.Join(", ", given)} (y, x, height, width) does not lie in section {section.Index} ({section.Name}), which is {section.Height} x {section.Width} pixels.", "Region");
    }
}
