using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EmTools.Cmdlets;

/// <summary>Completes the names of the recipes that come with the module, and files.</summary>
public sealed class RecipeNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = new WildcardPattern((wordToComplete ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return RecipeLocator.Names
            .Where(name => typed.IsMatch(name))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, $"{name}: a recipe that comes with the module"))
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete ?? ""));
    }
}
