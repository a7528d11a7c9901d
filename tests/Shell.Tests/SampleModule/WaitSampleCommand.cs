using System.Management.Automation;

namespace EmTools.SampleModule;

/// <summary>Waits with a progress bar.</summary>
/// <remarks><para>Waits until it is stopped.</para></remarks>
/// <example><para>Waits.</para><code>Wait-Sample</code></example>
/// <example><para>Waits, and heeds no stop.</para><code>Wait-Sample -Deaf</code></example>
[Cmdlet(VerbsLifecycle.Wait, "Sample")]
public sealed class WaitSampleCommand : PSCmdlet
{
    private volatile bool _stopped;

    /// <summary>Heeds no stop.</summary>
    [Parameter]
    public SwitchParameter Deaf { get; set; }

    /// <summary>How many steps of 20 ms to wait.</summary>
    [Parameter]
    public int Steps { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        for (int i = 0; i < Steps && !_stopped; i++)
        {
            if (i == 5)
                Console.Out.WriteLine("waiting");
            if (!Deaf)
                WriteProgress(new ProgressRecord(1, "Waiting for samples", $"step {i}") { PercentComplete = i % 100, SecondsRemaining = 75 });
            Thread.Sleep(20);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopped = !Deaf;
}
