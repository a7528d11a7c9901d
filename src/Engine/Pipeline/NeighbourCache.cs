using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// The computed pixels of the sections of a moving window, shared by the sections that look at them: what comes before a
/// filter over neighbours is computed once a section and not once a window.
/// </summary>
/// <remarks>
/// Holds at most as many planes as a window has, beyond those in use; the one used longest ago makes room for the next. So
/// in the order of a stack every section is computed once; in another order some are computed again.
/// </remarks>
internal sealed class NeighbourCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = []; // the one used longest ago first

    /// <summary>Takes a section's pixels, computing them where they are not there. They must be given back and not be changed.</summary>
    public Plane<float> Take(EmSection section, EvaluationContext context)
    {
        Entry entry;
        lock (_gate)
        {
            entry = _entries.Find(e => e.Section == section) ?? new Entry(section);
            _entries.Remove(entry);
            _entries.Add(entry);
            entry.Users++;
            Trim(capacity);
        }

        try
        {
            lock (entry)
                return entry.Plane ??= PlaneConversion.ToSingle(section.Compute(context), invert: false, context);
        }
        catch
        {
            GiveBack(section);
            throw;
        }
    }

    /// <summary>Gives a section's pixels back.</summary>
    public void GiveBack(EmSection section)
    {
        lock (_gate)
        {
            Entry entry = _entries.Find(e => e.Section == section)!;
            entry.Users--;
            if (entry.Plane is null && entry.Users == 0)
                _entries.Remove(entry);
            Trim(capacity);
        }
    }

    /// <summary>Frees what is not in use, at the stack's end.</summary>
    public void Clear()
    {
        lock (_gate)
            Trim(0);
    }

    private void Trim(int keep)
    {
        for (int i = 0; i < _entries.Count && _entries.Count > keep;)
        {
            if (_entries[i].Users > 0)
            {
                i++;
                continue;
            }

            _entries[i].Plane?.Dispose();
            _entries.RemoveAt(i);
        }
    }

    private sealed class Entry(EmSection section)
    {
        public EmSection Section { get; } = section;

        public Plane<float>? Plane { get; set; }

        public int Users { get; set; }
    }
}
