using System.Globalization;
using System.Text.Json.Serialization;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>A section of a plan: its place in the stack, and the file as it was when the plan was made.</summary>
public sealed record PlanEntry : WorkUnit
{
    /// <summary>The place in the stack (axis z), from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When the file was last written (UTC).</summary>
    public required DateTime Changed { get; init; }

    /// <summary>True when the stored intensities are turned back on reading.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Inverted { get; init; }

    /// <summary>Rows (axis y).</summary>
    public required int Height { get; init; }

    /// <summary>Columns (axis x).</summary>
    public required int Width { get; init; }

    /// <summary>The file's full path; it may hold any character.</summary>
    public required string Path { get; init; }

    /// <summary>Which of the file's pages or planes; null in a file of one image.</summary>
    public int? Page { get; init; }

    /// <summary>Which of the file's datasets; null where there is only one.</summary>
    public string? Dataset { get; init; }

    /// <summary>The size of a voxel (z, y, x) in nm where the user gave it; else null.</summary>
    public VoxelSize? VoxelSize { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Number => Index;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Label => string.Create(CultureInfo.InvariantCulture, $"section {Index}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Source => Path;

    /// <summary>Where the section is stored.</summary>
    [JsonIgnore]
    public ImageLocation Location => new(Path, Page, Dataset);

    /// <summary>The file's identity as it is now; as it was when the plan was made where the file is gone, so that outputs outlive their inputs.</summary>
    [JsonIgnore]
    public InputIdentity Identity => Location.Identity() ?? new InputIdentity(System.IO.Path.GetFileName(Path), Size, Changed);

    /// <summary>Describes a section that is a file's.</summary>
    /// <exception cref="EmException">The section is no file's (<c>SectionNotAFile</c>), or the file is gone.</exception>
    public static PlanEntry Of(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        EmSection read = section.Root;
        ImageLocation place = read.Source.Location ?? throw new EmException(EmErrorKind.InvalidArgument, "SectionNotAFile", $"{section.Title} is no file, and a stack's tasks read files. Write it first (Write-EmSection, or New-EmPhantom -Destination), and read it from there.", section.Name);
        InputIdentity identity = read.Source.Identity ?? throw FileErrors.NotFound(place.Path);
        return new PlanEntry
        {
            Index = section.Place,
            Size = identity.Size,
            Changed = identity.Changed,
            Inverted = read.Inverted,
            Height = read.Source.Height,
            Width = read.Source.Width,
            Path = place.Path,
            Page = place.Page,
            Dataset = place.Dataset,
            VoxelSize = read.GivenVoxelSize,
        };
    }

    /// <summary>The section itself, its header read again.</summary>
    /// <exception cref="EmException">The file is gone or damaged, or has another size than when the plan was made (<c>SectionSize</c>).</exception>
    public EmSection Open()
    {
        var section = new EmSection(new ImageSource(Location.Open()), Index, Inverted, voxelSize: VoxelSize);
        if (section.Height != Height || section.Width != Width)
            throw new EmException(EmErrorKind.InvalidData, "SectionSize", $"'{Location}' was {Height} x {Width} pixels (y, x) when the stack was planned and is {section.Height} x {section.Width} now. Bring the file back, or plan the stack again with Invoke-EmStack.", Path);
        return section;
    }
}
