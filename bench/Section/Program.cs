using System.Globalization;
using EmTools.Engine;
using EmTools.Engine.Phantoms;
using EmTools.SectionBench;

const int Section = 5600;

if (args is [Measuring.Switch, ..])
    return Measuring.Run(args[1..]);

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

try
{
    BenchOptions options = BenchOptions.Parse(args);
    var phantom = new Phantom(new PhantomOptions { Height = options.Height, Width = options.Width });
    string data = Path.Combine(options.Data, $"{options.Height}x{options.Width}");
    if (!File.Exists(Path.Combine(data, "polymodel.h5")))
    {
        Console.WriteLine($"Making the phantom in '{data}' ...");
        phantom.WriteStack(data, Section, 1, new PhantomFolderOptions { Overwrite = true });
    }

    string shell = PowerShellProgram.Find();
    string restored = options.Restored ?? Path.Combine(data, "restored");
    string[] builds = options.Against is null ? [options.Build] : [options.Build, options.Against];
    List<MeasuredRun>[] runs = [.. builds.Select(_ => new List<MeasuredRun>())];
    for (int run = -1; run < options.Runs; run++) // one more before, which does not count: it finds cold caches
    {
        for (int b = 0; b < builds.Length; b++)
        {
            string[] command =
            [
                shell, "-NoProfile", "-NonInteractive", "-File", options.Script, "-Module", Path.GetFullPath(Path.Combine(builds[b], "EmTools.psd1")), "-Data", data, "-Destination", restored,
                "-Depth", Text(phantom.Options.Depth), "-Height", Text(options.Height), "-Width", Text(options.Width),
            ];
            MeasuredRun measured = MeasuredRun.Of("dotnet", command, options.Threads);
            if (run < 0)
                continue;
            Report.Line(builds[b], run, measured);
            runs[b].Add(measured);
        }
    }

    for (int b = 0; b < builds.Length; b++)
        Report.Summary(builds[b], runs[b]);
    if (builds.Length == 2)
        Report.Ratios(runs[0], runs[1]);
    return 0;
}
catch (Exception error) when (error is FormatException or EmException or InvalidOperationException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
