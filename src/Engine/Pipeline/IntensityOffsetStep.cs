using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts a section's intensity offset.</summary>
public sealed class IntensityOffsetStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    private readonly IntensityOffsetTable? _table;

    /// <summary>Subtracts a value that the caller knows.</summary>
    /// <param name="value">In grey levels.</param>
    /// <exception cref="EmException">Not a finite number.</exception>
    public IntensityOffsetStep(double value)
    {
        if (!double.IsFinite(value))
            throw new EmException(EmErrorKind.InvalidArgument, "OffsetNotFinite", $"The intensity offset {value} is no finite number and cannot be subtracted. Give a finite number of grey levels.", "Value");
        Value = value;
    }

    /// <summary>Subtracts what a table holds for the section's index.</summary>
    /// <exception cref="EmException">The table does not reach the section, or holds no finite number for it.</exception>
    public IntensityOffsetStep(IntensityOffsetTable table, int index)
        : this((table ?? throw new ArgumentNullException(nameof(table))).At(index))
        => _table = table;

    /// <summary>Subtracts what a table holds for a section.</summary>
    /// <exception cref="EmException">As for the other; or Measure-EmStack made the table of another stack (<c>CalibrationOfAnotherStack</c>).</exception>
    public static IntensityOffsetStep Of(EmSection section, IntensityOffsetTable table)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(table);
        table.Stack?.Require(Path.GetDirectoryName(table.File.Path)!, section.Index, section.Name, section.Height, section.Width);
        return new IntensityOffsetStep(table, section.Index);
    }

    /// <summary>Refuses a table that is counted otherwise than the stack of a section, as far as the files beside the section's tell.</summary>
    /// <param name="section">The first section of a stack.</param>
    /// <param name="table">The table.</param>
    /// <param name="warn">Told of a table that is longer or shorter than the stack.</param>
    /// <exception cref="EmException">Sections or values are counted from 1, the others from 0 (<c>TableCountedFromOne</c>).</exception>
    public static void RequireStack(EmSection section, IntensityOffsetTable table, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(warn);
        TableFit.Require(table, section, warn);
    }

    /// <inheritdoc/>
    public override string Name => "IntensityOffset";

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <summary>What is subtracted, in grey levels.</summary>
    public double Value { get; }

    internal override IEnumerable<string> Files => _table is null ? [] : [_table.File.Path];

    /// <inheritdoc/>
    internal override GreyLevels? LevelsAfter(GreyLevels? before)
        => _table?.Stack?.Levels ?? (before is null ? null : before with { Mean = before.Mean - Value });

    /// <inheritdoc/>
    public override RecipeStep ToRecipe() => new OffsetRecipeStep(_table, _table is null ? Value : 0);

    /// <inheritdoc/>
    public override JsonObject Describe()
    {
        var step = new JsonObject { ["step"] = Name, ["parameters"] = new JsonObject { [nameof(Value)] = Value } };
        if (_table is not null)
        {
            step["file"] = _table.File.Path;
            step["sha256"] = _table.File.Sha256;
            step["dataset"] = _table.Dataset;
            if (_table.IndexBase is { } first)
                step["parameters"]!["IndexBase"] = first;
        }

        return step;
    }

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        try
        {
            Subtraction.Offset(input, Value, context);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Parameters => string.Create(CultureInfo.InvariantCulture, $"{Value:G7}");
}
