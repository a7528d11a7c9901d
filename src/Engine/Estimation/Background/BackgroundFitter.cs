using System.Collections.Immutable;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Imaging;
using EmTools.Engine.Metrics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace EmTools.Engine.Estimation.Background;

/// <summary>
/// Fits a polynomial of (z, y, x), each from 0 to 1 over the volume, to box means: iteratively reweighted least squares,
/// first with Huber's weights, then with the bisquare's, so that membranes, vessels and resin do not pull it.
/// </summary>
/// <remarks>
/// Solved in products of Legendre polynomials and written as monomials. Every reweighting is one pass over the boxes,
/// which are never in memory together; what is kept of them is sums. The scale of the residuals is that of the pass
/// before, 1.4826 times the median of their sizes (Holland, Welsch 1977).
/// </remarks>
public sealed class BackgroundFitter
{
    private const int HuberPasses = 4;

    /// <summary>Sections whose sums one task takes; the sums of tasks are added in order, so that results do not depend on threads.</summary>
    private const int SectionsPerTask = 16;

    /// <summary>Sections from which on a part of them is fitted first, and which part.</summary>
    private const int LongStack = 1000;
    private const int Thinning = 8;

    private const string Undetermined = "BackgroundUndetermined";

    /// <summary>The fit has settled when no box mean moves by more, in grey levels.</summary>
    private const double Settled = 0.02;

    private readonly IEnumerable<BoxSection> _sections;
    private readonly BlockGrid _grid;
    private readonly VolumeShape _volume;
    private readonly int _first;
    private readonly double _centre;
    private readonly EvaluationContext _context;

    /// <summary>Prepares a fit.</summary>
    /// <param name="sections">The boxes, in any order; gone through once a pass.</param>
    /// <param name="grid">How sections are cut into boxes.</param>
    /// <param name="volume">The volume's shape.</param>
    /// <param name="centre">About the mean of the boxes, in grey levels: the target of the offsets.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <param name="first">The index of the volume's first section.</param>
    public BackgroundFitter(IEnumerable<BoxSection> sections, BlockGrid grid, VolumeShape volume, double centre, EvaluationContext? context = null, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(sections);
        (_sections, _grid, _volume, _centre, _first) = (sections, grid, volume, centre, first);
        _context = context ?? EvaluationContext.Default;
    }

    /// <summary>Fits.</summary>
    /// <exception cref="EmException">The boxes do not determine the polynomial (<c>BackgroundUndetermined</c>), or an option is out of range.</exception>
    public FittedBackground Fit(BackgroundFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var limits = new Powers(
            Math.Min(options.DegreeZ ?? options.Degree, _volume.Depth - 1),
            Math.Min(options.DegreeY ?? options.Degree, _grid.Rows - 1),
            Math.Min(options.DegreeX ?? options.Degree, _grid.Columns - 1));
        ImmutableArray<DegreeScore> scores = [];
        int degree = options.Degree;
        if (options.SelectDegree)
        {
            ImmutableArray<Powers> all = PolynomialTerms.Of(degree, limits);
            (Weighting weights, _, _) = Iterate(all, options.Passes);
            scores = DegreeSelection.Scores(Pass(all, weights, DegreeSelection.Folds, _sections), all);
            degree = DegreeSelection.Choose(scores);
        }

        ImmutableArray<Powers> terms = PolynomialTerms.Of(degree, limits);
        (Weighting last, NormalEquations sums, int passes) = Iterate(terms, options.Passes);
        return Result(terms, last, sums) with { Degree = degree, Passes = passes, Scores = scores };
    }

