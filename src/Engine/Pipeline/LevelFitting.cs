using System.Globalization;
using EmTools.Engine.Calibration;
using EmTools.Engine.Filters;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// Gives the sections of a stack a filter whose grey levels follow the stack where nobody gave them: those of the
/// calibration whose offsets the sections have. Sections that the published parameters cannot serve and that have no
/// calibration, such as 8-bit ones, get parameters from the first of them that has contrast; the same for all, so that
/// sections stay comparable.
/// </summary>
public sealed class LevelFitting
{
    private readonly FilterStep _step;
    private readonly IReadOnlySet<string> _given;
    private readonly Action<string> _warn;
    private readonly List<EmSection> _waiting = [];
    private readonly HashSet<string> _told = [];
    private (GreyLevels Levels, FilterStep Step)? _calibrated;
    private FilterStep? _sampled;

    /// <summary>Prepares a stream of sections.</summary>
    /// <param name="step">The filter, with defaults where nothing was given.</param>
    /// <param name="given">Names of the parameters that were given.</param>
    /// <param name="warn">Told, once each, of what the user should know.</param>
    public LevelFitting(FilterStep step, IReadOnlySet<string> given, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(warn);
        (_step, _given, _warn) = (step, given, warn);
    }

    /// <summary>Takes the next section; gives those that have their step now.</summary>
    /// <exception cref="EmException">The section is to be looked at and cannot be read.</exception>
    public IReadOnlyList<EmSection> Push(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        _step.Mask?.RequireSize(section.Height, section.Width, section.Name);
        if (_step.Options is not ILevelledOptions options)
            return [section.With(_step)];
        if (LevelsOf(section) is { } calibrated)
            return [section.With(Calibrated(calibrated))];
        if (section.Root.Source.PixelType == PixelType.UInt16 || options.Levelled.All(_given.Contains))
            return [section.With(_step)];

        _sampled ??= Sample(section);
        if (_sampled is null)
        {
            _waiting.Add(section);
            return [];
        }

        EmSection[] ready = [.. _waiting.Append(section).Select(each => each.With(_sampled))];
        _waiting.Clear();
        return ready;
    }

    /// <summary>The stack is over: gives the sections that waited for one with contrast.</summary>
    public IReadOnlyList<EmSection> Complete()
    {
        if (_waiting.Count == 0)
            return [];
        Tell($"{_step.Name}: the sections have neither a calibration nor contrast to take grey levels from, so the published ones of 16-bit sections are taken.");
        EmSection[] rest = [.. _waiting.Select(section => section.With(_step))];
        _waiting.Clear();
        return rest;
    }

    /// <summary>The levels that a section's steps bring it to; null where nothing tells.</summary>
    /// <param name="section">The section.</param>
    /// <param name="stored">The levels of its stored pixels; null for unknown, and then only a calibration tells.</param>
    internal static GreyLevels? LevelsOf(EmSection section, GreyLevels? stored = null)
        => section.Steps.Aggregate(section.Source.Section is { } origin ? LevelsOf(origin, stored) : stored, (levels, step) => step.LevelsAfter(levels));

    private FilterStep Calibrated(GreyLevels levels)
    {
        if (_calibrated is { } known && known.Levels == levels)
            return known.Step;
        FilterStep step = _step.ForLevels(levels, _given);
        TellScale(levels, step, "the calibration");
        if (((ILevelledOptions)step.Options).Misfit(levels) is { } misfit)
            Tell(misfit);
        _calibrated = (levels, step);
        return step;
    }

    /// <summary>The step for sections that are stored as one of them is; null where that one has no contrast.</summary>
    private FilterStep? Sample(EmSection section)
    {
        EmSection root = section.Root;
        using Plane plane = root.Source.Read(EvaluationContext.Default);
        if (PixelSpread.Of(plane, root.Inverted) is not { Spread: > 0 } found)
            return null;
        // Floats on the published level, such as 16-bit sections that were corrected, are as good as those.
        if (LevelsOf(section, GreyLevels.OfStored(plane.PixelType, found.Mean, found.Spread)) is not { } levels || (levels.Scale == 1 && ((ILevelledOptions)_step.Options).Misfit(levels) is null))
            return _step;
        levels = levels with { Mean = GreyLevels.Rounded(levels.Mean) };
        FilterStep step = _step.ForLevels(levels, _given);
        if (step.Options.Equals(_step.Options))
            return _step;
        if (levels.Scale == 1)
            Tell($"{_step.Name}: the sections have no calibration and are not on the published level, so the mean is taken from {section.Label}: {step}. Measure-EmStack makes a calibration.");
        TellScale(levels, step, $"{section.Label}");
        return step;
    }

    private void TellScale(GreyLevels levels, FilterStep step, string source)
    {
        if (levels.Scale == 1 || ((ILevelledOptions)_step.Options).Levelled.All(_given.Contains))
            return;
        Tell(string.Create(CultureInfo.InvariantCulture, $"{_step.Name}: the published grey levels are those of 16-bit sections whose tissue spreads by {GreyLevels.PublishedSpread}; here it spreads by {GreyLevels.PublishedSpread * levels.Scale:G3}, so what was not given is taken from {source}: {step}. Get-EmSuggestion chooses parameters with more care."));
    }

    private void Tell(string message)
    {
        if (_told.Add(message))
            _warn(message);
    }
}
