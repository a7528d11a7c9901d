using System.Management.Automation.Language;
using System.Text;

namespace EmTools.Shell;

/// <summary>The interactive prompt: reads commands, over several lines where they need them, and runs them.</summary>
internal sealed class Prompt
{
    private const string Continuation = ">> ";

    private readonly ShellSession _session;
    private readonly ILineReader _reader;

    public Prompt(ShellSession session)
    {
        _session = session;
        _reader = Console.IsInputRedirected || Console.IsOutputRedirected || !Terminal.UnderstandsEscapes
            ? new PlainLineReader(showPrompt: !Console.IsInputRedirected)
            : new LineEditor(new Completer(session));
    }

    /// <summary>Reads and runs until <c>exit</c> or the end of input.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        _session.IsInteractive = !Console.IsInputRedirected;
        if (_session.IsInteractive)
            _session.Host.UI.WriteLine($"emsh {VersionInformation.Shell}: PowerShell {VersionInformation.PowerShell} with EmTools. 'Get-Command -Module EmTools' lists its commands, 'exit' leaves.");

        int code = ExitCode.Success;
        while (_session.Host.ExitCode is null && ReadCommand() is { } command)
        {
            if (string.IsNullOrWhiteSpace(command))
                continue;
            Outcome outcome = _session.Execute(command);
            code = outcome switch
            {
                Outcome.Completed => ExitCode.Success,
                Outcome.Stopped => ExitCode.Interrupted,
                _ => ExitCode.Failure,
            };
        }

        return _session.Host.ExitCode ?? (_session.IsInteractive ? ExitCode.Success : code);
    }

    /// <summary>A whole command; empty when the user gave it up, null at the end of input.</summary>
    private string? ReadCommand()
    {
        var text = new StringBuilder();
        string prompt = PromptText();
        while (true)
        {
            LineRead read = _reader.Read(prompt);
            if (read.Kind == LineReadKind.Cancelled)
                return "";
            if (read.Kind == LineReadKind.EndOfInput)
                return text.Length > 0 ? text.ToString() : null;

            // An empty line ends what would go on for ever, as in pwsh: it is then run, and its error told.
            if (read.Text.Length == 0 && text.Length > 0 && _session.IsInteractive)
                return text.ToString();
            if (text.Length > 0)
                text.Append('\n');
            text.Append(read.Text);
            if (!IsIncomplete(text.ToString()))
                return text.ToString();
            prompt = Continuation;
        }
    }

    private static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(e => e.IncompleteInput);
    }

    // The user's own prompt function, as everywhere in PowerShell.
    private string PromptText()
    {
        if (!_session.IsInteractive)
            return "";
        try
        {
            return string.Concat(_session.Evaluate("prompt"));
        }
        catch (System.Management.Automation.RuntimeException)
        {
            return "PS> ";
        }
    }
}
