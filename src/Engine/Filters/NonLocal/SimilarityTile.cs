using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.NonLocal;

/// <summary>The non-local average of one tile of a section.</summary>
/// <remarks>
/// For every section and every shift: the block averages of template times shifted section, the correlation, and an offer
/// to the pixels' lists of best candidates. A tile's patches stay in the second-level cache.
/// The averages of products are taken over the part in which the shifted section and the template overlap, mirrored at its
/// own edges; those of the factors over the whole images. Near the overlap's edges the two windows differ, and then a score
/// depends on the grey level as such (published behaviour): there the levels that the patches lack are put back.
/// Cost a pixel and candidate: some 25 operations on vectors of 8 or 16 pixels, and where a vector holds
/// a candidate that is good enough, 9 more for each of the candidates that are kept.
/// </remarks>
internal sealed unsafe class SimilarityTile
{
    /// <summary>Rows of a tile.</summary>
    public const int TileHeight = 32;

    /// <summary>Columns of a tile.</summary>
    public const int TileWidth = 128;

    private readonly NonLocalMeansOptions _options;
    private readonly int _height;
    private readonly int _width;
    private readonly int _top;
    private readonly int _left;
    private readonly int _bottom;
    private readonly int _right;
    private readonly int _radius;
    private readonly int _reach;
    private readonly BestCandidates _best;
    private readonly Patch _template;
    private readonly Patch _templateMean;
    private readonly Patch _templateDeviation;
    private readonly Patch _section;
    private readonly Patch _mean;
    private readonly Patch _deviation;
    private readonly Patch _values;

    private SimilarityTile(Plane<float> template, Plane<float> section, Plane<float> values, NonLocalMeansOptions options, int top, int left, BestCandidates best, Scratch scratch)
    {
        (_options, _height, _width, _top, _left, _best) = (options, template.Height, template.Width, top, left, best);
        (_bottom, _right) = (Math.Min(top + TileHeight, _height), Math.Min(left + TileWidth, _width));
        (_radius, _reach) = (options.Block / 2, options.Neighborhood / 2);
        (int height, int width) = (_bottom - _top, _right - _left);
        int margin = _radius + _reach;
        _template = Patch.Of(template, top - _radius, left - _radius, height + 2 * _radius, width + 2 * _radius, centred: true, scratch);
        _templateMean = Patch.Empty(top, left, height, width, scratch);
        _templateDeviation = Patch.Empty(top, left, height, width, scratch);
        _section = Patch.Of(section, top - margin, left - margin, height + 2 * margin, width + 2 * margin, centred: true, scratch);
        _mean = Patch.Empty(top - _reach, left - _reach, height + 2 * _reach, width + 2 * _reach, scratch);
        _deviation = Patch.Empty(top - _reach, left - _reach, height + 2 * _reach, width + 2 * _reach, scratch);
        _values = Patch.Of(values, top - _reach, left - _reach, height + 2 * _reach, width + 2 * _reach, centred: false, scratch);
        long length = Patch.SumsLength(_section.Height, _section.Width);
        float* sums = scratch.TakeCleared<float>(length);
        float* squares = scratch.TakeCleared<float>(length + _section.Width + 64);
        _template.Statistics(_radius, _templateMean, _templateDeviation, sums, squares);
        _section.Statistics(_radius, _mean, _deviation, sums, squares);
        Sums = sums;
        Line = squares;
        LevelSums = scratch.TakeCleared<float>(length);
        LevelLine = scratch.TakeCleared<float>(_section.Width + 64);
        Scores = scratch.Take<float>(ShortSums.Four * ScoresStride);
    }

    /// <summary>From one row of scores to the next.</summary>
    private const int ScoresStride = TileWidth + 64;

    private float* Sums { get; }

    private float* Line { get; }

    private float* LevelSums { get; }

    private float* LevelLine { get; }

    private float* Scores { get; }

