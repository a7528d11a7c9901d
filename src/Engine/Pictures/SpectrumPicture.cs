using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;

namespace EmTools.Engine.Pictures;

/// <summary>Power spectra as pictures: the logarithm, and what the edges mean.</summary>
internal static class SpectrumPicture
{
    private const int SmallestSide = 256;

    /// <summary>The decimal logarithm of a section's power spectrum. The caller owns the plane.</summary>
    public static Plane<float> Logarithm(Plane plane, EvaluationContext context)
    {
        Plane<float> spectrum = PowerSpectrum.Of(plane, context);
        float highest = 0;
        for (int y = 0; y < spectrum.Height; y++)
        {
            foreach (float power in spectrum.Row(y))
                highest = Math.Max(highest, power);
        }

        // Nothing at all at a frequency is below what rounding leaves.
        float least = Math.Max(highest * 1e-12f, 1e-30f);
        for (int y = 0; y < spectrum.Height; y++)
        {
            foreach (ref float power in spectrum.Row(y))
                power = MathF.Log10(Math.Max(power, least));
        }

        return spectrum;
    }

    /// <summary>A spectrum seen through a window; one of a small region enlarged. The caller owns the plane.</summary>
    public static Plane<byte> Show(Plane<float> logarithm, GreyWindow window, EvaluationContext context)
    {
        Plane<byte> shown = GreyLevels.Show(logarithm, window, context);
        int times = Math.Max(1, SmallestSide / shown.Width);
        if (times == 1)
            return shown;
        using (shown)
        {
            Plane<byte> large = Plane.Rent<byte>(shown.Height * times, shown.Width * times);
            for (int y = 0; y < large.Height; y++)
            {
                for (int x = 0; x < large.Width; x++)
                    large.Row(y)[x] = shown.Row(y / times)[x / times];
            }

            return large;
        }
    }

    /// <summary>A caption that says what is seen, and the finest period, which is at the edges.</summary>
    public static string Caption(string of, double pixelSize)
    {
        string edge = pixelSize > 0 ? ScaleBar.LabelOf(2 * pixelSize) : "2 pixels";
        return $"{(of.Length > 0 ? of + ": p" : "P")}ower spectrum; edges: period {edge}";
    }
}
