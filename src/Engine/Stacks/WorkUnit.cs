using System.Text.Json.Serialization;

namespace EmTools.Engine.Stacks;

/// <summary>A part of a stack's work that is done, or not, as a whole: a section, or a block of a volume.</summary>
public abstract record WorkUnit
{
    /// <summary>Its number in runs, in the ledger and among claims: a section's index, a block's place in the order of the work.</summary>
    [JsonIgnore]
    public abstract int Number { get; }

    /// <summary>What messages call it, in the middle of a sentence: <c>section 12</c>.</summary>
    [JsonIgnore]
    public abstract string Label { get; }

    /// <summary>The file that errors are about: a section's own.</summary>
    [JsonIgnore]
    public abstract string Source { get; }

    /// <summary>The same as <see cref="Label"/>, as a sentence begins.</summary>
    [JsonIgnore]
    internal string Title => char.ToUpperInvariant(Label[0]) + Label[1..];
}
