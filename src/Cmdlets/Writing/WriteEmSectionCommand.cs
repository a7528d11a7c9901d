using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Computes sections and writes them as TIFF files.</summary>
/// <remarks>
/// <para>
/// Does all steps that the pipeline has added and writes the result: into a folder under the section's index in five digits
/// (05600.tif), or to one file. The file's description holds, as JSON, every step with its parameters. Resolution and
/// other tags of the source are carried over.
/// </para>
/// <para>
/// A file gets its name when it is complete; Ctrl+C leaves no half file. A file that exists is an error of that section unless
/// -Force is given; such files are written over at the end of the pipeline, and never when one of its sections comes from them. With -Verbose, the time of each step is told.
/// </para>
/// </remarks>
/// <example>
/// <para>Restores a stack into a folder, which is made if it is missing.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast | Write-EmSection restored/</code>
/// </example>
/// <example>
/// <para>Writes one section to a file, over what is there, and hands on the file.</para>
/// <code>$file = $section | Write-EmSection best.tif -Force -PassThru</code>
/// </example>
/// <example>
/// <para>Says what would be written, and writes nothing.</para>
/// <code>$stack | Write-EmSection restored/ -WhatIf</code>
/// </example>
/// <seealso cref="ReadEmSectionCommand"/>
/// <seealso cref="InvokeEmStackCommand"/>
/// <seealso cref="ExportEmChunkCommand"/>
/// <seealso cref="ExportEmPreviewCommand"/>
/// <seealso href="about_EmTools_Formats"/>
[Cmdlet(VerbsCommunications.Write, "EmSection", HelpUri = HelpPages.WriteEmSection, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class WriteEmSectionCommand : EvaluatingCmdlet
{
    private readonly List<(EmSection Section, string Path)> _overwriting = [];
    private OutputNaming _naming = null!;

    /// <summary>The sections to compute and write.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>A folder, which is made if it is missing; or, when it ends in .tif or .tiff, a file for one section.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>How the pixels are compressed, always without loss: None, Lzw or Deflate (the default, smallest).</summary>
    [Parameter]
    [ValidateSet("None", "Lzw", "Deflate")]
    public TiffCompression Compression { get; set; } = TiffCompression.Deflate;

    /// <summary>Writes over files that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the written files, as objects with a name, length and so on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _naming = ForAll(() => OutputNaming.ForSections(FullPath(Destination)));
        if (!MyInvocation.ExpectingInput)
            Expect(Section.Length);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => Take(section));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Expect(_overwriting.Count);
        foreach ((EmSection section, string path) in _overwriting)
        {
            ForItem(section, () =>
            {
                _naming.RequireNoInput(section, path);
                WriteOne(section, path);
            });
        }

        base.EndProcessing();
    }

    private void Take(EmSection section)
    {
        string path = _naming.PathFor(section, Force);

        // What is there may be what a later section comes from: it is written over when all of them are known.
        if (File.Exists(path))
            _overwriting.Add((section, path));
        else
            WriteOne(section, path);
    }

    private void WriteOne(EmSection section, string path)
    {
        if (!ShouldProcess(path, $"Compute and write {section.Label}"))
            return;
        Evaluate(section, context =>
        {
            SectionWriter.Write(section, path, Compression, Force, context);
            return true;
        });
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
