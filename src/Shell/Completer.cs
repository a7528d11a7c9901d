using System.Management.Automation;

namespace EmTools.Shell;

/// <summary>What Tab offers: PowerShell's own completion, so commands, parameters, values and paths.</summary>
internal sealed class Completer(ShellSession session)
{
    /// <summary>The candidates for the word at the cursor, and the stretch of the line that they replace.</summary>
    public (int Start, int Length, IReadOnlyList<string> Candidates) Complete(string line, int cursor)
    {
        using var shell = PowerShell.Create(session.Runspace);
        CommandCompletion completion = CommandCompletion.CompleteInput(line, cursor, [], shell);
        return (completion.ReplacementIndex, completion.ReplacementLength, [.. completion.CompletionMatches.Select(m => m.CompletionText)]);
    }
}
