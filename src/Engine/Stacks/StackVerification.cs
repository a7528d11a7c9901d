using System.Text.Json;
using EmTools.Engine.Files;

namespace EmTools.Engine.Stacks;

/// <summary>Looks at every output of a stack as a whole: key, pixels, checksum.</summary>
public static class StackVerification
{
    /// <summary>Verifies all outputs and leaves the report beside the plan.</summary>
    /// <param name="work">The stack.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="onUnit">Told after every unit.</param>
    /// <exception cref="EmException">The ledger cannot be read, or the report cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public static StackReport Verify(StackWork work, EvaluationContext context, Action<WorkUnit>? onUnit = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(context);
        LeftOvers.Remove(work.Folder);
        var ledger = Ledger.Read(work.Folder);
        var problems = new List<StackProblem>();
        foreach (WorkUnit unit in work.Units)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (Problem(work, ledger, unit, context) is { } problem)
                problems.Add(problem);
            onUnit?.Invoke(unit);
        }

        var report = new StackReport { At = DateTime.UtcNow, Sections = work.Units.Count, Sound = work.Units.Count - problems.Count, Problems = problems, Warnings = [.. work.Units.Select(unit => unit.Number).Except(problems.Select(problem => problem.Section)).SelectMany(section => SectionWarning.Of(ledger, section))] };
        AtomicFile.WriteText(work.Folder.ReportFile, JsonSerializer.Serialize(report, StackJson.Default.StackReport) + "\n", overwrite: true);
        return report;
    }

    private static StackProblem? Problem(StackWork work, Ledger ledger, WorkUnit unit, EvaluationContext context)
    {
        string output = work.OutputOf(unit);
        (OutputState state, string? key, string? why) = work.Find(unit, ledger);
        SectionRecord? record = ledger.Of(unit.Number);
        if (state == OutputState.Missing)
            return new(unit.Number, output, "Missing", record?.Failure?.Error ?? "It has not been done yet.");
        if (state == OutputState.OutOfDate)
            return new(unit.Number, output, "OutOfDate", why!);
        try
        {
            if (record?.Done is { Sha256: { } expected } done && done.Key == key && FileHash.Sha256Of(output) is { } found && found != expected)
                return new(unit.Number, output, "Changed", $"'{output}' has changed since it was written: expected SHA-256 {expected}, found {found}. Remove it, and run the stack again.");
            work.Decode(unit, context);
            return null;
        }
        catch (EmException trouble)
        {
            return new(unit.Number, output, "Damaged", trouble.Message);
        }
    }
}
