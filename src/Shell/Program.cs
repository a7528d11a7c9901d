using System.Globalization;

namespace EmTools.Shell;

/// <summary>The entry point of <c>emsh</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        ShellArguments arguments;
        try
        {
            arguments = ShellArguments.Parse(args);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine($"emsh: {error.Message}");
            Console.Error.WriteLine("Try 'emsh -Help'.");
            return ExitCode.Usage;
        }

        switch (arguments.Mode)
        {
            case ShellMode.Help:
                Console.Out.Write(ShellArguments.HelpText);
                return ExitCode.Success;
            case ShellMode.Version:
                Console.Out.WriteLine($"emsh {VersionInformation.Shell} (PowerShell {VersionInformation.PowerShell}, .NET {Environment.Version})");
                return ExitCode.Success;
        }

        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = EnglishCulture.Instance;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = EnglishCulture.Instance;

        // Modules of an installed pwsh are of another build than the engine in here.
        Environment.SetEnvironmentVariable("PSModulePath", null);

        if (arguments.Mode == ShellMode.Script && !File.Exists(arguments.Text))
        {
            Console.Error.WriteLine($"emsh: there is no script '{arguments.Text}'.");
            return ExitCode.Usage;
        }

        using var session = new ShellSession();
        using var interruption = new Interruption(session);
        if (!session.Open())
            return interruption.Code ?? ExitCode.Failure;

        int code = arguments.Mode switch
        {
            ShellMode.Script => session.RunScript(Path.GetFullPath(arguments.Text), arguments.ScriptArguments),
            ShellMode.Command => session.RunCommand(arguments.Text),
            _ => new Prompt(session).Run(),
        };
        return interruption.Code ?? code;
    }
}

/// <summary>The exit codes that are not the script's own.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;

    /// <summary>The command line is wrong: EX_USAGE, as pwsh has it for a missing script.</summary>
    public const int Usage = 64;

    /// <summary>Stopped by Ctrl+C; a signal n gives 128 + n.</summary>
    public const int Interrupted = 130;
}
