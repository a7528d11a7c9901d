using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Removes the uneven background that a model describes for the whole volume.</summary>
/// <remarks>
/// <para>
/// Subtracts a smooth function of the place in the volume, a polynomial in z, y and x as MATLAB's polyfitn fits it, from every
/// pixel, the constant term left out. With a calibration, what the model has on average over the tissue is left out too, so the
/// mean stays where the intensity offset put it; a published model takes the sections from 32768 to its constant. Nothing is
/// computed before the pixels are needed.
/// </para>
/// <para>
/// Coordinates of the model run from 0 to 1 over the whole volume, so it must be known how large that is, and where in it a
/// section lies that is only a part of the full image. The model is read once. A section that does not lie in the volume, or that is not of its size and not said to be a part by -Origin, is an
/// error of that section; the others go on.
/// </para>
/// </remarks>
/// <example>
/// <para>Removes the background from full sections of a volume of 11260 sections, 9000 x 13750 pixels each.</para>
/// <code>$stack | Remove-EmBackground -Path polymodel.h5 -VolumeShape 11260, 9000, 13750</code>
/// </example>
/// <example>
/// <para>The same for a part of a section that was cut out 4000 rows down and 6000 columns to the right.</para>
/// <code>Read-EmSection part/05600.tif -Invert | Remove-EmBackground polymodel.h5 -VolumeShape 11260, 9000, 13750 -Origin 4000, 6000</code>
/// </example>
/// <example>
/// <para>Takes the model, and the volume's size, from the calibration that Measure-EmStack made of the same stack.</para>
/// <code>$stack | Set-EmIntensityOffset -Calibration calibration | Remove-EmBackground -Calibration calibration</code>
/// </example>
/// <seealso cref="SetEmIntensityOffsetCommand"/>
/// <seealso cref="MeasureEmStackCommand"/>
/// <seealso href="about_EmTools_Calibration"/>
/// <seealso href="../filters/Levels.md">Levels</seealso>
[Cmdlet(VerbsCommon.Remove, "EmBackground", HelpUri = HelpPages.RemoveEmBackground, DefaultParameterSetName = "Path")]
[Alias("Remove-Background")]
[OutputType(typeof(EmSection))]
public sealed class RemoveEmBackgroundCommand : EmCmdlet
{
    private BackgroundModel _model = null!;
    private BackgroundVolume _volume;
    private StackCalibration? _calibration;

    /// <summary>The sections to correct.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>The HDF5 (or MATLAB 7.3) file that holds the model.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The size of the whole volume in pixels: sections, rows, columns (z, y, x).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [ValidateCount(3, 3)]
    [ValidateRange(1, int.MaxValue)]
    public int[] VolumeShape { get; set; } = [];

    /// <summary>A folder that Measure-EmStack made; it knows the volume's size. Sections of another stack (another size, unless -Origin says that they are parts, or an index beyond it) are refused.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Calibration")]
    [ValidateNotNullOrEmpty]
    public string Calibration { get; set; } = "";

    /// <summary>Where in the volume the sections' first pixel lies, in pixels: row, column (y, x). The default is 0, 0. Of a section that was cropped before, that of the uncropped section: the crop's place is added.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    [ValidateRange(0, int.MaxValue)]
    public int[] Origin { get; set; } = [0, 0];

    /// <inheritdoc/>
    protected override void BeginProcessing() => _model = ForAll(() =>
    {
        if (ParameterSetName == "Path")
        {
            var model = BackgroundModel.Read(FullPath(Path));
            _volume = BackgroundVolume.For(new VolumeShape(VolumeShape[0], VolumeShape[1], VolumeShape[2]), model)!.Value;
            return model;
        }

        _calibration = StackCalibration.Open(FullPath(Calibration));
        BackgroundModel fitted = _calibration.ReadBackground();
        _volume = BackgroundVolume.For(null, fitted)!.Value;
        return fitted;
    });

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => WriteObject(section.With(StepFor(section))));
    }

    private BackgroundStep StepFor(EmSection section)
    {
        bool part = MyInvocation.BoundParameters.ContainsKey(nameof(Origin));
        _calibration?.Require(section, part);
        return new BackgroundStep(_model, _volume, part ? (Origin[0], Origin[1]) : null);
    }
}
