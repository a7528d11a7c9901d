using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>
/// One go at a stack: the sections that were not done when it was planned, shared out over tasks. It names sections by
/// their index, so that a plan that is made anew meanwhile does not shift them.
/// </summary>
public sealed record StackRun
{
    private const int MostTasks = 100_000_000; // more than any scheduler counts: what asks for more is damaged

    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Who runs it: <c>Local</c>, <c>Slurm</c>, <c>DisBatch</c>, <c>Script</c>.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Tasks in all.</summary>
    public required int Tasks { get; init; }

    /// <summary>The sections' indices as ranges.</summary>
    public required string Sections { get; init; }

    /// <summary>When it was planned (UTC).</summary>
    public required DateTime Planned { get; init; }

    /// <summary>The scheduler's settings, so that a restart can use them again.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>The sections of a task, in order.</summary>
    /// <exception cref="EmException">The run has no such task (<c>NoSuchTask</c>).</exception>
    public int[] SectionsOf(int task)
    {
        if (task < 0 || task >= Tasks)
            throw new EmException(EmErrorKind.InvalidArgument, "NoSuchTask", $"Run {Number} has the tasks 0 to {Tasks - 1}, but not {task}.", "Task");
        int[] all = AllSections();
        (int start, int count) = Partition.Of(all.Length, Tasks, task);
        return all[start..(start + count)];
    }

    /// <summary>The sections of all tasks, in order.</summary>
    public int[] AllSections() => IndexRanges.Parse(Sections);

    /// <summary>The numbers of a stack's runs, ascending.</summary>
    public static int[] NumbersIn(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder.Runs))
            return [];
        return [.. Directory.EnumerateFiles(folder.Runs, "*.json").Select(f => int.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0).Where(n => n > 0).Order()];
    }

    /// <summary>Writes the run's file under the next number that no other planner has taken meanwhile.</summary>
    /// <returns>The run with its number.</returns>
    /// <exception cref="EmException">It cannot be written.</exception>
    public StackRun Claim(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        for (StackRun run = this; ; run = run with { Number = run.Number + 1 })
        {
            try
            {
                run.Write(folder);
                return run;
            }
            catch (EmException taken) when (taken.Kind == EmErrorKind.AlreadyExists)
            {
                // Another planner was quicker.
            }
        }
    }

    /// <summary>Writes the run's file; a number that another planner took meanwhile is refused.</summary>
    /// <exception cref="EmException">It exists or cannot be written.</exception>
    public void Write(StackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.WriteText(folder.RunFile(Number), JsonSerializer.Serialize(this, StackJson.Default.StackRun) + "\n", overwrite: false, ownerOnly: true);
    }

    /// <summary>True when the run's file is this user's and nobody else may write it: what it says to run on nodes is then the user's own word.</summary>
    public static bool IsOwn(StackFolder folder, int number)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return NativeFile.Of(folder.RunFile(number)) is { Owner: { } owner, WritableByOthers: false } && owner == NativeFile.CurrentUser();
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="EmException">There is none of that number (<c>NoSuchRun</c>), or its file is damaged (<c>RunNotReadable</c>).</exception>
    public static StackRun Read(StackFolder folder, int number)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = folder.RunFile(number);
        RegularFile.Require(path);
        try
        {
            StackRun run = JsonSerializer.Deserialize(File.ReadAllText(path), StackJson.Default.StackRun) ?? throw new JsonException("it is empty");
            run = run with { Settings = run.Settings ?? [] }; // where the file has none
            if (run.Number != number)
                throw new JsonException($"it says that it is run {run.Number}");
            if (run.Tasks is < 1 or > MostTasks)
                throw new JsonException($"it has {run.Tasks} tasks");
            _ = IndexRanges.Parse(run.Sections);
            return run;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmException(EmErrorKind.NotFound, "NoSuchRun", $"The stack '{folder}' has no run {number}: there is no '{path}'.", path, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new EmException(EmErrorKind.InvalidData, "RunNotReadable", $"'{path}' cannot be read as a run: {e.Message.TrimEnd('.')}. Plan the stack again with Invoke-EmStack; what is done stays done.", path, e);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}
