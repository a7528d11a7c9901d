using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace EmTools.Shell;

/// <summary>The host that PowerShell sees: a console.</summary>
internal sealed class ShellHost : PSHost
{
    private readonly ShellUserInterface _ui;

    public ShellHost()
    {
        Progress = new ProgressDisplay();
        _ui = new ShellUserInterface(Progress);
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
    }

    public ProgressDisplay Progress { get; }

    /// <summary>What <c>exit</c> asked for; null while nothing did.</summary>
    public int? ExitCode { get; private set; }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "EmTools shell";

    public override PSHostUserInterface UI => _ui;

    /// <summary>Shows what ended a pipeline, on the error stream.</summary>
    public void ReportError(Action show)
    {
        _ui.IsReportingError = true;
        try
        {
            show();
        }
        finally
        {
            _ui.IsReportingError = false;
        }
    }

    public override Version Version => VersionInformation.Shell;

    public override void SetShouldExit(int exitCode) => ExitCode ??= exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("emsh has no nested prompt; answer with another choice.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("emsh has no nested prompt.");

    public override void NotifyBeginApplication() => Progress.Clear();

    public override void NotifyEndApplication()
    {
    }
}
