using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace EmTools.PesterRunner;

/// <summary>Discovers and runs the tests of one file, in a session of its own.</summary>
public static class PesterFile
{
    /// <summary>Finds the tests; runs none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configure">Prepares the session.</param>
    public static PesterRun Discover(string path, Action<InitialSessionState>? configure = null) => Work(path, configure, run: false);

    /// <summary>Finds the tests and runs them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configure">Prepares the session.</param>
    public static PesterRun Run(string path, Action<InitialSessionState>? configure = null) => Work(path, configure, run: true);

    private static PesterRun Work(string path, Action<InitialSessionState>? configure, bool run)
    {
        path = Path.GetFullPath(path);
        Parser.ParseFile(path, out _, out ParseError[] mistakes);
        if (mistakes.Length > 0)
            return new(path, [], [.. mistakes.Select(m => $"{m.Message} at {path}:{m.Extent.StartLineNumber}")]);

        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseNewThread;
        Keywords.AddTo(state);
        configure?.Invoke(state);
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();

        using var session = new SpecSession();
        runspace.SessionStateProxy.SetVariable(SpecSession.VariableName, session);
        using (var shell = PowerShell.Create(runspace))
            session.Discover(shell, path);
        if (run && session.Errors.Count == 0)
        {
            using var shell = PowerShell.Create(runspace);
            session.Run(shell);
        }

        PesterResult[] results = [.. session.Root.Tests.Select(t => t.ToResult())];
        if (results.Length == 0 && session.Errors.Count == 0)
            session.Errors.Add($"{path} has no tests.");
        return new(path, results, session.Errors);
    }
}
