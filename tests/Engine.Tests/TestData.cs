using System.Diagnostics;

namespace EmTools.Engine.Tests;

/// <summary>Real data beside the repository and other programs, both of which may be absent.</summary>
internal static class TestData
{
    /// <summary>The repository's root, above the test assembly.</summary>
    public static string RepositoryRoot
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmTools.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new SkipException("The repository's root is not above the test assembly.");
        }
    }

    /// <summary>Path of a file of <c>../shared/data</c>, seen from the repository's root; skips the test where it is absent.</summary>
    public static string Shared(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data", relative));
        Skip.IfNot(File.Exists(path), $"{path} is not here.");
        return path;
    }

    /// <summary>Path of a folder of <c>../shared/field</c>, seen from the repository's root; skips the test where it is absent.</summary>
    public static string Field(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "field", relative));
        Skip.IfNot(Directory.Exists(path), $"{path} is not here.");
        return path;
    }

    /// <summary>Runs a program and gives what it prints; skips the test where there is no such program.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SkipException($"{program} is not installed.");
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
            return output;
        }
    }

    /// <summary>Runs a Python script with numpy, h5py and tifffile; skips the test where they are absent.</summary>
    public static string Python(string script, params string[] arguments) => PythonWith(["numpy", "h5py", "tifffile"], script, arguments);

    /// <summary>Runs a Python script with some modules; skips the test where one is absent.</summary>
    public static string PythonWith(string[] modules, string script, params string[] arguments)
    {
        const string Interpreter = "/usr/bin/python3";
        Skip.IfNot(File.Exists(Interpreter), "python3 is not installed.");
        string probe = Run(Interpreter, ["-c", "import importlib.util as u, sys; print(all(u.find_spec(m) for m in sys.argv[1:]))", .. modules]);
        Skip.IfNot(probe.Trim() == "True", $"Of {string.Join(", ", modules)}, not all are installed.");
        return Run(Interpreter, ["-c", script, .. arguments]);
    }
}
