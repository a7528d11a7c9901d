using System.Collections.Immutable;
using System.Globalization;
using EmTools.Engine.Filters.Ranges;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Suggestions;

/// <summary>
/// Chooses the parameters of a chain's filters from a sample of sections, one filter after the other: each sees the
/// sections as the filters before it, with their chosen parameters, leave them.
/// </summary>
public static class Suggester
{
    /// <summary>Below this share of tissue a section tells nothing.</summary>
    private const double LeastTissue = 0.01;

    /// <summary>Chooses parameters.</summary>
    /// <param name="sections">The sample: sections from all over the stack, of any sizes, with the steps that go before the chain.</param>
    /// <param name="chain">
    /// The chain whose <c>Destripe</c>, <c>DestripeAdaptive</c>, <c>Denoise</c>, <c>DenoiseTransform</c> and <c>Contrast</c> steps get their parameters from the sample; its other
    /// steps, and parameters that are not chosen, stay. A filter that has nothing to do is left out. One that works in three
    /// dimensions by its radius is looked at in two, on each section alone, and keeps the radius.
    /// </param>
    /// <param name="options">What to aim at, or null for the defaults.</param>
    /// <param name="context">Threads, cancellation, and who wants to hear of progress; or null.</param>
    /// <param name="onError">Told of a section that cannot be read, or that the mask does not fit; the others are looked at without it. Null to end at the first.</param>
    /// <exception cref="EmException">No section, or none with tissue (those without are left out, with a warning); one that a step does not fit; a chain with a filter that is defined with neighbours only or a step that moves pixels, or with none of these filters.</exception>
    /// <remarks>Takes the memory of computing one section, or that of measuring it, at a time, and a byte a pixel for each section with flat background or spots.</remarks>
    public static Suggestion Suggest(IReadOnlyList<EmSection> sections, Recipe chain, SuggestionOptions? options = null, EvaluationContext? context = null, Action<EmSection, EmException>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(sections);
        ArgumentNullException.ThrowIfNull(chain);
        (options, context) = (options ?? new SuggestionOptions(), context ?? EvaluationContext.Default);
        options.Check();
        if (sections.Count == 0)
            throw new EmException(EmErrorKind.InvalidArgument, "NoSections", "There are no sections to choose parameters from; give some of the stack's.", "Section");
        if (chain.Steps.OfType<NeighbourStep>().FirstOrDefault(step => step.InTwoDimensions() is null) is { } neighbours)
            throw new EmException(EmErrorKind.NotSupported, "SuggestionNeighbours", $"The chain ({chain}) has a filter over neighbouring sections, {neighbours.Name}, and a sample has no neighbours. Choose the parameters without it, and add it to the recipe's sections afterwards.", "Recipe");
        if (chain.Steps.FirstOrDefault(step => step.MovesPixels || step.GivesMask) is { } moves)
            throw new EmException(EmErrorKind.NotSupported, "SuggestionMoves", $"The chain ({chain}) has the step {moves.Name}, after which pixels are not where, or what, they were. Do it to the sections before parameters are chosen, and to the sections before the recipe that results.", "Recipe");

        ParameterAdvisor[] advisors = [new StripeAdvisor(), new NoiseAdvisor(), new ContrastAdvisor(options), new AdaptiveStripeAdvisor(), new TransformNoiseAdvisor()];
        if (!chain.Steps.Any(step => Array.Exists(advisors, advisor => advisor.Filter == step.Name)))
            throw new EmException(EmErrorKind.InvalidArgument, "NothingToSuggest", $"The chain ({(chain.Steps.IsEmpty ? "without steps" : chain)}) has none of the filters whose parameters can be chosen: {string.Join(", ", advisors.Select(advisor => advisor.Filter))}. Add one.", "Recipe");
        var sample = new List<SampledSection>();
        var flat = new List<string>();
        try
        {
            foreach (EmSection section in sections)
            {
                SampledSection sampled;
                try
                {
                    sampled = SampledSection.Of(section, options.Mask, context);
                }
                catch (EmException trouble) when (onError is not null)
                {
                    onError(section, trouble);
                    continue;
                }

                sample.Add(sampled);
                if (sampled.TissueShare < LeastTissue)
                    flat.Add(string.Create(CultureInfo.InvariantCulture, $"{section.Title} is flat nearly everywhere{(options.Mask is null ? "" : ", or masked")}: {100 * sampled.TissueShare:0.0} percent of it is tissue."));
            }

            List<SampledSection> tissue = sample.FindAll(s => s.TissueShare >= LeastTissue);
            if (tissue.Count == 0)
                throw new EmException(EmErrorKind.InvalidData, "NoTissue", $"{(sample.Count == 0 ? "None of the sections could be looked at." : string.Join(" ", flat))} Choose parameters from other sections.", sections[0].Name);
            Suggestion suggestion = Choose(tissue, chain, advisors, context);
            return suggestion with { Warnings = [.. flat.Select(each => $"{each} It was left out."), .. suggestion.Warnings] };
        }
        finally
        {
            sample.ForEach(s => s.Dispose());
        }
    }

