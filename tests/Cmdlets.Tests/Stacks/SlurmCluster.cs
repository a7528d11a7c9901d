using System.Diagnostics;
using System.Globalization;

namespace EmTools.Cmdlets.Tests;

/// <summary>A Slurm of this test run's own: three nodes on loopback, started once and ended with the tests. Absent where Slurm is not installed.</summary>
public sealed class SlurmCluster : IDisposable
{
    public const string Missing = "Slurm is not installed (apt-get install slurm-wlm munge), or the tests do not run as root.";

    private const int Nodes = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("emtools-slurm-").FullName;

    public SlurmCluster()
    {
        if (!File.Exists("/usr/sbin/slurmctld") || !File.Exists("/usr/sbin/munged") || Environment.UserName != "root")
            return;

        // Ports by the process's number, so that test runs side by side do not meet.
        int port = 20000 + Environment.ProcessId % 2000 * 10;
        var environment = new Dictionary<string, string> { ["SLURM_BASE_PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        Run("bash", [Script("start-slurm.sh"), _folder, Nodes.ToString(CultureInfo.InvariantCulture)], environment, seconds: 30);
        Environment.SetEnvironmentVariable("SLURM_CONF", Path.Combine(_folder, "slurm.conf"));
        IsHere = true;
    }

    /// <summary>True when a cluster runs.</summary>
    public bool IsHere { get; }

    /// <summary>The process of a daemon: <c>slurmd.n1</c>.</summary>
    public int Daemon(string name)
        => int.Parse(File.ReadLines(Path.Combine(_folder, "pids")).Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Runs one of Slurm's programs and gives what it says.</summary>
    public static string Ask(string program, params string[] arguments) => Run(program, arguments, [], seconds: 20);

    /// <summary>The array's elements in a state.</summary>
    public static string[] Elements(string job, string state)
        => Ask("squeue", "--noheader", "--array", "--states=" + state, "--format=%i", "--jobs=" + job).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Waits for something; fails the test when it does not come.</summary>
    public static void Until(Func<bool> condition, int seconds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"after {seconds} s there was still not: {what}");
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        if (IsHere)
        {
            Run("bash", [Script("stop-slurm.sh"), _folder], [], seconds: 30);
            Environment.SetEnvironmentVariable("SLURM_CONF", null);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Script(string name) => Path.Combine(ModuleSession.RepositoryRoot, "tests", "Slurm", name);

    private static string Run(string program, IEnumerable<string> arguments, Dictionary<string, string> environment, int seconds)
    {
        // Output to files: the daemons that a script leaves behind would hold a pipe open for ever.
        string output = Path.GetTempFileName(), error = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" > \"$OUTPUT_FILE\" 2> \"$ERROR_FILE\" < /dev/null", "bash", program, .. arguments]);
            start.Environment["OUTPUT_FILE"] = output;
            start.Environment["ERROR_FILE"] = error;
            foreach ((string name, string value) in environment)
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {seconds} s");
            }

            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {File.ReadAllText(error)}");
            return File.ReadAllText(output);
        }
        finally
        {
            File.Delete(output);
            File.Delete(error);
        }
    }
}
