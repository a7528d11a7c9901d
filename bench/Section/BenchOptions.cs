using System.Globalization;

namespace EmTools.SectionBench;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        Restores a phantom's section in a process of its own, again and again, and tells wall time, CPU time and peak memory.

        dotnet run -c Release --project bench/Section -- [options]

          --build FOLDER     the module to measure                 (out/EmTools)
          --against FOLDER   a second one: runs alternate, and the ratio of every pair is told
          --data FOLDER      where the phantom is kept             (a folder in the temporary directory)
          --height N         rows of the section                   (9000)
          --width N          columns of the section                (13750)
          --runs N           runs of each build                    (5)
          --threads N        processors that each run may see      (all)
          --script FILE      what to run                           (bench/restore.ps1)
          --restored FOLDER  keep what the last run wrote
        """;

    public string Build { get; init; } = Path.Combine("out", "EmTools");

    public string? Against { get; init; }

    public string Data { get; init; } = Path.Combine(Path.GetTempPath(), "emtools-bench");

    public int Height { get; init; } = 9000;

    public int Width { get; init; } = 13750;

    public int Runs { get; init; } = 5;

    public int? Threads { get; init; }

    public string Script { get; init; } = Path.Combine("bench", "restore.ps1");

    public string? Restored { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says where.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                throw new FormatException($"'{args[i]}' needs a value.");
            string value = args[i + 1];
            options = args[i] switch
            {
                "--build" => options with { Build = value },
                "--against" => options with { Against = value },
                "--data" => options with { Data = value },
                "--height" => options with { Height = Number(args[i], value) },
                "--width" => options with { Width = Number(args[i], value) },
                "--runs" => options with { Runs = Number(args[i], value) },
                "--threads" => options with { Threads = Number(args[i], value) },
                "--script" => options with { Script = value },
                "--restored" => options with { Restored = value },
                _ => throw new FormatException($"There is no option '{args[i]}'."),
            };
        }

        foreach (string build in options.Against is null ? [options.Build] : new[] { options.Build, options.Against })
        {
            if (!File.Exists(Path.Combine(build, "EmTools.psd1")))
                throw new FormatException($"There is no module in '{build}'; build it first (dotnet build -c Release) or name its folder.");
        }

        return File.Exists(options.Script) ? options : throw new FormatException($"There is no script '{options.Script}'.");
    }

    private static int Number(string name, string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new FormatException($"'{name}' needs a whole number above 0, not '{value}'.");
}
