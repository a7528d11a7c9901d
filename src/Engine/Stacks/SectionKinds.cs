using System.Globalization;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Counts the sizes and pixel types of a stack's sections: those that differ from most are seldom meant to.</summary>
internal sealed class SectionKinds
{
    private const int Named = 5;

    private readonly Dictionary<(int Height, int Width, PixelType Type), List<int>> _kinds = [];

    /// <summary>Takes a section as it is read.</summary>
    public void Add(EmSection section)
    {
        var kind = (section.Source.Height, section.Source.Width, section.Source.PixelType);
        if (!_kinds.TryGetValue(kind, out List<int>? indices))
            _kinds.Add(kind, indices = []);
        indices.Add(section.Index);
    }

    /// <summary>A sentence for each kind of section but the most frequent one.</summary>
    public IEnumerable<string> Differences()
    {
        var kinds = _kinds.OrderByDescending(kind => kind.Value.Count).ToArray();
        foreach ((var kind, List<int> indices) in kinds.Skip(1))
        {
            var most = kinds[0].Key;
            string first = string.Join(", ", indices.Order().Take(Named)), more = indices.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {indices.Count - Named} more") : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{(indices.Count == 1 ? "Section" : "Sections")} {first}{more}: {kind.Height} x {kind.Width} {kind.Type} (y, x), where most of the {kinds.Sum(k => k.Value.Count)} sections are {most.Height} x {most.Width} {most.Type}. Parameters in grey levels and pixels fit one kind only.");
        }
    }
}
