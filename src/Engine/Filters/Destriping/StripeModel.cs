using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Destriping;

/// <summary>
/// What a method takes for the stripes of a band: a weight for every pixel, given as what it lacks to 1, and the values
/// that are averaged along the stripe.
/// </summary>
internal abstract class StripeModel(int window) : IDisposable
{
    /// <summary>Side of the square over which weights are averaged, 1 or more; 0 where there are no weights.</summary>
    public virtual int Window => Math.Max(1, window);

    /// <summary>True when the average along the stripe is weighted once more: where weights are averaged over a square.</summary>
    public bool WeighsResult => window != 0;

    /// <summary>
    /// What a weight of 0 lacks, in fixed point: the largest power of two for which the sum over a whole window of such
    /// weights still fits into 32 bits.
    /// </summary>
    public int Unit { get; } = 1 << Math.Clamp(BitOperations.Log2((uint)(int.MaxValue / ((long)Math.Max(1, window) * Math.Max(1, window)))), 1, 24);

    /// <summary>
    /// Adds to <paramref name="sums"/>[x - first], for x in [first, end) of row <paramref name="y"/>, what the weight lacks
    /// to 1, in <see cref="Unit"/>s; <paramref name="sign"/> is -1 when the row leaves a window.
    /// </summary>
    public abstract unsafe void AddDeficits(int y, int first, int end, int sign, int* sums);

    /// <summary>The values to be averaged along the stripe, for <paramref name="count"/> pixels of row <paramref name="y"/> from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public virtual unsafe void Values(int y, int first, int count, float* band, float* weights, float* to)
    {
        for (int x = 0; x < count; x += Vector<float>.Count)
            Vector.Store(Vector.Load(band + x) * Vector.Load(weights + x), to + x);
    }

    public virtual void Dispose()
    {
    }

    /// <summary>The model of a band by the scale's method.</summary>
    public static StripeModel Create(DestripeOptions options, int scale, Plane<float> band, float[] thresholds, Plane<byte>? mask, EvaluationContext context)
    {
        int window = DestripeOptions.At(options.Window, scale);
        switch (DestripeOptions.At(options.Method, scale))
        {
            case StripeMethod.Limit when window == 0:
                return new ClampModel(thresholds);
            case StripeMethod.Limit:
                return new ThresholdModel(band, thresholds, 0, window);
            case StripeMethod.Ratio:
                return new ThresholdModel(band, thresholds, DestripeOptions.At(options.Weight!, scale), window);
            case StripeMethod.Nearest:
                return new NearestModel(band, thresholds, mask, window, context);
            default:
                var shape = new StripeShape(options, scale);
                (Components above, Components below) = Components.Find(band, thresholds, shape.Weight, StripeShape.Stripe, context);
                return new ShapeModel(above, below, window, context);
        }
    }
}

/// <summary>Weights by the shape of components.</summary>
internal sealed class ShapeModel : StripeModel
{
    private readonly Components _above;
    private readonly Components _below;

    public ShapeModel(Components above, Components below, int window, EvaluationContext context)
        : base(window)
    {
        (_above, _below) = (above, below);
        try
        {
            _above.ForRuns((ref LabelledRun run) => run.Label = (int)MathF.Round((1 - run.Value) * Unit), context);
            _below.ForRuns((ref LabelledRun run) => run.Label = (int)MathF.Round((1 - run.Value) * Unit), context);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override unsafe void AddDeficits(int y, int first, int end, int sign, int* sums)
    {
        Add(_above.Row(y), first, end, sign, sums);
        Add(_below.Row(y), first, end, sign, sums);
    }

    public override void Dispose()
    {
        _above.Dispose();
        _below.Dispose();
        base.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Add(Span<LabelledRun> runs, int first, int end, int sign, int* sums)
    {
        int low = 0;
        int high = runs.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (runs[middle].End <= first)
                low = middle + 1;
            else
                high = middle;
        }

        for (int i = low; i < runs.Length && runs[i].Start < end; i++)
        {
            int deficit = sign * runs[i].Label;
            int stop = Math.Min(runs[i].End, end) - first;
            for (int x = Math.Max(runs[i].Start, first) - first; x < stop; x++)
                sums[x] += deficit;
        }
    }
}

/// <summary>One weight for all pixels beyond the threshold.</summary>
internal class ThresholdModel(Plane<float> band, float[] thresholds, double weight, int window) : StripeModel(window)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void AddDeficits(int y, int first, int end, int sign, int* sums)
    {
        var threshold = new Vector<float>(thresholds[y]);
        int deficit = sign * (int)Math.Round((1 - weight) * Unit);
        var beyond = new Vector<int>(deficit);
        float* row = band.RowPointer(y) + first;
        int count = end - first;
        int x = 0;
        for (; x <= count - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<int> selected = Vector.GreaterThan(Vector.Abs(Vector.Load(row + x)), threshold) & beyond;
            Vector.Store(Vector.Load(sums + x) + selected, sums + x);
        }

        for (; x < count; x++)
            sums[x] += MathF.Abs(row[x]) > thresholds[y] ? deficit : 0;
    }
}

/// <summary>No weights: values beyond the threshold are clipped to it.</summary>
internal sealed class ClampModel(float[] thresholds) : StripeModel(0)
{
    public override int Window => 0;

    public override unsafe void AddDeficits(int y, int first, int end, int sign, int* sums) => throw new NotSupportedException("Clipping has no weights.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void Values(int y, int first, int count, float* band, float* weights, float* to)
    {
        var high = new Vector<float>(thresholds[y]);
        for (int x = 0; x < count; x += Vector<float>.Count)
            Vector.Store(Vector.Min(Vector.Max(Vector.Load(band + x), -high), high), to + x);
    }
}

/// <summary>Values beyond the threshold are replaced by the nearest within it.</summary>
internal sealed class NearestModel : ThresholdModel
{
    private readonly Plane<float> _values;
    private readonly bool _plain;

    public NearestModel(Plane<float> band, float[] thresholds, Plane<byte>? mask, int window, EvaluationContext context)
        : base(band, thresholds, 0, window)
    {
        _plain = window == 0;
        _values = NearestInRange.Fill(band, thresholds, mask, context);
    }

    public override int Window => _plain ? 0 : base.Window;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void Values(int y, int first, int count, float* band, float* weights, float* to)
    {
        float* values = _values.RowPointer(y) + first;
        for (int x = 0; x < count; x += Vector<float>.Count)
            Vector.Store(weights == null ? Vector.Load(values + x) : Vector.Load(values + x) * Vector.Load(weights + x), to + x);
    }

    public override void Dispose()
    {
        _values.Dispose();
        base.Dispose();
    }
}
