using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Formats;
using Xunit.Abstractions;

namespace EmTools.Engine.Tests.Estimation;

public sealed class OffsetEstimatorTests(ITestOutputHelper output)
{
    /// <summary>Content of 60 grey levels that lasts 50 sections, changes known to 0.05: adding the changes up drifts, means follow the content.</summary>
    [Fact]
    public void Means_and_changes_together_beat_either()
    {
        const int Count = 4000;
        var random = new Random(1);
        double[] truth = new double[Count], content = new double[Count];
        var levels = new List<SectionLevel>();
        double sum = 0, rho = Math.Exp(-1 / 50.0), summed = 0;
        var sums = new double[Count];
        for (int z = 0; z < Count; z++)
        {
            truth[z] = 54000 + 800 * Math.Sin(z / 700.0) + (z % 500 == 250 ? 1400 : 0) + (z > 1900 ? -900 : 0);
            content[z] = z == 0 ? 60 * Normal(random) : rho * content[z - 1] + 60 * Math.Sqrt(1 - rho * rho) * Normal(random);
            double change = z == 0 ? double.NaN : truth[z] - truth[z - 1] + 2 * Normal(random);
            summed += z == 0 ? truth[0] : change;
            sums[z] = summed;
            levels.Add(new SectionLevel(z, truth[z] + content[z], 60, change, 2));
            sum += content[z];
        }

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, Count);

        double combined = Rms(z => estimate.CorrectedMean[z] - truth[z]), means = Rms(z => content[z]), changes = Rms(z => sums[z] - truth[z]);
        output.WriteLine($"combined {combined:F2}, means {means:F2}, changes {changes:F2}, correlation {estimate.ContentCorrelation:F4} (true {rho:F4})");
        Assert.InRange(estimate.ContentCorrelation, rho - 0.01, rho + 0.01);
        Assert.True(combined < 0.5 * means, $"{combined} against {means}");
        Assert.True(combined < 0.8 * changes, $"{combined} against {changes}");

