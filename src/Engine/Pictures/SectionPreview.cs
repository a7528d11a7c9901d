using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pictures;

/// <summary>How a preview shows a section.</summary>
public sealed record PreviewOptions
{
    /// <summary>Percentiles that become black and white, or null: 8-bit pixels as they are, others from 0.2 to 99.8.</summary>
    public (double Low, double High)? Percentiles { get; init; }

    /// <summary>A fixed window in grey levels in place of percentiles.</summary>
    public GreyWindow? Window { get; init; }

    /// <summary>Show what was before and the section through the same window.</summary>
    public bool SameWindow { get; init; }

    /// <summary>Nanometres a pixel, for a scale bar; 0 for none.</summary>
    public double PixelSize { get; init; }

    /// <summary>Show the power spectra in place of the images.</summary>
    public bool Spectrum { get; init; }

    /// <summary>Show what was before and the section in turn, each as long; null to show them side by side.</summary>
    public TimeSpan? BlinkInterval { get; init; }

    /// <summary>How many times each pixel is enlarged along either axis, without smoothing; 1 or more. Not for spectra.</summary>
    public int Zoom { get; init; } = 1;

    /// <summary>Width of the picture at most, in pixels.</summary>
    public int MaximumWidth { get; init; } = int.MaxValue;

    /// <summary>Replace a file that is there.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>Writes pictures of sections, alone or with what was before.</summary>
public sealed class SectionPreview
{
    private const double DarkPercent = 0.2, BrightPercent = 99.8;

    // The line of a stripe is a five-hundredth of a spectrum; it must not all be white.
    private const double SpectrumDarkPercent = 1, SpectrumBrightPercent = 99.98;

    private readonly PreviewOptions _options;
    private readonly EvaluationContext _context;

    private SectionPreview(PreviewOptions options, EvaluationContext context) => (_options, _context) = (options, context);

    /// <summary>Writes a picture.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="section">Computes what to show; its plane is disposed of.</param>
    /// <param name="before">Computes what was before, or null to show the section alone; its plane is disposed of.</param>
    /// <param name="options">How it is shown.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">The file exists or cannot be written, or there is no spectrum of so few pixels.</exception>
    public static void Write(string path, Func<Plane> section, Func<Plane>? before, PreviewOptions options, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);
        context ??= EvaluationContext.Default;
        Func<Plane>[] images = before is null ? [section] : [before, section];
        var preview = new SectionPreview(options, context);
        Plane<byte>[] shown = options.Spectrum ? preview.Spectra(images) : preview.Images(images);
        try
        {
            context.Cancellation.ThrowIfCancellationRequested();
            preview.Enlarge(shown);
            preview.Write(path, shown);
        }
        finally
        {
            foreach (Plane<byte> image in shown)
                image.Dispose();
        }
    }

    private void Enlarge(Plane<byte>[] shown)
    {
        for (int i = 0; i < shown.Length && _options.Zoom > 1 && !_options.Spectrum; i++)
        {
            Plane<byte> large = Enlargement.Of(shown[i], _options.Zoom);
            shown[i].Dispose();
            shown[i] = large;
        }
    }

    private void Write(string path, Plane<byte>[] shown)
    {
        string[] names = shown.Length == 1 ? [""] : ["Before", "After"];
        PreviewPanel[] panels = [.. shown.Zip(names, (image, name) => _options.Spectrum
            ? new PreviewPanel(image, SpectrumPicture.Caption(name, _options.PixelSize))
            : new PreviewPanel(image, name, _options.PixelSize / _options.Zoom))];
        if (_options.BlinkInterval is { } interval)
            PreviewPicture.WriteBlinking(path, panels, interval, _options.MaximumWidth, _options.Overwrite, _context);
        else
            PreviewPicture.Write(path, panels, _options.MaximumWidth, _options.Overwrite, _context);
    }

    private Plane<byte>[] Images(Func<Plane>[] images)
    {
        // One after the other where they need not know of each other: sections are large.
        if (_options.Window is not null || !_options.SameWindow)
            return All(images, image => Of(image, plane => GreyLevels.Show(plane, WindowOf(plane), _context)));
        return Together(images, plane => plane, planes =>
        {
            GreyWindow window = planes.Select(WindowOf).Aggregate((all, next) => all.And(next));
            return All(planes, plane => GreyLevels.Show(plane, window, _context));
        });
    }

    private Plane<byte>[] Spectra(Func<Plane>[] images)
        => Together(images, plane => Of(() => plane, each => SpectrumPicture.Logarithm(each, _context)), spectra =>
        {
            (double low, double high) = _options.Percentiles ?? (SpectrumDarkPercent, SpectrumBrightPercent);
            GreyWindow window = spectra.Select(each => GreyWindow.OfPercentiles(each, low, high, _context)).Aggregate((all, next) => all.And(next));
            return All(spectra, each => SpectrumPicture.Show((Plane<float>)each, window, _context));
        });

    private GreyWindow WindowOf(Plane plane)
    {
        if (_options.Window is { } window)
            return window;
        if (_options.Percentiles is { } given)
            return GreyWindow.OfPercentiles(plane, given.Low, given.High, _context);
        return plane is Plane<byte> ? GreyWindow.Bytes : GreyWindow.OfPercentiles(plane, DarkPercent, BrightPercent, _context);
    }

    private static T Of<T>(Func<Plane> compute, Func<Plane, T> show)
    {
        using Plane plane = compute();
        return show(plane);
    }

    /// <summary>A picture of each; those that are done are freed where another fails or is cancelled.</summary>
    private static Plane<byte>[] All<T>(IEnumerable<T> sources, Func<T, Plane<byte>> show)
    {
        var shown = new List<Plane<byte>>();
        try
        {
            foreach (T source in sources)
                shown.Add(show(source));
            return [.. shown];
        }
        catch
        {
            shown.ForEach(plane => plane.Dispose());
            throw;
        }
    }

    /// <summary>Computes all, hands them on, and frees them.</summary>
    private static Plane<byte>[] Together(Func<Plane>[] images, Func<Plane, Plane> each, Func<List<Plane>, Plane<byte>[]> show)
    {
        var planes = new List<Plane>();
        try
        {
            foreach (Func<Plane> image in images)
                planes.Add(each(image()));
            return show(planes);
        }
        finally
        {
            foreach (Plane plane in planes)
                plane.Dispose();
        }
    }
}
