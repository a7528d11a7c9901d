using System.Text.Json;

namespace EmTools.Engine.Formats;

/// <summary>
/// Planes that lie behind one another while the file has a directory for the first only: ImageJ writes stacks beyond 4 GB so,
/// and tifffile where it is asked to. How many there are only the description says.
/// </summary>
internal static class TiffPlanes
{
    /// <summary>More planes than any stack has.</summary>
    private const int Most = 1_000_000;

    /// <summary>How many images a description speaks of; 1 where of none.</summary>
    public static long Told(TiffFile first)
    {
        string? description = first.Tags.ImageDescription;
        return ImageJDescription.Of(description) is { } imageJ ? imageJ.Images : Shape(description) is { } shape ? Images(shape, first) : 1;
    }

    /// <summary>True when a description speaks of several channels or time points.</summary>
    public static bool IsHyperstack(TiffFile first)
        => ImageJDescription.Of(first.Tags.ImageDescription)?.IsHyperstack == true || OmeDescription.Of(first.Tags.ImageDescription)?.IsHyperstack == true;

    /// <summary>How many planes of the size of a page's pixels lie behind one another, as far as the file's length goes.</summary>
    /// <param name="layout">The page.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    public static int Held(TiffLayout layout, long fileLength)
    {
        if (layout.File.Compression != TiffCompression.None || layout.Tiled || layout.Samples.Planar || !IsContiguous(layout.Offsets, layout.ByteCounts))
            return 1;
        long bytes = layout.ByteCounts.Sum();
        return (int)Math.Min(Most, (fileLength - layout.Offsets[0]) / bytes);
    }

    /// <summary>Where another plane's strips lie.</summary>
    public static TiffBlockList Shifted(TiffBlockList blocks, int plane)
    {
        long bytes = blocks.ByteCounts.Sum() * plane;
        return blocks with { Offsets = [.. blocks.Offsets.Select(offset => offset + bytes)] };
    }

    private static bool IsContiguous(long[] offsets, long[] counts)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] <= 0 || (i > 0 && offsets[i] != offsets[i - 1] + counts[i - 1]))
                return false;
        }

        return true;
    }

    /// <summary>tifffile's shape of the array that it wrote, the fastest axis last.</summary>
    private static long[]? Shape(string? description)
    {
        if (description is null || !description.StartsWith('{') || !description.Contains("\"shape\"", StringComparison.Ordinal))
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(description);
            if (!json.RootElement.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array)
                return null;
            long[] sizes = [.. shape.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int value) && value > 0 ? value : 0L)];
            return sizes.Contains(0) ? null : sizes;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Images(long[] shape, TiffFile first)
    {
        // The axes behind the planes: rows and columns, or these and a single sample.
        int last = shape is [.., 1] ? shape.Length - 1 : shape.Length;
        if (last < 3 || shape[last - 1] != first.Width || shape[last - 2] != first.Height)
            return 1;
        double product = shape[..(last - 2)].Aggregate(1.0, (all, size) => all * size);
        return product <= int.MaxValue ? (long)product : 1;
    }
}
