namespace EmTools.HelpBuilder;

/// <summary>All that help says of a cmdlet.</summary>
internal sealed record CmdletHelp(
    string Verb,
    string Noun,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<SyntaxHelp> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<string> OutputTypes,
    IReadOnlyList<LinkHelp> Links)
{
    public string Name => $"{Verb}-{Noun}";
}

/// <summary>One way to call a cmdlet: its parameters in the order in which they are shown.</summary>
internal sealed record SyntaxHelp(IReadOnlyList<ParameterHelp> Parameters);

/// <summary>What is said of a parameter, in one parameter set or over all.</summary>
internal sealed record ParameterHelp(string Name, string TypeName, IReadOnlyList<string> Description)
{
    public bool IsMandatory { get; init; }

    public bool IsSwitch { get; init; }

    public bool TakesWildcards { get; init; }

    public bool TakesList { get; init; }

    /// <summary>Null when it goes by name only.</summary>
    public int? Position { get; init; }

    /// <summary>"False", or "True (ByValue, ByPropertyName)".</summary>
    public string Pipeline { get; init; } = "False";

    public string DefaultValue { get; init; } = "None";

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The values it is held to; empty when it takes others too.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>An example.</summary>
internal sealed record ExampleHelp(IReadOnlyList<string> Remarks, string Code);

/// <summary>Another cmdlet, or a page.</summary>
internal sealed record LinkHelp(string Text, string Address);
