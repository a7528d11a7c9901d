using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Kernels;

/// <summary>Which pixels of a row lie above +T or below -T, as bits, 64 to a word.</summary>
internal static unsafe class ThresholdRuns
{
    /// <summary>Words that a row's bits take.</summary>
    public static int Words(int width) => (width + 63) / 64;

    /// <summary>
    /// Sets bit x of <paramref name="above"/> where row[x] &gt; threshold, of <paramref name="below"/> where row[x] &lt; -threshold.
    /// Cost: two comparisons a pixel, one read of memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mark(float* row, int width, float threshold, ulong* above, ulong* below)
    {
        int whole = width / 64;
        for (int word = 0; word < whole; word++)
        {
            float* at = row + 64 * word;
            ulong high = 0;
            ulong low = 0;
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<float> top = Vector512.Create(threshold);
                Vector512<float> bottom = Vector512.Create(-threshold);
                for (int x = 0; x < 64; x += Vector512<float>.Count)
                {
                    Vector512<float> value = Vector512.Load(at + x);
                    high |= Vector512.GreaterThan(value, top).ExtractMostSignificantBits() << x;
                    low |= Vector512.LessThan(value, bottom).ExtractMostSignificantBits() << x;
                }
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Vector256<float> top = Vector256.Create(threshold);
                Vector256<float> bottom = Vector256.Create(-threshold);
                for (int x = 0; x < 64; x += Vector256<float>.Count)
                {
                    Vector256<float> value = Vector256.Load(at + x);
                    high |= (ulong)Vector256.GreaterThan(value, top).ExtractMostSignificantBits() << x;
                    low |= (ulong)Vector256.LessThan(value, bottom).ExtractMostSignificantBits() << x;
                }
            }
            else
            {
                Vector128<float> top = Vector128.Create(threshold);
                Vector128<float> bottom = Vector128.Create(-threshold);
                for (int x = 0; x < 64; x += Vector128<float>.Count)
                {
                    Vector128<float> value = Vector128.Load(at + x);
                    high |= (ulong)Vector128.GreaterThan(value, top).ExtractMostSignificantBits() << x;
                    low |= (ulong)Vector128.LessThan(value, bottom).ExtractMostSignificantBits() << x;
                }
            }

            above[word] = high;
            below[word] = low;
        }

        if (whole * 64 == width)
            return;
        above[whole] = 0;
        below[whole] = 0;
        for (int x = whole * 64; x < width; x++)
        {
            above[whole] |= (row[x] > threshold ? 1UL : 0) << (x & 63);
            below[whole] |= (row[x] < -threshold ? 1UL : 0) << (x & 63);
        }
    }

    /// <summary>Walks over the runs of set bits of a row.</summary>
    public ref struct Enumerator(ulong* bits, int width)
    {
        private readonly int _words = Words(width);
        private ulong _borders = bits[0] ^ (bits[0] << 1);
        private int _word;

        /// <summary>First pixel of the run.</summary>
        public int Start { get; private set; }

        /// <summary>The pixel behind the run's last.</summary>
        public int End { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            int start = NextBorder();
            if (start >= width)
                return false;
            Start = start;
            End = Math.Min(NextBorder(), width);
            return true;
        }

        /// <summary>The next position at which bits change, or the width.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private int NextBorder()
        {
            while (_borders == 0)
            {
                if (++_word >= _words)
                {
                    _word = _words;
                    return width;
                }

                _borders = bits[_word] ^ ((bits[_word] << 1) | (bits[_word - 1] >> 63));
            }

            int position = 64 * _word + BitOperations.TrailingZeroCount(_borders);
            _borders &= _borders - 1;
            return position;
        }
    }
}
