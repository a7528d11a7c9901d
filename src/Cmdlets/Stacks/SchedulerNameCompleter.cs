using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>Completes schedulers' names, with what each is for as the tooltip.</summary>
public sealed class SchedulerNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = new WildcardPattern((wordToComplete ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return SchedulerCatalog.All
            .Where(scheduler => typed.IsMatch(scheduler.Name))
            .Select(scheduler => new CompletionResult(scheduler.Name, scheduler.Name, CompletionResultType.ParameterValue, scheduler.Summary));
    }
}
