using BenchmarkDotNet.Attributes;
using EmTools.Engine;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;

namespace EmTools.Benchmarks;

/// <summary>Making a raw section of 1024 x 1024 pixels, and the layers that it is the sum of.</summary>
[MemoryDiagnoser]
public class PhantomBenchmarks
{
    private readonly Phantom _phantom = new();
    private int _index;

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The section as a microscope gives it.</summary>
    [Benchmark(Baseline = true)]
    public ushort Raw()
    {
        using Plane raw = _phantom.Section(_index++ % 1000).Source.Read(new EvaluationContext { Threads = Threads });
        return ((Plane<ushort>)raw).Row(0)[0];
    }

    /// <summary>The tissue alone.</summary>
    [Benchmark]
    public float Truth() => First(PhantomLayer.Truth);

    /// <summary>The stripes alone.</summary>
    [Benchmark]
    public float Stripes() => First(PhantomLayer.Stripes);

    private float First(PhantomLayer layer)
    {
        using Plane<float> plane = _phantom.Render(layer, _index++ % 1000, new EvaluationContext { Threads = Threads });
        return plane.Row(0)[0];
    }
}
