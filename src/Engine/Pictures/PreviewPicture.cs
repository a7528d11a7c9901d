using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pictures;

/// <summary>Puts panels together and writes them as PNG: side by side, or one after the other in the same place.</summary>
public static class PreviewPicture
{
    private const int Gap = 4;

    /// <summary>Writes panels side by side. All are scaled down alike where they would be too wide.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="panels">At least one, from the left.</param>
    /// <param name="maximumWidth">Width of the whole picture at most, in pixels; at least 64.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">As for <see cref="PngImage.Write"/>.</exception>
    public static void Write(string path, IReadOnlyList<PreviewPanel> panels, int maximumWidth = int.MaxValue, bool overwrite = false, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        context ??= EvaluationContext.Default;
        if (panels is [{ Caption: "", PixelSize: 0 } plain] && plain.Pixels.Width <= maximumWidth)
        {
            PngImage.Write(path, plain.Pixels, overwrite, context);
            return;
        }

        using Plane<byte> picture = Compose(panels, (maximumWidth - Gap * (panels.Count - 1)) / panels.Count, sideBySide: true, context)[0];
        PngImage.Write(path, picture, overwrite, context);
    }

    /// <summary>Writes an animation that shows panels in turn, for ever.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="panels">At least one; a program that knows no animated PNG shows the first.</param>
    /// <param name="interval">How long each is shown.</param>
    /// <param name="maximumWidth">Width of the picture at most, in pixels; at least 64.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">As for <see cref="PngImage.Write"/>.</exception>
    public static void WriteBlinking(string path, IReadOnlyList<PreviewPanel> panels, TimeSpan interval, int maximumWidth = int.MaxValue, bool overwrite = false, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        context ??= EvaluationContext.Default;
        Plane<byte>[] frames = Compose(panels, maximumWidth, sideBySide: false, context);
        try
        {
            AnimatedPng.Write(path, frames, interval, overwrite, context);
        }
        finally
        {
            foreach (Plane<byte> frame in frames)
                frame.Dispose();
        }
    }

    private static Plane<byte>[] Compose(IReadOnlyList<PreviewPanel> panels, int room, bool sideBySide, EvaluationContext context)
    {
        // One scale for all: what is compared must be of one size, and a scale bar true for every panel.
        double scale = Math.Max(1, panels.Max(panel => (double)panel.Pixels.Width / room));
        var layouts = new List<PanelLayout>();
        try
        {
            foreach (PreviewPanel panel in panels)
                layouts.Add(new PanelLayout(panel, scale, room, context));
            float captions = layouts.Select(layout => layout.CaptionSize).Where(size => size > 0).DefaultIfEmpty().Min();
            foreach (PanelLayout layout in layouts.Where(layout => layout.CaptionSize > 0))
                layout.CaptionSize = captions;
            int top = layouts.Max(layout => layout.CaptionHeight), height = top + layouts.Max(layout => layout.BodyHeight);
            return sideBySide
                ? [Draw(layouts, height, layouts.Sum(layout => layout.Width) + Gap * (layouts.Count - 1), top)]
                : [.. layouts.Select(layout => Draw([layout], height, layouts.Max(each => each.Width), top))];
        }
        finally
        {
            foreach (PanelLayout layout in layouts)
                layout.Dispose();
        }
    }

    private static Plane<byte> Draw(List<PanelLayout> layouts, int height, int width, int top)
        => Plane.Make<byte>(height, width, picture => DrawOn(picture, layouts, top));

    private static void DrawOn(Plane<byte> picture, List<PanelLayout> layouts, int top)
    {
        for (int y = 0; y < picture.Height; y++)
            picture.Row(y).Fill(byte.MaxValue);
        int left = 0;
        foreach (PanelLayout layout in layouts)
        {
            layout.Draw(picture, left, top);
            left += layout.Width + Gap;
        }
    }
}
