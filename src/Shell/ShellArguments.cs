using System.Management.Automation.Runspaces;

namespace EmTools.Shell;

/// <summary>What <c>emsh</c> is asked to do.</summary>
internal enum ShellMode
{
    Prompt,
    Script,
    Command,
    Help,
    Version,
}

/// <summary>The command line, read as <c>pwsh</c> reads its own.</summary>
/// <param name="Mode">What to do.</param>
/// <param name="Text">The script's path, or the command.</param>
/// <param name="ScriptArguments">What the script is given.</param>
internal sealed record ShellArguments(ShellMode Mode, string Text, IReadOnlyList<CommandParameter> ScriptArguments)
{
    public const string HelpText = """
        emsh: PowerShell with the EmTools module loaded

        emsh SCRIPT.ps1 [arguments]   runs a script: -Name value, -Name:value, -Switch, or by position
        emsh -Command COMMAND ...     runs the rest of the line
        emsh                          opens a prompt; 'exit' leaves it
        emsh -Help | -Version

        The script's 'exit N' is the exit code; 1 after an error that ended it, 130 after Ctrl+C.
        A second Ctrl+C within three seconds ends emsh without waiting.

        EMTOOLS_MODULE   the module to load: a folder that holds EmTools.psd1, or the file itself
        NO_COLOR         when set, nothing is coloured

        """;

    /// <exception cref="ArgumentException">An unknown option, or one without its value.</exception>
    public static ShellArguments Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0)
            return new(ShellMode.Prompt, "", []);

        string first = args[0];
        if (!IsDash(first))
            return new(ShellMode.Script, first, ToParameters(args.Skip(1)));

        switch (first.TrimStart('-').ToLowerInvariant())
        {
            case "command" or "c":
                return args.Count > 1
                    ? new(ShellMode.Command, string.Join(' ', args.Skip(1)), [])
                    : throw new ArgumentException("-Command needs a command after it.");
            case "file" or "f":
                return args.Count > 1
                    ? new(ShellMode.Script, args[1], ToParameters(args.Skip(2)))
                    : throw new ArgumentException("-File needs a script after it.");
            case "help" or "h" or "?":
                return new(ShellMode.Help, "", []);
            case "version" or "v":
                return new(ShellMode.Version, "", []);
            default:
                throw new ArgumentException($"'{first}' is no option.");
        }
    }

    /// <summary>
    /// Names and values stay separate parameters: whether the word after <c>-Name</c> is its value or the next positional
    /// argument is for PowerShell's binder to say, which knows what is a switch.
    /// </summary>
    private static List<CommandParameter> ToParameters(IEnumerable<string> args)
    {
        var parameters = new List<CommandParameter>();
        string? pending = null;
        foreach (string arg in args)
        {
            if (pending is not null)
            {
                parameters.Add(new CommandParameter(pending, ToNumbersIfSeveral(arg)));
                pending = null;
                continue;
            }

            if (!IsDash(arg) || arg.Length == 1 || double.TryParse(arg, System.Globalization.CultureInfo.InvariantCulture, out _))
            {
                parameters.Add(new CommandParameter(null, ToNumbersIfSeveral(arg)));
                continue;
            }

            int colon = arg.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                parameters.Add(new CommandParameter(arg));
            else if (colon == arg.Length - 1)
                pending = arg;
            else
                parameters.Add(new CommandParameter(arg[..(colon + 1)], ToBoolIfOne(arg[(colon + 1)..])));
        }

        if (pending is not null)
            throw new ArgumentException($"'{pending}' needs a value after it.");
        return parameters;
    }

    // A shell passes -Force:$false as a word; only this form of a bool is read as one, as in pwsh.
    private static object ToBoolIfOne(string value) => value.TrimStart('$').ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => ToNumbersIfSeveral(value),
    };

    /// <summary>-VolumeShape 11260,9000,13750 is several numbers; PowerShell would make one of the word, with separators of thousands.</summary>
    private static object ToNumbersIfSeveral(string value)
    {
        string[] parts = value.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length > 1 && parts.All(p => double.TryParse(p, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)) ? parts : value;
    }

    private static bool IsDash(string text) => text.Length > 0 && text[0] is '-' or '\u2013' or '\u2014' or '\u2015';
}
