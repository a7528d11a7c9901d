using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace EmTools.Shell.Tests;

/// <summary>Runs emsh as a user does: as a process, with the sample module.</summary>
internal sealed class ShellProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private ShellProcess(Process process)
    {
        _process = process;
        _reading = Task.Run(() =>
        {
            var buffer = new char[4096];
            for (int n; (n = process.StandardOutput.Read(buffer)) > 0;)
            {
                lock (_output)
                    _output.Append(buffer, 0, n);
            }
        });
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static string Shell { get; } = Path.Combine(Metadata("ShellFolder"), "emsh");

    public static string SampleModule { get; } = Path.Combine(AppContext.BaseDirectory, "EmTools.psd1");

    public static string Metadata(string key)
        => typeof(ShellProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ShellResult Run(params string[] args) => Run("", args);

    public static ShellResult Run(string input, string[] args)
    {
        using ShellProcess process = Start(args);
        process.Send(input);
        return process.Finish();
    }

    public static ShellProcess Start(params string[] args) => Start(Shell, args, new Dictionary<string, string?>());

    /// <summary>Starts a program with the shell's environment; signals have their usual effect, whatever runs the tests.</summary>
    public static ShellProcess Start(string program, IEnumerable<string> args, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string arg in new[] { "--default-signal=INT,TERM,HUP", program }.Concat(args))
            start.ArgumentList.Add(arg);
        start.Environment["EMTOOLS_MODULE"] = SampleModule;
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("NO_COLOR");
        foreach ((string key, string? value) in environment)
            start.Environment[key] = value;
        return new ShellProcess(Process.Start(start)!);
    }

    public void Send(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until the output holds a text.</summary>
    public void WaitFor(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (watch.Elapsed > s_limit || _process.HasExited)
                throw new TimeoutException($"'{text}' did not come. Output:\n{Output}");
            Thread.Sleep(20);
        }
    }

    public ShellResult Finish()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(s_limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"emsh did not end. Output:\n{Output}");
        }

        _reading.Wait();
        return new(_process.ExitCode, Output, _errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

/// <summary>What a run of emsh gave.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors);
