using System.Globalization;
using System.Text.Json.Nodes;
using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Moves a section by whole pixels into a frame of the same or another size: out(y, x) = in(y + dy, x + dx), NaN where the section does not reach.</summary>
public sealed class RealignStep : SectionStep
{
    /// <summary>To be raised when a pixel that the step gives changes by a bit.</summary>
    internal const int CurrentRevision = 1;

    private readonly int _shiftY;
    private readonly int _shiftX;
    private readonly int _height;
    private readonly int _width;
    private readonly ShiftTable? _table;
    private readonly (int Height, int Width) _asked;

    /// <summary>Makes the step for a section.</summary>
    /// <param name="section">The section that the step will be added to.</param>
    /// <param name="shiftY">dy: the row of the section that becomes row 0.</param>
    /// <param name="shiftX">dx: the column of the section that becomes column 0.</param>
    /// <param name="height">Rows of the result; 0 for the section's.</param>
    /// <param name="width">Columns of the result; 0 for the section's.</param>
    /// <param name="table">The table that the shift comes from, if any.</param>
    /// <exception cref="EmException">A size below 0 (<c>RealignShape</c>), or a shift that leaves nothing of the section in the frame (<c>ShiftOutside</c>).</exception>
    public RealignStep(EmSection section, int shiftY, int shiftX, int height = 0, int width = 0, ShiftTable? table = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (height < 0 || width < 0)
            throw new EmException(EmErrorKind.InvalidArgument, "RealignShape", $"A section of {height} x {width} pixels (y, x) cannot be made; give a size of at least 1 x 1.", "Shape");
        (_shiftY, _shiftX, _table, _asked) = (shiftY, shiftX, table, (height, width));
        (_height, _width) = (height == 0 ? section.Height : height, width == 0 ? section.Width : width);
        if (Overlap(shiftY, section.Height, _height).Count <= 0 || Overlap(shiftX, section.Width, _width).Count <= 0)
            throw new EmException(EmErrorKind.InvalidArgument, "ShiftOutside", $"Section {section.Index} ('{section.Name}'): a shift by ({shiftY}, {shiftX}) pixels (y, x) leaves nothing of its {section.Height} x {section.Width} pixels in a frame of {_height} x {_width}.", "Shift");
    }

    /// <inheritdoc/>
    public override string Name => "Realign";

    /// <inheritdoc/>
    public override int Revision => CurrentRevision;

    /// <inheritdoc/>
    public override (int Height, int Width) OutputSize(int height, int width) => (_height, _width);

    internal override IEnumerable<string> Files => _table is null ? [] : [_table.File.Path];

    /// <inheritdoc/>
    public override RecipeStep ToRecipe()
        => new RealignRecipeStep(_table, _table is null ? _shiftY : 0, _table is null ? _shiftX : 0, _asked.Height, _asked.Width);

    /// <inheritdoc/>
    public override JsonObject Describe()
    {
        var parameters = new JsonObject { ["Shift"] = new JsonArray(_shiftY, _shiftX), ["Shape"] = new JsonArray(_height, _width) };
        var step = new JsonObject { ["step"] = Name, ["parameters"] = parameters };
        if (_table is not null)
        {
            step["file"] = _table.File.Path;
            step["sha256"] = _table.File.Sha256;
        }

        return step;
    }

    /// <inheritdoc/>
    public override Plane Apply(Plane<float> input, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        using (input)
        {
            Plane<float> result = Plane.Rent<float>(_height, _width);
            (int left, int count) = Overlap(_shiftX, input.Width, _width);
            RowParallel.For(_height, RowParallel.Grain(_height, _width, context), context, (first, end) =>
            {
                for (int y = first; y < end; y++)
                {
                    Span<float> to = result.Row(y);
                    to.Fill(float.NaN);
                    long from = (long)y + _shiftY;
                    if (from >= 0 && from < input.Height)
                        input.Row((int)from).Slice(left + _shiftX, count).CopyTo(to[left..]);
                }
            });
            return result;
        }
    }

    /// <inheritdoc/>
    public override string Parameters => string.Create(CultureInfo.InvariantCulture, $"{_shiftY}, {_shiftX}");

    /// <summary>The part of an axis of the result that the input reaches.</summary>
    private static (int First, int Count) Overlap(int shift, int from, int to)
    {
        long first = Math.Max(0, -(long)shift);
        long end = Math.Min(to, (long)from - shift);
        return ((int)Math.Min(first, int.MaxValue), (int)Math.Max(0, end - first));
    }
}
