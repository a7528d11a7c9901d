using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmTools.Engine.Imaging;

/// <summary>
/// Small operations on rows. They are compiled in full at their first call, where a library's general routines would run
/// a whole section's rows before they are: a process that restores one section has no time to warm up.
/// </summary>
internal static unsafe class RowMath
{
    /// <summary>to = from - less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(ReadOnlySpan<float> from, float less, Span<float> to)
    {
        ref float source = ref MemoryMarshal.GetReference(from);
        ref float target = ref MemoryMarshal.GetReference(to[..from.Length]);
        var all = new Vector<float>(less);
        int x = 0;
        for (; x <= from.Length - Vector<float>.Count; x += Vector<float>.Count)
            (Vector.LoadUnsafe(ref source, (nuint)x) - all).StoreUnsafe(ref target, (nuint)x);
        for (; x < from.Length; x++)
            to[x] = from[x] - less;
    }

    /// <summary>to = from, or the type's maximum less from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(ReadOnlySpan<ushort> from, bool invert, Span<float> to)
    {
        ref ushort source = ref MemoryMarshal.GetReference(from);
        ref float target = ref MemoryMarshal.GetReference(to[..from.Length]);

        // For an unsigned type the maximum less v is v with every bit turned.
        var turn = new Vector<ushort>(invert ? ushort.MaxValue : (ushort)0);
        int x = 0;
        for (; x <= from.Length - Vector<ushort>.Count; x += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)x) ^ turn, out Vector<uint> low, out Vector<uint> high);
            Vector.ConvertToSingle(Vector.AsVectorInt32(low)).StoreUnsafe(ref target, (nuint)x);
            Vector.ConvertToSingle(Vector.AsVectorInt32(high)).StoreUnsafe(ref target, (nuint)(x + Vector<float>.Count));
        }

        for (; x < from.Length; x++)
            to[x] = invert ? ushort.MaxValue - from[x] : from[x];
    }

    /// <summary>to = from, or the type's maximum less from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(ReadOnlySpan<byte> from, bool invert, Span<float> to)
    {
        for (int x = 0; x < from.Length; x++)
            to[x] = invert ? byte.MaxValue - from[x] : from[x];
    }

    /// <summary>The largest absolute value of those that are neither NaN nor infinite; 0 without any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LargestMagnitude(ReadOnlySpan<float> row)
    {
        ref float source = ref MemoryMarshal.GetReference(row);
        var limit = new Vector<float>(float.MaxValue);
        Vector<float> most = Vector<float>.Zero;
        int x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> magnitude = Vector.Abs(Vector.LoadUnsafe(ref source, (nuint)x));
            most = Vector.Max(most, Vector.ConditionalSelect(Vector.LessThanOrEqual(magnitude, limit), magnitude, Vector<float>.Zero));
        }

        float largest = 0;
        for (int i = 0; i < Vector<float>.Count; i++)
            largest = Math.Max(largest, most[i]);
        for (; x < row.Length; x++)
            largest = float.IsFinite(row[x]) ? Math.Max(largest, Math.Abs(row[x])) : largest;
        return largest;
    }

    /// <summary>True when no value is NaN or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(ReadOnlySpan<float> row)
    {
        ref float source = ref MemoryMarshal.GetReference(row);
        var largest = new Vector<float>(float.MaxValue);
        int x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(Vector.LoadUnsafe(ref source, (nuint)x)), largest))
                return false;
        }

        for (; x < row.Length; x++)
        {
            if (!float.IsFinite(row[x]))
                return false;
        }

        return true;
    }
}
