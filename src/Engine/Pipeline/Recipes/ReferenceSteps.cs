using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace EmTools.Engine.Pipeline;

/// <summary>
/// What makes the reference of a section out of the section itself, for a filter over neighbouring sections that is told by
/// references what is similar: further steps, such as denoising.
/// </summary>
internal sealed class ReferenceSteps : IEquatable<ReferenceSteps>
{
    private readonly ConditionalWeakTable<EmSection, EmSection> _made = [];

    /// <summary>Makes it of steps of single sections.</summary>
    public ReferenceSteps(IEnumerable<SectionStep> steps) => Steps = [.. steps];

    /// <summary>The steps, in order.</summary>
    public ImmutableArray<SectionStep> Steps { get; }

    /// <summary>The steps that make references of sections, where these are all made in one way; null where each section is its own reference.</summary>
    /// <param name="sections">Sections with the same steps.</param>
    /// <param name="references">The reference of each.</param>
    /// <param name="before">What is done to the sections.</param>
    /// <exception cref="EmException">A reference comes from another file than its section, or is not the section with further steps of single sections (<c>ReferencesNotSaved</c>).</exception>
    public static ReferenceSteps? Between(ImmutableArray<EmSection> sections, ImmutableArray<EmSection> references, Recipe before)
    {
        ReferenceSteps? all = null;
        for (int i = 0; i < references.Length; i++)
        {
            (EmSection section, EmSection reference) = (sections[i], references[i]);
            if (!IsSameInput(section.Root, reference.Root))
                throw NotSaved(section, $"comes from {reference.Root.Path ?? reference.Root.Name}");
            var recipe = Recipe.Of(reference);
            if (recipe.Steps.Length < before.Steps.Length || !new Recipe(recipe.Steps[..before.Steps.Length]).DoesTheSameAs(before))
                throw NotSaved(section, $"has other steps ({recipe}) than the section ({before}) to begin with");
            var further = new ReferenceSteps(recipe.Steps[before.Steps.Length..]);
            if (further.Steps.Any(step => step.Radius > 0))
                throw NotSaved(section, $"goes through a filter over neighbouring sections itself ({recipe})");
            if (all is not null && !all.Equals(further))
                throw NotSaved(section, $"has other steps ({recipe}) than that of section {sections[0].Index}");
            all ??= further;
        }

        return all is { Steps.IsEmpty: false } ? all : null;

        static EmException NotSaved(EmSection section, string why) => new(
            EmErrorKind.NotSupported,
            "ReferencesNotSaved",
            $"The reference of {section.Label} {why}. Recipes and stacks hold references that are the sections themselves with further steps, as in $s | Invoke-EmFilter NonLocalMeans -Reference ($s | Invoke-EmFilter Denoise). Give such, or leave -Reference out, or write these sections with Write-EmSection.",
            section.Name);
    }

    /// <summary>A section's reference: the same object as long as the section is in use, so that its pixels are computed once.</summary>
    /// <exception cref="EmException">A step does not fit the section.</exception>
    public EmSection Of(EmSection section)
        => _made.GetValue(section, from => Steps.Aggregate(from, (done, step) => done.With(step)));

    /// <inheritdoc/>
    public bool Equals(ReferenceSteps? other)
        => other is not null && (Steps.SequenceEqual(other.Steps) || new Recipe(Steps).DoesTheSameAs(new Recipe(other.Steps)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReferenceSteps);

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Length;

    /// <inheritdoc/>
    public override string ToString() => new Recipe(Steps).ToString();

    private static bool IsSameInput(EmSection section, EmSection reference)
        => section.Inverted == reference.Inverted
            && (section.Source == reference.Source || (section.Source.Location is { } place && place == reference.Source.Location));
}
