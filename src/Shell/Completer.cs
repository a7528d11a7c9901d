using System.Management.Automation;

namespace EmTools.Shell;

/// <summary>What Tab offers: PowerShell's own completion, so commands, parameters and values; file names where it has none.</summary>
internal sealed class Completer(ShellSession session)
{
    /// <summary>The candidates for the word at the cursor, and the stretch of the line that they replace.</summary>
    public (int Start, int Length, IReadOnlyList<string> Candidates) Complete(string line, int cursor)
    {
        using var shell = PowerShell.Create(session.Runspace);
        CommandCompletion completion = CommandCompletion.CompleteInput(line, cursor, [], shell);
        if (completion.CompletionMatches.Count == 0)
            return FileNameCompletion.Complete(line, cursor, session.Runspace.SessionStateProxy.Path.CurrentFileSystemLocation.ProviderPath);
        return (completion.ReplacementIndex, completion.ReplacementLength, [.. completion.CompletionMatches.Select(m => m.CompletionText)]);
    }
}
