namespace EmTools.Engine.Formats;

/// <summary>Where an image is stored.</summary>
/// <param name="Path">The full path of the file, or of a volume's folder.</param>
/// <param name="Page">Which page or plane, from 0; null in a file of one image.</param>
/// <param name="Dataset">Which of the file's datasets; null where there is only one, or the finest of a pyramid.</param>
public readonly record struct ImageLocation(string Path, int? Page = null, string? Dataset = null)
{
    /// <summary>A short name: the file's, with the page where it has several.</summary>
    public string Name => StoredImage.NameOf(Path, Page);

    /// <summary>True for a file as a whole: no page, no dataset, no volume.</summary>
    internal bool IsFile => Page is null && Dataset is null && !Directory.Exists(Path);

    /// <summary>What tells its state from another without reading it; null where it is gone or cannot be opened.</summary>
    internal Files.InputIdentity? Identity()
    {
        if (!Directory.Exists(Path))
            return Files.InputIdentity.TryOf(Path);
        try
        {
            return Open().Identity();
        }
        catch (EmException)
        {
            return null; // whoever opens it is told why
        }
    }

    /// <summary>Describes the image.</summary>
    /// <exception cref="EmException">As <see cref="ImageFile.Open(string, int?, ImageOptions?)"/>.</exception>
    internal StoredImage Open() => ImageFile.Open(Path, Page, Dataset is null ? null : new ImageOptions { Dataset = Dataset });

    /// <summary>The path, with dataset and page where there are such.</summary>
    public override string ToString() => $"{Path}{(Dataset is null ? "" : $":{Dataset}")}{(Page is null ? "" : $"[{Page}]")}";
}
