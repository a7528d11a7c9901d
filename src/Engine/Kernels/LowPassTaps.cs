using System.Numerics;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The low-pass kernel h = (1, 6, 15, 20, 15, 6, 1)/64 (Mallat), and h_s, the same with its taps 2^s apart.
/// </summary>
internal static unsafe class LowPassTaps
{
    /// <summary>Taps on either side of the centre.</summary>
    public const int Radius = 3;

    /// <summary>Taps in all.</summary>
    public const int Count = 2 * Radius + 1;

    private const float Centre = 20f / 64;
    private const float Near = 15f / 64;
    private const float Far = 6f / 64;
    private const float Farthest = 1f / 64;

    /// <summary>The weights, first to last.</summary>
    public static ReadOnlySpan<float> Weights => [Farthest, Far, Near, Centre, Near, Far, Farthest];

    /// <summary>
    /// Filters across seven rows: to[x] = sum over k of h[k] rows[k][x]. Works on whole vectors, so all rows need room up
    /// to the next multiple of the vector's length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AcrossRows(float** rows, float* to, int width)
    {
        float* a = rows[0], b = rows[1], c = rows[2], d = rows[3], e = rows[4], f = rows[5], g = rows[6];
        var centre = new Vector<float>(Centre);
        var near = new Vector<float>(Near);
        var far = new Vector<float>(Far);
        var farthest = new Vector<float>(Farthest);
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> sum = (Vector.Load(a + x) + Vector.Load(g + x)) * farthest;
            sum = Vector.FusedMultiplyAdd(Vector.Load(b + x) + Vector.Load(f + x), far, sum);
            sum = Vector.FusedMultiplyAdd(Vector.Load(c + x) + Vector.Load(e + x), near, sum);
            sum = Vector.FusedMultiplyAdd(Vector.Load(d + x), centre, sum);
            Vector.Store(sum, to + x);
        }
    }

    /// <summary>The filtered value at <paramref name="at"/> along a line whose taps are <paramref name="step"/> apart, for a vector of neighbouring positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Along(float* at, int step)
    {
        Vector<float> sum = (Vector.Load(at - 3 * step) + Vector.Load(at + 3 * step)) * new Vector<float>(Farthest);
        sum = Vector.FusedMultiplyAdd(Vector.Load(at - 2 * step) + Vector.Load(at + 2 * step), new Vector<float>(Far), sum);
        sum = Vector.FusedMultiplyAdd(Vector.Load(at - step) + Vector.Load(at + step), new Vector<float>(Near), sum);
        return Vector.FusedMultiplyAdd(Vector.Load(at), new Vector<float>(Centre), sum);
    }
}
