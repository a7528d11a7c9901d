namespace EmTools.Engine.Kernels;

/// <summary>
/// A kernel in n dimensions that is a sum of weighted outer powers of 1-D kernels: what a low-pass, a band between two
/// low-passes, or the identity less one of them is. Inner products follow from the 1-D ones, so that a kernel of hundreds
/// of taps a side is never built.
/// </summary>
/// <param name="Terms">Weights and 1-D kernels of odd length, centred.</param>
internal sealed record OuterKernel(params (double Weight, double[] Taps)[] Terms)
{
    /// <summary>The identity in one dimension.</summary>
    public static double[] Identity { get; } = [1];

    /// <summary>The low-pass h in one dimension, with its taps <paramref name="step"/> apart.</summary>
    public static double[] LowPass(int step)
    {
        var taps = new double[2 * LowPassTaps.Radius * step + 1];
        for (int k = 0; k < LowPassTaps.Count; k++)
            taps[k * step] = LowPassTaps.Weights[k];
        return taps;
    }

    /// <summary>The full convolution of two 1-D kernels.</summary>
    public static double[] Convolve(double[] a, double[] b)
    {
        var result = new double[a.Length + b.Length - 1];
        for (int i = 0; i < a.Length; i++)
        {
            for (int k = 0; k < b.Length; k++)
                result[i + k] += a[i] * b[k];
        }

        return result;
    }

    /// <summary>This kernel less another.</summary>
    public OuterKernel Less(OuterKernel other) => new([.. Terms, .. other.Terms.Select(term => (-term.Weight, term.Taps))]);

    /// <summary>The sum over all taps of the product of both kernels, centres aligned, in <paramref name="dimensions"/> dimensions.</summary>
    public double Inner(OuterKernel other, int dimensions)
    {
        double sum = 0;
        foreach ((double weight, double[] taps) in Terms)
        {
            foreach ((double otherWeight, double[] otherTaps) in other.Terms)
                sum += weight * otherWeight * PlainMath.Power(Inner(taps, otherTaps), dimensions);
        }

        return sum;
    }

    private static double Inner(double[] a, double[] b)
    {
        (double[] shorter, double[] longer) = a.Length <= b.Length ? (a, b) : (b, a);
        int lead = (longer.Length - shorter.Length) / 2;
        double sum = 0;
        for (int i = 0; i < shorter.Length; i++)
            sum += shorter[i] * longer[lead + i];
        return sum;
    }
}
