using System.Text.Json;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>A job that a scheduler took.</summary>
public sealed record SubmittedJob
{
    /// <summary>The run that it works on.</summary>
    public required int Run { get; init; }

    /// <summary>Who took it: <c>Slurm</c>, <c>DisBatch</c>.</summary>
    public required string Scheduler { get; init; }

    /// <summary>The id that the scheduler gave.</summary>
    public required string Job { get; init; }

    /// <summary><c>tasks</c>, or <c>final</c> for the job that runs when all tasks have ended.</summary>
    public required string Part { get; init; }

    /// <summary>The jobs of a stack, in the order in which they were submitted.</summary>
    /// <exception cref="EmException">The file cannot be read.</exception>
    public static IReadOnlyList<SubmittedJob> In(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.JobsFile))
            return [];
        RegularFile.Require(folder.JobsFile);
        try
        {
            return [.. JsonLines.Read(folder.JobsFile, StackJson.Default.SubmittedJob)];
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(folder.JobsFile, e);
        }
    }
}
