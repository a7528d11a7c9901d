using System.Numerics;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Kernels;

/// <summary>
/// Sums of N neighbours along a line by doubling: sums of 1, 2, 4, ... neighbours, of which those that N is made of are
/// added up.
/// </summary>
/// <remarks>
/// About 2 log2 N additions a value, all of them in vectors, none waiting for the one before. Sums of floats are made in
/// pairs, so their error grows with log N and does not run along the line.
/// </remarks>
internal static unsafe class WindowSums
{
    /// <summary>Values by which lines must be longer than what is asked for, so that whole vectors may be used.</summary>
    public const int Slack = 4 * 16;

    /// <summary>total[x] = line[x] + ... + line[x + length - 1] for x in [0, count).</summary>
    /// <param name="line">count + length - 1 values, and room for <see cref="Slack"/> more.</param>
    /// <param name="doubled">Working memory of the same size.</param>
    /// <param name="total">count values, and slack.</param>
    /// <param name="length">N.</param>
    /// <param name="count">How many sums.</param>
    public static void Along<T>(T* line, T* doubled, T* total, int length, int count)
        where T : unmanaged
    {
        Buffer.MemoryCopy(line, total, (long)count * sizeof(T), (long)count * sizeof(T));
        int done = 1;
        T* sums = line;
        for (int span = 1; 2 * span <= length; span *= 2)
        {
            // After this, doubled[x] is the sum of 2 span values from x on; those further on are still needed for later sums.
            Double(sums, doubled, span, count + length - 2 * span);
            sums = doubled;
            if ((length & (2 * span)) != 0)
            {
                AddTo(total, sums + done, count);
                done += 2 * span;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Double<T>(T* from, T* to, int span, int count)
        where T : unmanaged
    {
        for (int x = 0; x < count; x += Vector<T>.Count)
            Vector.Store(Vector.Load(from + x) + Vector.Load(from + x + span), to + x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo<T>(T* total, T* sums, int count)
        where T : unmanaged
    {
        for (int x = 0; x < count; x += Vector<T>.Count)
            Vector.Store(Vector.Load(total + x) + Vector.Load(sums + x), total + x);
    }
}
