using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Imaging;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Tests.Filters;

/// <summary>Adaptive destriping against its reference, and what must hold whatever the numbers are.</summary>
public sealed class DestripeAdaptiveTests
{
    private static readonly EvaluationContext Context = new() { Threads = 2 };

    public static TheoryData<string> Cases { get; } = GoldenCase.Names("destripe-adaptive-");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_reference(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane<float> input = Input(golden, "input");
        using Plane<byte>? mask = golden.Has("mask") ? golden.Plane<byte>("mask") : null;
        using var found = (Plane<float>)DestripeAdaptive.Compute(input.Clone(), Options(golden), mask, Context);
        var difference = Difference.Between(found, golden.Image<float>("output"));
        Assert.True(difference.Largest <= 0.1, $"{difference.Mean} in the mean, {difference.Largest} at most");
    }

    private static Plane<float> Input(GoldenCase golden, string dataset)
    {
        if (golden.Name.EndsWith("nan", StringComparison.Ordinal))
            return golden.Plane<float>(dataset);
        using Plane<ushort> plane = golden.Plane<ushort>(dataset);
        return PlaneConversion.ToSingle(plane.Clone(), invert: false, Context);
    }

    private static DestripeAdaptiveOptions Options(GoldenCase golden) => new()
    {
        BlockRows = (int)golden.Parameters["q"]!,
        ScaleCount = (int)golden.Parameters["bands"]!,
        Length = [.. golden.Parameters["lengths"]!.AsArray().Select(length => (int)length!)],
        IterationCount = (int)golden.Parameters["iterations"]!,
        WeightPower = (double)golden.Parameters["power"]!,
        WeightFloor = (double)golden.Parameters["floor"]!,
        CrossScale = (double)golden.Parameters["cross"]!,
        Oversubtraction = (double)golden.Parameters["oversubtract"]!,
        FineSlope = (double)golden.Parameters["shear_fine"]!,
        MaxSlope = (double)golden.Parameters["shear_max"]!,
        LocalWindow = (double)golden.Parameters["local"]!,
        GlobalShare = (double)golden.Parameters["rho"]!,
        NeighborPreview = (double)golden.Parameters["neighbour_preview"]!,
    };
}
