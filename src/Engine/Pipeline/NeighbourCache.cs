using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// The computed pixels of the sections of moving windows, shared by the windows that look at them: what comes before a
/// filter over neighbours is computed once a section and not once a window.
/// </summary>
/// <remarks>
/// Who knows beforehand which windows will be asked for says so (<see cref="Announce"/>): then a section's pixels stay until
/// the last of these windows has closed, and no longer. Otherwise those used longest ago make room for the next, and all go
/// when the window of the run's last section closes (<see cref="Last"/>), however often the run is computed. Either way
/// there are never more planes than the windows that were open at a time have together; in the order of a stack that is
/// enough for every section to be computed once, in another order some are computed again.
/// </remarks>
internal sealed class NeighbourCache(int window)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = []; // the one used longest ago first
    private Dictionary<int, int>? _expected; // windows to come that look at a section, by its index
    private int _windows = 1; // how many were open at a time
    private int _open;

    /// <summary>Index of the last section of the run of neighbours, once that is known.</summary>
    public int? Last { get; set; }

    /// <summary>Sections that have or are about to have a plane.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Tells how many windows to come look at each section.</summary>
    /// <param name="uses">Windows by the section's index; a window that looks at a section and at its reference counts twice.</param>
    /// <param name="atATime">How many of the windows may be open at a time.</param>
    public void Announce(Dictionary<int, int> uses, int atATime)
    {
        lock (_gate)
        {
            _expected = uses;
            _windows = Math.Max(_windows, atATime);
            Trim();
        }
    }

    /// <summary>Opens a window: its sections stay, once computed, until it is disposed of.</summary>
    /// <param name="sections">The sections and references that it looks at.</param>
    /// <param name="centre">Index of the section that it is for.</param>
    public Window Open(IReadOnlyList<EmSection> sections, int? centre = null)
    {
        lock (_gate)
        {
            _windows = Math.Max(_windows, ++_open);
            Entry[] entries = [.. sections.Select(Find)];
            foreach (Entry entry in entries)
                entry.Base = Array.Find(entries, other => other != entry && IsBegun(entry.Section, other.Section));
            foreach (Entry entry in entries)
                entry.Users++;
            Trim();
            return new Window(this, entries, centre);
        }
    }

    /// <summary>Frees what is not in use, at the stack's end.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _expected = null;
            FreeIdle();
        }
    }

    /// <summary>Frees what no open window looks at.</summary>
    public void FreeIdle()
    {
        lock (_gate)
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
                FreeIdle(i);
        }
    }

    /// <summary>True when a section is another one with further steps.</summary>
    private static bool IsBegun(EmSection section, EmSection by)
        => section.Source == by.Source && section.Inverted == by.Inverted && section.Steps.Length > by.Steps.Length && section.Steps.AsSpan()[..by.Steps.Length].SequenceEqual(by.Steps.AsSpan());

    private Entry Find(EmSection section)
    {
        int at = _entries.FindIndex(e => e.Section == section);
        Entry entry = at < 0 ? new Entry(section) : _entries[at];
        if (at >= 0)
            _entries.RemoveAt(at);
        _entries.Add(entry);
        return entry;
    }

    private void Close(Entry[] entries, int? centre)
    {
        lock (_gate)
        {
            _open--;
            foreach (Entry entry in entries)
            {
                entry.Users--;
                int index = entry.Section.Place;
                if (_expected is not null && _expected.TryGetValue(index, out int uses))
                    _expected[index] = Math.Max(0, uses - 1);
            }

            if (centre is not null && centre == Last)
                FreeIdle();
            Trim();
        }
    }

    private void Trim()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.IsEmpty || (_expected is not null && _expected.GetValueOrDefault(entry.Section.Place) == 0))
                FreeIdle(i);
        }

        for (int i = 0; i < _entries.Count && _entries.Count > window * _windows;)
        {
            if (!FreeIdle(i))
                i++;
        }
    }

    private bool FreeIdle(int at)
    {
        Entry entry = _entries[at];
        if (entry.Users > 0)
            return false;
        entry.Free();
        _entries.RemoveAt(at);
        return true;
    }

    /// <summary>An open window.</summary>
    public sealed class Window : IDisposable
    {
        private readonly NeighbourCache _cache;
        private readonly Entry[] _entries;
        private readonly int? _centre;
        private bool _closed;

        internal Window(NeighbourCache cache, Entry[] entries, int? centre) => (_cache, _entries, _centre) = (cache, entries, centre);

        /// <summary>The pixels of the window's sections, in their order, computed where they are not there. They must not be changed.</summary>
        public Plane<float>[] Planes(EvaluationContext context) => [.. _entries.Select(entry => entry.Pixels(context))];

        /// <summary>
        /// Gives the pixels of section <paramref name="centre"/> and what <paramref name="make"/> made of every section's to <paramref name="compute"/>,
        /// computed where they are not there; of the centre's too, while they are there, for the windows that look at it later. After that its pixels are not
        /// kept. A section alone tells nobody.
        /// </summary>
        public TResult WithDigests<TResult>(int centre, Func<EmSection, Plane<float>, Plane<float>> make, Func<Plane<float>, Plane<float>[], TResult> compute, EvaluationContext context)
        {
            Plane<float> pixels = _entries[centre].Borrow(context);
            try
            {
                return compute(pixels, _entries.Length == 1 ? [] : [.. _entries.Select(entry => entry.Digest(make, context)).Where((_, i) => i != centre)]);
            }
            finally
            {
                _entries[centre].Return();
            }
        }

        public void Dispose()
        {
            if (!_closed)
                _cache.Close(_entries, _centre);
            _closed = true;
        }
    }

    /// <summary>A section's pixels, and how many open windows look at them.</summary>
    internal sealed class Entry(EmSection section)
    {
        private readonly Lock _computing = new();
        private Plane<float>? _digest;
        private int _borrowed;

        public EmSection Section { get; } = section;

        public Plane<float>? Plane { get; private set; }

        /// <summary>True when nothing is kept.</summary>
        public bool IsEmpty => Plane is null && _digest is null;

        /// <summary>A section of the same windows of which this one is what further steps make; null where there is none.</summary>
        public Entry? Base { get; set; }

        public int Users { get; set; }

        /// <summary>Computes the pixels, or waits until another window has. What fails for one window is tried again by the next.</summary>
        public Plane<float> Pixels(EvaluationContext context)
        {
            lock (_computing)
                return Plane ??= Base is null ? PlaneConversion.ToSingle(Section.Compute(context), invert: false, context) : FromBase(Base, context);
        }

        /// <summary>The pixels, as <see cref="Pixels"/>, until they are returned.</summary>
        public Plane<float> Borrow(EvaluationContext context)
        {
            lock (_computing)
            {
                Plane<float> plane = Pixels(context);
                _borrowed++;
                return plane;
            }
        }

        /// <summary>The pixels are no longer needed where there is a digest of them.</summary>
        public void Return()
        {
            lock (_computing)
            {
                if (--_borrowed > 0 || _digest is null)
                    return;
                Plane?.Dispose();
                Plane = null;
            }
        }

        /// <summary>What <paramref name="make"/> makes of the pixels, made once.</summary>
        public Plane<float> Digest(Func<EmSection, Plane<float>, Plane<float>> make, EvaluationContext context)
        {
            lock (_computing)
                return _digest ??= make(Section, Pixels(context));
        }

        /// <summary>Gives back what is kept.</summary>
        public void Free()
        {
            Plane?.Dispose();
            _digest?.Dispose();
            (Plane, _digest) = (null, null);
        }

        private Plane<float> FromBase(Entry begun, EvaluationContext context)
        {
            Plane plane = begun.Pixels(context).Clone();
            foreach (SectionStep step in Section.Steps.AsSpan()[begun.Section.Steps.Length..])
                plane = Evaluator.Apply(step, plane, context);
            return PlaneConversion.ToSingle(plane, invert: false, context);
        }
    }
}
