using System.Management.Automation;
using System.Management.Automation.Host;

namespace EmTools.Shell;

/// <summary>Output: text to stdout, errors, warnings and the other streams to stderr, progress to a terminal.</summary>
internal sealed partial class ShellUserInterface : PSHostUserInterface
{
    private readonly ProgressDisplay _progress;
    private readonly bool _colourOut = Terminal.UnderstandsEscapes && !Console.IsOutputRedirected;
    private readonly bool _colourError = Terminal.UnderstandsEscapes && !Console.IsErrorRedirected;

    public ShellUserInterface(ProgressDisplay progress) => _progress = progress;

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal => _colourOut;

    /// <summary>While true, output goes where errors go.</summary>
    public bool IsReportingError { get; set; }

    public override void Write(string value) => ToOutput(value, newLine: false);

    public override void WriteLine(string value) => ToOutput(value, newLine: true);

    public override void WriteLine() => ToOutput("", newLine: true);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        => ToOutput(Coloured(foregroundColor, backgroundColor, value), newLine: false);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        => ToOutput(Coloured(foregroundColor, backgroundColor, value), newLine: true);

    public override void WriteErrorLine(string value) => ToError(value, PSStyle.Instance.Formatting.Error);

    public override void WriteWarningLine(string message) => ToError($"WARNING: {message}", PSStyle.Instance.Formatting.Warning);

    public override void WriteVerboseLine(string message) => ToError($"VERBOSE: {message}", PSStyle.Instance.Formatting.Verbose);

    public override void WriteDebugLine(string message) => ToError($"DEBUG: {message}", PSStyle.Instance.Formatting.Debug);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Update(sourceId, record);

    // WriteInformation is left alone on purpose: it gets every record, and PowerShell itself writes those that are meant to
    // be seen through Write and WriteLine.

    private static string Coloured(ConsoleColor foreground, ConsoleColor background, string value)
    {
        // RawUI says -1 where the terminal's own colour is meant.
        string start = ((int)foreground < 0 ? "" : PSStyle.MapForegroundColorToEscapeSequence(foreground))
            + ((int)background < 0 ? "" : PSStyle.MapBackgroundColorToEscapeSequence(background));
        return start.Length == 0 ? value : start + value + PSStyle.Instance.Reset;
    }

    private void ToOutput(string value, bool newLine)
    {
        string text = GetOutputString(value, IsReportingError ? _colourError : _colourOut);
        TextWriter writer = IsReportingError ? Console.Error : Console.Out;
        _progress.Around(() =>
        {
            if (newLine)
                writer.WriteLine(text);
            else
                writer.Write(text);
        });
    }

    private void ToError(string value, string style)
    {
        string text = GetOutputString(_colourError && !value.Contains('\e') ? style + value + PSStyle.Instance.Reset : value, _colourError);
        _progress.Around(() => Console.Error.WriteLine(text));
    }
}
