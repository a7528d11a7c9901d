using EmTools.Engine.Suggestions;

namespace EmTools.Engine.Tests.Suggestions;

public sealed class NoiseWeightFitTests
{
    /// <summary>Values whose mean square makes exactly 1/(1 + exp(gain c + offset)) the best weight for a noise variance of 1.</summary>
    [Theory]
    [InlineData(2, -1)]
    [InlineData(0.5, -2)]
    [InlineData(8, 0.5)]
    public void A_weight_that_is_best_is_found(double gain, double offset)
    {
        var random = new Random(1);
        (float[] covariances, float[] values) = (new float[200_000], new float[200_000]);
        for (int i = 0; i < values.Length; i++)
        {
            double c = 4 * random.NextDouble() - 0.5;
            covariances[i] = (float)c;
            values[i] = (float)(Math.Sqrt(1 + Math.Exp(gain * c + offset)) * (random.Next(2) * 2 - 1));
        }

        NoiseWeightFit fit = NoiseWeightFit.Of(covariances, values, 1);
        Assert.Equal(gain, fit.Gain, 0.02 * gain);
        Assert.Equal(offset, fit.Offset, 0.05);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e6)]
    public void The_unit_of_the_grey_levels_does_not_matter(double unit)
    {
        (float[] covariances, float[] values) = Mixture(seed: 3);
        NoiseWeightFit plain = NoiseWeightFit.Of([.. covariances], [.. values], 1);
        NoiseWeightFit scaled = NoiseWeightFit.Of([.. covariances.Select(c => (float)(c * unit * unit))], [.. values.Select(v => (float)(v * unit))], unit * unit);
        Assert.Equal(plain.Gain, scaled.Gain * unit * unit, 0.01 * plain.Gain);
        Assert.Equal(plain.Offset, scaled.Offset, 0.02);
        Assert.Equal(plain.NoiseShare, scaled.NoiseShare, 1e-3);
    }

    /// <summary>Flat places hold noise alone, places with structure vary with the coarser image: weights must part the two.</summary>
    [Fact]
    public void Noise_goes_and_structure_stays()
    {
        (float[] covariances, float[] values) = Mixture(seed: 4);
        NoiseWeightFit fit = NoiseWeightFit.Of(covariances, values, 1);
        Assert.True(Weight(fit, 0) > 0.85, $"weight of noise {Weight(fit, 0)}");
        Assert.True(Weight(fit, 20) < 0.15, $"weight of structure {Weight(fit, 20)}");
        Assert.InRange(fit.Middle, 0.5, 15);
        Assert.InRange(fit.NoiseShare, 0.04, 0.12);
    }

    [Fact]
    public void Pixels_that_never_vary_get_one_finite_weight()
    {
        NoiseWeightFit fit = NoiseWeightFit.Of(new float[100], new float[100], 0);
        Assert.True(double.IsFinite(fit.Gain) && double.IsFinite(fit.Offset));
    }

    private static double Weight(NoiseWeightFit fit, double covariance) => 1 / (1 + Math.Exp(fit.Gain * covariance + fit.Offset));

    private static (float[] Covariances, float[] Values) Mixture(int seed)
    {
        var random = new Random(seed);
        (float[] covariances, float[] values) = (new float[100_000], new float[100_000]);
        for (int i = 0; i < values.Length; i++)
        {
            bool structure = i % 2 == 0;
            covariances[i] = (float)MathNet.Numerics.Distributions.Normal.Sample(random, structure ? 20 : 0, structure ? 3 : 0.3);
            values[i] = (float)MathNet.Numerics.Distributions.Normal.Sample(random, 0, structure ? 5 : 1);
        }

        return (covariances, values);
    }
}