    /// <summary>Bytes of scratch memory that a tile takes.</summary>
    public static long ScratchBytes(NonLocalMeansOptions options)
    {
        int margin = options.Block + options.Neighborhood;
        long patch = Patch.ScratchBytes(TileHeight + margin, TileWidth + margin);
        long sums = Scratch.Padded<float>(Patch.SumsLength(TileHeight + margin, TileWidth + margin) + TileWidth + margin + 64);
        return BestCandidates.ScratchBytes(options.WeightCount, TileHeight, TileWidth + 64) + 7 * patch + 4 * sums + Scratch.Padded<float>(ShortSums.Four * ScoresStride);
    }

    /// <summary>Offers all shifts of a section to the tile's pixels.</summary>
    /// <param name="template">What is looked for.</param>
    /// <param name="section">Where it is looked for.</param>
    /// <param name="values">The pixels that a similar place gives; often <paramref name="section"/>.</param>
    /// <param name="options">Parameters.</param>
    /// <param name="weight">The section's weight.</param>
    /// <param name="top">The tile's first row.</param>
    /// <param name="left">The tile's first column.</param>
    /// <param name="best">The tile's lists.</param>
    /// <param name="scratch">Working memory, from which the lists were taken.</param>
    public static void Offer(Plane<float> template, Plane<float> section, Plane<float> values, NonLocalMeansOptions options, float weight, int top, int left, BestCandidates best, Scratch scratch)
    {
        var tile = new SimilarityTile(template, section, values, options, top, left, best, scratch);
        foreach (int dy in Outwards(tile._reach))
        {
            foreach (int dx in Outwards(tile._reach))
                tile.Shift(dy, dx, weight);
        }
    }

    /// <summary>0, -1, 1, -2, 2, ...: what is near is most like, and the sooner good candidates are kept, the fewer displace others.</summary>
    private static IEnumerable<int> Outwards(int reach) => Enumerable.Range(0, 2 * reach + 1).Select(i => i % 2 == 0 ? i / 2 : -(i + 1) / 2);

    private void Shift(int dy, int dx, float weight)
    {
        // The overlap of template and shifted section, and the tile's part of it.
        (int y0, int y1, int x0, int x1) = (Math.Max(0, dy), _height + Math.Min(0, dy), Math.Max(0, dx), _width + Math.Min(0, dx));
        (int top, int bottom, int left, int right) = (Math.Max(_top, y0), Math.Min(_bottom, y1), Math.Max(_left, x0), Math.Min(_right, x1));
        if (top >= bottom || left >= right)
            return;

        int first = Math.Max(y0, top - _radius);
        int end = Math.Min(y1, bottom + _radius);
        bool edge = (dy != 0 && (top - _radius < y0 || bottom + _radius > y1)) || (dx != 0 && (left - _radius < x0 || right + _radius > x1));
        nint stride = (right - left + 31) / 16 * 16;
        for (int y = first; y < end; y++)
        {
            Products(y, dy, dx, x0, x1, left, right, edge);
            ShortSums.Along(Line, _options.Block, Sums + (y - first) * stride, right - left);
            if (edge)
                ShortSums.Along(LevelLine, _options.Block, LevelSums + (y - first) * stride, right - left);
        }

        float** rows = stackalloc float*[_options.Block];
        float** levelRows = stackalloc float*[_options.Block];
        for (int y = top; y < bottom;)
        {
            bool mirrored = y - _radius < y0 || y + _radius >= y1;
            if (!edge && !mirrored && ShortSums.ShareRows(_options.Block) && y + ShortSums.Four <= bottom && y + ShortSums.Four - 1 + _radius < y1)
            {
                ShortSums.AcrossFour(Sums + (y - _radius - first) * stride, stride, _options.Block, Scores, ScoresStride, right - left);
                for (int k = 0; k < ShortSums.Four; k++)
                    Offer(Scores + k * ScoresStride, y++, dy, dx, left, right - left, weight);
                continue;
            }

            for (int k = 0; k < _options.Block; k++)
            {
                int from = y + k - _radius;
                nint row = ((mirrored ? y0 + Mirror.Index(from - y0, y1 - y0) : from) - first) * stride;
                rows[k] = Sums + row;
                levelRows[k] = LevelSums + row;
            }

            bool edgeRow = dy != 0 && mirrored;
            (int inner, int outer) = edgeRow ? (right, left) : dx == 0 ? (left, right) : (Math.Min(right, x0 + _radius), Math.Max(left, x1 - _radius));
            Score(rows, edge ? levelRows : null, y++, dy, dx, left, right, inner, outer, weight);
        }
    }

