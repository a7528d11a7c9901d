using System.Collections.Immutable;
using EmTools.Engine.Calibration;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;

namespace EmTools.Engine.Estimation.Offsets;

/// <summary>
/// Combines means and changes to one brightness a section. Means do not drift but follow what happens to be in a
/// section; changes ignore that but drift when they are added up.
/// </summary>
/// <remarks>
/// The brightness x of section i is told by the change, <c>d_i = x_i - x_(i-1) + e_i</c>, and by the mean,
/// <c>m_i = x_i + c_i</c>, where the content c is an autoregressive process of first order: standard deviation s (the
/// mean's standard error) and correlation r between neighbours. With normal errors the most probable x minimises
/// <code>
/// sum (d_i - x_i + x_(i-1))^2 / var(e_i) + c_0^2 / s^2 + sum (c_i - r c_(i-1))^2 / (s^2 (1 - r^2)),   c_i = m_i - x_i
/// </code>
/// which only joins neighbours: a tridiagonal system. r follows from the robust variance of the content's steps
/// <c>u_i = m_i - m_(i-1) - d_i</c>: <c>var(u) = 2 s^2 (1 - r) + var(e)</c>. Errors are not normal (a mask, a bad
/// section, a vessel that opens), so squares beyond three standard deviations count linearly (Huber), by iterated
/// weights. Missing sections need nothing: over a gap of g sections r becomes r^g.
/// Cost: a few dozen operations a section and iteration.
/// </remarks>
public static class OffsetEstimator
{
    private const int Iterations = 30;
    private const double HuberCut = 3;

    /// <summary>Beyond so many standard deviations a section is told of as an outlier.</summary>
    private const double OutlierCut = 6;

    /// <summary>So many times the usual change from section to section is a jump.</summary>
    private const double JumpCut = 12;

    /// <summary>A mean so many times the usual one away is in other units, or of damaged numbers, and would drown the others.</summary>
    private const double StrangeCut = 1e6;

    /// <summary>No change is known better than this, in grey levels: single precision holds no more.</summary>
    private const double SmallestError = 0.004;

