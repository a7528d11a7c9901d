using EmTools.Engine.Pictures;
using ScottPlot;
using SkiaSharp;

namespace EmTools.Engine.Estimation.Report;

/// <summary>Gives charts the letters that the engine brings along: on a compute node without fonts they would have none, and no message would tell.</summary>
internal sealed class ReportFont : IFontResolver
{
    private const string Name = "EmTools letters";
    private static readonly Lazy<bool> s_registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new ReportFont());
        Fonts.Default = Name;
        return true;
    });

    private ReportFont()
    {
    }

    /// <summary>Makes it the font of all plots that are made from now on.</summary>
    public static void Use() => _ = s_registered.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Lettering.Load() : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Lettering.Load() : null;
}
