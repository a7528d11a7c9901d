using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Subtracts a section's intensity offset.</summary>
public sealed class IntensityOffsetStep : SectionStep
{
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

    /// <inheritdoc/>
    public override string Name => "IntensityOffset";

    /// <summary>What is subtracted, in grey levels.</summary>
    public double Value { get; }

    internal override IEnumerable<string> Files => _table is null ? [] : [_table.File.Path];

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
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Value:G7})");
}
