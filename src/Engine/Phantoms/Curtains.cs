using System.Numerics.Tensors;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// Curtain stripes as the ion beam leaves them: bright and dark, nearly vertical, a few hundred to a few thousand
/// pixels long with soft ends, one family for every scale of width; other ones in every section.
/// </summary>
internal sealed class Curtains
{
    /// <summary>Stripes change slowly along y: they are computed in every 16th row and joined by straight lines.</summary>
    public const int RowSpacing = 16;

    private const int Families = 6;
    private const float SegmentPitch = 1400;
    private const float LongestSegment = 3500;
    private const float LargestSlope = 0.003f;
    private const float Share = 0.6f;

    /// <summary>Brings the sum of all families to the standard deviation 1 (measured over many sections).</summary>
    private const float Normalize = 2.08f;

    private static readonly float[] FamilyAmplitude = [1, 0.85f, 0.7f, 0.5f, 0.4f, 0.3f];

    private readonly uint _seed;
    private readonly float _amplitude;

    /// <param name="seed">Which stripes.</param>
    /// <param name="amplitude">Standard deviation in grey levels.</param>
    public Curtains(uint seed, float amplitude)
    {
        _seed = CounterHash.Mix(seed ^ 0xC0871A1u);
        _amplitude = amplitude;
    }

    /// <summary>
    /// Adds the stripes of section <paramref name="z"/> to whole rows from <paramref name="y0"/>, a multiple of
    /// <see cref="RowSpacing"/>. <paramref name="scratch"/> holds three rows.
    /// </summary>
    public void Add(Span<float> rows, int width, int z, int y0, Span<float> scratch)
    {
        if (_amplitude == 0)
            return;
        Span<float> above = scratch[..width], below = scratch.Slice(width, width), step = scratch.Slice(2 * width, width);
        FillNode(below, z, y0);
        int height = rows.Length / width;
        for (int first = 0; first < height; first += RowSpacing)
        {
            below.CopyTo(above);
            FillNode(below, z, y0 + first + RowSpacing);
            TensorPrimitives.Subtract(below, above, step);
            TensorPrimitives.Multiply(step, 1f / RowSpacing, step);
            for (int y = first; y < Math.Min(height, first + RowSpacing); y++)
            {
                Span<float> row = rows.Slice(y * width, width);
                TensorPrimitives.Add(row, above, row);
                TensorPrimitives.Add(above, step, above);
            }
        }
    }

    private void FillNode(Span<float> row, int z, int y)
    {
        row.Clear();
        for (int family = 0; family < Families; family++)
        {
            float halfWidth = 1.3f * (1 << family);
            float pitch = 4 * halfWidth;
            uint seed = CounterHash.At(_seed, z, family);
            int lanes = (int)(row.Length / pitch) + 2;
            int newest = (int)MathF.Floor(y / SegmentPitch);
            int oldest = (int)MathF.Floor((y - LongestSegment) / SegmentPitch) - 1;
            for (int lane = -2; lane < lanes; lane++)
                for (int segment = oldest; segment <= newest; segment++)
                    AddStripe(row, CounterHash.At(seed, lane, segment), y, lane * pitch, segment * SegmentPitch, halfWidth, FamilyAmplitude[family]);
        }
    }

    private void AddStripe(Span<float> row, uint state, int y, float laneStart, float segmentStart, float halfWidth, float familyAmplitude)
    {
        if (CounterHash.NextUnit(ref state) > Share)
            return;
        float start = segmentStart + CounterHash.NextUnit(ref state) * SegmentPitch;
        float share = CounterHash.NextUnit(ref state);
        float length = 250 + (LongestSegment - 250) * share * share;
        float along = (y - start) / length;
        if (along <= 0 || along >= 1)
            return;

        float end = MathF.Min(1, MathF.Min(along, 1 - along) * 5);
        float amplitude = end * end * (3 - 2 * end) * familyAmplitude * _amplitude * Normalize
            * (CounterHash.NextUnit(ref state) + CounterHash.NextUnit(ref state) + CounterHash.NextUnit(ref state) - 1.5f) * 2;
        float centre = laneStart + CounterHash.NextUnit(ref state) * 4 * halfWidth
            + CounterHash.NextBetween(ref state, -LargestSlope, LargestSlope) * (y - start);
        int left = Math.Max(0, (int)MathF.Ceiling(centre - halfWidth)), right = Math.Min(row.Length - 1, (int)MathF.Floor(centre + halfWidth));
        for (int x = left; x <= right; x++)
        {
            float off = (x - centre) / halfWidth;
            float bump = 1 - off * off;
            row[x] += amplitude * bump * bump;
        }
    }
}
