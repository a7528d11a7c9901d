using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Volumes;

/// <summary>What the sections that are to become a volume have in common: size, type, voxels. Keeps of each but its index.</summary>
public sealed class VolumeInput
{
    private readonly SortedSet<int> _indices = [];
    private EmSection? _first;
    private bool _whole;

    /// <summary>Takes a section.</summary>
    /// <exception cref="EmException">It is of another size or type than the first (<c>SectionOfOtherKind</c>), was cropped at another place (<c>SectionPlacesDiffer</c>), or its index is there already (<c>IndexTwice</c>) or not known (<c>NoIndex</c>).</exception>
    public void Add(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        EmSection first = _first ??= section;
        if ((section.Height, section.Width, section.PixelType) != (first.Height, first.Width, first.PixelType))
            throw Wrong("SectionOfOtherKind", $"{section.Title} is {section.Height} x {section.Width} {section.PixelType} (y, x), but {first.Label} is {first.Height} x {first.Width} {first.PixelType}; all sections of a volume are of one size and type. Leave it out (its place is then 0), or bring it to the others' kind.");
        if (!section.IsPlacedAs(first))
            throw Wrong("SectionPlacesDiffer", $"{section.Title} and {first.Label} were cropped at different places or binned differently, and would not lie above one another. Crop and bin all alike.");
        if (!_indices.Add(section.Place))
            throw Wrong("IndexTwice", $"{section.Title} has the index of another section; give every section its own index (-Index).");
        _whole |= !section.IsOnlyRead;

        EmException Wrong(string id, string message) => new(EmErrorKind.InvalidArgument, id, message, section.Name);
    }

    /// <summary>Sections so far.</summary>
    public int Count => _indices.Count;

    /// <summary>The size of a voxel as the first section tells it.</summary>
    public VoxelSize? VoxelSize => _first?.VoxelSize;

    /// <summary>The indices between the first and the last.</summary>
    public IReadOnlyList<int> Missing => _indices.Count == 0 ? [] : [.. Enumerable.Range(_indices.Min, _indices.Max - _indices.Min + 1).Where(index => !_indices.Contains(index))];

    /// <summary>The settings of the volume.</summary>
    /// <param name="choice">What the user chose.</param>
    /// <param name="voxelSize">The size of a voxel that the user gave; null for the sections' own.</param>
    /// <exception cref="EmException">No section (<c>NoSections</c>), or what <see cref="VolumeChoice.For"/> refuses.</exception>
    public VolumeSettings Settings(VolumeChoice choice, VoxelSize? voxelSize)
    {
        ArgumentNullException.ThrowIfNull(choice);
        if (_first is null)
            throw new EmException(EmErrorKind.InvalidArgument, "NoSections", "There is no section to write.", "Section");
        var shape = new GridSize(_indices.Max - _indices.Min + 1, _first.Height, _first.Width);
        return choice.For(shape, _indices.Min, _first.PixelType, voxelSize ?? VoxelSize, _whole);
    }

    /// <summary>Where the volume comes from.</summary>
    /// <param name="destination">Its folder or file.</param>
    /// <param name="key">A hash of all that decides its voxels; null where nothing tells.</param>
    /// <param name="missing">The indices of missing sections, as ranges; null where none is missing.</param>
    public VolumeProvenance Provenance(string destination, string? key, string? missing)
        => new(System.IO.Path.GetFileNameWithoutExtension(destination), key, Describe(_first!), missing);

    /// <summary>A section's steps and source; with what its file tells of earlier steps, where it was written by this program.</summary>
    internal static JsonObject Describe(EmSection section)
    {
        JsonObject description = Pipeline.Provenance.Describe(section);
        if (section.Root.Source is ImageSource { Image: Formats.TiffFile { Tags.ImageDescription: { } text } } && text.StartsWith('{') && text.Contains($"\"{Pipeline.Provenance.SoftwareName}\"", StringComparison.Ordinal))
        {
            try
            {
                description["sourceDescription"] = JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                // Another program's, which only begins like ours.
            }
        }

        return description;
    }
}
