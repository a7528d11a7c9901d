using EmTools.Engine.Filters.AdaptiveDestriping;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Leaves <c>DestripeAdaptive</c> out where no stripes stand out, and turns its direction where they run the other way. Its other
/// parameters follow the sections by themselves.
/// </summary>
internal sealed class AdaptiveStripeAdvisor : ParameterAdvisor
{
    public override string Filter => DestripeAdaptive.Name;

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (DestripeAdaptiveOptions)step.Options;

        // Stripes at an angle do not run along an axis, where alone they are looked for.
        if (options.Angle != 0)
            return new Advice(step, [new SuggestedParameter(Filter, nameof(options.Angle), options.Angle, options.Angle, "Stripes are looked for along the axes only; those at an angle are taken as given.")]);
        var stripes = FoundStripes.In(sections, options.Direction, context);
        return stripes.Count == 0
            ? new Advice(null, [new SuggestedParameter(Filter, "", "left out", "applied", stripes.WhyNone())])
            : new Advice(With(step, options with { Direction = stripes.Direction }), [new SuggestedParameter(Filter, nameof(options.Direction), stripes.Direction, options.Direction, stripes.Reach())]);
    }
}
