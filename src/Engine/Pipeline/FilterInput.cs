using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Holds the pixels that a filter is given to what it can compute with.</summary>
/// <remarks>
/// Filters multiply grey levels with each other. Where that overflows, infinity and NaN spread over all pixels that a filter
/// looks at from there, and look like a result.
/// </remarks>
internal static class FilterInput
{
    /// <summary>Rows that are looked at where pixels can only be large all together.</summary>
    private const int SampledRows = 64;

    /// <summary>Refuses a section with pixels too large for a filter; pixels that are NaN or infinite are missing ones and do not count.</summary>
    /// <param name="section">The section, for the message.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="plane">Its pixels as the filter gets them. Whole numbers are small enough.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">A pixel is too large (<c>PixelsTooLarge</c>).</exception>
    public static void Require(EmSection section, FilterDefinition filter, Plane plane, EvaluationContext context)
    {
        if (plane is not Plane<float> floats)
            return;

        // What was stored as whole numbers can become large by an offset, a background or a range alone, which all pixels have.
        int step = section.Source.PixelType == PixelType.Single ? 1 : Math.Max(1, plane.Height / SampledRows);
        var found = (Largest: 0f, Row: int.MaxValue);
        var gate = new Lock();
        int rows = (plane.Height + step - 1) / step;
        RowParallel.For(rows, RowParallel.Grain(rows, plane.Width, context), context, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                float largest = RowMath.LargestMagnitude(floats.Row(i * step));
                if (!(largest > filter.LargestMagnitude))
                    continue;
                lock (gate)
                {
                    if (i * step < found.Row)
                        found = (largest, i * step);
                }
            }
        });
        if (found.Row == int.MaxValue)
            return;
        throw new EmException(
            EmErrorKind.InvalidData,
            "PixelsTooLarge",
            FormattableString.Invariant($"{section.Title} has pixels of {found.Largest:G3} (row {found.Row}) before {filter.Name}, which computes with grey levels up to {filter.LargestMagnitude:G3}: beyond, its sums overflow, and the pixel would spoil all around it. If such values stand for missing pixels, make them NaN; if they are right, bring them into a range with Invoke-EmFilter Rescale -PixelType Single."),
            section.Name);
    }
}
