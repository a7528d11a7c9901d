namespace EmTools.Cmdlets;

/// <summary>A volume that is served.</summary>
public sealed class EmVolumeView
{
    /// <summary>The volume.</summary>
    public required string Path { get; init; }

    /// <summary>Its address on this machine, for viewers of all kinds. A browser that opens it is sent to <see cref="Link"/>.</summary>
    public required string Address { get; init; }

    /// <summary>The address of Neuroglancer that shows it, at its middle, as large as the window, with its grey levels.</summary>
    public required string Link { get; init; }
}
