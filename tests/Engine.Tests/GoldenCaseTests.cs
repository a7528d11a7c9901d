namespace EmTools.Engine.Tests;

public class GoldenCaseTests
{
    [Fact]
    public void Reads_parameters_and_arrays()
    {
        GoldenCase golden = GoldenCase.Load("background-nan");

        Assert.Equal(20500.25, (double)golden.Parameters["offset"]!);
        float[,] image = golden.Image<float>("in/image");
        Assert.Equal((230, 260), (image.GetLength(0), image.GetLength(1)));
        Assert.Contains(true, image.Cast<float>().Select(float.IsNaN));
        Assert.Equal([3, 20], golden.Shape("in/polynomial_exponents_zyx"));
        Assert.True(golden.Has("in/polynomial_coefficients"));
        Assert.False(GoldenCase.Load("background-offset-only").Has("in/polynomial_coefficients"));
    }

    [Fact]
    public void Reads_volumes_and_integers()
    {
        float[,,] volume = GoldenCase.Load("denoise-3d").Volume<float>("in/image");
        Assert.Equal((9, 64, 72), (volume.GetLength(0), volume.GetLength(1), volume.GetLength(2)));

        using Imaging.Plane<ushort> raw = GoldenCase.Load("chain-a").Plane<ushort>("in/raw");
        Assert.Equal((512, 384), (raw.Height, raw.Width));
    }
}
