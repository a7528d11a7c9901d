using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>
/// Background models in files: the struct of MATLAB's <c>polyfitn</c> as root datasets of an HDF5 file
/// (<c>polymodel.h5</c>). MATLAB's column-major order makes shapes appear reversed: <c>ModelTerms</c> is (3, terms) with
/// the rows x, y, z.
/// </summary>
public static class BackgroundModelFile
{
    private const string TermsName = "ModelTerms";
    private const string CoefficientsName = "Coefficients";

    /// <summary>Reads a model of any number of terms.</summary>
    /// <param name="path">An HDF5 file with <c>ModelTerms</c> (3, terms) and <c>Coefficients</c> (terms), (terms, 1) or (1, terms).</param>
    /// <exception cref="EmException">
    /// The file is missing or no HDF5 file, a dataset is missing (<c>DatasetNotFound</c>), shapes do not fit together
    /// (<c>BackgroundShape</c>), or exponents or coefficients make no polynomial (<c>BackgroundTerms</c>).
    /// </exception>
    public static BackgroundModel Read(string path)
    {
        using Hdf5Reader reader = Hdf5Reader.Open(path);
        Hdf5Array terms = reader.Read(TermsName), coefficients = reader.Read(CoefficientsName);
        if (terms.Shape is not [3, > 0])
            throw WrongShape($"expected {TermsName} of shape (3, terms), its rows the exponents of x, y, z, found {terms.ShapeText}");
        int count = terms.Shape[1];
        if (coefficients.Shape is not ([_] or [_, 1] or [1, _]) || coefficients.Values.Length != count)
            throw WrongShape($"expected {count} {CoefficientsName}, one for each column of {TermsName}, of shape ({count}, 1), ({count}) or (1, {count}), found {coefficients.ShapeText}");

        var model = new BackgroundTerm[count];
        for (int i = 0; i < count; i++)
            model[i] = new BackgroundTerm(Exponent(2, i), Exponent(1, i), Exponent(0, i), coefficients.Values[i]);
        return new BackgroundModel(model, CalibrationFile.Of(path));

        int Exponent(int row, int term)
        {
            double value = terms.Values[row * count + term];
            return value >= 0 && value <= BackgroundModel.LargestPower && value == Math.Floor(value)
                ? (int)value
                : throw new EmException(EmErrorKind.InvalidData, "BackgroundTerms", $"'{reader.Path}', {TermsName}, term {term}: expected whole exponents from 0 to {BackgroundModel.LargestPower}, found {value} for {"xyz"[row]}. Fit the model again, or give another file.", reader.Path);
        }

        EmException WrongShape(string what) => new(EmErrorKind.InvalidData, "BackgroundShape", $"'{reader.Path}': {what}. Give the file of a fitted model (polymodel.h5), or fit the model again.", reader.Path);
    }

    /// <summary>Writes a model with the figures of its fit, as MATLAB would: readable wherever <c>polymodel.h5</c> is.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="model">The model; coefficients are stored as float32.</param>
    /// <param name="fit">How well it fits.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">Figures for another number of terms (<c>BackgroundShape</c>), or a destination that cannot be written.</exception>
    public static void Write(string path, BackgroundModel model, BackgroundFit fit, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(fit);
        int count = model.Terms.Length;
        if (fit.Variance.Count != count || fit.PValue.Count != count)
            throw new EmException(EmErrorKind.InvalidArgument, "BackgroundShape", $"The model has {count} terms, but its fit has {fit.Variance.Count} variances and {fit.PValue.Count} p values. Give the figures of the model's own fit.", "fit");

        double[,] terms = new double[3, count];
        for (int i = 0; i < count; i++)
            (terms[0, i], terms[1, i], terms[2, i]) = (model.Terms[i].PowerX, model.Terms[i].PowerY, model.Terms[i].PowerZ);
        MatlabFile.Write(
            path,
            [
                new(TermsName, terms),
                new(CoefficientsName, Column(model.Terms.Select(t => t.Coefficient))),
                new("ParameterVar", Column(fit.Variance)),
                new("ParameterStd", Column(fit.Variance.Select(Math.Sqrt))),
                new("p", Column(fit.PValue)),
                new("R2", Column([fit.R2])),
                new("AdjustedR2", Column([fit.AdjustedR2])),
                new("RMSE", Column([fit.RootMeanSquareError])),
                new("DoF", new double[,] { { fit.DegreesOfFreedom } }),
            ],
            [new("VarNames", ["X1", "X2", "X3"])],
            overwrite);
    }

    private static float[,] Column(IEnumerable<double> values)
    {
        double[] list = [.. values];
        float[,] column = new float[list.Length, 1];
        for (int i = 0; i < list.Length; i++)
            column[i, 0] = (float)list[i];
        return column;
    }
}

/// <summary>How well a background model fits the pixels that it was estimated from.</summary>
public sealed record BackgroundFit
{
    /// <summary>Variance of every coefficient, in grey levels squared.</summary>
    public required IReadOnlyList<double> Variance { get; init; }

    /// <summary>Probability of every coefficient, were it 0 in truth.</summary>
    public required IReadOnlyList<double> PValue { get; init; }

    /// <summary>Share of the variance that the model explains, 0 to 1.</summary>
    public required double R2 { get; init; }

    /// <summary><see cref="R2"/> corrected for the number of terms.</summary>
    public required double AdjustedR2 { get; init; }

    /// <summary>Root mean square of what is left, in grey levels.</summary>
    public required double RootMeanSquareError { get; init; }

    /// <summary>Pixels less terms.</summary>
    public required double DegreesOfFreedom { get; init; }
}
