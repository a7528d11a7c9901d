using System.Management.Automation;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>Tells the mean, the spread and the extremes of sections' pixels.</summary>
/// <remarks>
/// <para>
/// Computes each section and gives the mean, the standard deviation, the smallest and the largest value of its pixels, in grey
/// levels. Pixels that are NaN, which have no data, do not count.
/// </para>
/// </remarks>
/// <example>
/// <para>How bright are the sections of a stack, and how much does that vary?</para>
/// <code>Read-EmSection raw -Invert | Measure-EmSection</code>
/// </example>
/// <example>
/// <para>Brings one section for which there is no offset table to a mean of 28000, which Contrast expects.</para>
/// <code>
/// $section = Read-EmSection raw/05600.tif -Invert
/// $section | Set-IntensityOffset -Value (($section | Measure-EmSection).Mean - 28000)
/// </code>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "EmSection")]
[OutputType(typeof(EmStatistics))]
public sealed class MeasureEmSectionCommand : EvaluatingCmdlet
{
    /// <summary>The sections to measure.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
        {
            ForItem(section, () => WriteObject(Evaluate(section, context =>
            {
                using Plane plane = section.Compute(context);
                return EmStatistics.Of(section, plane, context.Cancellation);
            })));
        }
    }
}
