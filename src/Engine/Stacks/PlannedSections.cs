using System.Collections.Immutable;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>
/// The sections of a plan with a recipe's steps, each on demand. A filter over neighbouring sections takes them from the
/// plan, whichever task they belong to; what comes before the filter is computed once for all sections of a task that are
/// begun in order, however many are in hand at a time.
/// </summary>
internal sealed class PlannedSections
{
    /// <summary>Descriptions of sections before the one asked for that are kept: others may be done beside it, a little behind.</summary>
    private const int Behind = 64;

    private readonly Lock _gate = new();
    private readonly Plan _plan;
    private readonly Recipe _recipe;
    private readonly List<Level> _levels = [new(null)];

    public PlannedSections(Plan plan, Recipe recipe)
    {
        (_plan, _recipe) = (plan, recipe);
        foreach (SectionStep step in recipe.Steps)
        {
            if (step is NeighbourStep filter)
                _levels.Add(new(filter));
            else
                _levels[^1].Then.Add(step);
        }
    }

    /// <summary>A section with all steps.</summary>
    /// <exception cref="EmException">It, or a section that it looks at, cannot be opened, or a step does not fit.</exception>
    public EmSection Section(PlanEntry entry)
    {
        lock (_gate)
        {
            foreach (Level level in _levels)
                level.Forget(entry.Index - _recipe.Radius - Behind);
            return Section(_levels.Count - 1, entry.Index);
        }
    }

    /// <summary>The sections that a section's pixels come from, in order: more than itself only with filters over neighbours.</summary>
    public IEnumerable<PlanEntry> Inputs(PlanEntry entry)
    {
        (int first, int last) = (entry.Index, entry.Index);
        for (int level = _levels.Count - 1; level > 0; level--)
        {
            (int from, int to) = (first, last);
            for (int index = from; index <= to; index++)
            {
                (int before, int after) = Window(_levels[level].Filter!, index);
                (first, last) = (Math.Min(first, index - before), Math.Max(last, index + after));
            }
        }

        for (int index = first; index <= last; index++)
            yield return _plan.At(index)!;
    }

    /// <summary>
    /// Tells which sections will be asked for: then the pixels that several of them look at are kept until the last one has
    /// them, and no longer.
    /// </summary>
    /// <param name="entries">The sections, each asked for once.</param>
    /// <param name="atATime">How many are computed at a time.</param>
    public void Announce(IEnumerable<PlanEntry> entries, int atATime)
    {
        IEnumerable<int> wanted = entries.Select(entry => entry.Index);
        for (int level = _levels.Count - 1; level > 0; level--)
        {
            var uses = new Dictionary<int, int>();
            foreach (int index in wanted)
            {
                (int before, int after) = Window(_levels[level].Filter!, index);
                for (int i = index - before; i <= index + after; i++)
                    uses[i] = uses.GetValueOrDefault(i) + _levels[level].Filter!.PlanesPerSection;
            }

            _levels[level].Cache!.Announce(uses, atATime);
            wanted = uses.Keys.ToArray(); // each of these is computed once, so its own window is opened once
        }
    }

    /// <summary>Frees the pixels that are kept for sections to come.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (Level level in _levels)
            {
                level.Forget(int.MaxValue);
                level.Cache?.Clear();
            }
        }
    }

    private EmSection Section(int number, int index)
    {
        Level level = _levels[number];
        if (level.Known.TryGetValue(index, out EmSection? known))
            return known;
        EmSection section;
        if (level.Filter is { } filter)
        {
            (int before, int after) = Window(filter, index);
            ImmutableArray<EmSection> window = [.. Enumerable.Range(index - before, before + after + 1).Select(i => Section(number - 1, i))];
            section = filter.Over(window, before, level.Cache!);
        }
        else
        {
            section = _plan.At(index)!.Open();
        }

        section = level.Then.Aggregate(section, (done, step) => done.With(step));
        if (number < _levels.Count - 1)
            level.Known.Add(index, section);
        return section;
    }

    private (int Before, int After) Window(NeighbourStep filter, int index)
    {
        (int before, int after) = _plan.Around(index, filter.Radius);
        return filter.Cut(before, after);
    }

    /// <summary>A filter over neighbours, or reading, and the steps of single sections after it.</summary>
    private sealed class Level(NeighbourStep? filter)
    {
        public NeighbourStep? Filter { get; } = filter;

        /// <summary>The pixels of the level before.</summary>
        public NeighbourCache? Cache { get; } = filter?.Cache();

        public List<SectionStep> Then { get; } = [];

        public Dictionary<int, EmSection> Known { get; } = [];

        public void Forget(int before)
        {
            foreach (int index in Known.Keys.Where(i => i < before).ToArray())
                Known.Remove(index);
        }
    }
}
