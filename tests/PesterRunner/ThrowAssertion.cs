using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>Should -Throw.</summary>
internal sealed class ThrowAssertion(string expectedMessage, string errorId, Type? exceptionType, bool not, string because)
{
    /// <summary>Runs the block in a scope of its own.</summary>
    /// <returns>What is wrong, or null; and the error that was thrown.</returns>
    public (string? Failure, ErrorRecord? Caught) Check(object? actual)
    {
        if (actual is not ScriptBlock block)
            throw new ArgumentException("Input is missing or not a ScriptBlock. Input to '-Throw' and '-Not -Throw' must be enclosed in curly braces.");

        ErrorRecord? caught = Run(block);
        string reason = Assertion.Reason(because);
        if (not)
            return (caught is null ? null : $"Expected no exception to be thrown{reason}, but \"{caught.Exception.Message}\" was thrown {At(caught)}.", null);

        var filters = new List<string>();
        var buts = new List<string>();
        if (exceptionType is not null)
        {
            filters.Add($"type [{exceptionType.FullName}]");
            if (caught is not null && !exceptionType.IsInstanceOfType(caught.Exception))
                buts.Add($"the exception type was [{caught.Exception.GetType().FullName}]");
        }

        if (!string.IsNullOrWhiteSpace(expectedMessage))
        {
            filters.Add($"message like '{expectedMessage}'");
            if (caught is not null && !IsLike(caught.Exception.Message, expectedMessage))
                buts.Add($"the message was '{caught.Exception.Message}'");
        }

        if (!string.IsNullOrWhiteSpace(errorId))
        {
            filters.Add($"FullyQualifiedErrorId '{errorId}'");
            if (caught is not null && !IsLike(caught.FullyQualifiedErrorId, errorId))
                buts.Add($"the FullyQualifiedErrorId was '{caught.FullyQualifiedErrorId}'");
        }

        if (caught is null)
            buts.Add("no exception was thrown");
        if (buts.Count == 0)
            return (null, caught);
        string with = filters.Count > 0 ? $" with {string.Join(" and ", filters)}" : "";
        return ($"Expected an exception{with} to be thrown{reason}, but {string.Join(" and ", buts)}{(caught is null ? "" : " " + At(caught))}.", caught);
    }

    // try/catch in the language itself: only there do the errors that end a statement count as thrown, as they do in Pester.
    private static ErrorRecord? Run(ScriptBlock block)
    {
        ScriptBlock attempt = ScriptBlock.Create("param($______block) try { $null = & $______block } catch { $_ }");
        foreach (PSObject? one in attempt.Invoke(block))
        {
            if (one?.BaseObject is ErrorRecord error)
                return error;
        }

        return null;
    }

    private static bool IsLike(string text, string pattern) => new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text);

    private static string At(ErrorRecord error)
        => error.InvocationInfo is { ScriptLineNumber: > 0 } place ? $"at {place.ScriptName}:{place.ScriptLineNumber}" : "";
}
