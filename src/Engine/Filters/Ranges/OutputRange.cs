using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Filters.Ranges;

/// <summary>The range of grey levels that a filter maps to, and the mapping.</summary>
internal readonly record struct OutputRange(double Low, double High)
{
    /// <summary>The range that a user gave as one number or two.</summary>
    /// <exception cref="EmException">It is empty, or the pixel type does not hold it.</exception>
    public static OutputRange Of(string filter, double[] range, PixelType type)
    {
        OutputRange found = range.Length == 1 ? new(0, range[0]) : new(range[0], range[1]);
        string text = $"{Text(found.Low)} to {Text(found.High)}";
        if (found.Low >= found.High)
            throw new EmException(EmErrorKind.InvalidArgument, "OutputRange", $"{filter} -Range: {text} is no range; its lower end comes first.", "Range");
        if (type.Maximum() is { } maximum && (found.Low < 0 || found.High > maximum))
            throw new EmException(EmErrorKind.InvalidArgument, "OutputRange", $"{filter} -Range: {text} does not fit {type}, which holds 0 to {maximum}.", "Range");
        return found;
    }

    /// <summary>A number for messages.</summary>
    public static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Maps every pixel into a new plane of the type; integers are rounded, and NaN, for which they
    /// have no value, becomes the lower end.
    /// </summary>
    public unsafe Plane Map(Plane<float> input, PixelType type, EvaluationContext context, Action<Span<float>> map)
    {
        (float low, float high) = ((float)Low, (float)High);
        bool whole = type != PixelType.Single;
        return Plane.Make(type, input.Height, input.Width, result => RowParallel.For(input.Height, RowParallel.Grain(input.Height, input.Width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(Scratch.Padded<float>(input.Width + 64));
            float* line = scratch.TakeCleared<float>(input.Width + 64);
            var row = new Span<float>(line, input.Width);
            for (int y = first; y < end; y++)
            {
                input.Row(y).CopyTo(row);
                map(row);
                if (whole)
                    Round(line, low, high, row.Length);
                Quantise.Row(line, result, y);
            }
        }));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Round(float* row, float low, float high, int width)
    {
        (var floor, var ceiling, var half) = (new Vector<float>(low), new Vector<float>(high), new Vector<float>(0.5f));
        for (int x = 0; x < width; x += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(row + x);
            Vector<float> rounded = Vector.Min(Vector.Max(Vector.Floor(value + half), floor), ceiling);
            Vector.Store(Vector.ConditionalSelect(Vector.Equals(value, value), rounded, floor), row + x);
        }
    }
}
