using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Tests.Calibration;

public sealed class BackgroundModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public BackgroundModelTests() => _path = _folder.File("polymodel.h5");

    public void Dispose() => _folder.Dispose();

    /// <summary>Terms x^1 and z^2 y^3 and a constant, in the file's order: rows x, y, z.</summary>
    private static double[,] Terms() => new double[,] { { 1, 0, 0 }, { 0, 3, 0 }, { 0, 2, 0 } };

    private EmException Refused(Array terms, Array coefficients)
    {
        Hdf5Writer.Write(_path, [new("ModelTerms", terms), new("Coefficients", coefficients)], overwrite: true);
        EmException error = Assert.Throws<EmException>(() => BackgroundModel.Read(_path));
        Assert.Equal((EmErrorKind.InvalidData, _path), (error.Kind, error.Target));
        return error;
    }

    [Fact]
    public void Rows_of_the_file_are_x_y_z()
    {
        foreach (Array coefficients in new Array[] { new[] { 10f, 100f, 1000f }, new double[,] { { 10 }, { 100 }, { 1000 } }, new float[,] { { 10, 100, 1000 } } })
        {
            Hdf5Writer.Write(_path, [new("ModelTerms", Terms()), new("Coefficients", coefficients)], overwrite: true);
            BackgroundModel model = BackgroundModel.Read(_path);
            Assert.Equal([new(0, 0, 1, 10), new(2, 3, 0, 100), new(0, 0, 0, 1000)], model.Terms.AsEnumerable());
            Assert.Equal(64, model.File!.Sha256.Length);

            // 10 x + 100 z^2 y^3, without the constant.
            Assert.Equal(10 * 0.25 + 100 * 0.25 * 0.125, model.Evaluate(0.5, 0.5, 0.25), 1e-12);
            Assert.Equal(0, model.Evaluate(0, 0, 0));
        }
    }

    [Fact]
    public void Refuses_what_does_not_fit_together()
    {
        EmException error = Refused(new double[,] { { 1, 0 }, { 0, 1 } }, new[] { 1f, 2f });
        Assert.Equal("BackgroundShape", error.Id);
        Assert.Equal($"'{_path}': expected ModelTerms of shape (3, terms), its rows the exponents of x, y, z, found (2, 2). Give the file of a fitted model (polymodel.h5), or fit the model again.", error.Message);

        error = Refused(Terms(), new[] { 1f, 2f });
        Assert.Equal($"'{_path}': expected 3 Coefficients, one for each column of ModelTerms, of shape (3, 1), (3) or (1, 3), found (2). Give the file of a fitted model (polymodel.h5), or fit the model again.", error.Message);

        Assert.Contains("found (3, 3)", Refused(Terms(), new float[3, 3]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(1.5)]
    [InlineData(65.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_odd_exponents(double exponent)
    {
        double[,] terms = Terms();
        terms[1, 2] = exponent;
        EmException error = Refused(terms, new[] { 1f, 2f, 3f });
        Assert.Equal("BackgroundTerms", error.Id);
        Assert.Contains("ModelTerms, term 2: expected whole exponents from 0 to 64, found", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("for y. Fit the model again, or give another file.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Refuses_coefficients_that_are_not_finite(float coefficient)
    {
        EmException error = Refused(Terms(), new[] { 1f, coefficient, 3f });
        Assert.Equal("BackgroundTerms", error.Id);
        Assert.Contains("term 1: expected a finite coefficient", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Fit the model again, or give another.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_an_offset_table_lacks()
    {
        IntensityOffsetTable.Write(_path, [1], [1], [1], [1]);
        EmException error = Assert.Throws<EmException>(() => BackgroundModel.Read(_path));
        Assert.Equal($"'{_path}' has no dataset 'ModelTerms'; it holds change, mean, mean_c, offset. Check that it is the right file and dataset.", error.Message);
    }

    [SkippableFact]
    public void Writes_the_upstream_layout()
    {
        var model = new BackgroundModel([new(0, 0, 1, 10), new(2, 3, 0, 100.5)]);
        var fit = new BackgroundFit { Variance = [4, 9], PValue = [0.5, 0], R2 = 0.75, AdjustedR2 = 0.5, RootMeanSquareError = 561, DegreesOfFreedom = 85077524 };
        BackgroundModelFile.Write(_path, model, fit);
        Assert.Equal(model.Terms.AsEnumerable(), BackgroundModel.Read(_path).Terms);

        string said = TestData.Python(
            """
            import sys, h5py
            f = h5py.File(sys.argv[1])
            for name in sorted(f):
                if name not in ("#refs#", "VarNames"): print(name, f[name].dtype, f[name].shape, f[name][()].tolist())
            """,
            _path);
        Assert.Equal(
            """
            AdjustedR2 float32 (1, 1) [[0.5]]
            Coefficients float32 (2, 1) [[10.0], [100.5]]
            DoF float64 (1, 1) [[85077524.0]]
            ModelTerms float64 (3, 2) [[1.0, 0.0], [0.0, 3.0], [0.0, 2.0]]
            ParameterStd float32 (2, 1) [[2.0], [3.0]]
            ParameterVar float32 (2, 1) [[4.0], [9.0]]
            R2 float32 (1, 1) [[0.75]]
            RMSE float32 (1, 1) [[561.0]]
            p float32 (2, 1) [[0.5], [0.0]]
            """,
            said.Trim());
    }

    [SkippableFact]
    public void Reads_the_real_model()
    {
        BackgroundModel model = BackgroundModel.Read(TestData.Shared("hifiem/polymodel.h5"));
        Assert.Equal(20, model.Terms.Length);
        Assert.Equal(20, model.Terms.Select(t => (t.PowerZ, t.PowerY, t.PowerX)).Distinct().Count());
        Assert.All(model.Terms, t => Assert.InRange(t.PowerZ + t.PowerY + t.PowerX, 0, 3));
        Assert.Single(model.Terms, t => t.IsConstant);

        double direct = model.Terms.Where(t => !t.IsConstant).Sum(t => t.Coefficient * Math.Pow(0.3, t.PowerZ) * Math.Pow(0.6, t.PowerY) * Math.Pow(0.9, t.PowerX));
        Assert.Equal(direct, model.Evaluate(0.3, 0.6, 0.9), 1e-8);
    }
}
