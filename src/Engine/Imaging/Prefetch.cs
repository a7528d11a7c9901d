using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EmTools.Engine.Imaging;

/// <summary>
/// Asks for memory before it is needed. Walking down a tile of columns, every row lies on another page, which the
/// processor's own prefetching does not cross.
/// </summary>
internal static unsafe class Prefetch
{
    private const int CacheLine = 64;

    /// <summary>Asks for <paramref name="count"/> floats; does nothing where the processor has no such request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* at, int count)
    {
        if (!Sse.IsSupported)
            return;
        for (int x = 0; x < count; x += CacheLine / sizeof(float))
            Sse.Prefetch0(at + x);
    }
}
