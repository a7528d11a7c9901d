using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters;

/// <summary>Options in grey levels, which fit some sections and not others.</summary>
internal interface IGreyLevelOptions
{
    /// <summary>Why the options cannot do what they are meant for to a section of these levels; null where they can.</summary>
    string? Unfit(PixelLevels levels);
}
