using System.Management.Automation;

namespace EmTools.SampleModule;

/// <summary>How samples are sorted.</summary>
public enum SampleOrder
{
    /// <summary>By name.</summary>
    Name,

    /// <summary>By size.</summary>
    Size,
}

/// <summary>A sample.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size.</param>
public sealed record Sample(string Name, int Size);

/// <summary>Gives samples.</summary>
/// <remarks>
/// <para>Gives as many samples as asked for, as <see cref="SampleOrder"/> says; see <see cref="WriteSampleCommand"/>.</para>
/// <para>A second
/// paragraph.</para>
/// </remarks>
/// <example>
/// <para>Gives all samples of a folder.</para>
/// <code>Get-Sample raw/*</code>
/// </example>
/// <example>
/// <para>Gives one, over two lines.</para>
/// <code>
/// Get-Sample raw |
///     Get-Sample -Count 1
/// </code>
/// </example>
/// <seealso cref="WriteSampleCommand"/>
/// <seealso href="https://example.org/samples">About samples</seealso>
[Cmdlet(VerbsCommon.Get, "Sample", DefaultParameterSetName = "Path")]
[OutputType(typeof(Sample))]
public sealed class GetSampleCommand : PSCmdlet
{
    /// <summary>Where the samples are.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Where the samples are, taken literally.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>How many.</summary>
    [Parameter]
    public int Count { get; set; } = 2;

    /// <summary>In which order.</summary>
    [Parameter]
    public SampleOrder Order { get; set; } = SampleOrder.Size;

    /// <summary>How long to wait.</summary>
    /// <value>Default: as long as it takes.</value>
    [Parameter]
    public TimeSpan Timeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path.Concat(LiteralPath))
        {
            for (int i = 1; i <= Count; i++)
                WriteObject(new Sample(path, i));
        }
    }
}
