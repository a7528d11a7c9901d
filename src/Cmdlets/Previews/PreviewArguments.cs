using EmTools.Engine;
using EmTools.Engine.Pictures;

namespace EmTools.Cmdlets;

/// <summary>Which parameters of Export-EmPreview go together, and what they must be.</summary>
internal static class PreviewArguments
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The percentiles of -Percentile, or null.</summary>
    public static (double Low, double High)? Percentiles(double[]? given)
    {
        if (given is null)
            return null;
        return given[0] >= 0 && given[0] < given[1] && given[1] <= 100
            ? (given[0], given[1])
            : throw Wrong("PercentileOrder", FormattableString.Invariant($"-Percentile: expected two numbers from 0 to 100, the lower one first, found {given[0]}, {given[1]}; give 0.2, 99.8, for instance."), "Percentile");
    }

    /// <summary>The window of -Range, or null.</summary>
    public static GreyWindow? Window(double[]? given)
    {
        if (given is null)
            return null;
        return given[0] < given[1] && double.IsFinite(given[0]) && double.IsFinite(given[1])
            ? new GreyWindow(given[0], given[1])
            : throw Wrong("RangeOrder", FormattableString.Invariant($"-Range: expected the grey level of black and a greater one of white, found {given[0]}, {given[1]}. To turn intensities over, read the section with -Invert."), "Range");
    }

    /// <summary>Refuses parameters without those that they need, and those that exclude each other.</summary>
    public static void RequireCompatible(ExportEmPreviewCommand command, bool intervalGiven)
    {
        if (command.Before is null && command.Blink)
            throw Wrong("BlinkWithoutBefore", "-Blink shows a section in turn with how it was before, but -Before is missing; give the section that it was, as in -Before $raw -Blink.", "Blink");
        if (command.Before is null && command.SameWindow)
            throw Wrong("SameWindowWithoutBefore", "-SameWindow is for a picture with -Before, which is missing; give it, or leave -SameWindow out.", "SameWindow");
        if (intervalGiven && !command.Blink)
            throw Wrong("IntervalWithoutBlink", "-BlinkInterval is for a picture with -Blink, which is missing; give it too, with -Before, or leave -BlinkInterval out.", "BlinkInterval");
        if (command.BlinkInterval < ShortestInterval || command.BlinkInterval > Engine.Formats.AnimatedPng.LongestInterval)
            throw Wrong("BlinkInterval", FormattableString.Invariant($"-BlinkInterval: expected 50 to 65535 ms, as a number of milliseconds or a TimeSpan, found {command.BlinkInterval.TotalMilliseconds:0.####} ms; 700 is the default."), "BlinkInterval");
        if (command.Range is not null && command.Percentile is not null)
            throw Wrong("RangeAndPercentile", "-Range and -Percentile both say what becomes black and white; give one of them.", "Range");
        if (command.Range is not null && command.Spectrum)
            throw Wrong("RangeOfSpectrum", "-Range is in grey levels, which a spectrum does not have; give -Percentile for another window.", "Range");
        if (command.Zoom > 1 && command.Spectrum)
            throw Wrong("ZoomOfSpectrum", "-Zoom enlarges pixels of the section, which a spectrum does not show; leave one of them out.", "Zoom");
        if (command.PixelSize is { } size && !(size >= 0 && double.IsFinite(size)))
            throw Wrong("PixelSize", FormattableString.Invariant($"-PixelSize: expected nanometres a pixel, or 0 for no scale bar, found {size}; give 8, for instance."), "PixelSize");
    }

    private static EmException Wrong(string id, string message, string parameter) => new(EmErrorKind.InvalidArgument, id, message, parameter);
}
