using System.Numerics;
using System.Runtime.CompilerServices;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Pictures;

/// <summary>Pixels of any type as 8-bit grey for the screen.</summary>
internal static unsafe class GreyLevels
{
    /// <summary>The plane seen through a window. NaN becomes black. The caller owns the result.</summary>
    public static Plane<byte> Show(Plane plane, GreyWindow window, EvaluationContext context)
    {
        window = window.Opened();
        return plane switch
        {
            Plane<byte> bytes when window == GreyWindow.Bytes => bytes.Clone(),
            Plane<byte> bytes => FromTable(bytes, Table(byte.MaxValue, window), context),
            Plane<ushort> words => FromTable(words, Table(ushort.MaxValue, window), context),
            Plane<float> floats => FromFloats(floats, window, context),
            _ => throw new EmException(EmErrorKind.NotSupported, "PreviewPixelType", $"Pixels of type {plane.PixelType} cannot be shown.", "Section"),
        };
    }

    private static byte[] Table(int highest, GreyWindow window)
    {
        byte[] table = new byte[highest + 1];
        for (int v = 0; v <= highest; v++)
            table[v] = (byte)(Math.Clamp((v - window.Black) * 255 / (window.White - window.Black), 0, 255) + 0.5);
        return table;
    }

    private static Plane<byte> FromTable<T>(Plane<T> plane, byte[] table, EvaluationContext context)
        where T : unmanaged, IBinaryInteger<T>
        => Plane.Make<byte>(plane.Height, plane.Width, shown => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end) =>
        {
            for (int y = first; y < end; y++)
                Look(plane.Row(y), table, shown.Row(y));
        }));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Look<T>(ReadOnlySpan<T> from, byte[] table, Span<byte> to)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int x = 0; x < from.Length; x++)
            to[x] = table[int.CreateTruncating(from[x])];
    }

    private static Plane<byte> FromFloats(Plane<float> plane, GreyWindow window, EvaluationContext context)
    {
        (float black, float scale) = ((float)window.Black, (float)(255 / (window.White - window.Black)));
        return Plane.Make<byte>(plane.Height, plane.Width, shown => RowParallel.For(plane.Height, RowParallel.Grain(plane.Height, plane.Width, context), context, (first, end, scratch) =>
        {
            scratch.Reset(Scratch.Padded<float>(plane.Width) + 4096);
            float* row = scratch.Take<float>(plane.Width + 64);
            for (int y = first; y < end; y++)
            {
                Stretch(plane.Row(y), black, scale, row);
                Quantise.Row(row, shown, y);
            }
        }));
    }

    /// <summary>0.5 to 255.5, to be truncated; 0.5 for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stretch(ReadOnlySpan<float> from, float black, float scale, float* to)
    {
        var blacks = new Vector<float>(black);
        var half = new Vector<float>(0.5f);
        var white = new Vector<float>(255.5f);
        fixed (float* source = from)
        {
            int x = 0;
            for (; x <= from.Length - Vector<float>.Count; x += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(source + x);
                Vector<float> grey = Vector.Min(Vector.Max((value - blacks) * scale + half, half), white);
                Vector.ConditionalSelect(Vector.Equals(value, value), grey, half).Store(to + x);
            }

            for (; x < from.Length; x++)
                to[x] = float.IsNaN(from[x]) ? 0.5f : Math.Clamp((from[x] - black) * scale + 0.5f, 0.5f, 255.5f);
        }
    }
}
