using System.Globalization;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Looks at results before they are written.</summary>
internal static class ResultWatch
{
    /// <summary>More pixels than this at one end of a result's range are worth a word.</summary>
    private const double Share = 0.2;

    /// <summary>A picture's grey levels spread by a tenth of the range and more; what spreads by less than this share of it shows nothing.</summary>
    private const double Flat = 0.02;

    /// <summary>What is remarkable about a result; null where it looks like a picture, or is not meant to be one.</summary>
    public static ResultNotice? Find(EmSection section, PixelLevels levels)
    {
        // What is only copied or cropped, and masks, are as they are.
        bool copied = section.Source.Section is null && section.Steps.All(step => step.KeepsType);
        if (copied || section.Steps is not [.., { GivesMask: false } last])
            return null;
        if (levels.Count == 0)
            return new("ResultEmpty", last.Name, "the result has no pixel with a value: all are NaN. Look at the section before each step (Measure-EmSection -EveryStep)");
        if (levels.Lowest == levels.Highest)
            return new("ResultConstant", last.Name, string.Create(CultureInfo.InvariantCulture, $"all pixels of the result are {levels.Lowest:G6}. Look at the section before each step (Measure-EmSection -EveryStep); for other sections than those that the defaults are made for, Get-EmSuggestion chooses parameters"));
        if (section.PixelType.Maximum() is { } whole && levels.Deviation < Flat * whole)
            return new("ResultFlat", last.Name, string.Create(CultureInfo.InvariantCulture, $"the result is nearly one grey: its pixels, {levels.Lowest:G6} to {levels.Highest:G6}, spread by {levels.Deviation:G3} of {whole}. The parameters in grey levels are too wide for the section; leave them out, or have them chosen by Get-EmSuggestion"));
        bool low = levels.AtLowest >= levels.AtHighest;
        double share = low ? levels.AtLowest : levels.AtHighest;
        return share <= Share ? null : new("PixelsAtEnd", last.Name, string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} % of the pixels of the result lie at the {(low ? "lower" : "upper")} end of its range, {(low ? levels.Lowest : levels.Highest):G6}. Where that is no empty frame, the levels do not fit: see that Contrast's -Mean is the level that offsets and background leave (Measure-EmSection -EveryStep), or have parameters chosen by Get-EmSuggestion"));
    }
}
