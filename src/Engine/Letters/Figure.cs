using System.Numerics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Letters;

/// <summary>Closed curves that are filled in a picture, each pixel by the share of its area that lies inside. x to the right and y down, pixel (0, 0) from 0 to 1.</summary>
internal sealed class Figure
{
    private const int CurveSteps = 8;
    private readonly List<(Vector2 From, Vector2 To)> _edges = [];
    private Vector2 _start, _at;

    /// <summary>A rectangle with round corners.</summary>
    public static Figure RoundRectangle(float left, float top, float right, float bottom, float radius)
    {
        var figure = new Figure();
        figure.Begin(new Vector2(left + radius, top));
        figure.Line(new Vector2(right - radius, top));
        figure.Curve(new Vector2(right, top), new Vector2(right, top + radius));
        figure.Line(new Vector2(right, bottom - radius));
        figure.Curve(new Vector2(right, bottom), new Vector2(right - radius, bottom));
        figure.Line(new Vector2(left + radius, bottom));
        figure.Curve(new Vector2(left, bottom), new Vector2(left, bottom - radius));
        figure.Line(new Vector2(left, top + radius));
        figure.Curve(new Vector2(left, top), new Vector2(left + radius, top));
        figure.End();
        return figure;
    }

    /// <summary>Begins a curve.</summary>
    public void Begin(Vector2 at) => _start = _at = at;

    /// <summary>Goes on straight.</summary>
    public void Line(Vector2 to)
    {
        _edges.Add((_at, to));
        _at = to;
    }

    /// <summary>Goes on along a quadratic Bézier curve.</summary>
    public void Curve(Vector2 control, Vector2 to)
    {
        Vector2 from = _at;
        for (int i = 1; i <= CurveSteps; i++)
        {
            float t = (float)i / CurveSteps;
            Line(Vector2.Lerp(Vector2.Lerp(from, control, t), Vector2.Lerp(control, to, t), t));
        }
    }

    /// <summary>Closes the curve.</summary>
    public void End() => Line(_start);

    /// <summary>Fills it; what lies outside the picture is left out.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="grey">Its grey level.</param>
    /// <param name="opacity">1 hides what is below, 0 changes nothing.</param>
    /// <param name="weight">How much pixels count that are covered in part, as an exponent: 1 by their area, less than 1 more.</param>
    public void Fill(Plane<byte> picture, byte grey, float opacity = 1, float weight = 1)
    {
        if (_edges.Count == 0)
            return;
        int left = (int)MathF.Floor(_edges.Min(edge => edge.To.X)), right = (int)MathF.Ceiling(_edges.Max(edge => edge.To.X));
        int top = Math.Max(0, (int)MathF.Floor(_edges.Min(edge => edge.To.Y))), bottom = Math.Min(picture.Height, (int)MathF.Ceiling(_edges.Max(edge => edge.To.Y)));
        if (top >= bottom)
            return;
        int width = right - left + 2;
        float[] changes = new float[(bottom - top) * width];
        var origin = new Vector2(left, top);
        foreach ((Vector2 from, Vector2 to) in _edges)
            Add(changes, width, bottom - top, from - origin, to - origin);
        for (int y = top; y < bottom; y++)
        {
            float inside = 0;
            Span<byte> row = picture.Row(y);
            for (int x = left; x < right; x++)
            {
                inside += changes[(y - top) * width + x - left];
                if (x >= 0 && x < row.Length)
                    row[x] = (byte)MathF.Round(row[x] + (grey - row[x]) * opacity * MathF.Pow(Math.Min(1, Math.Abs(inside)), weight));
            }
        }
    }

    /// <summary>Adds to each pixel of a row by how much an edge changes the covered area from there on: summed from the left, the row's coverage.</summary>
    private static void Add(float[] changes, int width, int height, Vector2 from, Vector2 to)
    {
        if (from.Y == to.Y)
            return;
        float direction = from.Y < to.Y ? 1 : -1;
        if (direction < 0)
            (from, to) = (to, from);
        float slope = (to.X - from.X) / (to.Y - from.Y);
        for (int y = Math.Max(0, (int)from.Y); y < Math.Min(height, (int)MathF.Ceiling(to.Y)); y++)
        {
            float upper = Math.Max(y, from.Y), lower = Math.Min(y + 1, to.Y), share = direction * (lower - upper);
            float one = from.X + (upper - from.Y) * slope, other = from.X + (lower - from.Y) * slope;
            float left = Math.Max(0, Math.Min(one, other)), right = Math.Max(left, Math.Max(one, other));
            Span<float> row = changes.AsSpan(y * width, width);
            if (right - left < 1e-4f)
            {
                float within = left - (int)left;
                row[(int)left] += share * (1 - within);
                row[(int)left + 1] += share * within;
                continue;
            }

            // The covered area right of the edge up to x grows as a parabola while the edge passes; its second differences are what is stored.
            float before = 0, step = 0;
            for (int x = (int)left; x <= (int)right + 1 && x < width; x++)
            {
                float area = AreaUpTo(x + 1, left, right);
                row[x] += share * (area - before - step);
                (step, before) = (area - before, area);
            }
        }
    }

    /// <summary>The integral, from minus infinity to x, of the share of an edge that lies left of a place.</summary>
    private static float AreaUpTo(float x, float left, float right)
    {
        if (x <= left)
            return 0;
        if (x >= right)
            return (right - left) / 2 + x - right;
        return (x - left) * (x - left) / (2 * (right - left));
    }
}
