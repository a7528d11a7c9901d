using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// Tells a stripe from tissue by the shape of a component: the weight is near 1 for a long thin component close to the
/// stripe direction, and falls to 0 for a membrane that crosses it (Kreinin et al. 2023).
/// </summary>
internal sealed class StripeShape
{
    /// <summary>The weight of what is not judged, or is stripe beyond doubt.</summary>
    public const float Stripe = 1;

    private const double Epsilon = 1.1920929e-07;

    private readonly double _shortest;
    private readonly double _maxRatio;
    private readonly double _maxSine;

    public StripeShape(DestripeOptions options, int scale)
    {
        _shortest = 0.1 * DestripeOptions.At(options.BandLength, scale);
        _maxRatio = DestripeOptions.At(options.MaxRatio, scale);
        _maxSine = PlainMath.OfTurns(DestripeOptions.At(options.MaxAngle, scale) / 360).Sine;
    }

    /// <summary>The weight of a component, stripes running along y.</summary>
    public float Weight(ComponentMoments moments)
    {
        if (4 * Math.Sqrt(moments.Spread + 1e-6) <= _shortest)
            return Stripe;

        (double rr, double cc, double rc) = moments.Central;
        double middle = (rr + cc) / 2;
        double half = Math.Sqrt((rr - cc) * (rr - cc) / 4 + rc * rc);
        double major = 4 * Math.Sqrt(Math.Max(0, middle + half));
        if (major <= _shortest)
            return Stripe;

        double minor = 4 * Math.Sqrt(Math.Max(0, middle - half));
        (double sine, double cosine) = LongAxis(rr - cc, 2 * rc);
        double q = _maxSine * cosine * minor / Math.Max(major * _maxRatio * (_maxSine - sine), Epsilon);
        return (float)PlainMath.Exp(-q * q / 2);
    }

    /// <summary>Sine, without its sign, and cosine of the angle from y to the long axis, which is half of that whose tangent is opposite/adjacent.</summary>
    private static (double Sine, double Cosine) LongAxis(double adjacent, double opposite)
    {
        if (adjacent == 0)
            return (Math.Sqrt(0.5), Math.Sqrt(0.5));
        double twice = Math.Sqrt(adjacent * adjacent + opposite * opposite);
        double larger = Math.Sqrt((1 + Math.Abs(adjacent) / twice) / 2), smaller = Math.Abs(opposite) / twice / (2 * larger);
        return adjacent > 0 ? (smaller, larger) : (larger, smaller);
    }
}
