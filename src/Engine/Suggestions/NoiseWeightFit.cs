using EmTools.Engine.Kernels;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Fits the noise weight r(c) = 1/(1 + exp(gain c + offset)) of <c>Denoise</c> to pixels whose covariance c and band value are known.
/// </summary>
/// <remarks>
/// A band's value is signal and noise, H = s + n, and what is left after denoising, H (1 - r), is nearest to s in the mean square
/// when r(c) = E[n H | c]/E[H^2 | c]. Noise is independent of the signal, so E[n H | c] is its variance, and E[H^2 | c] is
/// measured: the covariance's distribution is cut into classes of equally many pixels, each with its mean square. The error of
/// another weight is E[H^2 | c] (r - best r)^2, which is what the fit makes smallest.
/// </remarks>
internal sealed class NoiseWeightFit
{
    private const int Classes = 64;

    /// <summary>Gain in units of 1/typical covariance within which the fit stays: beyond, the weight is a step or a constant.</summary>
    private const double Steepest = 50;

    private readonly double[] _covariance;
    private readonly double[] _energy;
    private readonly double[] _best;
    private readonly double _unit;

    private NoiseWeightFit(double[] covariance, double[] energy, double noiseVariance)
    {
        (_covariance, _energy) = (covariance, energy);
        _best = [.. energy.Select(e => e > 0 ? Math.Min(1, noiseVariance / e) : 1)];
        _unit = covariance.Average(Math.Abs);
        NoiseShare = Math.Min(1, noiseVariance / Math.Max(energy.Average(), double.Epsilon));
    }

    /// <summary>Gain, per squared grey level.</summary>
    public double Gain { get; private set; }

    /// <summary>Offset.</summary>
    public double Offset { get; private set; }

    /// <summary>Share of the band's energy that is noise, 0 to 1.</summary>
    public double NoiseShare { get; }

    /// <summary>The covariance at which half of the band is taken for noise.</summary>
    public double Middle => -Offset / Gain;

    /// <summary>Fits.</summary>
    /// <param name="covariances">Of every pixel; is sorted.</param>
    /// <param name="values">The band's value of every pixel; is brought into the same order.</param>
    /// <param name="noiseVariance">The variance of the noise in the band.</param>
    public static NoiseWeightFit Of(float[] covariances, float[] values, double noiseVariance)
    {
        Array.Sort(covariances, values);
        int classes = Math.Min(Classes, covariances.Length);
        var covariance = new double[classes];
        var energy = new double[classes];
        for (int i = 0; i < classes; i++)
        {
            int first = (int)((long)covariances.Length * i / classes), end = (int)((long)covariances.Length * (i + 1) / classes);
            for (int k = first; k < end; k++)
            {
                covariance[i] += covariances[k] / (double)(end - first);
                energy[i] += (double)values[k] * values[k] / (end - first);
            }
        }

        var fit = new NoiseWeightFit(covariance, energy, noiseVariance);
        fit.Run();
        return fit;
    }

    private void Run()
    {
        if (_unit == 0)
        {
            // No pixel varies with the coarser image: one weight for all.
            (Gain, Offset) = (1, PlainMath.Log(1 / Math.Clamp(_best.Average(), 1e-6, 1 - 1e-6) - 1));
            return;
        }

        // A descent from the best of a coarse grid: the error has flat tails in which a descent alone would stay.
        (double steepness, double middle) start = (1, 0);
        foreach (double steepness in (double[])[0.1, 0.3, 1, 3, 10])
        {
            for (double middle = -4; middle <= 8; middle += 0.5)
            {
                if (Error(steepness, middle) < Error(start.steepness, start.middle))
                    start = (steepness, middle);
            }
        }

        IObjectiveFunction error = ObjectiveFunction.Value(p => Error(PlainMath.Exp(p[0]), p[1]));
        Vector<double> found;
        try
        {
            found = NelderMeadSimplex.Minimum(error, Vector<double>.Build.DenseOfArray([PlainMath.Log(start.steepness), start.middle]), 1e-8, 2000).MinimizingPoint;
        }
        catch (MaximumIterationsException)
        {
            found = Vector<double>.Build.DenseOfArray([PlainMath.Log(start.steepness), start.middle]);
        }

        double k = Math.Min(Steepest, PlainMath.Exp(found[0]));
        (Gain, Offset) = (k / _unit, -k * found[1]);
    }

    /// <summary>What the weight 1/(1 + exp(steepness (c/unit - middle))) leaves more than the best weights, in energy.</summary>
    private double Error(double steepness, double middle)
    {
        steepness = Math.Min(Steepest, steepness);
        double error = 0;
        for (int i = 0; i < _covariance.Length; i++)
        {
            double weight = 1 / (1 + PlainMath.Exp(steepness * (_covariance[i] / _unit - middle)));
            error += _energy[i] * (weight - _best[i]) * (weight - _best[i]);
        }

        return error;
    }
}
