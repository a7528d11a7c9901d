using EmTools.Engine;

namespace EmTools.Cmdlets;

/// <summary>A run that was planned for a scheduler.</summary>
public sealed class EmStackRun
{
    /// <summary>The folder of the outputs.</summary>
    public required string Destination { get; init; }

    /// <summary>The run's number.</summary>
    public required int Run { get; init; }

    /// <summary>Who is to run it.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Sections that it is to do.</summary>
    public required int Sections { get; init; }

    /// <summary>Sections that are done already.</summary>
    public required int Done { get; init; }

    /// <summary>Tasks that they are shared out over.</summary>
    public required int Tasks { get; init; }

    /// <summary>The scripts that were written.</summary>
    public required ReadableList<string> Files { get; init; }

    /// <summary>The one command that submits it.</summary>
    public required string Command { get; init; }

    /// <summary>The ids of the jobs; empty where it was not submitted.</summary>
    public required ReadableList<string> Jobs { get; init; }
}
