using System.Globalization;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>Counts the sizes and pixel types of a stack's sections: those that differ from most are seldom meant to.</summary>
internal sealed class SectionKinds
{
    private const int Named = 5;

    private readonly Dictionary<(int Height, int Width, PixelType Type), List<(int? Index, string Name)>> _kinds = [];
    private readonly Dictionary<string, List<(int? Index, string Name)>> _voxels = []; // as shown: what differs in the seventh digit is the same

    /// <summary>Takes a section as it is read.</summary>
    public void Add(EmSection section)
    {
        var kind = (section.Source.Height, section.Source.Width, section.Source.PixelType);
        if (!_kinds.TryGetValue(kind, out List<(int? Index, string Name)>? indices))
            _kinds.Add(kind, indices = []);
        indices.Add((section.Index, section.Name));
        if (section.VoxelSize is not { } voxel)
            return;
        if (!_voxels.TryGetValue(voxel.ToString(), out List<(int? Index, string Name)>? same))
            _voxels.Add(voxel.ToString(), same = []);
        same.Add((section.Index, section.Name));
    }

    /// <summary>A sentence for each kind of section, and each size of a voxel, but the most frequent one.</summary>
    public IEnumerable<string> Differences()
        => Others(_kinds, kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Height} x {kind.Width} {kind.Type} (y, x)"), "are", "Parameters in grey levels and pixels fit one kind only.")
            .Concat(Others(_voxels, voxel => $"voxels of {voxel}", "have", "Give the right size for all with -VoxelSize, or read them apart."));

    private static IEnumerable<string> Others<T>(Dictionary<T, List<(int? Index, string Name)>> kinds, Func<T, string> told, string verb, string advice)
        where T : notnull
    {
        var ordered = kinds.OrderByDescending(kind => kind.Value.Count).ToArray();
        foreach ((T kind, List<(int? Index, string Name)> indices) in ordered.Skip(1))
        {
            string first = string.Join(", ", indices.OrderBy(section => section.Index ?? int.MaxValue).Take(Named).Select(section => section.Index?.ToString(CultureInfo.InvariantCulture) ?? $"'{section.Name}'")), more = indices.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {indices.Count - Named} more") : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{(indices.Count == 1 ? "Section" : "Sections")} {first}{more}: {told(kind)}, where most of the {ordered.Sum(k => k.Value.Count)} sections {verb} {told(ordered[0].Key)}. {advice}");
        }
    }
}
