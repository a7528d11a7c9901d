using EmTools.Engine.Filters.Contrasting;
using EmTools.Engine.Filters.Denoising;
using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Filters;

/// <summary>The filters against what the published package computes, at the agreed bounds.</summary>
public sealed class GoldenFilterTests
{
    public static TheoryData<string> DestripeCases => GoldenCase.Names("destripe-");

    public static TheoryData<string> DenoiseCases => GoldenCase.Names("denoise-2d");

    public static TheoryData<string> ContrastCases => GoldenCase.Names("contrast-");

    public static TheoryData<string> Chains => GoldenCase.Names("chain-");

    [Theory]
    [MemberData(nameof(DestripeCases))]
    public void Destripe_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using Plane<float> image = Floats(golden, "in/image");
        using Plane<byte>? mask = golden.Has("in/mask") ? golden.Plane<byte>("in/mask") : null;
        using Plane result = Destripe.Compute(image, PublishedParameters.Destripe(golden.Parameters), mask, EvaluationContext.Default);
        Difference difference = Difference.Between(result, golden.Image<float>("out/destripe"));
        Assert.True(difference.Largest <= 0.5, $"{difference}");
    }

    [Theory]
    [MemberData(nameof(DenoiseCases))]
    public void Denoise_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        DenoiseOptions options = PublishedParameters.Denoise(golden.Parameters);
        using Plane result = Denoise.Compute(golden.Plane<float>("in/image"), options, EvaluationContext.Default);
        Difference difference = Difference.Between(result, golden.Image<float>("out/denoise"));
        Assert.True(difference.Largest <= 0.5, $"{difference}");
    }

    [Fact]
    public void Denoise_matches_in_three_dimensions()
    {
        GoldenCase golden = GoldenCase.Load("denoise-3d");
        float[,,] image = golden.Volume<float>("in/image");
        float[,,] expected = golden.Volume<float>("out/denoise");
        Plane<float>[] volume = [.. Enumerable.Range(0, image.GetLength(0)).Select(z => Plane.FromArray(Section(image, z)))];
        Denoise.ComputeVolume(volume, PublishedParameters.Denoise(golden.Parameters), EvaluationContext.Default);
        for (int z = 0; z < volume.Length; z++)
        {
            Difference difference = Difference.Between(volume[z], Section(expected, z));
            Assert.True(difference.Largest <= 0.5, $"z = {z}: {difference}");
            volume[z].Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(ContrastCases))]
    public void Contrast_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        ContrastOptions options = PublishedParameters.Contrast(golden.Parameters);
        using Plane<byte>? mask = golden.Has("in/mask") ? golden.Plane<byte>("in/mask") : null;
        using Plane result = Contrast.Compute(golden.Plane<float>("in/image"), options, mask, EvaluationContext.Default);
        bool wide = options.PixelType == PixelType.UInt16;
        Difference difference = Difference.Between(result, wide ? golden.Image<ushort>("out/contrast") : golden.Image<byte>("out/contrast"));
        Assert.True(difference.Largest <= 1, $"{difference}");
        if (!wide)
            Assert.True(difference.ShareNotEqual <= 0.001, $"{difference}");
    }

    /// <summary>Every stage of the chain, fed with the package's result of the stage before.</summary>
    [Theory]
    [MemberData(nameof(Chains))]
    public void Chain_stages_match(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        using (Plane result = Destripe.Compute(Raw(golden), PublishedParameters.Destripe(golden.Parameters), null, EvaluationContext.Default))
            Near(Difference.Between(result, golden.Image<float>("out/destripe")));
        using (Plane result = Denoise.Compute(golden.Plane<float>("out/background"), PublishedParameters.Denoise(golden.Parameters), EvaluationContext.Default))
            Near(Difference.Between(result, golden.Image<float>("out/denoise")));
        using (Plane result = Contrast.Compute(golden.Plane<float>("out/denoise"), PublishedParameters.Contrast(golden.Parameters["contrast"]!), null, EvaluationContext.Default))
        {
            Difference difference = Difference.Between(result, golden.Image<byte>("out/contrast"));
            Assert.True(difference is { Largest: <= 1, ShareNotEqual: <= 0.001 }, $"{difference}");
        }

        static void Near(Difference difference) => Assert.True(difference is { Mean: <= 0.03, Largest: <= 2 }, $"{difference}");
    }

    internal static Plane<float> Raw(GoldenCase golden)
        => PlaneConversion.ToSingle(golden.Plane<ushort>("in/raw"), invert: (bool)golden.Parameters["invert"]!, EvaluationContext.Default);

    private static Plane<float> Floats(GoldenCase golden, string dataset)
        => PlaneConversion.ToSingle(golden.Plane<ushort>(dataset), invert: false, EvaluationContext.Default);

    private static float[,] Section(float[,,] volume, int z)
    {
        var section = new float[volume.GetLength(1), volume.GetLength(2)];
        Buffer.BlockCopy(volume, z * section.Length * sizeof(float), section, 0, section.Length * sizeof(float));
        return section;
    }
}
