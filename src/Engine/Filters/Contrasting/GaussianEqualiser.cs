using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Contrasting;

/// <summary>
/// Equalises values that are taken to be normally distributed: F = Phi((value - mean)/sigma), with the peak of the
/// histogram clipped and its share given to other values, scaled to the output's range.
/// </summary>
internal sealed class GaussianEqualiser
{
    private readonly float _mean;
    private readonly float _perSigma;
    private readonly bool _clips;
    private readonly float _from;
    private readonly float _width;
    private readonly float _below;
    private readonly float _above;
    private readonly float _density;
    private readonly float _slope;
    private readonly float _lowGain;
    private readonly float _middleGain;
    private readonly float _highGain;
    private readonly float _low;
    private readonly float _high;

    public GaussianEqualiser(ContrastOptions options)
    {
        _mean = (float)options.Mean;
        _perSigma = (float)(1 / options.HighPassSigma);
        (double low, double high) = options.OutputRange;
        (_low, _high) = ((float)low, (float)high);
        if (options.ClipRange is not var (a, b))
            return;

        // The density between a and b is replaced by the straight line between its values there; delta is what that frees.
        _clips = true;
        (double below, double above) = (NormalCdf.Phi(a), NormalCdf.Phi(b));
        (double densityA, double densityB) = (NormalCdf.Density(a), NormalCdf.Density(b));
        double area = (densityA + densityB) * (b - a) / 2;
        double delta = above - below - area;
        (_from, _width) = ((float)a, (float)(b - a));
        (_below, _above) = ((float)below, (float)above);
        (_density, _slope) = ((float)densityA, (float)((densityB - densityA) / (2 * (b - a))));
        (double lowGain, double middleGain, double highGain) = options.Redistribute switch
        {
            Redistribution.Leftmost => (delta / below + 1, 1.0, 1.0),
            Redistribution.Left => (delta / (below + area) + 1, delta / (below + area) + 1, 1.0),
            _ => (1 / (1 - delta), 1 / (1 - delta), 1 / (1 - delta)),
        };
        (_lowGain, _middleGain, _highGain) = ((float)lowGain, (float)middleGain, (float)highGain);
    }

    /// <summary>The output's values, not yet truncated, of a vector of values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Apply(Vector<float> value)
    {
        Vector<float> u = (value - new Vector<float>(_mean)) * new Vector<float>(_perSigma);
        Vector<float> share = NormalCdf.Phi(u);
        if (_clips)
        {
            Vector<float> t = Vector.Min(Vector.Max(u - new Vector<float>(_from), Vector<float>.Zero), new Vector<float>(_width));
            Vector<float> middle = t * Vector.FusedMultiplyAdd(new Vector<float>(_slope), t, new Vector<float>(_density));
            Vector<float> low = Vector.Min(share, new Vector<float>(_below));
            Vector<float> high = Vector.Max(share - new Vector<float>(_above), Vector<float>.Zero);
            share = Vector.FusedMultiplyAdd(low, new Vector<float>(_lowGain), Vector.FusedMultiplyAdd(middle, new Vector<float>(_middleGain), high * new Vector<float>(_highGain)));
        }

        Vector<float> scaled = Vector.FusedMultiplyAdd(share, new Vector<float>(_high - _low + 1), new Vector<float>(_low));
        return Vector.Min(Vector.Max(scaled, new Vector<float>(_low)), new Vector<float>(_high));
    }
}
