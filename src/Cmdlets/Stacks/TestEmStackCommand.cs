using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Verifies every output of a stack.</summary>
/// <remarks>
/// <para>
/// Decodes every output, checks its key, and compares its SHA-256 with the one that the ledger holds. Gives a report with the
/// number of sound outputs, and every other one with what is wrong: Missing, OutOfDate, Damaged, or Changed since it was written.
/// The report is kept in .emstack/report.json too.
/// </para>
/// <para>
/// Reads all outputs in full, so it takes as long as reading them takes. On a cluster the last job of a run does the same.
/// </para>
/// </remarks>
/// <example>
/// <para>Verifies a stack.</para>
/// <code>Test-EmStack restored/</code>
/// </example>
/// <example>
/// <para>Lists what is wrong.</para>
/// <code>(Test-EmStack restored/).Problems</code>
/// </example>
/// <seealso cref="GetEmStackCommand"/>
/// <seealso cref="RestartEmStackCommand"/>
/// <seealso cref="InvokeEmStackCommand"/>
/// <seealso href="about_EmTools_Stacks"/>
/// <seealso href="../cluster.md">Stacks and clusters</seealso>
[Cmdlet(VerbsDiagnostic.Test, "EmStack", HelpUri = HelpPages.TestEmStack)]
[OutputType(typeof(StackReport))]
public sealed class TestEmStackCommand : EmCmdlet
{
    /// <summary>The folder of the outputs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Destination { get; set; } = [];

    /// <summary>How many processor threads decode an output. The default is all that the machine has.</summary>
    /// <value>Default: all that the machine has.</value>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string destination in Destination)
        {
            ForItem(destination, () =>
            {
                var work = StackWork.Open(new StackFolder(FullPath(destination)));
                var progress = new SectionProgress(this, "Verifying", work.Units.Count);
                StackReport report = DoBeside((messages, cancellation) => StackVerification.Verify(work, new EvaluationContext { Threads = Threads, Cancellation = cancellation }, _ => messages.Post(() =>
                {
                    progress.Done++;
                    progress.Show();
                })));
                progress.End();
                WriteObject(report);
            });
        }
    }
}