    /// <summary>
    /// Fits the polynomial that is asked for, or, where the boxes do not determine it, the largest that they do: of lower
    /// powers of z first, since sections are few where this happens, and then of a lower degree. A constant, which
    /// subtracts nothing, is always determined.
    /// </summary>
    /// <exception cref="EmException">An option is out of range.</exception>
    public FittedBackground FitWhatIsDetermined(BackgroundFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        int tissue = _sections.Count(section => section.Boxes.ToArray().Any(float.IsFinite));
        int powerZ = Math.Min(options.DegreeZ ?? options.Degree, Math.Max(0, tissue - 1));
        for (int degree = options.Degree; degree > 0; degree--)
        {
            for (int z = Math.Min(powerZ, degree); z >= 0; z--)
            {
                try
                {
                    FittedBackground fitted = Fit(options with { Degree = degree, DegreeZ = z });
                    bool asAsked = degree == options.Degree && z >= Math.Min(options.DegreeZ ?? options.Degree, _volume.Depth - 1);
                    return asAsked ? fitted : fitted with { Lowered = new Powers(z, Math.Min(options.DegreeY ?? degree, degree), Math.Min(options.DegreeX ?? degree, degree)) };
                }
                catch (EmException e) when (e.Id == Undetermined)
                {
                    // One power less, then.
                }
            }
        }

        return options.Degree == 0 && tissue > 0 ? Fit(options) : Nothing(tissue);
    }

    /// <summary>No background at all.</summary>
    private FittedBackground Nothing(int sections) => new()
    {
        Model = new BackgroundModel([new BackgroundTerm(0, 0, 0, _centre)]),
        Fit = new BackgroundFit { Variance = [0], PValue = [0], R2 = 0, AdjustedR2 = 0, RootMeanSquareError = 0, DegreesOfFreedom = 0 },
        Degree = 0,
        Passes = 0,
        Boxes = sections * (long)_grid.Rows * _grid.Columns,
        Scale = 0,
        OutlierShare = 0,
        Lowered = default(Powers),
    };

    /// <summary>Passes until the fit has settled. In a long stack a part of the sections finds nearly all of the way first.</summary>
    private (Weighting Weights, NormalEquations Sums, int Passes) Iterate(ImmutableArray<Powers> terms, int passes)
    {
        if (_volume.Depth < LongStack || passes == 1)
            return FromTheStart(terms, passes, _sections);
        Weighting near;
        try
        {
            near = FromTheStart(terms, passes, _sections.Where(section => (section.Index - _first) % Thinning == 0)).Weights;
        }
        catch (EmException e) when (e.Id == Undetermined)
        {
            // Too few of the part were measured, or hold tissue.
            return FromTheStart(terms, passes, _sections);
        }

        return Iterate(terms, near, HuberPasses, passes, _sections);
    }

    /// <summary>Passes from the fit of equal weights on, which gives the residuals' first scale.</summary>
    private (Weighting Weights, NormalEquations Sums, int Passes) FromTheStart(ImmutableArray<Powers> terms, int passes, IEnumerable<BoxSection> sections)
    {
        NormalEquations sums = Pass(terms, new Weighting(null, 1, false), 1, sections)[0];
        Vector<double> solution = Solve(terms, sums);
        double scale = Math.Sqrt(sums.ResidualSquares(solution) / Math.Max(1, sums.Count - terms.Length));
        var weighting = new Weighting(solution, Math.Max(scale, 1e-6), false);
        return passes == 1 ? (weighting, sums, 1) : Iterate(terms, weighting, 1, passes, sections);
    }

    /// <summary>Passes over sections from a first fit on, of which some are counted as done.</summary>
    private (Weighting Weights, NormalEquations Sums, int Passes) Iterate(ImmutableArray<Powers> terms, Weighting weighting, int done, int passes, IEnumerable<BoxSection> sections)
    {
        NormalEquations sums;
        int pass = done;
        bool settled;
        do
        {
            sums = Pass(terms, weighting, 1, sections)[0];
            pass++;
            Vector<double> next = Solve(terms, sums);
            double moved = (next - weighting.Solution!).L1Norm();
            double scale = Math.Max(SectionStatistics.NormalDeviation * sums.Residuals.Median(), 1e-6);
            settled = weighting.Redescending && moved < Settled;
            weighting = new Weighting(next, scale, pass > HuberPasses);
        }
        while (!settled && pass < passes);

        return (weighting, sums, pass);
    }

