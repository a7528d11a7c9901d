using System.Management.Automation;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Makes sections whose true pixels are known, to try a pipeline or to measure it.</summary>
/// <remarks>
/// <para>
/// A phantom is a made-up volume of nervous tissue, with membranes, vesicles and mitochondria, seen through a simulated
/// FIB-SEM: its sections have curtains from top to bottom, noise, a brightness that drifts and jumps from section to section,
/// and an uneven background. They come as the microscope would give them (16 bits) and are turned back from inverted
/// intensities, as Read-EmSection -Invert does. The same seed and options give the same pixels on any machine.
/// </para>
/// <para>
/// -Truth gives the tissue alone: 32-bit floats in grey levels, with a mean of about 28000. -Destination writes everything that
/// a real volume comes with: raw/00000.tif and so on (inverted), truth/00000.tif and so on, info.h5 with the intensity offset
/// of every section, and polymodel.h5 with the background's model. The model's volume is -Depth x -Height x -Width; give it to
/// Remove-EmBackground as -VolumeShape.
/// </para>
/// </remarks>
/// <example>
/// <para>Destripes and denoises a phantom and tells how near it comes to the truth.</para>
/// <code>
/// $truth = New-EmPhantom -Height 2048 -Width 3072 -Truth
/// New-EmPhantom -Height 2048 -Width 3072 | Invoke-EmFilter Destripe | Invoke-EmFilter Denoise | Compare-EmSection $truth -MatchIntensity
/// </code>
/// </example>
/// <example>
/// <para>Writes a stack of 20 sections with its tables, and restores it as one would a real one.</para>
/// <code>
/// New-EmPhantom -Count 20 -Height 1024 -Width 1024 -FirstIndex 5600 -Destination trial
/// Read-EmSection trial/raw -Invert |
///     Invoke-EmFilter Destripe |
///     Set-EmIntensityOffset trial/info.h5 |
///     Remove-EmBackground trial/polymodel.h5 -VolumeShape 11260, 1024, 1024 |
///     Invoke-EmFilter Denoise |
///     Invoke-EmFilter Contrast |
///     Write-EmSection trial/restored
/// </code>
/// </example>
/// <example>
/// <para>A section with strong curtains and little noise.</para>
/// <code>New-EmPhantom -Seed 7 -StripeAmplitude 2000 -NoiseSigma 100</code>
/// </example>
/// <seealso cref="ReadEmSectionCommand"/>
/// <seealso cref="CompareEmSectionCommand"/>
[Cmdlet(VerbsCommon.New, "EmPhantom", HelpUri = HelpPages.NewEmPhantom, DefaultParameterSetName = "Section", SupportsShouldProcess = true)]
[OutputType(typeof(EmSection), ParameterSetName = ["Section"])]
[OutputType(typeof(FileInfo), ParameterSetName = ["Stack"])]
public sealed class NewEmPhantomCommand : EvaluatingCmdlet
{
    private static readonly PhantomOptions s_defaults = new();

    /// <summary>How many sections, one after the other. The default is 1.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Count { get; set; } = 1;

    /// <summary>Rows of a section, in pixels. The default is 1024.</summary>
    [Parameter]
    public int Height { get; set; } = s_defaults.Height;

    /// <summary>Columns of a section, in pixels. The default is 1024.</summary>
    [Parameter]
    public int Width { get; set; } = s_defaults.Width;

    /// <summary>Which phantom: another number gives other tissue, curtains and noise. The default is 0.</summary>
    [Parameter]
    public int Seed { get; set; } = s_defaults.Seed;

    /// <summary>The first section's place in the volume, counted from 0. The default is 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int FirstIndex { get; set; }

    /// <summary>Sections of the whole volume, of which -Count are made. The default is 11260.</summary>
    [Parameter]
    public int Depth { get; set; } = s_defaults.Depth;

    /// <summary>Typical distance between neighbouring cells, in pixels (80 to 2000). The default is 150.</summary>
    [Parameter]
    public double CellSize { get; set; } = s_defaults.CellSize;

