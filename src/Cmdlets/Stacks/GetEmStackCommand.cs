using System.Management.Automation;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Tells how far a stack is, what failed and why.</summary>
/// <remarks>
/// <para>
/// Looks at the outputs themselves: one is done when it is complete and carries the key of the planned recipe, input and
/// version. What runs and what failed, with the reason, comes from the ledger that the tasks write. Where Slurm can be asked,
/// its own view of the jobs is told too (property Jobs); it is never needed.
/// </para>
/// <para>
/// The reasons are in the property Failures.
/// </para>
/// </remarks>
/// <example>
/// <para>Shows how far a stack is.</para>
/// <code>Get-EmStack restored/</code>
/// </example>
/// <example>
/// <para>Shows why sections failed.</para>
/// <code>(Get-EmStack restored/).Failures</code>
/// </example>
/// <example>
/// <para>Waits until all jobs have ended, with a progress bar.</para>
/// <code>Get-EmStack restored/ -Wait</code>
/// </example>
[Cmdlet(VerbsCommon.Get, "EmStack")]
[OutputType(typeof(EmStackInfo))]
public sealed class GetEmStackCommand : StackCmdlet
{
    /// <summary>The folder of the outputs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Destination { get; set; } = [];

    /// <summary>Waits until nobody works on the stack any more, with a progress bar, before it tells.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string destination in Destination)
        {
            ForItem(destination, () =>
            {
                var work = StackWork.Open(new StackFolder(FullPath(destination)));
                WriteObject(Wait ? WaitFor(work) : ReadState(work));
            });
        }
    }
}
