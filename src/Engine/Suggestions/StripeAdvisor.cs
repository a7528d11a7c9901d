using EmTools.Engine.Filters.Destriping;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Leaves <c>Destripe</c> out where no stripes stand out, turns its direction where they run the other way, and chooses how many scales it
/// works on: those with which it leaves the sections nearest to what <c>DestripeAdaptive</c> leaves, which needs no such choice.
/// </summary>
internal sealed class StripeAdvisor : ParameterAdvisor
{
    public override string Filter => "Destripe";

    public override Advice Advise(FilterStep step, IReadOnlyList<SampledSection> sections, EvaluationContext context)
    {
        var options = (DestripeOptions)step.Options;
        var stripes = FoundStripes.In(sections, options.Direction, context);
        if (stripes.Count == 0)
            return new Advice(null, [new SuggestedParameter(Filter, "", "left out", "applied", stripes.WhyNone())]);
        var chosen = new List<SuggestedParameter>();
        if (stripes.Direction != options.Direction)
            chosen.Add(new SuggestedParameter(Filter, nameof(options.Direction), stripes.Direction, options.Direction, $"Stripes run the other way. {stripes.Strongest()}."));
        (int count, string distances) = ScaleChoice.Of(sections, options with { Direction = stripes.Direction }, context);
        chosen.Add(new SuggestedParameter(Filter, nameof(options.ScaleCount), count, options.ScaleCount, $"{stripes.Reach()} {distances}"));
        return new Advice(With(step, options with { Direction = stripes.Direction, ScaleCount = count }), chosen);
    }
}
