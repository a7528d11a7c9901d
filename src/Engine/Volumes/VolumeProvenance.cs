using System.Text.Json.Nodes;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>Where a volume comes from, as it goes into its metadata.</summary>
/// <param name="Name">The volume's name.</param>
/// <param name="Key">A hash of all that decides its voxels: sections, steps, settings; null where sections are no files'.</param>
/// <param name="Description">What was done to the sections, as their first one tells it.</param>
/// <param name="Missing">The indices of sections that were not there, as ranges; null where none is missing.</param>
public sealed record VolumeProvenance(string Name, string? Key, JsonObject Description, string? Missing)
{
    /// <summary>All of it, under the name of the program.</summary>
    /// <param name="settings">The volume.</param>
    public JsonObject ToJson(VolumeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var json = new JsonObject
        {
            ["software"] = Provenance.Software,
            ["key"] = Key,
            ["firstIndex"] = settings.FirstIndex,
            ["missingSections"] = Missing,
            ["means"] = "integers to the nearest, halves up",
            ["firstSection"] = Description.DeepClone(),
        };
        return json;
    }
}
