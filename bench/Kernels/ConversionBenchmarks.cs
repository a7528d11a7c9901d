using BenchmarkDotNet.Attributes;
using EmTools.Engine;
using EmTools.Engine.Imaging;

namespace EmTools.Benchmarks;

/// <summary>From stored 16-bit pixels, inverted, to floats: one pass over memory.</summary>
[MemoryDiagnoser]
public class ConversionBenchmarks
{
    private Plane<ushort>? _stored;

    /// <summary>Rows and columns: within the caches, and far beyond.</summary>
    [Params(512, 4096)]
    public int Size { get; set; }

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes the stored section.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _stored = Plane.Rent<ushort>(Size, Size);
        for (int y = 0; y < Size; y++)
            _stored.Row(y).Fill((ushort)y);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Cleanup() => _stored?.Dispose();

    /// <summary>The conversion takes its input over, so a copy is part of what is measured.</summary>
    [Benchmark]
    public float CopyAndConvert()
    {
        using Plane<float> floats = PlaneConversion.ToSingle(_stored!.Clone(), invert: true, new EvaluationContext { Threads = Threads });
        return floats.Row(0)[0];
    }
}
