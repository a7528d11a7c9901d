using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Imaging;
using EmTools.Engine.Phantoms;
using Xunit.Abstractions;

namespace EmTools.Engine.Tests.Estimation;

public sealed class BackgroundFitterTests(ITestOutputHelper output)
{
    private static readonly BlockGrid Grid = new(400, 600, 20);
    private static readonly VolumeShape Volume = new(50, 400, 600);

    [Fact]
    public void An_exact_cubic_comes_back_term_by_term()
    {
        BackgroundModel truth = Cubic();
        FittedBackground fitted = Fitter(truth, (_, _) => 0).Fit(new BackgroundFitOptions());

        Assert.Equal(truth.Terms.Length, fitted.Model.Terms.Length);
        foreach (BackgroundTerm term in truth.Terms)
        {
            BackgroundTerm found = fitted.Model.Terms.Single(t => (t.PowerZ, t.PowerY, t.PowerX) == (term.PowerZ, term.PowerY, term.PowerX));
            Assert.Equal(term.Coefficient, found.Coefficient, 0.3);
        }

        Assert.Equal(1, fitted.Fit.R2, 1e-6);
        Assert.Equal(50 * 20 * 30 - 20, fitted.Fit.DegreesOfFreedom);
        Assert.All(fitted.Fit.PValue, p => Assert.InRange(p, 0, 1e-3));
    }

    [Fact]
    public void Terms_come_in_the_published_order()
    {
        (int, int, int)[] published =
        [
            (3, 0, 0), (2, 1, 0), (2, 0, 1), (2, 0, 0), (1, 2, 0), (1, 1, 1), (1, 1, 0), (1, 0, 2), (1, 0, 1), (1, 0, 0),
            (0, 3, 0), (0, 2, 1), (0, 2, 0), (0, 1, 2), (0, 1, 1), (0, 1, 0), (0, 0, 3), (0, 0, 2), (0, 0, 1), (0, 0, 0),
        ];
        Assert.Equal(published, PolynomialTerms.Of(3, new Powers(3, 3, 3)).Select(t => (t.X, t.Y, t.Z)));
        Assert.Equal(6, PolynomialTerms.Of(3, new Powers(1, 0, 2)).Length);
    }

    [Fact]
    public void Statistics_are_those_of_least_squares()
    {
        // Without outliers and with few terms, compared to the textbook's formulas on all boxes at once.
        BackgroundModel truth = Cubic();
        var random = new Random(4);
        List<BoxSection> sections = [.. Sections(truth, (_, _) => 40 * (random.NextDouble() + random.NextDouble() - 1))];
        FittedBackground fitted = new BackgroundFitter(sections, Grid, Volume, 28000).Fit(new BackgroundFitOptions { DegreeZ = 1, DegreeY = 1, DegreeX = 1, Degree = 1, Passes = 1 });

        var rows = new List<double[]>();
        var values = new List<double>();
        foreach (BoxSection section in sections)
        {
            for (int i = 0; i < section.Boxes.Length; i++)
            {
                rows.Add([Grid.CentreX(i % Grid.Columns), Grid.CentreY(i / Grid.Columns), section.Index / 49.0, 1]);
                values.Add(section.Boxes.Span[i] - section.Level);
            }
        }

        var a = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowArrays(rows);
        var v = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfEnumerable(values);
        var solution = a.TransposeThisAndMultiply(a).Cholesky().Solve(a.TransposeThisAndMultiply(v));
        double rest = (v - a * solution).DotProduct(v - a * solution), mean = values.Average();
        double variance = rest / (values.Count - 4);
        var covariance = a.TransposeThisAndMultiply(a).Inverse() * variance;
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(solution[i], fitted.Model.Terms[i].Coefficient, 0.01);
            Assert.Equal(covariance[i, i], fitted.Fit.Variance[i], 1e-6 * covariance[i, i]);
        }

