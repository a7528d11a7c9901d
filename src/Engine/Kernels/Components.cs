using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The 8-connected components of the pixels above +T(y), or of those below -T(y), as runs that carry a value computed
/// from their component's moments.
/// </summary>
/// <remarks>
/// Strips of rows are labelled in parallel; then components that touch across a border are joined. Nothing is stored per
/// pixel: memory and time follow the number of runs.
/// </remarks>
internal sealed class Components : IDisposable
{
    private readonly StripLabels[] _strips;

    private Components(StripLabels[] strips) => _strips = strips;

    /// <summary>Finds the components above and below the thresholds of an image.</summary>
    /// <param name="image">Where to look.</param>
    /// <param name="thresholds">T of every row.</param>
    /// <param name="value">The value of a component, from its moments.</param>
    /// <param name="dull">Components of this value are left out of the result.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static (Components Above, Components Below) Find(Plane<float> image, float[] thresholds, Func<ComponentMoments, float> value, float dull, EvaluationContext context)
    {
        int count = Math.Clamp(image.Height / 64, 1, context.Threads * 4);
        var above = new Components(Cut(image.Height, count));
        var below = new Components(Cut(image.Height, count));
        try
        {
            RowParallel.For(count, 1, context, (strip, _, scratch) => Label(image, thresholds, above._strips[strip], below._strips[strip], scratch));
            RowParallel.For(2, 1, context, (side, _) => (side == 0 ? above : below).GiveValues(value, dull));
            return (above, below);
        }
        catch
        {
            above.Dispose();
            below.Dispose();
            throw;
        }
    }

    /// <summary>The runs of a row, in ascending order.</summary>
    public Span<LabelledRun> Row(int y)
    {
        // Strips are nearly equal in height, so the guess is right or one off.
        int strip = Math.Min((int)((long)y * _strips.Length / _strips[^1].EndRow), _strips.Length - 1);
        while (y < _strips[strip].FirstRow)
            strip--;
        while (y >= _strips[strip].EndRow)
            strip++;
        return _strips[strip].Row(y);
    }

    /// <summary>Something to be done to a run.</summary>
    public delegate void RunAction(ref LabelledRun run);

    /// <summary>Does something to every run.</summary>
    public void ForRuns(RunAction action, EvaluationContext context)
        => RowParallel.For(_strips.Length, 1, context, (strip, _) =>
        {
            for (int y = _strips[strip].FirstRow; y < _strips[strip].EndRow; y++)
            {
                foreach (ref LabelledRun run in _strips[strip].Row(y))
                    action(ref run);
            }
        });

    public void Dispose()
    {
        foreach (StripLabels strip in _strips)
            strip.Dispose();
    }

    private static StripLabels[] Cut(int height, int count)
        => [.. Enumerable.Range(0, count).Select(i => new StripLabels((int)((long)height * i / count), (int)((long)height * (i + 1) / count)))];

    private static unsafe void Label(Plane<float> image, float[] thresholds, StripLabels above, StripLabels below, Scratch scratch)
    {
        int words = ThresholdRuns.Words(image.Width);
        scratch.Reset(2 * Scratch.Padded<ulong>(words));
        ulong* high = scratch.Take<ulong>(words);
        ulong* low = scratch.Take<ulong>(words);
        for (int y = above.FirstRow; y < above.EndRow; y++)
        {
            ThresholdRuns.Mark(image.RowPointer(y), image.Width, thresholds[y], high, low);
            above.AddRow(new ThresholdRuns.Enumerator(high, image.Width));
            below.AddRow(new ThresholdRuns.Enumerator(low, image.Width));
        }
    }

    private void GiveValues(Func<ComponentMoments, float> value, float dull)
    {
        Dictionary<Member, Group> groups = JoinStrips();
        for (int strip = 0; strip < _strips.Length; strip++)
        {
            StripLabels labels = _strips[strip];
            var values = new float[labels.LabelCount];
            for (int label = 0; label < values.Length; label++)
            {
                if (labels.Root(label) == label)
                    values[label] = groups.TryGetValue(new Member(strip, label), out Group? group) ? group.Value(value) : value(labels.Moments(label));
            }

            for (int y = labels.FirstRow; y < labels.EndRow; y++)
            {
                foreach (ref LabelledRun run in labels.Row(y))
                    run.Value = values[labels.Root(run.Label)];
            }

            labels.Settle(dull);
        }
    }

    /// <summary>Components that reach over a border between strips, with their common moments.</summary>
    private Dictionary<Member, Group> JoinStrips()
    {
        var groups = new Dictionary<Member, Group>();
        for (int strip = 0; strip + 1 < _strips.Length; strip++)
        {
            Span<LabelledRun> upper = _strips[strip].Row(_strips[strip].EndRow - 1);
            Span<LabelledRun> lower = _strips[strip + 1].Row(_strips[strip + 1].FirstRow);
            int first = 0;
            foreach (LabelledRun run in lower)
            {
                while (first < upper.Length && upper[first].End < run.Start)
                    first++;
                for (int i = first; i < upper.Length && upper[i].Start <= run.End; i++)
                    GroupOf(strip, upper[i].Label).Join(GroupOf(strip + 1, run.Label));
            }
        }

        return groups;

        Group GroupOf(int strip, int label)
        {
            var member = new Member(strip, _strips[strip].Root(label));
            if (!groups.TryGetValue(member, out Group? group))
                groups.Add(member, group = new Group(_strips[strip].Moments(member.Root)));
            return group;
        }
    }

    private readonly record struct Member(int Strip, int Root);

    /// <summary>A component made of several strips' components.</summary>
    private sealed class Group(ComponentMoments moments)
    {
        private ComponentMoments _moments = moments;
        private Group? _parent;
        private float? _value;

        public void Join(Group other)
        {
            (Group a, Group b) = (Root(), other.Root());
            if (a == b)
                return;
            b._parent = a;
            a._moments.Add(b._moments);
        }

        public float Value(Func<ComponentMoments, float> value)
        {
            Group root = Root();
            return root._value ??= value(root._moments);
        }

        private Group Root()
        {
            Group group = this;
            while (group._parent is not null)
                group = group._parent;
            return group;
        }
    }
}
