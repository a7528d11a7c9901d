using System.Reflection;
using System.Text.Json.Nodes;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Pipeline;

/// <summary>What an output says about itself: where it comes from and what was done, as JSON in its ImageDescription.</summary>
public static class Provenance
{
    /// <summary>The program's name and version, as it goes into the Software tag: <c>EmTools 0.2.0</c>.</summary>
    public static string Software { get; } = "EmTools " + Version();

    /// <summary>Its name in a description.</summary>
    internal const string SoftwareName = "software";

    /// <summary>The name of a voxel's size in a description: z, y, x in nm; null for a distance of sections that nobody tells.</summary>
    internal const string VoxelSizeName = "voxelSize";

    /// <summary>
    /// The description of a section: software, source, index, inversion, and every step with its parameters and the revision of its
    /// computation.
    /// </summary>
    public static JsonObject Describe(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section.Source is NeighbourhoodSource neighbours)
        {
            // The filter over neighbours is one step among those of its middle section.
            JsonObject description = Describe(neighbours.Section);
            JsonArray steps = description["steps"]!.AsArray();
            foreach (JsonObject step in (JsonObject[])[neighbours.Describe(), .. section.Steps.Select(step => step.Describe())])
                steps.Add((JsonNode)step);
            return WithVoxels(description, section);
        }

        var plain = new JsonObject
        {
            [SoftwareName] = Software,
            ["source"] = Source(section),
            ["index"] = section.Index,
            ["inverted"] = section.Inverted,
            ["steps"] = new JsonArray([.. section.Steps.Select(step => step.Describe())]),
        };
        return WithVoxels(plain, section);
    }

    /// <summary>The tags of a section's output: those of its source, with our description, its key and software in place of the source's.</summary>
    /// <param name="section">The section.</param>
    /// <param name="compression">How its output is stored; null for a part of a section, which no key stands for.</param>
    internal static TiffTags Tags(EmSection section, TiffCompression? compression = null)
    {
        TiffTags source = File(section)?.Tags ?? new TiffTags();
        JsonObject description = Describe(section);
        if (compression is { } stored && OutputKey.Of(section, stored) is { } key)
            description.Insert(0, OutputKey.Name, key);
        return source.With(section.VoxelSize) with { ImageDescription = description.ToJsonString(), Software = Software };
    }

    /// <summary>The tags of a section's source that are unknown here, read from its file.</summary>
    /// <exception cref="EmException">The file is gone or damaged.</exception>
    internal static IReadOnlyList<TiffOtherTag> OtherTags(EmSection section) => File(section)?.ReadOtherTags() ?? [];

    /// <summary>The TIFF file that a section comes from, whatever was done to it since; null where it comes from elsewhere.</summary>
    private static TiffFile? File(EmSection section)
    {
        EmSection first = section;
        while (first.Source.Section is { } origin)
            first = origin;
        return (first.Source as ImageSource)?.Image as TiffFile;
    }

    private static JsonObject WithVoxels(JsonObject description, EmSection section)
    {
        if (section.VoxelSize is { } voxel)
            description[VoxelSizeName] = new JsonArray(voxel.Z, voxel.Y, voxel.X);
        return description;
    }

    private static JsonObject Source(EmSection section)
    {
        var source = new JsonObject
        {
            ["name"] = section.Name,
            ["height"] = section.Source.Height,
            ["width"] = section.Source.Width,
            ["pixelType"] = section.Source.PixelType.ToString(),
        };
        if (section.Source is ImageSource { Image: not TiffFile } other)
            source["format"] = other.Image.Format;
        if (section.Source.Location is { Page: { } page })
            source["page"] = page;
        if (section.Source.Location is { Dataset: { } dataset })
            source["dataset"] = dataset;
        if (section.Source is ImageSource { Image.Remarks: { Count: > 0 } remarks })
            source["remarks"] = new JsonArray([.. remarks.Select(remark => (JsonNode)remark.Text)]);
        if (section.Source is ImageSource { Image: TiffFile { Tags: { } tags } })
        {
            // The output has one description and one software; what the microscope said stays readable in here.
            if (!string.IsNullOrEmpty(tags.Software))
                source["software"] = tags.Software;
            if (!string.IsNullOrEmpty(tags.ImageDescription))
                source["description"] = tags.ImageDescription;
        }

        return source;
    }

    private static string Version()
    {
        Assembly assembly = typeof(Provenance).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version!.ToString(3);
        return version.Split('+')[0]; // without the commit: whether two builds do the same is for revisions to say
    }
}
