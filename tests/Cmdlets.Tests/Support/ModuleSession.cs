using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EmTools.Cmdlets.Tests;

/// <summary>A PowerShell session with the built module imported and a folder of its own as current location.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleSession()
    {
        // An inherited module path would offer modules of another PowerShell.
        Environment.SetEnvironmentVariable("PSModulePath", "");
        Folder = Directory.CreateTempSubdirectory("emtools-cmdlets-").FullName;
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.Open();
        _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(Folder));
        Run("Import-Module $args[0] -ErrorAction Stop", Manifest).RequireNoErrors();
    }

    public static string Manifest { get; } = Path.Combine(Metadata("ModuleOutput"), "EmTools.psd1");

    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    /// <summary>The current location, removed with the session.</summary>
    public string Folder { get; }

    public Runspace Runspace => _runspace;

    /// <summary>A path in the session's folder.</summary>
    public string In(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Runs a script with $args; a terminating error is given back, not thrown.</summary>
    public Result Run(string script, params object?[] arguments)
    {
        using var shell = PowerShell.Create(_runspace);

        // Without try, PowerShell would go on after an error that ends a cmdlet, as at the prompt, and hide that it did.
        shell.AddScript($"try {{ {script} }} catch {{ throw }}");
        foreach (object? argument in arguments)
            shell.AddArgument(argument);
        var output = new List<PSObject>();
        ErrorRecord? terminating = null;
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException trouble)
        {
            terminating = trouble.ErrorRecord;
        }

        return new Result(output, [.. shell.Streams.Error], terminating, [.. shell.Streams.Verbose.Select(v => v.Message)], [.. shell.Streams.Progress], [.. shell.Streams.Warning.Select(w => w.Message)]);
    }

    /// <summary>Runs a script that must give one object and no error.</summary>
    public PSObject One(string script, params object?[] arguments) => Assert.Single(Run(script, arguments).RequireNoErrors().Output);

    /// <summary>The index of the section that an error is about.</summary>
    public static object TargetIndex(ErrorRecord error) => PSObject.AsPSObject(error.TargetObject).Properties["Index"].Value;

    /// <summary>A section's pixels as (y, x).</summary>
    public static Array Pixels(PSObject section) => (Array)section.Methods["GetPixels"].Invoke();

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What the build wrote into the tests' assembly.</summary>
    public static string Metadata(string key)
        => typeof(ModuleSession).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    /// <summary>What a script gave.</summary>
    public sealed record Result(
        IReadOnlyList<PSObject> Output,
        IReadOnlyList<ErrorRecord> Errors,
        ErrorRecord? Terminating,
        IReadOnlyList<string> Verbose,
        IReadOnlyList<ProgressRecord> Progress,
        IReadOnlyList<string> Warnings)
    {
        public Result RequireNoErrors()
        {
            Assert.Null(Terminating?.ToString());
            Assert.Equal([], Errors.Select(e => e.ToString()));
            return this;
        }

        /// <summary>The values of a property of all objects.</summary>
        public object?[] Values(string property) => [.. Output.Select(o => o.Properties[property]?.Value)];

        /// <summary>The only error, non-terminating, and nothing else wrong.</summary>
        public ErrorRecord OnlyError()
        {
            Assert.Null(Terminating?.ToString());
            return Assert.Single(Errors);
        }

        /// <summary>What went wrong first, whether it ended the pipeline or not.</summary>
        public ErrorRecord FirstError() => Terminating ?? Errors[0];

        public ErrorRecord RequireTerminating()
        {
            Assert.NotNull(Terminating);
            return Terminating;
        }
    }
}
