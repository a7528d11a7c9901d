using System.Collections;
using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>A group of tests, run through at discovery.</summary>
public abstract class BlockCmdlet : KeywordCmdlet
{
    /// <summary>Its name; placeholders are filled in from the data.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>What it holds.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? Fixture { get; set; }

    /// <summary>Names to choose tests by; all run here.</summary>
    [Parameter]
    [Alias("Tags")]
    public string[] Tag { get; set; } = [];

    /// <summary>Leaves all its tests out.</summary>
    [Parameter]
    public SwitchParameter Skip { get; set; }

    /// <summary>Data: the group is there once for each.</summary>
    [Parameter]
    public object[]? ForEach { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        SpecSession session = DiscoveringSession;
        if (Fixture is not { } body)
            throw new PSArgumentException($"{MyInvocation.InvocationName} '{Name}' has no script block; its opening brace must be on the same line.");
        foreach (IDictionary? data in Cases.Of(ForEach, MyInvocation.BoundParameters.ContainsKey(nameof(ForEach))))
        {
            var block = new Block(Name, session.Current) { Skip = Skip, Data = data };
            session.AddBlock(block, () => body.InvokeWithContext(null, Cases.ToVariables(data)));
        }
    }
}

/// <summary><c>Describe</c>.</summary>
[Cmdlet(NoVerb, "Describe")]
public sealed class DescribeCommand : BlockCmdlet;

/// <summary><c>Context</c>.</summary>
[Cmdlet(NoVerb, "Context")]
public sealed class ContextCommand : BlockCmdlet;

/// <summary><c>It</c>: a test.</summary>
[Cmdlet(NoVerb, "It")]
public sealed class ItCommand : KeywordCmdlet
{
    /// <summary>Its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>What it does.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? Test { get; set; }

    /// <summary>Data: the test is there once for each.</summary>
    [Parameter]
    [Alias("TestCases")]
    public object[]? ForEach { get; set; }

    /// <summary>Names to choose tests by; all run here.</summary>
    [Parameter]
    [Alias("Tags")]
    public string[] Tag { get; set; } = [];

    /// <summary>Leaves it out.</summary>
    [Parameter]
    public SwitchParameter Skip { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        SpecSession session = DiscoveringSession;
        if (Test is not { } body)
            throw new PSArgumentException($"It '{Name}' has no script block; its opening brace must be on the same line.");
        foreach (IDictionary? data in Cases.Of(ForEach, MyInvocation.BoundParameters.ContainsKey(nameof(ForEach))))
            session.AddTest(Name, body, data, Skip);
    }
}

/// <summary>The data of -ForEach and -TestCases.</summary>
internal static class Cases
{
    /// <summary>One entry without data when nothing was given; none when an empty list was, as in Pester.</summary>
    public static IEnumerable<IDictionary?> Of(object[]? given, bool isGiven)
    {
        if (!isGiven)
            return [null];
        return (given ?? []).Select(one =>
        {
            object? value = one is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? wrapped : wrapped.BaseObject : one;
            var data = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["_"] = value };
            if (value is IDictionary named)
            {
                foreach (DictionaryEntry entry in named)
                    data[entry.Key] = entry.Value;
            }

            return data;
        });
    }

    public static List<PSVariable> ToVariables(IDictionary? data)
        => data is null ? [] : [.. data.Cast<DictionaryEntry>().Select(e => new PSVariable((string)e.Key, e.Value))];
}
