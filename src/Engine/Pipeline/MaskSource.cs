using EmTools.Engine.Calibration;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>Which pixels of a section are tissue: another section, whose non-zero pixels are.</summary>
public sealed class MaskSource
{
    private readonly EmSection _section;
    private CalibrationFile? _file;

    /// <summary>Takes the mask from a section: pixels that are neither 0 nor NaN are tissue.</summary>
    public MaskSource(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        _section = section;
    }

    /// <summary>The mask's file or source.</summary>
    public string Name => _section.Path ?? _section.Name;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Checks that the mask has the size of what it is to cover.</summary>
    /// <exception cref="EmException">It has another.</exception>
    public void RequireSize(int height, int width, string section)
    {
        if (_section.Height != height || _section.Width != width)
            throw new EmException(EmErrorKind.InvalidArgument, "MaskSize", $"Mask '{Name}' is {_section.Height} x {_section.Width} pixels (y, x), but section '{section}' is {height} x {width}; give a mask of the section's size, cropped and binned as the section is.", Name);
    }

    /// <summary>The files that the mask comes from.</summary>
    internal IEnumerable<string> Files => _section.Files;

    /// <summary>True when the mask is a file as it stands, so that a recipe can name it.</summary>
    internal bool IsFile => _section.Source is ImageSource { Location: { IsFile: true } } && _section.Steps.IsEmpty && !_section.Inverted;

    /// <summary>The mask's file with its hash, for recipes.</summary>
    /// <exception cref="EmException">The mask is computed, or was made in memory.</exception>
    internal CalibrationFile RequireFile()
    {
        if (!IsFile)
            throw new EmException(EmErrorKind.InvalidArgument, "MaskNotAFile", $"Mask '{Name}' is {(_section.Steps.IsEmpty && !_section.Inverted && _section.Source is ImageSource ? "one image of several" : "computed, or lies in memory")}; a recipe can only hold a mask that is a file of its own. Write it with Write-EmSection, and give that file.", Name);
        return _file ??= CalibrationFile.Of(_section.Path!);
    }

    /// <summary>The mask as bytes, 1 for tissue and 0 elsewhere. The caller owns the plane.</summary>
    /// <exception cref="EmException">It has another size than wanted, or cannot be read.</exception>
    public Plane<byte> Read(int height, int width, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequireSize(height, width, "being filtered");
        using Plane<float> values = PlaneConversion.ToSingle(Computed(context), invert: false, context);
        return Plane.Make<byte>(height, width, mask => RowParallel.For(height, RowParallel.Grain(height, width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Span<float> from = values.Row(y);
                Span<byte> to = mask.Row(y);
                for (int x = 0; x < to.Length; x++)
                    to[x] = from[x] is not 0 and not float.NaN ? (byte)1 : (byte)0;
            }
        }));
    }

    private Plane Computed(EvaluationContext context)
    {
        try
        {
            return _section.Compute(new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation });
        }
        catch (EmException e) when (e.Target == Name && !e.Message.StartsWith("Mask ", StringComparison.Ordinal))
        {
            // Among the files of a stack, a damaged one would not tell that it is the mask.
            throw new EmException(e.Kind, e.Id, $"Mask {e.Message}", e.Target, e);
        }
    }
}