        static double Rms(Func<int, double> error)
        {
            double[] errors = [.. Enumerable.Range(0, Count).Select(error)];
            double mean = errors.Average();
            return Math.Sqrt(errors.Average(e => (e - mean) * (e - mean)));
        }
    }

    [Fact]
    public void A_jump_stays_where_it_is_and_is_flagged()
    {
        var random = new Random(2);
        double[] truth = [.. Enumerable.Range(0, 200).Select(z => 50000.0 + (z is 80 ? 1400 : 0) + (z >= 140 ? -1400 : 0))];
        SectionLevel[] levels = [.. truth.Select((t, z) => new SectionLevel(z, t + 20 * Normal(random), 20, z == 0 ? double.NaN : t - truth[z - 1] + 0.1 * Normal(random), 0.1))];

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, 200);

        Assert.Equal([80, 81, 140], Enumerable.Range(0, 200).Where(z => estimate.Quality[z].HasFlag(SectionQuality.Jump)));
        foreach (int z in new[] { 80, 81, 140 })
            Assert.Equal(truth[z] - truth[z - 1], estimate.CorrectedMean[z] - estimate.CorrectedMean[z - 1], 0.5);
        Assert.Equal(estimate.CorrectedMean[5] - 28000, estimate.Offset(5));
    }

    [Fact]
    public void A_change_that_the_means_contradict_for_good_is_an_outlier()
    {
        var random = new Random(3);
        SectionLevel[] levels = [.. Enumerable.Range(0, 300).Select(z => new SectionLevel(z, 50000 + 2 * Normal(random), 2, z == 0 ? double.NaN : z == 150 ? 300 : 0.1 * Normal(random), 0.1))];

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, 300);

        Assert.True(estimate.Quality[150].HasFlag(SectionQuality.Outlier));
        Assert.True(Math.Abs(estimate.CorrectedMean[250] - 50000) < 5, $"{estimate.CorrectedMean[250]}");
    }

    [Fact]
    public void Missing_sections_are_bridged_and_flagged()
    {
        SectionLevel[] levels =
        [
            new(2, 100, 1, double.NaN, double.NaN), new(3, 110, 1, 10, 0.1),
            new(7, double.NaN, double.NaN, double.NaN, double.NaN), new(8, 160, 1, 50, 0.1),
        ];

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, 10, target: 0);

        Assert.Equal([100, 100, 100, 110, 120, 130, 140, 150, 160, 160], estimate.CorrectedMean.Select(v => Math.Round(v, 6)));
        Assert.Equal([0, 1, 4, 5, 6, 7, 9], Enumerable.Range(0, 10).Where(z => estimate.Quality[z].HasFlag(SectionQuality.Missing)));
        Assert.All(estimate.CorrectedError, error => Assert.True(error is > 0 and < 10));
        Assert.True(double.IsNaN(estimate.Mean[5]) && double.IsNaN(estimate.Change[5]));
    }

    [Fact]
    public void Errors_name_the_section()
    {
        SectionLevel level = new(5, 100, 1, 0, 1);
        Assert.Equal("Section 5 was measured, but the stack has the sections 0 to 4.", Assert.Throws<EmException>(() => OffsetEstimator.Estimate([level], 5)).Message);
        Assert.StartsWith("Section 5 was measured twice", Assert.Throws<EmException>(() => OffsetEstimator.Estimate([level, level], 9)).Message, StringComparison.Ordinal);
        Assert.Equal("NothingMeasured", Assert.Throws<EmException>(() => OffsetEstimator.Estimate([level with { Mean = double.NaN }], 9)).Id);
    }

    [Fact]
    public void Standard_errors_are_those_of_the_inverse()
    {
        var system = new Tridiagonal(3);
        system.Add(0, 2, 1);
        system.Add(1, 0.5, 1, 2);
        system.Add(2, 1, -1, 4);
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(new[,] { { 1.5, -1, 0 }, { -1, 6, -4 }, { 0, -4, 4.0 } });
        var right = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([2 - 1.0, 2 + 4.0, -4.0]);

        double[] expected = [.. matrix.Solve(right)], variances = [.. matrix.Inverse().Diagonal()];
        Assert.All(system.Solve().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.All(system.Variances().Zip(variances), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    /// <summary>
    /// The published means and changes, with the errors that the published model tells of: 561 grey levels over 7555
    /// boxes a section for the mean, and for the change what it and the means disagree by.
    /// </summary>
    [SkippableFact]
    public void The_real_table_comes_out_within_a_few_grey_levels()
    {
        using Hdf5Reader reader = Hdf5Reader.Open(TestData.Shared("hifiem/info.h5"));
        double[] mean = reader.Read("mean").Values, change = reader.Read("change").Values, published = reader.Read("mean_c").Values;
        SectionLevel[] levels = [.. mean.Select((m, z) => new SectionLevel(z, m, 561 / Math.Sqrt(7555), z == 0 ? double.NaN : change[z], 0.5))];

        OffsetEstimate estimate = OffsetEstimator.Estimate(levels, mean.Length);

        double[] sizes = [.. Enumerable.Range(0, mean.Length).Select(z => Math.Abs(estimate.CorrectedMean[z] - published[z])).Order()];
        output.WriteLine(FormattableString.Invariant($"|mean_c - published|: median {sizes[sizes.Length / 2]:F2}, 90 % {sizes[sizes.Length * 9 / 10]:F2}, 99 % {sizes[sizes.Length * 99 / 100]:F2}, largest {sizes[^1]:F2}"));
        output.WriteLine($"correlation {estimate.ContentCorrelation:F4}; jumps {estimate.Quality.Count(q => q.HasFlag(SectionQuality.Jump))}, outliers {estimate.Quality.Count(q => q.HasFlag(SectionQuality.Outlier))}");
        Assert.True(sizes[sizes.Length / 2] < 1.5);
        Assert.True(sizes[^1] < 8);
        foreach (int z in new[] { 2064, 2757, 2758, 3566, 3567 })
        {
            Assert.True(estimate.Quality[z].HasFlag(SectionQuality.Jump), $"{z}");
            Assert.Equal(published[z] - published[z - 1], estimate.CorrectedMean[z] - estimate.CorrectedMean[z - 1], 3.0);
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
