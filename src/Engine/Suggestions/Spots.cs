using System.Globalization;
using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Charged spots, dust and dead pixels of a section: few pixels whose grey levels lie far beyond all others'. One of them can
/// hold more of a band's energy than all of the tissue, and filters spread it over its surroundings.
/// </summary>
/// <param name="Count">How many pixels are spots.</param>
/// <param name="Energy">Mean square, over all pixels of the section, of what spots lie off the middle of the grey levels, in units of the tissue's variance.</param>
/// <param name="Low">The grey level to which those that are too dark can be clipped: nearly all tissue is brighter.</param>
/// <param name="High">The grey level to which those that are too bright can be clipped: nearly all tissue is darker.</param>
internal readonly record struct Spots(long Count, double Energy, double Low, double High)
{
    /// <summary>Percent of the pixels at either end of the distribution of which some may be spots. What is more is what the section shows.</summary>
    private const double Tail = 2.5;

    /// <summary>
    /// How far beyond the pixels without the tails a spot begins, in units of their range. For normally distributed grey levels
    /// this is six standard deviations from the mean, which noise does not reach.
    /// </summary>
    private const double Reach = 1;

    /// <summary>Where to clip spots, in the same units: a little nearer, so that what was clipped is not taken for a spot again.</summary>
    private const double ClippedReach = 0.75;

    /// <summary>Pixels around a spot that are taken for its rim: no longer far from the tissue's grey levels, but not tissue alone.</summary>
    private const int Rim = 2;

    /// <summary>Energy from which on users should know: less hardly changes what filters make of a section.</summary>
    private const double WorthTelling = 0.01;

    /// <summary>Takes spots and their rims out of the tissue.</summary>
    /// <param name="image">The section; NaN outside the tissue. Stays as it is.</param>
    /// <param name="tissue">1 for tissue, 0 for what does not count; becomes 0 at the spots.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Spots LeaveOut(Plane<float> image, Plane<byte> tissue, EvaluationContext context)
    {
        Quantiles quantiles = Quantiles.Of(image, context);
        (double first, double last) = (quantiles.At(Tail), quantiles.At(100 - Tail));
        (double low, double high) = Beyond(Reach);
        if (!(low < high) || (quantiles.Minimum >= low && quantiles.Maximum <= high))
            return default;

        (double middle, double spread) = ((first + last) / 2, (last - first) / 4);
        var rows = new (long Count, double Squares)[image.Height];
        int grain = RowParallel.Grain(image.Height, image.Width, context);
        using Plane<byte> inside = Plane.Rent<byte>(image.Height, image.Width);
        RowParallel.For(image.Height, grain, context, (top, end) =>
        {
            for (int y = top; y < end; y++)
            {
                Span<float> values = image.Row(y);
                Span<byte> row = inside.Row(y);
                for (int x = 0; x < row.Length; x++)
                {
                    // NaN is beyond nothing: what is no tissue already has no rim.
                    bool spot = values[x] < low || values[x] > high;
                    row[x] = spot ? (byte)0 : (byte)1;
                    if (spot)
                        rows[y] = (rows[y].Count + 1, rows[y].Squares + (values[x] - middle) / spread * ((values[x] - middle) / spread));
                }
            }
        });
        using Plane<byte> clear = Erosion.Square(inside, Rim, context);
        RowParallel.For(image.Height, grain, context, (top, end) =>
        {
            for (int y = top; y < end; y++)
                TensorPrimitives.Multiply<byte>(tissue.Row(y), clear.Row(y), tissue.Row(y));
        });
        (low, high) = Beyond(ClippedReach);
        return new Spots(rows.Sum(r => r.Count), rows.Sum(r => r.Squares) / ((double)image.Height * image.Width), low, high);

        (double Low, double High) Beyond(double reach) => (first - reach * (last - first), last + reach * (last - first));
    }

    /// <summary>What to do about the spots of a sample before its sections are restored; null where there are next to none.</summary>
    public static string? Warning(IReadOnlyCollection<SampledSection> sample)
    {
        SampledSection[] spotted = [.. sample.Where(s => s.Spots.Count > 0)];
        if (spotted.Length == 0 || sample.Average(s => s.Spots.Energy) < WorthTelling)
            return null;
        double share = spotted.Sum(s => s.Spots.Count) / (double)sample.Sum(s => s.Pixels);
        string low = spotted.Min(s => s.Spots.Low).ToString("G6", CultureInfo.InvariantCulture), high = spotted.Max(s => s.Spots.High).ToString("G6", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * share:G2} percent of the pixels looked at lie far beyond all others, as charged spots do. Nothing was chosen by them, but filters spread them over their surroundings. Clip them before the recipe: Invoke-EmFilter Rescale -Minimum {low} -Maximum {high} -Range {low}, {high} -PixelType Single.");
    }
}
