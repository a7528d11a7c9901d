using System.Management.Automation;

namespace EmTools.Cmdlets;

/// <summary>Serves a volume to a viewer in the browser, and gives Neuroglancer's link to it.</summary>
/// <remarks>
/// <para>
/// Serves the volume's files on 127.0.0.1, so that only programs of this machine reach them, at an address with a word that nobody
/// guesses. Opened in a browser, that address leads to
/// Neuroglancer, at the middle of the volume, with its voxel size and grey levels set; the property Link has the whole link. Ends with Ctrl+C.
/// </para>
/// <para>
/// Neuroglancer's page comes from the internet, or from -Viewer; the volume does not leave the machine. OME-Zarr, Precomputed and N5 are
/// served, also while Export-EmVolume still writes them.
/// </para>
/// </remarks>
/// <example>
/// <para>Shows a volume.</para>
/// <code>Show-EmVolume restored.zarr</code>
/// </example>
/// <example>
/// <para>Opens the link at once, at a port that a tunnel from another machine leads to.</para>
/// <code>Show-EmVolume restored.zarr -Port 9000 | ForEach-Object { Start-Process $_.Link }</code>
/// </example>
/// <seealso cref="ExportEmVolumeCommand"/>
/// <seealso cref="ReadEmSectionCommand"/>
/// <seealso href="../volumes.md">Volumes</seealso>
[Cmdlet(VerbsCommon.Show, "EmVolume", HelpUri = HelpPages.ShowEmVolume)]
[OutputType(typeof(EmVolumeView))]
public sealed class ShowEmVolumeCommand : EmCmdlet
{
    /// <summary>The volume's folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Destination", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The port of this machine.</summary>
    /// <value>Default: one that is free.</value>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The address of Neuroglancer's page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Viewer { get; set; } = "https://neuroglancer-demo.appspot.com/";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        EmVolumeView view = null!;
        using FolderServer server = ForAll(() => Start(out view));
        WriteObject(view);
        WriteVerbose($"'{Path}' is served at {server.Address} until Ctrl+C.");
        ForAll(() => DoBeside((_, cancellation) =>
        {
            server.Run(cancellation);
            return true;
        }));
    }

    private FolderServer Start(out EmVolumeView view)
    {
        string path = FullPath(Path);
        var link = NeuroglancerLink.Of(path);
        var server = FolderServer.Start(path, Port);
        server.Viewer = link.To(Viewer, server.Address);
        view = new EmVolumeView { Path = path, Address = server.Address, Link = server.Viewer };
        return server;
    }
}
