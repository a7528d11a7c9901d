using System.Runtime.InteropServices;
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

        // The section in hand is left, and nothing of it; the process then ends by itself.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }
}
