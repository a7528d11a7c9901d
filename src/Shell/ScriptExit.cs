using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EmTools.Shell;

/// <summary>Lets the <c>exit N</c> of a script file reach the host.</summary>
internal static class ScriptExit
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>
    /// A script file's <c>exit</c> ends at the file: the host sees <c>$LASTEXITCODE</c>, and cannot tell it from that of a
    /// program which the script ran. <c>pwsh -File</c> sets a switch for this that PowerShell does not publish.
    /// </summary>
    public static void ReachesHost(Runspace runspace)
    {
        object context = typeof(Runspace).GetProperty("ExecutionContext", Members)?.GetValue(runspace) ?? throw Changed();
        PropertyInfo rethrow = context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Members) ?? throw Changed();
        rethrow.SetValue(context, true);
    }

    private static NotSupportedException Changed()
        => new($"This PowerShell ({VersionInformation.PowerShell}) passes a script's exit code on in another way; emsh must be built for it.");
}
