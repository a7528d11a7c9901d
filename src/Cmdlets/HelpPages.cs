namespace EmTools.Cmdlets;

/// <summary>The addresses that <c>Get-Help -Online</c> opens: the pages of docs/cmdlets.</summary>
/// <remarks>
/// PowerShell opens nothing but http and https there. So the addresses need a public place of the pages, which <see cref="Folder"/>
/// names. While it is empty, cmdlets have no address, and their help says how the page in the module's own folder is shown.
/// </remarks>
internal static class HelpPages
{
    /// <summary>The public address of the folder docs/cmdlets, with a slash at its end; empty while there is none. It is the one place to set.</summary>
    private const string Folder = "";

    private const bool Known = Folder != "";

    public const string CompareEmSection = Known ? Folder + "Compare-EmSection.md" : "";
    public const string ExportEmChunk = Known ? Folder + "Export-EmChunk.md" : "";
    public const string ExportEmPreview = Known ? Folder + "Export-EmPreview.md" : "";
    public const string ExportEmRecipe = Known ? Folder + "Export-EmRecipe.md" : "";
    public const string ExportEmVolume = Known ? Folder + "Export-EmVolume.md" : "";
    public const string FindEmBackground = Known ? Folder + "Find-EmBackground.md" : "";
    public const string GetEmCalibration = Known ? Folder + "Get-EmCalibration.md" : "";
    public const string GetEmFilter = Known ? Folder + "Get-EmFilter.md" : "";
    public const string GetEmStack = Known ? Folder + "Get-EmStack.md" : "";
    public const string GetEmSuggestion = Known ? Folder + "Get-EmSuggestion.md" : "";
    public const string ImportEmRecipe = Known ? Folder + "Import-EmRecipe.md" : "";
    public const string InvokeEmFilter = Known ? Folder + "Invoke-EmFilter.md" : "";
    public const string InvokeEmRecipe = Known ? Folder + "Invoke-EmRecipe.md" : "";
    public const string InvokeEmStack = Known ? Folder + "Invoke-EmStack.md" : "";
    public const string MeasureEmSection = Known ? Folder + "Measure-EmSection.md" : "";
    public const string MeasureEmStack = Known ? Folder + "Measure-EmStack.md" : "";
    public const string MoveEmSection = Known ? Folder + "Move-EmSection.md" : "";
    public const string NewEmPhantom = Known ? Folder + "New-EmPhantom.md" : "";
    public const string NewEmStackLink = Known ? Folder + "New-EmStackLink.md" : "";
    public const string ReadEmSection = Known ? Folder + "Read-EmSection.md" : "";
    public const string RemoveEmBackground = Known ? Folder + "Remove-EmBackground.md" : "";
    public const string RestartEmStack = Known ? Folder + "Restart-EmStack.md" : "";
    public const string SetEmIntensityOffset = Known ? Folder + "Set-EmIntensityOffset.md" : "";
    public const string ShowEmVolume = Known ? Folder + "Show-EmVolume.md" : "";
    public const string StopEmStack = Known ? Folder + "Stop-EmStack.md" : "";
    public const string TestEmStack = Known ? Folder + "Test-EmStack.md" : "";
    public const string WriteEmSection = Known ? Folder + "Write-EmSection.md" : "";
}
