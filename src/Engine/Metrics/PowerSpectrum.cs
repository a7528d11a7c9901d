using System.Numerics;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Metrics;

/// <summary>How the variance of a section spreads over spatial frequencies.</summary>
/// <remarks>
/// The mean of the power spectra of tiles that overlap by half (P. D. Welch, IEEE Trans. Audio Electroacoust. 15 (1967)
/// 70-73), each less its mean and faded out to its edges by a Hann window, so that edges do not appear as a bright cross.
/// Tiles are square, of at most 512 pixels, so that both axes have the same frequencies. Pixels that are NaN or infinite
/// count as the mean of their tile. A stripe from top to bottom does not change along y: such stripes are a horizontal line
/// through the middle.
/// </remarks>
public static class PowerSpectrum
{
    /// <summary>The side of the largest tile, in pixels.</summary>
    public const int LargestSide = 512;

    /// <summary>The side of the smallest tile, in pixels: what a section must have at least along both axes.</summary>
    public const int SmallestSide = 8;

    // Tiles are summed in as many groups whatever the threads, so that these do not change the result.
    private const int Groups = 16;

    /// <summary>
    /// The power at every frequency, zero in the middle: at (n/2 + v, n/2 + u) that of v/n periods a pixel along y and u/n along x,
    /// for tiles of side n. White noise of variance s^2 has the power s^2 everywhere. The caller owns the plane.
    /// </summary>
    /// <param name="plane">The section, 8-bit, 16-bit or float.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">An axis is shorter than 8 pixels, or no pixel is a number.</exception>
    public static Plane<float> Of(Plane plane, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(plane);
        context ??= EvaluationContext.Default;
        int shorter = Math.Min(plane.Height, plane.Width);
        if (shorter < SmallestSide)
            throw new EmException(EmErrorKind.InvalidArgument, "SpectrumTooSmall", $"A spectrum needs at least {SmallestSide} x {SmallestSide} pixels, but these are {plane.Height} x {plane.Width} (y, x); take a larger region.", "Region");
        int side = Math.Min(LargestSide, 1 << BitOperations.Log2((uint)shorter));
        (int Y, int X)[] tiles = [.. from y in Starts(plane.Height, side) from x in Starts(plane.Width, side) select (y, x)];

        var sums = new double[Math.Min(Groups, (tiles.Length + 1) / 2)][];
        int counted = 0;
        RowParallel.For(sums.Length, 1, context, (group, _) =>
        {
            sums[group] = new double[side * side];
            var tile = new SpectrumTile(side);

            // In pairs: one tile is the real part and one the imaginary.
            for (int i = 2 * group; i < tiles.Length; i += 2 * sums.Length)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Interlocked.Add(ref counted, tile.AddPower(plane, tiles[i], i + 1 < tiles.Length ? tiles[i + 1] : null, sums[group]));
            }
        });
        if (counted == 0)
            throw new EmException(EmErrorKind.InvalidArgument, "SpectrumOfNothing", "There is no spectrum: no pixel is a number. Take a region that has data.", "Region");
        return Centred(sums, side, counted * PlainMath.Power(3.0 * side / 8, 2));
    }

    /// <summary>Where tiles begin along an axis: half a tile from one to the next, a little less where that does not fit.</summary>
    internal static int[] Starts(int length, int side)
    {
        int steps = (int)Math.Ceiling((length - side) / (side / 2.0));
        return [.. Enumerable.Range(0, steps + 1).Select(i => steps == 0 ? 0 : (int)((long)i * (length - side) / steps))];
    }

    private static Plane<float> Centred(double[][] sums, int side, double weight)
    {
        Plane<float> spectrum = Plane.Rent<float>(side, side);
        for (int y = 0; y < side; y++)
        {
            Span<float> row = spectrum.Row(y);
            for (int x = 0; x < side; x++)
            {
                int u = (x + side / 2) % side, v = (y + side / 2) % side, minusU = (side - u) % side, minusV = (side - v) % side;
                double power = 0;
                foreach (double[] sum in sums)
                    power += sum[u * side + v] + sum[minusU * side + minusV]; // transposed, and both halves of a pair of tiles
                row[x] = (float)(power / 2 / weight);
            }
        }

        return spectrum;
    }
}
