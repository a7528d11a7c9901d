using System.Globalization;
using EmTools.Engine.Kernels;
using EmTools.Engine.Metrics;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>Chooses the parameters of one kind of filter from what comes into it.</summary>
internal abstract class ParameterAdvisor
{
    /// <summary>The filter's name.</summary>
    public abstract string Filter { get; }

    /// <summary>Looks at sections as they come into the filter, and chooses.</summary>
    /// <param name="step">The filter as the chain has it; what is not chosen stays.</param>
    /// <param name="sections">The sample, with all steps before.</param>
    /// <param name="context">Threads and cancellation.</param>
    public abstract Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context);

    /// <summary>The step with other options.</summary>
    protected static FilterStep With(FilterStep step, Filters.IFilterOptions options) => step.With(options);

    /// <summary>The robust standard deviation of pixels.</summary>
    internal static double Spread(Quantiles quantiles) => SectionStatistics.NormalDeviation * quantiles.DistanceAt(quantiles.At(50), 50);

    /// <summary>A value in three digits: more would claim what a sample does not know.</summary>
    protected static double Rounded(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

/// <summary>What an advisor chose.</summary>
/// <param name="Step">The step with its parameters; null to leave it out.</param>
/// <param name="Parameters">The choices and their reasons.</param>
/// <param name="Warnings">What to tell the user besides.</param>
internal sealed record Advice(SectionStep? Step, IReadOnlyList<SuggestedParameter> Parameters, params IReadOnlyList<string> Warnings);
