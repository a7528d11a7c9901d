using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EmTools.Engine.Filters;

namespace EmTools.Cmdlets;

/// <summary>Completes filter names, with what each filter does as the tooltip.</summary>
public sealed class FilterNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = new WildcardPattern((wordToComplete ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return FilterCatalog.All
            .Where(filter => typed.IsMatch(filter.Name))
            .Select(filter => new CompletionResult(filter.Name, filter.Name, CompletionResultType.ParameterValue, filter.Summary));
    }
}