        Assert.Equal(1 - rest / values.Sum(x => (x - mean) * (x - mean)), fitted.Fit.R2, 1e-9);
        Assert.Equal(Math.Sqrt(variance), fitted.Fit.RootMeanSquareError, 1e-6);
    }

    [Fact]
    public void Sums_of_parts_are_the_sums_of_the_whole()
    {
        List<BoxSection> sections = [.. Sections(Cubic(), (z, i) => (z * 7 + i) % 11)];
        var terms = PolynomialTerms.Of(3, new Powers(3, 3, 3));
        var accumulator = new BoxAccumulator(terms, Grid, Volume, 0, 28000);
        NormalEquations whole = new(terms.Length), first = new(terms.Length), second = new(terms.Length);
        var equal = new Weighting(null, 1, false);
        foreach (BoxSection section in sections)
        {
            accumulator.Add(section, equal, whole);
            accumulator.Add(section, equal, section.Index % 3 == 0 ? first : second);
        }

        first.Add(second);
        Assert.True((whole.Matrix - first.Matrix).FrobeniusNorm() < 1e-9 * whole.Matrix.FrobeniusNorm());
        Assert.True((whole.Right - first.Right).L2Norm() < 1e-9 * whole.Right.L2Norm());
        Assert.Equal(whole.Count, first.Count);
    }

    [Fact]
    public void Cross_validation_finds_the_degree()
    {
        var random = new Random(8);
        FittedBackground fitted = Fitter(Cubic(), (_, _) => 200 * (random.NextDouble() - 0.5)).Fit(new BackgroundFitOptions { Degree = 5, SelectDegree = true });

        foreach (DegreeScore score in fitted.Scores)
            output.WriteLine($"{score}");
        Assert.Equal(3, fitted.Degree);
        Assert.Equal([0, 1, 2, 3, 4, 5], fitted.Scores.Select(s => s.Degree));
        Assert.True(fitted.Scores[2].Error > 1.02 * fitted.Scores[3].Error);
    }

    [Fact]
    public void What_does_not_determine_the_model_is_refused()
    {
        IEnumerable<BoxSection> few = Sections(Cubic(), (_, _) => 0).Take(2);
        EmException error = Assert.Throws<EmException>(() => new BackgroundFitter(few, Grid, Volume, 28000).Fit(new BackgroundFitOptions()));
        Assert.Equal("BackgroundUndetermined", error.Id);
        Assert.Equal("BackgroundOption", Assert.Throws<EmException>(() => Fitter(Cubic(), (_, _) => 0).Fit(new BackgroundFitOptions { Degree = 11 })).Id);
    }

    /// <summary>
    /// A volume of 300 sections of tissue with a contrast of 5000, under a cubic background of range 3000, and in every
    /// section gross outliers over 5 % of its area (resin, far brighter than tissue).
    /// </summary>
    [Fact]
    public void A_background_under_tissue_and_outliers_is_known_to_20_grey_levels()
    {
        const int Size = 512, Depth = 300;
        var phantom = new Phantom(new PhantomOptions { Height = 1600, Width = 1600, Depth = Depth, CellSize = 80, BackgroundRange = 3000, Seed = 12 });
        BackgroundModel truth = phantom.Background;
        using Plane<float> tissue = phantom.Render(PhantomLayer.Truth, 0);
        var random = new Random(13);
        var sections = new List<BoxSection>();
        (float low, float high) contrast = (float.MaxValue, float.MinValue);
        BlockGrid grid = BlockGrid.ForBackground(Size, Size, 48);
        for (int z = 0; z < Depth; z++)
        {
            // Every third pixel makes cells of 27 pixels; another cut, turned or not, for every section.
            using Plane<float> plane = Plane.Rent<float>(Size, Size);
            (int dy, int dx, bool turned) = (random.Next(1600 - 3 * Size), random.Next(1600 - 3 * Size), random.Next(2) == 0);
            (int oy, int ox) = (random.Next(Size), random.Next(Size));
            SectionBackground background = truth.AtSection(z / (Depth - 1.0));
            for (int y = 0; y < Size; y++)
            {
                RowPolynomial polynomial = background.AtRow(y / (Size - 1.0));
                Span<float> row = plane.Row(y);
                for (int x = 0; x < Size; x++)
                {
                    int py = (y + oy) % Size, px = (x + ox) % Size;
                    float value = turned ? tissue.Row(dy + 3 * px)[dx + 3 * py] : tissue.Row(dy + 3 * py)[dx + 3 * px];
                    contrast = (Math.Min(contrast.low, value), Math.Max(contrast.high, value));
                    row[x] = value + (float)polynomial.Evaluate(x / (Size - 1.0));
                }
            }

            for (int patch = 0; patch < 4; patch++)
            {
                (int py, int px) = (random.Next(Size - 57), random.Next(Size - 57)); // 4 x 57 x 57 pixels are 5 %
                for (int y = py; y < py + 57; y++)
                {
                    for (int x = px; x < px + 57; x++)
                        plane.Row(y)[x] += 9000 + random.Next(1000);
                }
            }

            SectionMeasurement measured = SectionMeter.Measure(plane, invert: false, z, null, new MeasuringOptions { Destripe = false }, EvaluationContext.Default).Measurement;
            sections.Add(new BoxSection(z, 0, measured.Boxes.ToArray()));
        }

        Assert.True(contrast.high - contrast.low > 5000);
        FittedBackground fitted = new BackgroundFitter(sections, grid, new VolumeShape(Depth, Size, Size), 28000).Fit(new BackgroundFitOptions());
        double error = Deviation(truth, fitted.Model, cells: 25), coarse = Deviation(truth, fitted.Model, cells: 6);
        double plain = Deviation(truth, new BackgroundFitter(sections, grid, new VolumeShape(Depth, Size, Size), 28000).Fit(new BackgroundFitOptions { Passes = 1 }).Model, 25);
        output.WriteLine(FormattableString.Invariant($"RMS error {error:F2} grey levels (large-scale {coarse:F2}), of plain least squares {plain:F2}; {fitted.Passes} passes, scale {fitted.Scale:F0}, outlier share {fitted.OutlierShare:F3}"));
        Assert.True(error <= 20, $"{error}");
        Assert.True(coarse <= 0.01 * 3000, $"{coarse}");
    }

    /// <summary>RMS of the difference of two backgrounds over a grid in the volume, constant aside.</summary>
    private static double Deviation(BackgroundModel a, BackgroundModel b, int cells)
    {
        var differences = new List<double>();
        for (int z = 0; z < cells; z++)
        {
            for (int y = 0; y < cells; y++)
            {
                for (int x = 0; x < cells; x++)
                {
                    (double u, double v, double w) = (z / (cells - 1.0), y / (cells - 1.0), x / (cells - 1.0));
                    differences.Add(a.Evaluate(u, v, w) - b.Evaluate(u, v, w));
                }
            }
        }

        double mean = differences.Average();
        return Math.Sqrt(differences.Average(d => (d - mean) * (d - mean)));
    }

    /// <summary>A long stack is fitted to a part of its sections first; that must neither move the result nor need that part.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_long_stack_comes_to_the_fit_of_all_its_sections(int every)
    {
        var (grid, depth, random) = (new BlockGrid(100, 100, 20), 1600, new Random(5));
        BackgroundModel truth = Cubic();
        var sections = new List<BoxSection>();
        for (int z = every - 1; z < depth; z += every)
        {
            SectionBackground section = truth.AtSection(z / (depth - 1.0));
            var boxes = new float[grid.Rows * grid.Columns];
            for (int i = 0; i < boxes.Length; i++)
                boxes[i] = (float)(52000 + section.AtRow(grid.CentreY(i / grid.Columns)).Evaluate(grid.CentreX(i % grid.Columns)) + 300 * (random.NextDouble() - 0.5) + (random.Next(20) == 0 ? 5000 : 0));
            sections.Add(new BoxSection(z, 24000, boxes));
        }

        // With every second section, none is of the part that would be looked at first.
        Assert.Equal(every == 1, sections.Exists(s => s.Index % 8 == 0));
        FittedBackground fitted = new BackgroundFitter(sections, grid, new VolumeShape(depth, 100, 100), 28000).Fit(new BackgroundFitOptions());
        Assert.InRange(fitted.OutlierShare, 0.05, 0.15); // the bisquare takes a part of what lies further out, too
        foreach (double z in new[] { 0.02, 0.5, 0.98 })
        {
            foreach (double y in new[] { 0.1, 0.9 })
            {
                for (double x = 0.1; x < 1; x += 0.4)
                {
                    double Level(BackgroundModel model) => model.AtSection(z).AtRow(y).Evaluate(x) - model.AtSection(0.5).AtRow(0.5).Evaluate(0.5);
                    Assert.Equal(Level(truth), Level(fitted.Model), 20.0);
                }
            }
        }
    }

    private static BackgroundModel Cubic() => new Phantom(new PhantomOptions { BackgroundRange = 3000, Seed = 3 }).Background;

    private static BackgroundFitter Fitter(BackgroundModel truth, Func<int, int, double> noise) => new([.. Sections(truth, noise)], Grid, Volume, 28000);

    private static IEnumerable<BoxSection> Sections(BackgroundModel truth, Func<int, int, double> noise)
    {
        for (int z = 0; z < Volume.Depth; z++)
        {
            SectionBackground section = truth.AtSection(z / (Volume.Depth - 1.0));
            var boxes = new float[Grid.Rows * Grid.Columns];
            for (int i = 0; i < boxes.Length; i++)
                boxes[i] = (float)(28000 + 24000 + section.AtRow(Grid.CentreY(i / Grid.Columns)).Evaluate(Grid.CentreX(i % Grid.Columns)) + noise(z, i));
            yield return new BoxSection(z, 24000, boxes);
        }
    }
}
