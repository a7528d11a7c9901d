using System.Numerics.Tensors;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Charged spots, dust and dead pixels of a section: few pixels whose grey levels lie far beyond all others'. One of them can
/// hold more of a band's energy than all of the tissue, and filters spread it over its surroundings.
/// </summary>
/// <param name="Low">Pixels below this grey level are spots.</param>
/// <param name="High">Pixels above this grey level are spots.</param>
/// <param name="Count">How many pixels lie beyond the two.</param>
internal readonly record struct Spots(double Low, double High, long Count)
{
    /// <summary>Percent of the pixels at either end of the distribution of which some may be spots. What is more is what the section shows.</summary>
    private const double Tail = 2.5;

    /// <summary>
    /// How far beyond the pixels without the tails a spot begins, in units of their range. For normally distributed grey levels
    /// this is six standard deviations from the mean, which noise and stains do not reach.
    /// </summary>
    private const double Reach = 1;

    /// <summary>Pixels around a spot that are taken for its rim: no longer far from the tissue's grey levels, but not tissue alone.</summary>
    private const int Rim = 2;

    /// <summary>Takes spots and their rims out of the tissue.</summary>
    /// <param name="image">The section; NaN outside the tissue. Stays as it is.</param>
    /// <param name="tissue">1 for tissue, 0 for what does not count; becomes 0 at the spots.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static Spots LeaveOut(Plane<float> image, Plane<byte> tissue, EvaluationContext context)
    {
        Quantiles quantiles = Quantiles.Of(image, context);
        (double low, double high) = (quantiles.At(Tail), quantiles.At(100 - Tail));
        (low, high) = (low - Reach * (high - low), high + Reach * (high - low));
        if (!(low < high) || (quantiles.Minimum >= low && quantiles.Maximum <= high))
            return new Spots(low, high, 0);

        long count = 0;
        int grain = RowParallel.Grain(image.Height, image.Width, context);
        using Plane<byte> inside = Plane.Rent<byte>(image.Height, image.Width);
        RowParallel.For(image.Height, grain, context, (first, end) =>
        {
            long beyond = 0;
            for (int y = first; y < end; y++)
            {
                Span<float> values = image.Row(y);
                Span<byte> row = inside.Row(y);
                for (int x = 0; x < row.Length; x++)
                {
                    // NaN is beyond nothing: what is no tissue already has no rim.
                    bool spot = values[x] < low || values[x] > high;
                    row[x] = spot ? (byte)0 : (byte)1;
                    beyond += spot ? 1 : 0;
                }
            }

            Interlocked.Add(ref count, beyond);
        });
        using Plane<byte> clear = Erosion.Square(inside, Rim, context);
        RowParallel.For(image.Height, grain, context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                TensorPrimitives.Multiply<byte>(tissue.Row(y), clear.Row(y), tissue.Row(y));
        });
        return new Spots(low, high, count);
    }
}
