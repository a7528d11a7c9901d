using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>Works on overlapping patches of a section as if each were a section, and keeps their interiors.</summary>
internal static class Patches
{
    /// <summary>Filters patch by patch.</summary>
    public static Plane<float> Compute(NeighbourWindow window, Plane<float> template, Plane<float>? source, NonLocalMeansOptions options, int[] size, EvaluationContext context)
    {
        NonLocalMeansOptions whole = options with { PatchSize = null };
        Plane<float> result = Plane.Rent<float>(template.Height, template.Width);
        try
        {
            foreach ((int top, int height, int firstRow, int endRow) in Cuts(template.Height, size[0], options.PatchOverlap[0]))
            {
                foreach ((int left, int width, int firstColumn, int endColumn) in Cuts(template.Width, size[1], options.PatchOverlap[1]))
                {
                    var cut = new List<Plane<float>>();
                    try
                    {
                        NeighbourWindow part = window with { Sections = [.. window.Sections.Select(Cut)], Reference = window.Reference?.Select(Cut).ToArray() };
                        using Plane<float> patch = NonLocalMeans.Compute(part, Cut(template), source is null ? null : Cut(source), whole, context);
                        for (int y = firstRow; y < endRow; y++)
                            patch.Row(y - top)[(firstColumn - left)..(endColumn - left)].CopyTo(result.Row(y)[firstColumn..]);
                    }
                    finally
                    {
                        cut.ForEach(plane => plane.Dispose());
                    }

                    Plane<float> Cut(Plane<float> from)
                    {
                        Plane<float> patch = Plane.Rent<float>(height, width);
                        cut.Add(patch);
                        for (int y = 0; y < height; y++)
                            from.Row(top + y).Slice(left, width).CopyTo(patch.Row(y));
                        return patch;
                    }
                }
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Patches along an axis: where they begin, how long they are, and which part of the axis they give.</summary>
    private static IEnumerable<(int Start, int Length, int First, int End)> Cuts(int length, int size, int overlap)
    {
        int half = overlap / 2;
        int given = 0;
        for (int start = 0; given < length; start += size - overlap)
        {
            bool last = start + size >= length;
            int end = last ? length : start + size - half;
            yield return (start, Math.Min(size, length - start), given, end);
            given = end;
        }
    }
}
