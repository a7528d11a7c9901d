using EmTools.Engine.Imaging;
using EmTools.Engine.Letters;

namespace EmTools.Engine.Pictures;

/// <summary>A panel at the size at which it is drawn: its image scaled down, room for the caption above and for what does not fit into the image below.</summary>
internal sealed class PanelLayout : IDisposable
{
    private const int CaptionIndent = 4;
    private readonly Plane<byte> _image;
    private readonly string _caption;
    private readonly ScaleBar? _bar;

    /// <summary>Plans a panel.</summary>
    /// <param name="panel">What it shows.</param>
    /// <param name="scale">Pixels of the panel for one of the picture, at least 1.</param>
    /// <param name="room">Pixels of width that it may have at most.</param>
    /// <param name="context">Threads and cancellation.</param>
    public PanelLayout(PreviewPanel panel, double scale, int room, EvaluationContext context)
    {
        _image = AreaAverage.Shrink(panel.Pixels, scale, context);
        _caption = panel.Caption;
        Width = _image.Width;
        if (_caption.Length > 0)
        {
            CaptionSize = Lettering.Fit(_caption, Math.Max(16, _image.Width / 50f), room - 2 * CaptionIndent);
            CaptionHeight = (int)Math.Ceiling(Math.Max(16, CaptionSize) * 1.75f);
            Width = Math.Max(Width, Math.Min(room, (int)Math.Ceiling(Lettering.Measure(_caption, CaptionSize)) + 2 * CaptionIndent));
        }

        if (panel.PixelSize > 0)
        {
            _bar = new ScaleBar(panel.PixelSize * panel.Pixels.Width / _image.Width, _image.Height, _image.Width, room);
            Width = Math.Max(Width, (int)Math.Ceiling(_bar.BlockWidth));
        }
    }

    /// <summary>Columns that it takes.</summary>
    public int Width { get; }

    /// <summary>Rows of the caption above the image; 0 without one.</summary>
    public int CaptionHeight { get; }

    /// <summary>The caption's size in pixels, 0 without one; captions side by side are of the size of the smallest.</summary>
    public float CaptionSize { get; set; }

    /// <summary>Rows from the image's upper edge on.</summary>
    public int BodyHeight => _image.Height + (_bar is { FitsInside: false } ? _bar.FooterHeight : 0);

    /// <summary>Copies the image into a picture, and draws what belongs to it.</summary>
    public void Draw(Plane<byte> picture, int left, int top)
    {
        for (int y = 0; y < _image.Height; y++)
            _image.Row(y).CopyTo(picture.Row(top + y)[left..]);
        if (_caption.Length > 0)
            Lettering.Draw(picture, _caption, left + CaptionIndent, top - CaptionHeight * 0.32f, CaptionSize, byte.MinValue);

        if (_bar is { FitsInside: true })
            _bar.DrawInside(picture, left + _image.Width, top + _image.Height);
        else
            _bar?.DrawBelow(picture, left + Math.Max(_image.Width, _bar.BlockWidth), top + _image.Height);
    }

    public void Dispose() => _image.Dispose();
}