    /// <summary>Distance between neighbouring sections, in pixels (0.01 to 1000). The default is 1.</summary>
    [Parameter]
    public double SectionThickness { get; set; } = s_defaults.SectionThickness;

    /// <summary>Standard deviation of the curtains, in grey levels (0 to 10000). The default is 550.</summary>
    [Parameter]
    public double StripeAmplitude { get; set; } = s_defaults.StripeAmplitude;

    /// <summary>Standard deviation of the noise at the tissue's mean, in grey levels (0 to 10000). The default is 800.</summary>
    [Parameter]
    public double NoiseSigma { get; set; } = s_defaults.NoiseSigma;

    /// <summary>Share of the noise's variance that grows with the signal (0 to 1). The default is 0.4.</summary>
    [Parameter]
    public double ShotNoiseShare { get; set; } = s_defaults.ShotNoiseShare;

    /// <summary>Largest less smallest value of the background in the volume, in grey levels (0 to 10000). The default is 3000.</summary>
    [Parameter]
    public double BackgroundRange { get; set; } = s_defaults.BackgroundRange;

    /// <summary>Mean of the intensity offsets of all sections, in grey levels (0 to 30000). The default is 22700.</summary>
    [Parameter]
    public double OffsetMean { get; set; } = s_defaults.OffsetMean;

    /// <summary>Size of the rare jumps of the intensity offset, in grey levels (0 to 5000). 0 makes all offsets equal. The default is 1000.</summary>
    [Parameter]
    public double OffsetJump { get; set; } = s_defaults.OffsetJump;

    /// <summary>Gives the true sections instead of what the microscope makes of them.</summary>
    [Parameter(ParameterSetName = "Section")]
    public SwitchParameter Truth { get; set; }

    /// <summary>A folder in which to write the stack and its tables; it is made if it is missing.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Stack")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Writes over files that exist in -Destination.</summary>
    [Parameter(ParameterSetName = "Stack")]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands on the files of the raw sections.</summary>
    [Parameter(ParameterSetName = "Stack")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Phantom phantom = ForAll(MakePhantom);
        if (ParameterSetName == "Stack")
        {
            WriteStack(phantom);
            return;
        }

        for (int index = FirstIndex; index < FirstIndex + Count; index++)
            WriteObject(Truth ? phantom.Truth(index) : phantom.Section(index));
    }

    private Phantom MakePhantom()
    {
        var phantom = new Phantom(new PhantomOptions
        {
            Height = Height,
            Width = Width,
            Depth = Depth,
            Seed = Seed,
            CellSize = CellSize,
            SectionThickness = SectionThickness,
            StripeAmplitude = StripeAmplitude,
            NoiseSigma = NoiseSigma,
            ShotNoiseShare = ShotNoiseShare,
            BackgroundRange = BackgroundRange,
            OffsetMean = OffsetMean,
            OffsetJump = OffsetJump,
        });

        // Refuses a last section beyond the volume before the first one is made.
        phantom.Section((int)Math.Min(int.MaxValue, (long)FirstIndex + Count - 1));
        return phantom;
    }

    private void WriteStack(Phantom phantom)
    {
        string folder = ForAll(() => FullPath(Destination));
        var files = new PhantomFiles(folder, FirstIndex, Count);
        ForAll(() =>
        {
            if (!Force)
                files.RequireFree();
            return true;
        });
        if (!ShouldProcess(folder, $"Write {Count} phantom sections with their truth and tables"))
            return;
        ForAll(() => Evaluate($"Phantom in '{folder}'", context =>
        {
            phantom.WriteStack(folder, FirstIndex, Count, new PhantomFolderOptions { Truth = true, Overwrite = Force }, context);
            return true;
        }));
        if (PassThru)
        {
            foreach (string path in files.Raw)
                WriteObject(new FileInfo(path));
        }
    }
}