    /// <summary>One pass over the boxes of sections; the sums of every fold.</summary>
    private NormalEquations[] Pass(ImmutableArray<Powers> terms, Weighting weighting, int folds, IEnumerable<BoxSection> from)
    {
        var accumulator = new BoxAccumulator(terms, _grid, _volume, _first, _centre);
        NormalEquations[] total = [.. Enumerable.Range(0, folds).Select(_ => new NormalEquations(terms.Length))];
        int batch = SectionsPerTask * Math.Max(1, _context.Threads) * 4;
        foreach (BoxSection[] sections in from.Chunk(batch))
        {
            var parts = new NormalEquations[(sections.Length + SectionsPerTask - 1) / SectionsPerTask, folds];
            RowParallel.For(sections.Length, SectionsPerTask, _context, (first, end) =>
            {
                int task = first / SectionsPerTask;
                for (int i = first; i < end; i++)
                {
                    int fold = folds == 1 ? 0 : DegreeSelection.Fold(sections[i].Index - _first, _volume.Depth);
                    parts[task, fold] ??= new NormalEquations(terms.Length);
                    accumulator.Add(sections[i], weighting, parts[task, fold]);
                }
            });
            for (int task = 0; task < parts.GetLength(0); task++)
            {
                for (int fold = 0; fold < folds; fold++)
                {
                    if (parts[task, fold] is { } part)
                        total[fold].Add(part);
                }
            }
        }

        return total;
    }

    private Vector<double> Solve(ImmutableArray<Powers> terms, NormalEquations sums)
    {
        if (sums.Count <= terms.Length || !NormalEquations.Determine(sums.Matrix))
            throw new EmException(EmErrorKind.InvalidData, Undetermined, $"The {sums.Count} boxes of tissue do not determine a background of {terms.Length} terms over the volume of {_volume} (z, y, x): measure sections from its start to its end, or give a lower degree.", "Degree");
        return sums.Matrix.Cholesky().Solve(sums.Right);
    }

    private FittedBackground Result(ImmutableArray<Powers> terms, Weighting weighting, NormalEquations sums)
    {
        Matrix<double> toMonomials = Legendre.ToMonomials(terms);
        Vector<double> solution = weighting.Solution!;
        Vector<double> coefficients = toMonomials * solution;
        double squares = sums.ResidualSquares(solution);
        double about = sums.Squares - sums.Values * sums.Values / sums.Weight;
        double freedom = sums.Count - terms.Length;
        double variance = squares / Math.Max(1, sums.Weight - terms.Length);
        Matrix<double> covariance = toMonomials * sums.Matrix.Inverse() * toMonomials.Transpose() * variance;
        double r2 = about > 0 ? 1 - squares / about : 1;

        var model = new BackgroundTerm[terms.Length];
        double[] variances = new double[terms.Length], p = new double[terms.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            // The table holds single precision: what is returned is what will be read.
            double value = (float)(coefficients[i] + (terms[i].Total == 0 ? _centre : 0));
            model[i] = new BackgroundTerm(terms[i].Z, terms[i].Y, terms[i].X, value);
            variances[i] = covariance[i, i];
            p[i] = covariance[i, i] > 0 ? 2 * StudentT.CDF(0, 1, Math.Max(1, freedom), -Math.Abs(value) / Math.Sqrt(covariance[i, i])) : 0;
        }

        return new FittedBackground
        {
            Model = new BackgroundModel(model),
            Fit = new BackgroundFit
            {
                Variance = variances,
                PValue = p,
                R2 = r2,
                AdjustedR2 = 1 - (1 - r2) * (sums.Count - 1) / Math.Max(1, freedom),
                RootMeanSquareError = Math.Sqrt(variance),
                DegreesOfFreedom = freedom,
            },
            Degree = 0,
            Passes = 0,
            Boxes = sums.Count,
            Scale = weighting.Scale,
            OutlierShare = 1 - sums.Weight / sums.Count,
        };
    }
}
