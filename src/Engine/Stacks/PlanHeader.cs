using System.Text.Json.Nodes;

namespace EmTools.Engine.Stacks;

/// <summary>The first line of a plan: what is to be done, and how.</summary>
public sealed record PlanHeader
{
    /// <summary>The layout that this version writes, and the newest that it reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The layout's number.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The version that wrote the plan.</summary>
    public required string Software { get; init; }

    /// <summary>The kind of work that a task does to a section: <c>restore</c>.</summary>
    public required string Work { get; init; }

    /// <summary>SHA-256 of the recipe's file, which is written beside the plan; null in plans of versions that did not note it.</summary>
    public string? Recipe { get; init; }

    /// <summary>How many sections on either side a task reads beside each of its own.</summary>
    public int Radius { get; init; }

    /// <summary>Sections in all.</summary>
    public required int Count { get; init; }

    /// <summary>What the kind of work needs beside the recipe.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>True when both headers ask for the same work, on however many sections.</summary>
    internal bool DoesTheSameAs(PlanHeader other)
        => (Work, Recipe, Radius) == (other.Work, other.Recipe, other.Radius) && JsonNode.DeepEquals(Settings, other.Settings);
}
