using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>An octave of stripe widths on its grid, and what an estimate needs to know of it.</summary>
/// <param name="Scale">Its number b: stripes are about 2^b pixels wide.</param>
/// <param name="Step">The distance of the grid's columns in pixels.</param>
/// <param name="BlockRows">Rows of a block.</param>
/// <param name="Band">The section in this octave, shape (block, column).</param>
/// <param name="Neighbours">The mean of its neighbours without their stripes; null in two dimensions.</param>
/// <param name="Share">The valid pixels' share of every block; null where all are whole.</param>
internal sealed record Octave(int Scale, int Step, int BlockRows, Plane<float> Band, Plane<float>? Neighbours, Plane<float>? Share)
{
    /// <summary>A block with a smaller share of valid pixels counts in no mean.</summary>
    public const float LeastShare = 0.5f;

    public int Height => Band.Height;

    public int Width => Band.Width;

    /// <summary>An odd number of columns for a length in widths of the octave's stripes (2^b pixels).</summary>
    public int Columns(double widths) => Odd(widths * (1 << Scale) / Step);

    /// <summary>An odd number of rows of blocks for a length in widths of the octave's stripes.</summary>
    public int Rows(double widths) => Odd(widths * (1 << Scale) / BlockRows);

    /// <summary>Columns of the grid by which a direction of slope <paramref name="slope"/> (dx/dy) goes to the right from a row of blocks to the next.</summary>
    public double Slant(double slope) => slope * BlockRows / Step;

    /// <summary>The nearest odd whole number, at least 1.</summary>
    public static int Odd(double value) => Math.Max(1, 2 * (int)Math.Floor(value / 2) + 1);

    /// <summary>Every second column of a plane.</summary>
    public static Plane<float> Halve(Plane<float> plane, EvaluationContext context)
        => Plane.Make<float>(plane.Height, (plane.Width + 1) / 2, half => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> from = plane.Row(y), to = half.Row(y);
                for (int x = 0; x < to.Length; x++)
                    to[x] = from[2 * x];
            }
        }));
}
