using System.Globalization;

namespace EmTools.Worker;

/// <summary>What the program was asked to do.</summary>
/// <param name="Folder">The stack's destination, or its <c>.emstack</c>.</param>
/// <param name="Run">The run's number.</param>
/// <param name="Task">The task's number, from 0; null for the job that comes when all tasks have ended.</param>
/// <param name="Threads">Processor threads that work on a section.</param>
/// <param name="Help">Only to say how it is used.</param>
internal sealed record Arguments(string Folder, int Run, int? Task, int Threads, bool Help = false)
{
    /// <summary>How the program is used.</summary>
    public const string Usage = """
        usage: emtools-task FOLDER --run N --task N|final [--threads N]
          FOLDER      the folder of the outputs of a planned stack, or its .emstack
          --run       the run's number
          --task      the task's number, from 0, or final: verifies the outputs when all tasks have ended
          --threads   processor threads; 0, the default, for all that there are
        exit code: 0 all done, 1 some sections failed, 2 nothing could run, 143 told to end
        """;

    private const string Final = "final";

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Arguments Parse(string[] arguments)
    {
        string? folder = null, task = null;
        int? run = null, threads = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--help" or "-h":
                    return new Arguments("", 0, null, 0, Help: true);
                case "--run" when run is null:
                    run = Number(Next(), "--run", 1);
                    break;
                case "--task" when task is null:
                    task = Next();
                    break;
                case "--threads" when threads is null:
                    threads = Number(Next(), "--threads", 0);
                    break;
                case "--run" or "--task" or "--threads":
                    throw new FormatException($"'{arguments[i]}' is given twice.");
                case ['-', '-', ..] unknown:
                    throw new FormatException($"there is no option '{unknown}'.");
                case { } other when folder is null:
                    folder = other;
                    break;
                default:
                    throw new FormatException($"'{arguments[i]}' is one word too many.");
            }

            string Next() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"'{arguments[i - 1]}' lacks its value.");
        }

        if (string.IsNullOrEmpty(folder) || run is null || task is null)
            throw new FormatException("FOLDER, --run and --task are needed.");
        return new Arguments(folder, run.Value, task == Final ? null : Number(task, "--task", 0), threads is null or 0 ? Environment.ProcessorCount : threads.Value);
    }

    private static int Number(string text, string option, int least)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new FormatException($"{option}: expected a whole number from {least} on, found '{text}'.");
}
