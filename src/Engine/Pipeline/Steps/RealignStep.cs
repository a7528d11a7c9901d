using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Moves sections by whole pixels into a frame of the same or another size: out(y, x) = in(y + dy, x + dx), NaN where the section does not reach.</summary>
public sealed record RealignStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    internal const string Kind = "Realign";

    private const string ShiftName = "Shift";
    private const string ShapeName = "Shape";

    private readonly ShiftTable? _table;
    private readonly (int Y, int X) _shift; // the section's, once bound
    private readonly (int Height, int Width) _size; // 0 for the section's, until bound

    /// <summary>Moves all sections by one shift.</summary>
    /// <param name="shiftY">dy: the row of the section that becomes row 0.</param>
    /// <param name="shiftX">dx: the column of the section that becomes column 0.</param>
    /// <param name="height">Rows of the result; 0 for the section's.</param>
    /// <param name="width">Columns of the result; 0 for the section's.</param>
    /// <exception cref="EmException">A size below 0 (<c>RealignShape</c>).</exception>
    public RealignStep(int shiftY, int shiftX, int height = 0, int width = 0)
        : this(null, (shiftY, shiftX), (height, width))
    {
    }

    /// <summary>Moves each section by what a table holds for its index.</summary>
    /// <param name="table">The table.</param>
    /// <param name="height">Rows of the result; 0 for the section's.</param>
    /// <param name="width">Columns of the result; 0 for the section's.</param>
    /// <exception cref="EmException">A size below 0 (<c>RealignShape</c>).</exception>
    public RealignStep(ShiftTable table, int height = 0, int width = 0)
        : this(table ?? throw new ArgumentNullException(nameof(table)), default, (height, width))
    {
    }

    private RealignStep(ShiftTable? table, (int Y, int X) shift, (int Height, int Width) size)
    {
        if (size.Height < 0 || size.Width < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "RealignShape", $"A section of {size.Height} x {size.Width} pixels (y, x) cannot be made; give a size of at least 1 x 1.", ShapeName);
        (_table, _shift, _size) = (table, shift, size);
    }

    /// <inheritdoc/>
    public override string Name => Kind;

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    internal override bool MovesPixels => true;

    internal override IEnumerable<string> Files => _table is null ? [] : [_table.File.Path];

    /// <inheritdoc/>
    public override string Parameters => _table is not null && ReferenceEquals(Unbound, this) ? _table.File.Path : $"{_shift.Y}, {_shift.X}";

    /// <summary>The step with the section's shift and the size of the result.</summary>
    /// <exception cref="EmException">The table has no shift for the section (<c>NoShift</c>), or it leaves nothing of it in the frame (<c>ShiftOutside</c>).</exception>
    public override SectionStep Bind(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var asked = (RealignStep)Unbound;
        (int y, int x) = _table?.At(section.Place) ?? asked._shift;
        (int height, int width) = (asked._size.Height == 0 ? section.Height : asked._size.Height, asked._size.Width == 0 ? section.Width : asked._size.Width);
        if (Overlap(y, section.Height, height).Count <= 0 || Overlap(x, section.Width, width).Count <= 0)
            throw new EmException(EmErrorKind.InvalidArgument, "ShiftOutside", $"{section.Title}: a shift by ({y}, {x}) pixels (y, x) leaves nothing of its {section.Height} x {section.Width} pixels in a frame of {height} x {width}.", ShiftName);
        return new RealignStep(_table, (y, x), (height, width)) { Unbound = asked };
    }

    /// <inheritdoc/>
    public override (int Height, int Width) OutputSize(int height, int width) => (_size.Height == 0 ? height : _size.Height, _size.Width == 0 ? width : _size.Width);

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        (int left, int count) = Overlap(_shift.X, input.Width, _size.Width);
        return Plane.Make<float>(_size.Height, _size.Width, result => RowParallel.For(result.Height, RowParallel.Grain(result.Height, result.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> to = result.Row(y);
                to.Fill(float.NaN);
                long from = (long)y + _shift.Y;
                if (from >= 0 && from < input.Height)
                    input.Row((int)from).Slice(left + _shift.X, count).CopyTo(to[left..]);
            }
        }));
    }

    /// <inheritdoc/>
    protected override JsonObject ToJson(StepForm form)
    {
        bool output = form == StepForm.Output;
        var parameters = new JsonObject();
        if (_table is null || output)
            parameters[ShiftName] = new JsonArray(_shift.Y, _shift.X);
        if (_size.Height > 0 || _size.Width > 0 || output)
            parameters[ShapeName] = new JsonArray(_size.Height, _size.Width);
        JsonObject step = Json(parameters, _table?.File);
        if (!output && _table?.Dataset is { } dataset)
            step[RecipeJson.DatasetName] = dataset;
        return step;
    }

    internal static RealignStep Read(RecipeJson json)
    {
        json.AllowOnly(RecipeJson.StepName, RecipeJson.ParametersName, RecipeJson.FileName, RecipeJson.HashName, RecipeJson.DatasetName);
        json.AllowOnlyParameters(ShiftName, ShapeName);
        int[] shape = json.Integers(ShapeName, 2) ?? [0, 0];
        if (json.HasFile)
        {
            var table = ShiftTable.Read(json.File().Path, json.Text(RecipeJson.DatasetName) ?? "shift");
            return json.InContext(() => new RealignStep(table, shape[0], shape[1]));
        }

        int[] shift = json.Integers(ShiftName, 2) ?? throw json.Error("RecipeIncomplete", $"-{ShiftName} (y, x) is missing");
        return json.InContext(() => new RealignStep(shift[0], shift[1], shape[0], shape[1]));
    }

    /// <summary>The part of an axis of the result that the input reaches.</summary>
    private static (int First, int Count) Overlap(int shift, int from, int to)
    {
        long first = Math.Max(0, -(long)shift);
        long end = Math.Min(to, (long)from - shift);
        return ((int)Math.Min(first, int.MaxValue), (int)Math.Max(0, end - first));
    }
}
