using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// What weighted least squares need to know of any number of box means: sums over them, so those of parts of a stack add
/// up to those of the stack.
/// </summary>
internal sealed class NormalEquations(int terms)
{
    /// <summary>Sum of w b b' over the boxes, b the values of the basis.</summary>
    public Matrix<double> Matrix { get; } = Matrix<double>.Build.Dense(terms, terms);

    /// <summary>Sum of w v b, v the value.</summary>
    public Vector<double> Right { get; } = Vector<double>.Build.Dense(terms);

    /// <summary>Sum of w v v.</summary>
    public double Squares { get; set; }

    /// <summary>Sum of w v.</summary>
    public double Values { get; set; }

    /// <summary>Sum of w.</summary>
    public double Weight { get; set; }

    /// <summary>Boxes.</summary>
    public long Count { get; set; }

    /// <summary>Sizes of the residuals from the model that the weights come from.</summary>
    public SizeHistogram Residuals { get; } = new();

    /// <summary>True when equations of such a matrix have one solution, well above the rounding of the sums.</summary>
    public static bool Determine(Matrix<double> matrix)
    {
        Evd<double> parts = matrix.Evd(Symmetricity.Symmetric);
        return parts.EigenValues.Min(v => v.Real) > 1e-9 * parts.EigenValues.Max(v => v.Real);
    }

    /// <summary>Adds another part's sums.</summary>
    public void Add(NormalEquations other)
    {
        Matrix.Add(other.Matrix, Matrix);
        Right.Add(other.Right, Right);
        Squares += other.Squares;
        Values += other.Values;
        Weight += other.Weight;
        Count += other.Count;
        Residuals.Add(other.Residuals);
    }

    /// <summary>The weighted sum of squared residuals of a solution.</summary>
    public double ResidualSquares(Vector<double> solution) => Math.Max(0, Squares - 2 * solution.DotProduct(Right) + solution.DotProduct(Matrix * solution));
}
