using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmTools.Shell;

/// <summary>A runspace with the module in it, and the one pipeline that runs in it at a time.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Runspace _runspace;
    private Pipeline? _current;
    private bool _stopping;

    public ShellSession()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.ReuseThread;
        Host = new ShellHost();
        _runspace = RunspaceFactory.CreateRunspace(Host, state);
    }

    public ShellHost Host { get; }

    public Runspace Runspace => _runspace;

    /// <summary>True at the prompt: a stopped pipeline does not end the session.</summary>
    public bool IsInteractive { get; set; }

    public bool IsRunning
    {
        get
        {
            lock (_lock)
                return _current is not null;
        }
    }

    /// <summary>Opens the runspace and imports the module; false when that failed, and was said.</summary>
    public bool Open()
    {
        string module;
        try
        {
            module = ModuleLocator.Find();
        }
        catch (FileNotFoundException error)
        {
            Host.UI.WriteErrorLine($"emsh: {error.Message}");
            return false;
        }

        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        var import = new Command("Import-Module");
        import.Parameters.Add("Name", module);
        import.Parameters.Add("ErrorAction", ActionPreference.Stop);
        Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(import);
        return Execute(pipeline) == Outcome.Completed;
    }

    /// <summary>Runs a script file and gives its exit code.</summary>
    public int RunScript(string path, IEnumerable<CommandParameter> arguments)
    {
        ScriptExit.ReachesHost(_runspace);

        // Anything but .ps1 is a program to PowerShell; a recipe may be called what its owner likes.
        Command command = path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
            ? new Command(path, isScript: false, useLocalScope: false)
            : new Command(File.ReadAllText(path), isScript: true, useLocalScope: false);
        foreach (CommandParameter argument in arguments)
            command.Parameters.Add(argument);

        Pipeline pipeline = _runspace.CreatePipeline(path, addToHistory: true);
        pipeline.Commands.Clear();
        pipeline.Commands.Add(command);
        return Execute(pipeline) switch
        {
            Outcome.Stopped => ExitCode.Interrupted,
            Outcome.Failed => ExitCode.Failure,
            _ => Host.ExitCode ?? ExitCode.Success,
        };
    }

    /// <summary>Runs a command line and gives the exit code that <c>pwsh -Command</c> would.</summary>
    public int RunCommand(string text) => Execute(text) switch
    {
        Outcome.Stopped => ExitCode.Interrupted,
        Outcome.Failed => ExitCode.Failure,
        _ => Host.ExitCode ?? (LastCommandSucceeded() ? ExitCode.Success : ExitCode.Failure),
    };

    /// <summary>Runs a command line with its output and errors on the host.</summary>
    public Outcome Execute(string text) => Execute(_runspace.CreatePipeline(text, addToHistory: true));

    /// <summary>Gives the objects of a command line that is the shell's own business; nothing is shown.</summary>
    public IReadOnlyList<PSObject> Evaluate(string text)
    {
        using Pipeline pipeline = _runspace.CreatePipeline(text);
        return pipeline.Invoke();
    }

    /// <summary>Stops the running pipeline; returns at once.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_current is null || _stopping)
                return;
            _stopping = true;
            _current.StopAsync();
        }
    }

    public void Dispose() => _runspace.Dispose();

    // Pipelines and not the PowerShell class, and with history even for a script: otherwise $? is set back to what it was
    // before the pipeline, and the exit code needs it.
    private Outcome Execute(Pipeline pipeline)
    {
        using (pipeline)
        {
            pipeline.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            pipeline.Commands.Add("Out-Default");
            lock (_lock)
            {
                _current = pipeline;
                _stopping = false;
            }

            try
            {
                pipeline.Invoke();
                return _stopping ? Outcome.Stopped : Outcome.Completed;
            }
            catch (PipelineStoppedException)
            {
                return Outcome.Stopped;
            }
            catch (RuntimeException error)
            {
                if (_stopping)
                    return Outcome.Stopped;
                Report(error);
                return Outcome.Failed;
            }
            finally
            {
                lock (_lock)
                    _current = null;
                Host.Progress.Clear();
            }
        }
    }

    private void Report(RuntimeException error)
    {
        Host.Progress.Clear();

        // What the command line got wrong has no position in a script; PowerShell's view would begin with an empty name.
        if (error is ParameterBindingException { CommandInvocation.ScriptLineNumber: 0 } binding)
        {
            Host.UI.WriteErrorLine($"{binding.CommandInvocation.MyCommand?.Name}: {binding.Message}");
            return;
        }

        ErrorRecord record = error.ErrorRecord ?? new ErrorRecord(error, "Unknown", ErrorCategory.NotSpecified, null);
        // Not written as an error by a pipeline: that would put its own position in the place of the script's.
        var show = new Command("Out-Default");
        show.Parameters.Add("InputObject", record);
        using Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(show);
        Host.ReportError(() => pipeline.Invoke());
    }

    private bool LastCommandSucceeded() => Evaluate("$global:?") is [{ BaseObject: true }];
}

/// <summary>How a pipeline ended.</summary>
internal enum Outcome
{
    Completed,
    Failed,
    Stopped,
}
