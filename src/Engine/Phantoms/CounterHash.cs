using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// Random numbers that depend on where they are used (a pixel, a lattice point, a section), not on how many were drawn
/// before: a phantom's pixels are the same whatever the order and the number of threads in which they are made.
/// </summary>
internal static class CounterHash
{
    /// <summary>
    /// Mixes 32 bits so that every input bit turns every output bit about half of the time (the constants are those of
    /// C. Wellons' "lowbias32").
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(uint h)
    {
        h ^= h >> 16;
        h *= 0x7FEB352D;
        h ^= h >> 15;
        h *= 0x846CA68B;
        return h ^ (h >> 16);
    }

    /// <inheritdoc cref="Mix(uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Mix(Vector256<uint> h)
    {
        h ^= h >>> 16;
        h *= Vector256.Create(0x7FEB352Du);
        h ^= h >>> 15;
        h *= Vector256.Create(0x846CA68Bu);
        return h ^ (h >>> 16);
    }

    /// <summary>A number for one place.</summary>
    public static uint At(uint seed, int a, int b = 0, int c = 0)
        => Mix(Mix(Mix(seed + (uint)a * 0x9E3779B1u) + (uint)b * 0x85EBCA77u) + (uint)c * 0xC2B2AE3Du);

    /// <summary>The next number of the same place.</summary>
    public static uint Next(ref uint state) => state = Mix(state + 0x9E3779B9u);

    /// <summary>The next number of the same place, uniform in [0, 1).</summary>
    public static float NextUnit(ref uint state) => Unit(Next(ref state));

    /// <summary>The next number of the same place, uniform in [low, high).</summary>
    public static float NextBetween(ref uint state, float low, float high) => low + (high - low) * NextUnit(ref state);

    /// <summary>Uniform in [0, 1), from the upper 24 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Unit(uint h) => (h >> 8) * (1f / (1 << 24));
}