    private static Suggestion Choose(List<SampledSection> sample, Recipe chain, ParameterAdvisor[] advisors, EvaluationContext context)
    {
        var steps = ImmutableArray.CreateBuilder<SectionStep>();
        var parameters = ImmutableArray.CreateBuilder<SuggestedParameter>();
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (Spots.Warning(sample) is { } spots)
            warnings.Add(spots);
        SampledSection[] bars = [.. sample.Where(section => section.DataBarCut is not null)];
        if (bars.Length > 0)
            warnings.Add($"{bars[0].Name}{(bars.Length == 1 ? " has" : $" and {bars.Length - 1} more of the sample have")} a data bar at the foot, which is no picture, and parameters are chosen from it too. Cut it off first, with {bars[0].DataBarCut}, and choose again.");

        // Steps that look at the whole section's grey levels must find them as they are; the filters after them need not.
        int local = 1 + chain.Steps.ToList().FindLastIndex(step => step is FilterStep { Options: RescaleOptions or CompressOutliersOptions });
        var flattened = new List<string>();
        for (int i = 0; i < chain.Steps.Length; i++)
        {
            if (i == local)
                sample.ForEach(s => s.LeaveOutOthers());
            var volume = chain.Steps[i] as NeighbourStep;
            SectionStep? step = volume?.InTwoDimensions() ?? chain.Steps[i];
            if (step is FilterStep filter && Array.Find(advisors, a => a.Filter == filter.Name) is { } advisor)
            {
                Advice advice = advisor.Advise(filter, sample, context);
                step = advice.Step;
                parameters.AddRange(WithReasons(advice, volume, flattened));
                warnings.AddRange(advice.Warnings);
            }

            if (step is null)
                continue;
            steps.Add(volume?.With((FilterStep)step) ?? step);
            foreach (SampledSection section in sample)
                section.Add(step);
            if (volume is not null)
                flattened.Add($"{volume.Name} -Radius {volume.Radius}");
        }

        ReadableList<string> comment = [$"Chosen from {string.Join(", ", sample.Select(s => s.Name))}.", .. parameters.Select(p => p.ToString()), .. warnings];
        return new Suggestion(new Recipe(steps) { Comment = comment }, [.. parameters], [.. sample.Select(s => s.Name)], [.. warnings]);
    }

    /// <summary>An advisor's choices; the first says so where the sections were looked at in two dimensions and will be filtered in three.</summary>
    private static IEnumerable<SuggestedParameter> WithReasons(Advice advice, NeighbourStep? volume, List<string> flattened)
    {
        string own = volume is null || advice.Step is null ? "" : $" Chosen in two dimensions, on each section alone; the recipe keeps -Radius {volume.Radius}.";
        string before = flattened.Count == 0 ? "" : $" What comes in was computed in two dimensions, on each section alone ({string.Join(", ", flattened)}).";
        return advice.Parameters.Select((choice, i) => i > 0 ? choice : choice with { Reason = choice.Reason + own + before });
    }
}
