using System.Text.Json;
using System.Text.Json.Nodes;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Report;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Files;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Measures every section of a stack into a file of its own, compared to the section before it, and makes the two tables
/// and the report when all tasks have ended.
/// </summary>
public sealed class MeasureWork : SectionWork
{
    /// <summary>Its name in plans.</summary>
    public const string Kind = "measure";

    private readonly Recipe _recipe;
    private readonly CalibrationInfo _stack;
    private readonly CalibrationFolder _calibration;
    private readonly StackMeter _meter;
    private readonly Dictionary<int, PlanEntry> _previous = [];

    /// <summary>Makes the work of a plan and the recipe of its sections.</summary>
    /// <exception cref="EmException">The plan's settings cannot be read (<c>PlanDamaged</c>).</exception>
    public MeasureWork(StackFolder folder, Plan plan, Recipe recipe)
        : base(folder, plan)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        _recipe = recipe;
        _stack = SettingsOf(folder, plan);
        _calibration = new CalibrationFolder(folder.Destination);
        _meter = new StackMeter(_calibration, _stack.Measuring);
        for (int i = 1; i < plan.Entries.Count; i++)
            _previous.Add(plan.Entries[i].Index, plan.Entries[i - 1]);
    }

    /// <inheritdoc/>
    public override string OutputFolder => _calibration.Measurements;

    /// <summary>The plan of measuring sections.</summary>
    /// <param name="recipe">What is done to each before it is measured.</param>
    /// <param name="entries">The sections.</param>
    /// <param name="stack">The stack's shape and target, and how to measure and fit.</param>
    /// <exception cref="EmException">No section, or two of one index.</exception>
    public static Plan PlanOf(Recipe recipe, IReadOnlyCollection<PlanEntry> entries, CalibrationInfo stack)
        => Plan.Of(Kind, recipe, entries, (JsonObject)JsonSerializer.SerializeToNode(stack, EstimationJson.Default.CalibrationInfo)!, radius: 1);

    /// <inheritdoc/>
    public override string OutputOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _calibration.Measurement(entry.Index);
    }

    /// <inheritdoc/>
    public override string KeyOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _meter.KeyOf(Section(entry), Previous(entry));
    }

    /// <inheritdoc/>
    public override IEnumerable<PlanEntry> InputsOf(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _previous.TryGetValue(entry.Index, out PlanEntry? previous) ? [previous, entry] : [entry];
    }

    /// <inheritdoc/>
    public override FoundOutput Find(PlanEntry entry)
    {
        string output = OutputOf(entry);
        if (MeasurementRecord.TryRead(output) is not { } record)
            return new(OutputState.Missing);
        try
        {
            return record.Key == KeyOf(entry)
                ? new(OutputState.Complete, record.Key)
                : new(OutputState.OutOfDate, record.Key, $"'{output}' was measured with other steps or parameters, or of an input that has changed since.");
        }
        catch (EmException trouble)
        {
            return new(OutputState.OutOfDate, record.Key, trouble.Message);
        }
    }

    internal override IEnumerable<string> FurtherOutputs => _calibration.Files;

    /// <inheritdoc/>
    public override WorkResult Perform(PlanEntry entry, EvaluationContext context)
    {
        string output = OutputOf(entry);
        EmSection section = Section(entry);
        EmSection? previous = Previous(entry);
        _meter.Measure(section, previous, context);
        return new WorkResult(_meter.KeyOf(section, previous), new FileInfo(output).Length, FileHash.Sha256Of(output), null, []);
    }

    /// <inheritdoc/>
    public override long PeakOf(PlanEntry entry, int threads)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return SectionMemory.PeakOf(entry.Height, entry.Width, _recipe, threads);
    }

    /// <summary>Verifies the measurements, and makes the tables and the report of those that are there.</summary>
    public override StackReport Finish(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        StackReport report = base.Finish(context);
        var builder = new CalibrationBuilder(_calibration, _stack);
        builder.BuildOffsets();
        builder.BuildBackground(_stack.BackgroundOptions ?? new BackgroundFitOptions(), context);
        CalibrationReport.Write(_calibration, context.Cancellation);
        return report;
    }

    internal override void Decode(PlanEntry entry, EvaluationContext context)
    {
        // Find has read it; a measurement that cannot be read is as good as none.
    }

    private EmSection Section(PlanEntry entry) => _recipe.ApplyTo(entry.Open());

    private EmSection? Previous(PlanEntry entry) => _previous.TryGetValue(entry.Index, out PlanEntry? previous) ? Section(previous) : null;

    private static CalibrationInfo SettingsOf(StackFolder folder, Plan plan)
    {
        try
        {
            return plan.Header.Settings.Deserialize(EstimationJson.Default.CalibrationInfo) ?? throw new JsonException("there are none");
        }
        catch (JsonException e)
        {
            throw new EmException(EmErrorKind.InvalidData, "PlanDamaged", $"'{folder.PlanFile}': the settings of measuring cannot be read ({e.Message}). Plan it again with Measure-EmStack.", folder.PlanFile, e);
        }
    }
}