    /// <summary>
    /// Line = template times shifted section from column left - radius on, mirrored at the overlap's edges; LevelLine = what
    /// the levels add to the products, where it is asked for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(int y, int dy, int dx, int x0, int x1, int left, int right, bool levels)
    {
        int first = Math.Max(x0, left - _radius);
        int end = Math.Min(x1, right + _radius);
        float* template = _template.At(y, first);
        float* section = _section.At(y - dy, first - dx);
        float* line = Line + first - left + _radius;
        nint at = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; at <= end - first - Vector512<float>.Count; at += Vector512<float>.Count)
                Vector512.Store(Vector512.Load(template + at) * Vector512.Load(section + at), line + at);
        }

        for (; at < end - first; at += Vector<float>.Count)
            Vector.Store(Vector.Load(template + at) * Vector.Load(section + at), line + at);
        Mirror(Line);
        if (!levels)
            return;

        var templateLevel = new Vector<float>(_template.Level);
        var sectionLevel = new Vector<float>(_section.Level);
        line = LevelLine + first - left + _radius;
        for (int x = 0; x < end - first; x += Vector<float>.Count)
            Vector.Store(Vector.Load(template + x) * sectionLevel + Vector.Load(section + x) * templateLevel, line + x);
        Mirror(LevelLine);

        void Mirror(float* to)
        {
            for (int x = left - _radius; x < first; x++)
                to[x - left + _radius] = to[x0 + Imaging.Mirror.Index(x - x0, x1 - x0) - left + _radius];
            for (int x = end; x < right + _radius; x++)
                to[x - left + _radius] = to[x0 + Imaging.Mirror.Index(x - x0, x1 - x0) - left + _radius];
        }
    }

    /// <summary>Offers a row's pixels; those before column <paramref name="inner"/> and from <paramref name="outer"/> on lie near the overlap's edges.</summary>
    private void Score(float** rows, float** levelRows, int y, int dy, int dx, int left, int right, int inner, int outer, float weight)
    {
        int width = right - left;
        int area = _options.Block * _options.Block;
        float* mean = _mean.At(y - dy, left - dx);
        float* templateMean = _templateMean.At(y, left);
        ShortSums.Across(rows, _options.Block, Scores, width);
        if (levelRows != null)
        {
            ShortSums.Across(levelRows, _options.Block, LevelLine, width);
            for (int x = 0; x < width; x++)
            {
                if (left + x < inner || left + x >= outer)
                    Scores[x] += LevelLine[x] - area * (mean[x] * _template.Level + templateMean[x] * _section.Level);
            }
        }

        Offer(Scores, y, dy, dx, left, width, weight);
    }

    /// <summary>Offers a row's pixels the places of a shift, given the sums of products over the blocks there.</summary>
    private void Offer(float* sums, int y, int dy, int dx, int left, int width, float weight)
    {
        var scores = new SimilarityScores(_mean.At(y - dy, left - dx), _templateMean.At(y, left), _deviation.At(y - dy, left - dx), _templateDeviation.At(y, left), _options.Block * _options.Block, _options.AdjustScore ? weight : 1);
        float* values = _values.At(y - dy, left - dx);
        (int row, int column) = (y - _top, left - _left);
        int found = scores.Find(sums, _best.Least(row, column), width, _best.Found);
        scores.Compute(sums, values, width, _best.Found, found);
        int times = (dy == 0) != (dx == 0) ? 2 : 1; // the published package offers these shifts twice
        _best.Insert(row, column, found, sums, values, weight, times);
    }
}
