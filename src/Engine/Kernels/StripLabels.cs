using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Pixels [Start, End) of a row, with the label of their component and later the component's value; then the label is free for its user.</summary>
internal struct LabelledRun
{
    public int Start;
    public int End;
    public int Label;
    public float Value;
}

/// <summary>
/// The runs of one strip of rows and the 8-connected components that they form within it: union-find over runs, moments
/// gathered on the way.
/// </summary>
internal sealed unsafe class StripLabels(int firstRow, int endRow) : IDisposable
{
    private readonly NativeList<LabelledRun> _runs = new();
    private readonly NativeList<int> _parents = new();
    private readonly NativeList<ComponentMoments> _moments = new();
    private readonly int[] _rowStart = new int[endRow - firstRow + 1];
    private int _line;

    public int FirstRow => firstRow;

    public int EndRow => endRow;

    public int LabelCount => _parents.Count;

    /// <summary>The runs of a row, in ascending order.</summary>
    public Span<LabelledRun> Row(int y)
    {
        int start = _rowStart[y - firstRow];
        return new Span<LabelledRun>(_runs.Items + start, _rowStart[y - firstRow + 1] - start);
    }

    /// <summary>Joins the next row's runs to the components of the rows before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddRow(ThresholdRuns.Enumerator found)
    {
        int line = _line++;
        int above = line == 0 ? 0 : _rowStart[line - 1];
        int aboveEnd = line == 0 ? 0 : _rowStart[line];
        while (found.MoveNext())
        {
            (int start, int end) = (found.Start, found.End);
            LabelledRun* runs = _runs.Items;
            while (above < aboveEnd && runs[above].End < start)
                above++;

            // Touching corners count (8-connected), hence <= on either side.
            int label = -1;
            for (int other = above; other < aboveEnd && runs[other].Start <= end; other++)
            {
                int root = Root(runs[other].Label);
                label = label < 0 ? root : Join(label, root);
                above = other; // the last one touched may touch the next run too
            }

            if (label < 0)
            {
                label = _parents.Count;
                _parents.Add(label);
                _moments.Add(default);
            }

            _moments.Items[label].Add(firstRow + line, start, end);
            _runs.Add(new LabelledRun { Start = start, End = end, Label = label });
        }

        _rowStart[line + 1] = _runs.Count;
    }

    /// <summary>The label that stands for a label's component.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Root(int label)
    {
        int* parents = _parents.Items;
        while (parents[label] != label)
            label = parents[label] = parents[parents[label]];
        return label;
    }

    /// <summary>The moments of a root's component.</summary>
    public ref ComponentMoments Moments(int root) => ref _moments.Items[root];

    /// <summary>Frees the labels, once values have been given out, and drops the runs whose value is <paramref name="dull"/>.</summary>
    public void Settle(float dull)
    {
        _parents.Dispose();
        _moments.Dispose();
        LabelledRun* runs = _runs.Items;
        int kept = 0;
        int read = 0;
        for (int line = 0; line < endRow - firstRow; line++)
        {
            int end = _rowStart[line + 1];
            _rowStart[line] = kept;
            for (; read < end; read++)
            {
                if (runs[read].Value != dull)
                    runs[kept++] = runs[read];
            }
        }

        _rowStart[^1] = kept;
        _runs.Shrink(kept);
    }

    public void Dispose()
    {
        _runs.Dispose();
        _parents.Dispose();
        _moments.Dispose();
    }

    private int Join(int a, int b)
    {
        if (a == b)
            return a;
        (int keep, int drop) = a < b ? (a, b) : (b, a);
        _parents.Items[drop] = keep;
        _moments.Items[keep].Add(_moments.Items[drop]);
        return keep;
    }
}
