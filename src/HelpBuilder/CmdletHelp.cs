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

    /// <summary>The public address of its page; empty where there is none.</summary>
    public string Address { get; init; } = "";
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

/// <summary>Something to read next.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">How it is called.</param>
/// <param name="Target">The cmdlet's or the topic's name; a page's place, as seen from the folder of the cmdlets' pages.</param>
internal sealed record LinkHelp(LinkKind Kind, string Text, string Target);

/// <summary>What there is to read.</summary>
internal enum LinkKind
{
    /// <summary>Another cmdlet's help.</summary>
    Cmdlet,

    /// <summary>A topic that Get-Help finds: about_...</summary>
    Topic,

    /// <summary>A page of docs.</summary>
    Page,
}
