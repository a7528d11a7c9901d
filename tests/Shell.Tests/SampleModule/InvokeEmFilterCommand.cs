using System.Management.Automation;

namespace EmTools.SampleModule;

/// <summary>Stands for the cmdlet whose parameters depend on the filter.</summary>
/// <remarks><para>Its help lists the parameters of all filters.</para></remarks>
/// <example><para>One filter.</para><code>Invoke-EmFilter Destripe -Direction Vertical</code></example>
/// <example><para>Another.</para><code>Invoke-EmFilter Denoise</code></example>
[Cmdlet(VerbsLifecycle.Invoke, "EmFilter")]
public sealed class InvokeEmFilterCommand : PSCmdlet
{
    /// <summary>The filter.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";
}
