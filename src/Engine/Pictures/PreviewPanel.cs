using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pictures;

/// <summary>One image of a picture.</summary>
/// <param name="Pixels">What to show; stays the caller's.</param>
/// <param name="Caption">A few words above it, or none.</param>
/// <param name="PixelSize">Nanometres a pixel, for a scale bar; 0 for none.</param>
public sealed record PreviewPanel(Plane<byte> Pixels, string Caption = "", double PixelSize = 0);
