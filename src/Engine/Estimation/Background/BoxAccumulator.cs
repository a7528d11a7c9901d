using System.Collections.Immutable;
using System.Numerics.Tensors;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace EmTools.Engine.Estimation.Background;

/// <summary>The residual scale and the shape of the weights of one pass.</summary>
/// <param name="Solution">The model that residuals are taken from, or null for equal weights.</param>
/// <param name="Scale">Standard deviation of the residuals, in grey levels.</param>
/// <param name="Redescending">Bisquare weights (gross outliers count nothing) rather than Huber's (they count little).</param>
internal sealed record Weighting(Vector<double>? Solution, double Scale, bool Redescending);

/// <summary>
/// Adds sections' box means to normal equations. The basis is a product over the axes, so sums over a row of boxes are
/// taken first, weighted by the row's products for the section, and by the section's for the volume: some 60 operations a
/// box whatever the number of terms.
/// </summary>
internal sealed class BoxAccumulator
{
    private const double HuberCut = 1.345;

    private readonly ImmutableArray<Powers> _terms;
    private readonly BlockGrid _grid;
    private readonly VolumeShape _volume;
    private readonly int _first;
    private readonly double _centre;
    private readonly int _orders;
    private readonly double[][] _x;
    private readonly double[][] _products;
    private readonly double[][] _y;
    private readonly int[,] _pair;
    private readonly int _pairs;

    /// <param name="terms">The background's terms.</param>
    /// <param name="grid">The boxes.</param>
    /// <param name="volume">The volume's shape.</param>
    /// <param name="first">The index of the volume's first section.</param>
    /// <param name="centre">A level near the values, from which they are counted so that sums of squares keep their digits.</param>
    public BoxAccumulator(ImmutableArray<Powers> terms, BlockGrid grid, VolumeShape volume, int first, double centre)
    {
        (_terms, _grid, _volume, _first, _centre) = (terms, grid, volume, first, centre);
        _orders = terms.Max(t => Math.Max(t.Z, Math.Max(t.Y, t.X))) + 1;
        _pair = new int[_orders, _orders];
        for (int a = 0; a < _orders; a++)
        {
            for (int b = 0; b <= a; b++)
                _pair[a, b] = _pair[b, a] = _pairs++;
        }

        _x = Table(_orders, grid.Columns, grid.CentreX);
        double[][] y = Table(_orders, grid.Rows, grid.CentreY);
        _y = [.. Enumerable.Range(0, grid.Rows).Select(row => y.Select(order => order[row]).ToArray())];
        _products = new double[_pairs][];
        for (int a = 0; a < _orders; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                _products[_pair[a, b]] = new double[grid.Columns];
                TensorPrimitives.Multiply<double>(_x[a], _x[b], _products[_pair[a, b]]);
            }
        }
    }

    /// <summary>Adds a section.</summary>
    public void Add(BoxSection section, Weighting weighting, NormalEquations to)
    {
        int columns = _grid.Columns;
        double[] z = new double[_orders], weights = new double[columns], values = new double[columns], weighted = new double[columns], residuals = new double[columns];
        Legendre.Values(VolumeShape.Scaled(section.Index - _first, _volume.Depth), z);
        double[,]? model = weighting.Solution is null ? null : AtSection(weighting.Solution, z);
        double[] rowSums = new double[_pairs], rowRight = new double[_orders];
        double[,] sums = new double[_pairs, _pairs], right = new double[_orders, _orders];
        for (int row = 0; row < _grid.Rows; row++)
        {
            double[] y = _y[row];
            Row(section, row, model is null ? null : AtRow(model, y), weighting, weights, values, residuals, to);
            TensorPrimitives.Multiply<double>(weights, values, weighted);
            to.Weight += LaneSums.Sum(weights);
            to.Values += LaneSums.Sum(weighted);
            to.Squares += LaneSums.Dot(weighted, values);
            for (int k = 0; k < _pairs; k++)
                rowSums[k] = LaneSums.Dot(weights, _products[k]);
            for (int k = 0; k < _orders; k++)
                rowRight[k] = LaneSums.Dot(weighted, _x[k]);
            for (int a = 0; a < _orders; a++)
            {
                for (int k = 0; k < _orders; k++)
                    right[a, k] += y[a] * rowRight[k];
                for (int b = 0; b <= a; b++)
                {
                    for (int k = 0; k < _pairs; k++)
                        sums[_pair[a, b], k] += y[a] * y[b] * rowSums[k];
                }
            }
        }

        Join(z, sums, right, to);
    }

    /// <summary>A row's values, counted from the centre, and weights; both 0 where there is no tissue.</summary>
    private void Row(BoxSection section, int row, double[]? model, Weighting weighting, double[] weights, double[] values, double[] residuals, NormalEquations to)
    {
        ReadOnlySpan<float> boxes = section.Boxes.Span.Slice(row * values.Length, values.Length);
        double level = section.Level + _centre;
        for (int column = 0; column < values.Length; column++)
        {
            double value = boxes[column] - level;
            bool tissue = double.IsFinite(value);
            values[column] = tissue ? value : 0;
            weights[column] = tissue ? 1 : 0;
            to.Count += tissue ? 1 : 0;
        }

        if (model is null)
            return;
        values.CopyTo(residuals, 0);
        for (int k = 0; k < _orders; k++)
            TensorPrimitives.MultiplyAdd<double>(_x[k], -model[k], residuals, residuals);
        double perScale = 1 / weighting.Scale;
        for (int column = 0; column < values.Length; column++)
        {
            if (weights[column] == 0)
                continue;
            to.Residuals.Add((float)residuals[column]);
            double r = Math.Abs(residuals[column]) * perScale;
            weights[column] = weighting.Redescending ? RobustLocation.Weight(r) : Math.Min(1, HuberCut / r);
        }
    }

    /// <summary>The solution at a section: coefficients by the orders of (y, x).</summary>
    private double[,] AtSection(Vector<double> solution, double[] z)
    {
        var coefficients = new double[_orders, _orders];
        for (int i = 0; i < _terms.Length; i++)
            coefficients[_terms[i].Y, _terms[i].X] += solution[i] * z[_terms[i].Z];
        return coefficients;
    }

    private double[] AtRow(double[,] section, double[] y)
    {
        var row = new double[_orders];
        for (int a = 0; a < _orders; a++)
        {
            for (int k = 0; k < _orders; k++)
                row[k] += y[a] * section[a, k];
        }

        return row;
    }

    private void Join(double[] z, double[,] sums, double[,] right, NormalEquations to)
    {
        for (int i = 0; i < _terms.Length; i++)
        {
            Powers s = _terms[i];
            to.Right[i] += z[s.Z] * right[s.Y, s.X];
            for (int j = 0; j <= i; j++)
            {
                Powers t = _terms[j];
                double sum = z[s.Z] * z[t.Z] * sums[_pair[s.Y, t.Y], _pair[s.X, t.X]];
                to.Matrix[i, j] += sum;
                if (i != j)
                    to.Matrix[j, i] += sum;
            }
        }
    }

    private static double[][] Table(int orders, int places, Func<int, double> at)
    {
        double[][] table = [.. Enumerable.Range(0, orders).Select(_ => new double[places])];
        double[] values = new double[orders];
        for (int i = 0; i < places; i++)
        {
            Legendre.Values(at(i), values);
            for (int n = 0; n < orders; n++)
                table[n][i] = values[n];
        }

        return table;
    }
}
