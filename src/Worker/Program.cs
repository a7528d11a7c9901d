using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using EmTools.Engine;
using EmTools.Engine.Stacks;

namespace EmTools.Worker;

/// <summary>emtools-task: what cluster nodes run. The engine alone, so that a task starts at once.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Arguments given;
        try
        {
            given = Arguments.Parse(arguments);
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"emtools-task: {wrong.Message}\n{Arguments.Usage}");
            return TaskOutcome.NothingRan;
        }

        if (given.Help)
        {
            Console.WriteLine(Arguments.Usage);
            return 0;
        }

        AssemblyLoadContext.Default.ResolvingUnmanagedDll += InModule;
        using var ending = new CancellationTokenSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End), interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        try
        {
            return new TaskProcess(given, Console.Out).Run(ending.Token);
        }
        catch (OperationCanceledException)
        {
            return TaskOutcome.Terminated;
        }
        catch (Exception trouble) when (trouble is EmException or IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            Console.Error.WriteLine($"emtools-task: {LogText.Safe(trouble.Message)}");
            return TaskOutcome.NothingRan;
        }

        // The module keeps libraries for each platform in a folder of its name, where PowerShell looks for them.
        static nint InModule(Assembly assembly, string library)
        {
            string folder = Path.Combine(AppContext.BaseDirectory, RuntimeInformation.RuntimeIdentifier);
            return Directory.Exists(folder) && Directory.EnumerateFiles(folder, $"{library}.*").FirstOrDefault() is { } file ? NativeLibrary.Load(file) : 0;
        }

        // The section in hand is left, and nothing of it; the process then ends by itself.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }
}
