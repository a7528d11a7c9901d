using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Enhancing;

/// <summary>The row operations of <see cref="Enhance"/>.</summary>
internal static unsafe class EnhanceRows
{
    private const float LargestExponent = 87; // exp(-87) is the smallest normal float

    private static readonly float Eps = MathF.ScaleB(1, -23);

    /// <summary>The value of a list that serves a scale.</summary>
    public static T AtScale<T>(T[] list, int scale) => list[Math.Min(scale, list.Length - 1)];

    /// <summary>details (+)= keep band + amount weight average, the average being <paramref name="above"/>'s for positive pixels of the band, else <paramref name="below"/>'s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Plane<float> band, Plane<float> above, Plane<float> below, Plane<float> weight, float keep, float amount, bool first, Plane<float> details, int y)
    {
        float* value = band.RowPointer(y);
        float* positive = above.RowPointer(y);
        float* negative = below.RowPointer(y);
        float* share = weight.RowPointer(y);
        float* to = details.RowPointer(y);
        var factor = new Vector<float>(keep);
        var gain = new Vector<float>(amount);
        for (int x = 0; x < band.Width; x += Vector<float>.Count)
        {
            Vector<float> own = Vector.Load(value + x);
            Vector<float> average = Vector.ConditionalSelect(Vector.GreaterThan(own, Vector<float>.Zero), Vector.Load(positive + x), Vector.Load(negative + x));
            Vector<float> result = factor * own + gain * Vector.Load(share + x) * average;
            Vector.Store(first ? result : Vector.Load(to + x) + result, to + x);
        }
    }

    /// <summary>values = the image where the band is positive (or not), members = 1 there; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Side(Plane<float> image, Plane<float> band, bool positive, Plane<float> values, Plane<float> members, int y)
    {
        float* from = image.RowPointer(y);
        float* signs = band.RowPointer(y);
        float* to = values.RowPointer(y);
        float* one = members.RowPointer(y);
        for (int x = 0; x < image.Width; x += Vector<float>.Count)
        {
            Vector<int> inside = Vector.GreaterThan(Vector.Load(signs + x), Vector<float>.Zero);
            if (!positive)
                inside = ~inside;
            Vector.Store(Vector.ConditionalSelect(inside, Vector.Load(from + x), Vector<float>.Zero), to + x);
            Vector.Store(Vector.ConditionalSelect(inside, Vector<float>.One, Vector<float>.Zero), one + x);
        }
    }

    /// <summary>sums = the mean of absolute grey levels, less the level: (sums + level share)/(share + eps) - level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(Plane<float> sums, Plane<float> members, float level, int y)
    {
        float* to = sums.RowPointer(y);
        float* share = members.RowPointer(y);
        var origin = new Vector<float>(level);
        var eps = new Vector<float>(Eps);
        for (int x = 0; x < sums.Width; x += Vector<float>.Count)
        {
            Vector<float> count = Vector.Load(share + x);
            Vector.Store((Vector.Load(to + x) - origin * eps) / (count + eps), to + x);
        }
    }

    /// <summary>weight *= curve of (sign (image - centre)), the centre being a plane or a number: 1 below 0, falling above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Slope(Plane<float> image, Plane<float>? centre, float level, float sign, float sigma, EnhanceCurve curve, Plane<float> weight, int y)
    {
        float* from = image.RowPointer(y);
        float* to = weight.RowPointer(y);
        float* about = centre is null ? null : centre.RowPointer(y);
        var fixedCentre = new Vector<float>(level);
        for (int x = 0; x < image.Width; x += Vector<float>.Count)
        {
            Vector<float> beyond = (Vector.Load(from + x) - (about == null ? fixedCentre : Vector.Load(about + x))) * sign;
            Vector.Store(Vector.Load(to + x) * Curve(beyond, sigma, curve), to + x);
        }
    }

    /// <summary>weight *= exp(-((image - centre)/(sigma + eps))^2/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Bell(Plane<float> image, Plane<float>? centre, float level, float sigma, Plane<float> weight, int y)
    {
        float* from = image.RowPointer(y);
        float* to = weight.RowPointer(y);
        float* about = centre is null ? null : centre.RowPointer(y);
        var fixedCentre = new Vector<float>(level);
        for (int x = 0; x < image.Width; x += Vector<float>.Count)
        {
            Vector<float> away = Vector.Load(from + x) - (about == null ? fixedCentre : Vector.Load(about + x));
            Vector.Store(Vector.Load(to + x) * Gaussian(away, sigma), to + x);
        }
    }

    /// <summary>The S-curve: 1 below 0, falling above over about sigma.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Curve(Vector<float> beyond, float sigma, EnhanceCurve curve)
        => curve == EnhanceCurve.Sigmoid
            ? Sigmoid.Falling(beyond * (3 / (sigma + Eps)) - new Vector<float>(6))
            : Gaussian(Vector.Max(beyond, Vector<float>.Zero), sigma);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Gaussian(Vector<float> away, float sigma)
    {
        Vector<float> scaled = away / new Vector<float>(sigma + Eps);
        return Sigmoid.Exp(-Vector.Min(scaled * scaled * 0.5f, new Vector<float>(LargestExponent)));
    }
}
