using System.Globalization;
using EmTools.Engine;

namespace EmTools.Cmdlets;

/// <summary>Says once a step what may spoil results, with the first section that has it, and at the end how many have it.</summary>
internal sealed class NoticeTally(Action<string> warn)
{
    private readonly Dictionary<(string Id, string Step), int> _counts = [];

    /// <summary>Takes what was found of a section; called on the pipeline's thread.</summary>
    public void Note(string section, ResultNotice notice)
    {
        (string, string) kind = (notice.Id, notice.Step);
        int count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (count == 1)
            warn($"{section}, {notice.Step}: {notice.Message}.");
    }

    /// <summary>Tells of how many sections the same is true.</summary>
    public void End()
    {
        foreach (((string id, string step), int count) in _counts)
        {
            if (count > 1)
                warn(string.Create(CultureInfo.InvariantCulture, $"{step}: the same ({id}) of {count} sections in all."));
        }

        _counts.Clear();
    }
}
