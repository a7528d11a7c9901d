using System.Collections.Immutable;
using EmTools.Engine.Kernels;

namespace EmTools.Engine.Calibration;

/// <summary>One term of a background model: <c>Coefficient * z^PowerZ * y^PowerY * x^PowerX</c>.</summary>
/// <param name="PowerZ">Exponent of z, at least 0.</param>
/// <param name="PowerY">Exponent of y, at least 0.</param>
/// <param name="PowerX">Exponent of x, at least 0.</param>
/// <param name="Coefficient">In grey levels.</param>
public readonly record struct BackgroundTerm(int PowerZ, int PowerY, int PowerX, double Coefficient)
{
    /// <summary>True for the term of the exponents 0, 0, 0, which is never subtracted: the offset takes care of the mean.</summary>
    public bool IsConstant => PowerZ == 0 && PowerY == 0 && PowerX == 0;
}

/// <summary>
/// The smooth background of a volume: a polynomial in (z, y, x), each coordinate from 0 at the volume's first pixel to 1
/// at its last.
/// </summary>
public sealed class BackgroundModel
{
    /// <summary>The highest exponent that is taken for one; larger ones are damaged files.</summary>
    public const int LargestPower = 64;

    /// <summary>Makes a model.</summary>
    /// <param name="terms">Its terms, at least one; equal exponents add up.</param>
    /// <param name="file">The file that it comes from, or null.</param>
    /// <exception cref="EmException">No terms, exponents out of range, or coefficients that are not finite (<c>BackgroundTerms</c>).</exception>
    public BackgroundModel(IEnumerable<BackgroundTerm> terms, CalibrationFile? file = null)
    {
        Terms = [.. terms];
        File = file;
        string where = file is null ? "The background model" : $"'{file.Path}'";
        if (Terms.IsEmpty)
            throw Wrong($"{where} has no terms.");
        for (int i = 0; i < Terms.Length; i++)
        {
            BackgroundTerm term = Terms[i];
            if (Math.Min(term.PowerZ, Math.Min(term.PowerY, term.PowerX)) < 0 || Math.Max(term.PowerZ, Math.Max(term.PowerY, term.PowerX)) > LargestPower)
                throw Wrong($"{where}, term {i}: expected exponents from 0 to {LargestPower}, found ({term.PowerZ}, {term.PowerY}, {term.PowerX}) (z, y, x).");
            if (!double.IsFinite(term.Coefficient))
                throw Wrong($"{where}, term {i}: expected a finite coefficient, found {term.Coefficient}.");
        }

        EmException Wrong(string message) => new(EmErrorKind.InvalidData, "BackgroundTerms", $"{message} Fit the model again, or give another.", file?.Path ?? "terms");
    }

    /// <summary>The terms, in the file's order.</summary>
    public ImmutableArray<BackgroundTerm> Terms { get; }

    /// <summary>The file that the model was read from, or null.</summary>
    public CalibrationFile? File { get; }

    /// <summary>The mean over the whole volume of what is subtracted, the constant term not among it; grey levels.</summary>
    public double Mean => Terms.Where(t => !t.IsConstant).Sum(t => t.Coefficient / ((t.PowerZ + 1.0) * (t.PowerY + 1.0) * (t.PowerX + 1.0)));

    /// <summary>Reads a model from <c>polymodel.h5</c>; see <see cref="BackgroundModelFile"/>.</summary>
    /// <exception cref="EmException">The file is missing, or what it holds is no model.</exception>
    public static BackgroundModel Read(string path) => BackgroundModelFile.Read(path);

    /// <summary>The background at a place, without the constant term, in grey levels.</summary>
    /// <param name="z">Scaled coordinate along z: 0 at the volume's first section, 1 at its last.</param>
    /// <param name="y">Scaled coordinate along y.</param>
    /// <param name="x">Scaled coordinate along x.</param>
    public double Evaluate(double z, double y, double x) => AtSection(z).AtRow(y).Evaluate(x);

    /// <summary>The model for a fixed z: a polynomial in (y, x).</summary>
    /// <param name="z">Scaled coordinate along z.</param>
    internal SectionBackground AtSection(double z)
    {
        double[,] coefficients = new double[Terms.Max(t => t.PowerY) + 1, Terms.Max(t => t.PowerX) + 1];
        foreach (BackgroundTerm term in Terms)
        {
            if (!term.IsConstant)
                coefficients[term.PowerY, term.PowerX] += term.Coefficient * PlainMath.Power(z, term.PowerZ);
        }

        return new SectionBackground(coefficients);
    }
}
