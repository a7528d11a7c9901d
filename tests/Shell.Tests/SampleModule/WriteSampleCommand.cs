using System.Management.Automation;

namespace EmTools.SampleModule;

/// <summary>Writes to every stream.</summary>
/// <remarks><para>One record to each stream, and two numbers.</para></remarks>
/// <example><para>Writes.</para><code>Write-Sample</code></example>
/// <example><para>Writes with its verbose stream.</para><code>Write-Sample -Verbose</code></example>
[Cmdlet(VerbsCommunications.Write, "Sample", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(int))]
public sealed class WriteSampleCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess("sample", "write"))
            return;
        WriteObject(41);
        WriteInformation(new HostInformationMessage { Message = "for the host", ForegroundColor = ConsoleColor.Green }, ["PSHOST"]);
        WriteInformation("for nobody", []);
        WriteWarning("a warning");
        WriteVerbose("a detail");
        WriteDebug("a trace");
        WriteProgress(new ProgressRecord(1, "Progress bar", "halfway") { PercentComplete = 50 });
        WriteError(new ErrorRecord(new InvalidOperationException("sample 7 is damaged"), "SampleDamaged", ErrorCategory.InvalidData, "sample"));
        WriteObject(42);
    }
}
