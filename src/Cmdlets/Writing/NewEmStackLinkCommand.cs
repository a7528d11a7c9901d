using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Numbers the files of an ordered list by symbolic links: 00000.tif, 00001.tif and so on.</summary>
/// <remarks>
/// <para>
/// Microscopes name files by time or tile; the other cmdlets take a section's place in the stack from the number in its name. This
/// cmdlet makes, in a folder, a link for each file, numbered in the order in which the files come, and copies nothing.
/// Files of one pattern come in the order of the numbers in their names; pipe them in another order where that is wrong.
/// </para>
/// <para>
/// A link that exists is an error unless -Force is given; a file that is no link is never replaced. A file that is missing
/// takes up its number all the same, so that the numbers of the others stay right. Windows lets only administrators or
/// developers make links.
/// </para>
/// </remarks>
/// <example>
/// <para>Numbers the files of two runs one after the other.</para>
/// <code>New-EmStackLink run1/*.tif, run2/*.tif -Destination stack/</code>
/// </example>
/// <example>
/// <para>Numbers files in the order in which they were recorded, from 1200 on.</para>
/// <code>Get-ChildItem raw -Filter *.tif | Sort-Object LastWriteTime | New-EmStackLink -Destination stack/ -FirstIndex 1200</code>
/// </example>
/// <seealso cref="ReadEmSectionCommand"/>
[Cmdlet(VerbsCommon.New, "EmStackLink", HelpUri = HelpPages.NewEmStackLink, DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewEmStackLinkCommand : EmCmdlet
{
    private string _folder = "";
    private int _next;

    /// <summary>The files, with wildcards, in the order of the stack.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths that are taken as they are: brackets, stars and question marks in them stand for themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder for the links, which is made if it is missing.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The number of the first file. The default is 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int FirstIndex { get; set; }

    /// <summary>Replaces links that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the links, as objects with a name, target and so on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _folder = ForAll(() => FullPath(Destination));
        _next = FirstIndex;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string path in literal ? LiteralPath : Path)
        {
            ForItem(path, () =>
            {
                foreach (string file in literal ? [FullPath(path)] : Matching(path))
                {
                    StopToken.ThrowIfCancellationRequested();
                    ForItem(file, () => Link(file));
                }
            });
        }
    }

    private void Link(string file)
    {
        string link = StackLinks.PathFor(_folder, _next++, file);
        if (!ShouldProcess(link, $"Link to '{file}'"))
            return;
        StackLinks.Make(link, file, Force);
        if (PassThru)
            WriteObject(new FileInfo(link));
    }

    private string[] Matching(string pattern)
    {
        // A name without wildcards that is not there still takes up its number.
        if (!WildcardPattern.ContainsWildcardCharacters(pattern))
            return [FullPath(pattern)];
        string[] files = [.. FilePaths.Matching(SessionState, pattern).Where(path => !Directory.Exists(path)).InStackOrder(WriteWarning)];
        return files.Length > 0
            ? files
            : throw new EmException(EmErrorKind.NotFound, "NoSuchFile", $"No file matches '{pattern}' in '{SessionState.Path.CurrentFileSystemLocation}'. Check the path and its wildcards.", pattern);
    }
}
