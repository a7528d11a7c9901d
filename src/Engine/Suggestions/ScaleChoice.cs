using System.Globalization;
using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// How many scales <c>Destripe</c> is to work on. The truth is not known, but <c>DestripeAdaptive</c> comes nearer to it at any width of stripes, and
/// it lies between what that leaves with its default, which spares tissue, and with an oversubtraction of 1, which does not. What is nearest to the farther
/// of the two is taken, unless the number that the chain has comes about as near: differences so small tell nothing.
/// </summary>
internal static class ScaleChoice
{
    /// <summary>Scales that are tried, at most.</summary>
    private const int MostScales = 8;

    /// <summary>Pixels of a section that are looked at, about: all of the stripes' length, and columns in its middle.</summary>
    private const long MostPixels = 16 << 20;

    private const int FewestColumns = 512;

    /// <summary>The chain's number stays where it comes within this factor of the least distance.</summary>
    private const double AboutAsNear = 1.08;

    /// <summary>Chooses; gives the distances in words too.</summary>
    public static (int Count, string Words) Of(IReadOnlyList<SampledSection> sections, DestripeOptions options, EvaluationContext context)
    {
        DestripeAdaptiveOptions[] truths = [new(), new() { Oversubtraction = 1 }];
        var squares = new double[truths.Length, MostScales];
        double pixels = 0;
        foreach (SampledSection section in sections)
        {
            using Plane<float> part = Part(section, options.Direction, context);
            using Plane<byte>? tissue = TissueMask.Combine(part, null, context);
            using var careful = (Plane<float>)DestripeAdaptive.Compute(part.Clone(), truths[0], null, context);
            using var bold = (Plane<float>)DestripeAdaptive.Compute(part.Clone(), truths[1], null, context);
            Destripe.Vertical(part, options with { ScaleCount = MostScales }, tissue, context, count =>
            {
                squares[0, count - 1] += Distance(part, careful, tissue);
                squares[1, count - 1] += Distance(part, bold, tissue);
            });
            pixels += TissueMask.RowCounts(part, tissue, context).Sum();
        }

        double[] distances = [.. Enumerable.Range(0, MostScales).Select(i => Math.Sqrt(Math.Max(squares[0, i], squares[1, i]) / Math.Max(1, pixels)))];
        int best = Array.IndexOf(distances, distances.Min()) + 1, given = options.ScaleCount;
        if (given <= MostScales && distances[given - 1] <= AboutAsNear * distances.Min())
            best = given;
        string words = string.Join(", ", distances.Select(distance => distance.ToString("G3", CultureInfo.InvariantCulture)));
        return (best, $"With 1, 2, ... {MostScales} scales the sections come within {words} grey levels of what DestripeAdaptive leaves{(best == given ? "; the number that was given comes about as near as any" : "")}.");
    }

    /// <summary>A section's middle columns, with vertical stripes.</summary>
    private static Plane<float> Part(SampledSection section, StripeDirection direction, EvaluationContext context)
    {
        Plane<float> whole = section.Compute(context);
        if (direction == StripeDirection.Horizontal)
            whole = Plane.Replace(whole, plane => Transpose.Of(plane, context));
        int width = (int)Math.Clamp(MostPixels / whole.Height, FewestColumns, Math.Max(FewestColumns, whole.Width));
        if (width >= whole.Width)
            return whole;
        return Plane.Replace(whole, plane => Plane.Make<float>(plane.Height, width, part =>
        {
            int left = (plane.Width - width) / 2;
            for (int y = 0; y < part.Height; y++)
                plane.Row(y).Slice(left, width).CopyTo(part.Row(y));
        }));
    }

    private static double Distance(Plane<float> one, Plane<float> other, Plane<byte>? tissue)
    {
        double sum = 0;
        for (int y = 0; y < one.Height; y++)
        {
            ReadOnlySpan<float> a = one.Row(y), b = other.Row(y);
            ReadOnlySpan<byte> inside = tissue is null ? default : tissue.Row(y);
            for (int x = 0; x < a.Length; x++)
            {
                double apart = inside.IsEmpty || inside[x] != 0 ? a[x] - b[x] : 0;
                sum += apart * apart;
            }
        }

        return sum;
    }
}
