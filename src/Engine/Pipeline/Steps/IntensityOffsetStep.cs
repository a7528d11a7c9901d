using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts intensity offsets: one value from all sections, or from each what a table holds for its index.</summary>
public sealed record IntensityOffsetStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    internal const string Kind = "IntensityOffset";

    private const string ValueName = "Value";
    private const string BaseName = "IndexBase";

    private readonly IntensityOffsetTable? _table;

    /// <summary>Subtracts a value that the caller knows.</summary>
    /// <param name="value">In grey levels.</param>
    /// <exception cref="EmException">Not a finite number.</exception>
    public IntensityOffsetStep(double value)
    {
        if (!double.IsFinite(value))
            throw new EmException(EmErrorKind.InvalidArgument, "OffsetNotFinite", $"The intensity offset {value} is no finite number and cannot be subtracted. Give a finite number of grey levels.", ValueName);
        Value = value;
    }

    /// <summary>Subtracts what a table holds for a section's index.</summary>
    public IntensityOffsetStep(IntensityOffsetTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
    }

    private IntensityOffsetStep(IntensityOffsetStep step, int index)
        : this(step._table!.At(index))
        => (_table, Unbound) = (step._table, step.Unbound);

    /// <inheritdoc/>
    public override string Name => Kind;

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <summary>What is subtracted, in grey levels; null for a table that is bound to no section.</summary>
    public double? Value { get; }

    internal override IEnumerable<string> Files => _table is null ? [] : [_table.File.Path];

    /// <inheritdoc/>
    public override string Parameters => Value is { } value ? value.ToString("G7", CultureInfo.InvariantCulture) : _table!.File.Path;

    /// <summary>The step with the table's value for the section.</summary>
    /// <exception cref="EmException">The table does not reach the section, holds no finite number for it, or was made by Measure-EmStack of another stack (<c>CalibrationOfAnotherStack</c>).</exception>
    public override SectionStep Bind(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (_table is null)
            return this;
        _table.Stack?.Require(Path.GetDirectoryName(_table.File.Path)!, section.Place, section.Name, section.SizeIn(_table.Stack.Volume));
        return new IntensityOffsetStep(this, section.Place);
    }

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        Subtraction.Offset(input, Value!.Value, context);
        return input;
    }

    internal override GreyLevels? LevelsAfter(GreyLevels? before)
        => _table?.Stack?.Levels ?? (before is not null && Value is { } value ? before with { Mean = before.Mean - value } : null);

    /// <summary>Refuses a table that is counted otherwise than the stack of a section, as far as the files beside the section's tell.</summary>
    /// <exception cref="EmException">Sections or values are counted from 1, the others from 0 (<c>TableCountedFromOne</c>).</exception>
    internal override void RequireStack(EmSection section, Action<string> warn)
    {
        if (_table is not null)
            TableFit.Require(_table, section, warn);
    }

    /// <inheritdoc/>
    protected override JsonObject ToJson(StepForm form)
    {
        var parameters = new JsonObject();
        if (_table is null || form == StepForm.Output)
            parameters[ValueName] = Value;
        if (_table?.IndexBase is { } first)
            parameters[BaseName] = first;
        JsonObject step = Json(parameters.Count > 0 ? parameters : null, _table?.File);
        if (_table is not null)
            step[RecipeJson.DatasetName] = _table.Dataset;
        return step;
    }

    internal static IntensityOffsetStep Read(RecipeJson json)
    {
        if (!json.HasFile)
        {
            json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName);
            json.AllowOnlyParameters(ValueName);
            return new(json.Number(ValueName));
        }

        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName, RecipeJson.DatasetName);
        json.AllowOnlyParameters(BaseName);
        int? first = json.Parameters.ContainsKey(BaseName) ? json.Integer(BaseName) : null;
        return new(IntensityOffsetTable.ReadWithStack(json.File().Path, json.Text(RecipeJson.DatasetName) ?? IntensityOffsetTable.DefaultDataset, first));
    }
}