    /// <summary>Estimates the offsets of a stack.</summary>
    /// <param name="levels">What was measured, one entry a section at most, in any order.</param>
    /// <param name="count">The index after the stack's last section.</param>
    /// <param name="target">The mean that corrected sections are to have, in grey levels; null for the median of the sections' own.</param>
    /// <param name="first">The index of the stack's first section.</param>
    /// <exception cref="EmException">Nothing was measured (<c>NothingMeasured</c>), an index twice or outside the stack (<c>MeasuredIndex</c>).</exception>
    public static OffsetEstimate Estimate(IEnumerable<SectionLevel> levels, int count, double? target = OffsetEstimate.DefaultTarget, int first = 0)
    {
        SectionLevel[] all = [.. levels.OrderBy(l => l.Index)];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Index < first || all[i].Index >= count)
                throw new EmException(EmErrorKind.InvalidArgument, "MeasuredIndex", $"Section {all[i].Index} was measured, but the stack has the sections {first} to {count - 1}.", "Depth");
            if (i > 0 && all[i].Index == all[i - 1].Index)
                throw new EmException(EmErrorKind.InvalidArgument, "MeasuredIndex", $"Section {all[i].Index} was measured twice; give every section its own index.", "Index");
        }

        SectionLevel[] tissue = [.. all.Where(l => double.IsFinite(l.Mean))];
        if (tissue.Length == 0)
            throw new EmException(EmErrorKind.InvalidData, "NothingMeasured", "No section with tissue was measured, so there is nothing to estimate offsets from: all are flat, at an end of their range, or without data.", "Section");
        double middle = Median([.. tissue.Select(l => l.Mean)]), usual = Median([.. tissue.Select(l => Math.Abs(l.Mean))]);
        SectionLevel[] strange = [.. tissue.Where(l => Math.Abs(l.Mean - middle) > StrangeCut * Math.Max(usual, 1))];
        tissue = [.. tissue.Except(strange)];

        var model = new Model(tissue);
        double[] x = model.Solve();
        OffsetEstimate estimate = Table(all, tissue, model, x, first, count, target ?? GreyLevels.Rounded(Median(x)));
        return strange.Length == 0 ? estimate : estimate with
        {
            Quality = strange.Aggregate(estimate.Quality, (quality, level) => quality.SetItem(level.Index, SectionQuality.Missing | SectionQuality.Outlier)),
        };
    }

    private static OffsetEstimate Table(SectionLevel[] all, SectionLevel[] tissue, Model model, double[] x, int first, int count, double target)
    {
        double[] Column(Func<SectionLevel, double> value)
        {
            var column = new double[count];
            Array.Fill(column, double.NaN);
            foreach (SectionLevel level in all)
                column[level.Index] = value(level);
            return column;
        }

        double[] change = Column(l => l.Change);
        if (all[0].Index == first)
            change[first] = 0; // as in the published table
        double[] deviations = model.Deviations();
        var corrected = new double[count];
        var error = new double[count];
        var quality = new SectionQuality[count];
        Array.Fill(corrected, double.NaN, 0, first);
        Array.Fill(error, double.NaN, 0, first);
        for (int i = 0; i < tissue.Length; i++)
        {
            int from = i == 0 ? first : tissue[i - 1].Index + 1, at = tissue[i].Index;
            for (int z = from; z <= at; z++)
            {
                double share = i == 0 ? 1 : (double)(z - from + 1) / (at - from + 1);
                corrected[z] = i == 0 ? x[0] : x[i - 1] + share * (x[i] - x[i - 1]);
                error[z] = z == at ? deviations[i] : deviations[i] + deviations[Math.Max(0, i - 1)];
                quality[z] = z == at ? SectionQuality.None : SectionQuality.Missing;
            }

            if (model.IsOutlier(i, x, OutlierCut))
                quality[at] |= SectionQuality.Outlier;
        }

        for (int z = tissue[^1].Index + 1; z < count; z++)
            (corrected[z], error[z], quality[z]) = (x[^1], 2 * deviations[^1], SectionQuality.Missing);
        MarkJumps(tissue, x, quality);
        foreach (SectionLevel level in tissue.Where(level => level.Duplicate))
            quality[level.Index] |= SectionQuality.Duplicate;
        return new OffsetEstimate
        {
            Mean = [.. Column(l => l.Mean)],
            MeanError = [.. Column(l => l.MeanError)],
            Change = [.. change],
            ChangeError = [.. Column(l => l.ChangeError)],

            // As the table holds them, in single precision: offsets are exactly their difference to the target.
            CorrectedMean = [.. corrected.Select(v => (double)(float)v)],
            CorrectedError = [.. error],
            Quality = [.. quality],
            Target = target,
            First = first,
            ContentCorrelation = model.Correlation,
        };
    }

    private static void MarkJumps(SectionLevel[] tissue, double[] x, SectionQuality[] quality)
    {
        double[] steps = [.. x.Zip(x.Skip(1), (a, b) => b - a)];
        double usual = Math.Max(Spread(steps), SmallestError);
        for (int i = 0; i < steps.Length; i++)
        {
            if (Math.Abs(steps[i]) > JumpCut * usual)
                quality[tissue[i + 1].Index] |= SectionQuality.Jump;
        }
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Standard deviation around 0 of values most of which are normal: 1.4826 times the median of their sizes.</summary>
    private static double Spread(IEnumerable<double> values)
    {
        double[] sizes = [.. values.Where(double.IsFinite).Select(Math.Abs).Order()];
        return sizes.Length == 0 ? 0 : SectionStatistics.NormalDeviation * (sizes[(sizes.Length - 1) / 2] + sizes[sizes.Length / 2]) / 2;
    }

    /// <summary>The squares that are to be smallest.</summary>
    private sealed class Model
    {
        private readonly SectionLevel[] _levels;
        private readonly double[] _changeError;
        private readonly double[] _correlation;
        private readonly double[] _innovation;
        private readonly double _content;
        private double[] _x;

        public Model(SectionLevel[] levels)
        {
            int n = levels.Length;
            _levels = levels;
            _x = [.. levels.Select(l => l.Mean)];
            _content = Math.Max(SmallestError, Math.Sqrt(Mean(levels.Select(l => l.MeanError * l.MeanError))));
            _changeError = [.. levels.Select(l => Math.Max(SmallestError, l.ChangeError))];
            Correlation = ContentCorrelation();
            _correlation = new double[n];
            _innovation = new double[n];
            for (int i = 1; i < n; i++)
            {
                _correlation[i] = PlainMath.Power(Correlation, levels[i].Index - levels[i - 1].Index);
                _innovation[i] = _content * Math.Sqrt(1 - _correlation[i] * _correlation[i]);
            }
        }

        public double Correlation { get; }

        private bool HasChange(int i) => i > 0 && double.IsFinite(_levels[i].Change) && double.IsFinite(_changeError[i]);

        public double[] Solve()
        {
            for (int iteration = 0; iteration < Iterations; iteration++)
            {
                double[] next = System(_x).Solve();
                double moved = next.Zip(_x, (a, b) => Math.Abs(a - b)).Max();
                _x = next;
                if (moved < 1e-4)
                    break;
            }

            return _x;
        }

        public double[] Deviations() => [.. System(_x).Variances().Select(Math.Sqrt)];

        public bool IsOutlier(int i, double[] x, double cut)
            => (HasChange(i) && Math.Abs(ChangeResidual(i, x)) > cut) || (i > 0 && Math.Abs(ContentResidual(i, x)) > cut);

        private Tridiagonal System(double[] x)
        {
            var system = new Tridiagonal(x.Length);
            system.Add(0, _levels[0].Mean, 1 / (_content * _content));
            for (int i = 1; i < x.Length; i++)
            {
                if (HasChange(i))
                    system.Add(i, 1, _levels[i].Change, Weight(ChangeResidual(i, x)) / (_changeError[i] * _changeError[i]));
                double r = _correlation[i];
                system.Add(i, r, _levels[i].Mean - r * _levels[i - 1].Mean, Weight(ContentResidual(i, x)) / (_innovation[i] * _innovation[i]));
            }

            return system;

            static double Weight(double residual) => Math.Min(1, HuberCut / Math.Abs(residual));
        }

        private double ChangeResidual(int i, double[] x) => (_levels[i].Change - x[i] + x[i - 1]) / _changeError[i];

        private double ContentResidual(int i, double[] x)
            => (_levels[i].Mean - x[i] - _correlation[i] * (_levels[i - 1].Mean - x[i - 1])) / _innovation[i];

        private double ContentCorrelation()
        {
            var steps = new List<double>();
            var errors = new List<double>();
            for (int i = 1; i < _levels.Length; i++)
            {
                if (!HasChange(i) || _levels[i].Index != _levels[i - 1].Index + 1)
                    continue;
                steps.Add(_levels[i].Mean - _levels[i - 1].Mean - _levels[i].Change);
                errors.Add(_changeError[i] * _changeError[i]);
            }

            if (steps.Count == 0)
                return 0.5;

            // Robust, but never 0 where most steps are exactly 0, as in tables that were rounded.
            double spread = Math.Max(Spread(steps), 0.25 * Math.Sqrt(Mean(steps.Select(s => s * s))));
            double content = Math.Max(spread * spread - Mean(errors), 0.1 * spread * spread);
            return Math.Clamp(1 - content / (2 * _content * _content), 0, 1 - 1e-6);
        }

        private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(0).Average();
    }
}
