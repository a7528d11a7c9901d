using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// Chooses a degree by cross-validation: slabs of sections are left out in turn and predicted from the others. The sums
/// for a degree are a part of those for a higher one, so all degrees are tried on one set of sums.
/// </summary>
internal static class DegreeSelection
{
    public const int Folds = 5;

    /// <summary>Every fold has slabs from all over the stack, thick enough that their inside is not next to another fold.</summary>
    private const int SlabsPerFold = 4;

    /// <summary>The fold of a section.</summary>
    public static int Fold(int index, int depth) => (int)((long)index * Folds * SlabsPerFold / Math.Max(1, depth)) % Folds;

    /// <summary>The scores of all degrees, rising, that are determined with any fold left out.</summary>
    /// <param name="folds">The sums of every fold, for the highest degree.</param>
    /// <param name="terms">The terms of the highest degree.</param>
    public static ImmutableArray<DegreeScore> Scores(IReadOnlyList<NormalEquations> folds, ImmutableArray<Powers> terms)
    {
        NormalEquations[] used = [.. folds.Where(f => f.Weight > 0)];
        ImmutableArray<DegreeScore>.Builder scores = ImmutableArray.CreateBuilder<DegreeScore>();
        for (int degree = 0; degree <= terms.Max(t => t.Total); degree++)
        {
            int[] rows = [.. Enumerable.Range(0, terms.Length).Where(i => terms[i].Total <= degree)];
            double[] errors = [.. used.Select(left => Error(used, left, rows))];
            if (errors.Any(double.IsNaN))
                break; // and so for all higher degrees
            double error = Math.Sqrt(errors.Zip(used, (e, f) => e * f.Weight).Sum() / used.Sum(f => f.Weight));
            double mean = errors.Average();
            double spread = Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / Math.Max(1, errors.Length - 1) / errors.Length);
            scores.Add(new DegreeScore(degree, error, error > 0 ? spread / (2 * error) : 0));
        }

        return scores.ToImmutable();
    }

    /// <summary>
    /// The lowest degree that predicts as well as the best, a thousandth of its error aside: a term that gains less than
    /// that is not worth what it does at the volume's corners.
    /// </summary>
    public static int Choose(ImmutableArray<DegreeScore> scores)
    {
        if (scores.IsEmpty)
            return 0;
        double best = scores.Min(s => s.Error);
        return scores.First(s => s.Error <= best * 1.001).Degree;
    }

    /// <summary>Mean square error with which a fold is predicted from the others; NaN where these do not determine the terms.</summary>
    private static double Error(NormalEquations[] folds, NormalEquations left, int[] rows)
    {
        Matrix<double> matrix = Matrix<double>.Build.Dense(rows.Length, rows.Length);
        Vector<double> right = Vector<double>.Build.Dense(rows.Length);
        foreach (NormalEquations fold in folds.Where(f => f != left || folds.Length == 1))
        {
            matrix += Part(fold.Matrix, rows);
            right += Part(fold.Right, rows);
        }

        if (!NormalEquations.Determine(matrix))
            return double.NaN;
        Vector<double> solution = matrix.Cholesky().Solve(right);
        double squares = left.Squares - 2 * solution.DotProduct(Part(left.Right, rows)) + solution.DotProduct(Part(left.Matrix, rows) * solution);
        return Math.Max(0, squares) / left.Weight;
    }

    private static Matrix<double> Part(Matrix<double> all, int[] rows) => Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) => all[rows[i], rows[j]]);

    private static Vector<double> Part(Vector<double> all, int[] rows) => Vector<double>.Build.Dense(rows.Length, i => all[rows[i]]);
}
