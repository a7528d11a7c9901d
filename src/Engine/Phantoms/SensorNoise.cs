using System.Runtime.Intrinsics;
using MathNet.Numerics.Distributions;

namespace EmTools.Engine.Phantoms;

/// <summary>Normal noise whose variance partly grows with the signal, independent from pixel to pixel.</summary>
internal sealed class SensorNoise
{
    /// <summary>The tissue's grey level at which the noise has its nominal deviation.</summary>
    private const float Mean = Tissue.Mean;

    /// <summary>The grey level without any shot noise.</summary>
    private const float Dark = 18000;

    private const int TableBits = 11;
    private const int TableSize = 1 << TableBits;

    private static readonly float[] Quantiles = MakeQuantiles();

    private readonly uint _seed;
    private readonly float _constantVariance;
    private readonly float _shotVariance;

    /// <param name="seed">Which noise.</param>
    /// <param name="sigma">Standard deviation at the mean grey level.</param>
    /// <param name="shotShare">Share of the variance that grows with the signal.</param>
    public SensorNoise(uint seed, double sigma, double shotShare)
    {
        _seed = CounterHash.Mix(seed ^ 0x9015Eu);
        _constantVariance = (float)(sigma * sigma * (1 - shotShare));
        _shotVariance = (float)(sigma * sigma * shotShare / (Mean - Dark));
    }

    /// <summary>Writes the noise of row (z, y) for a signal given as the tissue's grey levels.</summary>
    public void Fill(Span<float> noise, ReadOnlySpan<float> tissue, int z, int y)
    {
        if (_constantVariance + _shotVariance == 0)
        {
            noise.Clear();
            return;
        }

        uint key = CounterHash.At(_seed, z, y);
        for (int x = 0; x < noise.Length; x++)
        {
            // The sum of two independent normal numbers: 4 million values, smooth to more than 4 deviations.
            uint h = CounterHash.Mix(key + (uint)x * 0x9E3779B1u);
            noise[x] = Quantiles[h & (TableSize - 1)] + Quantiles[(h >> TableBits) & (TableSize - 1)];
        }

        int i = 0;
        for (; i <= noise.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> signal = Vector256.Max(Vector256<float>.Zero, Vector256.Create(tissue[i..]) - Vector256.Create(Dark));
            Vector256<float> deviation = Vector256.Sqrt(Vector256.Create(_constantVariance) + signal * _shotVariance);
            (Vector256.Create<float>(noise[i..]) * deviation).CopyTo(noise[i..]);
        }

        for (; i < noise.Length; i++)
            noise[i] *= MathF.Sqrt(_constantVariance + MathF.Max(0, tissue[i] - Dark) * _shotVariance);
    }

    /// <summary>The middles of equally likely slices of a normal distribution with the variance 1/2.</summary>
    private static float[] MakeQuantiles()
    {
        var values = new double[TableSize];
        double sum = 0;
        for (int i = 0; i < TableSize; i++)
        {
            values[i] = Normal.InvCDF(0, 1, (i + 0.5) / TableSize);
            sum += values[i] * values[i];
        }

        double scale = Math.Sqrt(0.5 * TableSize / sum);
        return Array.ConvertAll(values, v => (float)(v * scale));
    }
}
