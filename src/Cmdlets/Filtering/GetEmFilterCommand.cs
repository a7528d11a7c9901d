using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Filters;

namespace EmTools.Cmdlets;

/// <summary>Lists the filters and their parameters.</summary>
/// <remarks>
/// <para>
/// Without a name, says in a line what each filter does. With names, also lists the parameters that Invoke-EmFilter takes for
/// them: type, default, unit, range, meaning, and the name in the published package where that is another.
/// </para>
/// </remarks>
/// <example>
/// <para>What filters are there?</para>
/// <code>Get-EmFilter</code>
/// </example>
/// <example>
/// <para>What can be set of Destripe?</para>
/// <code>Get-EmFilter Destripe</code>
/// </example>
/// <example>
/// <para>The parameters as objects, here those that are given in pixels.</para>
/// <code>(Get-EmFilter Destripe).Parameters | Where-Object Unit -eq pixels</code>
/// </example>
/// <seealso cref="InvokeEmFilterCommand"/>
/// <seealso cref="GetEmSuggestionCommand"/>
/// <seealso href="../filters.md">Filters</seealso>
[Cmdlet(VerbsCommon.Get, "EmFilter", HelpUri = HelpPages.GetEmFilter)]
[OutputType(typeof(EmFilterInfo))]
public sealed class GetEmFilterCommand : EmCmdlet
{
    private const string DetailedView = "EmTools.Cmdlets.EmFilterInfo#Detailed";

    /// <summary>Names of filters, with wildcards. Without it, all are listed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FilterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is null)
        {
            foreach (FilterDefinition filter in FilterCatalog.All)
                WriteObject(new EmFilterInfo(filter));
            return;
        }

        foreach (string name in Name)
            ForItem(name, () => WriteMatching(name));
    }

    private void WriteMatching(string name)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        FilterDefinition[] found = [.. FilterCatalog.All.Where(filter => pattern.IsMatch(filter.Name))];
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            throw new EmException(EmErrorKind.NotFound, "UnknownFilter", $"There is no filter '{name}'; there are {string.Join(", ", FilterCatalog.All.Select(f => f.Name))}.", name);

        foreach (FilterDefinition filter in found)
        {
            // A second type name picks the view that lists the parameters.
            var detailed = new PSObject(new EmFilterInfo(filter));
            detailed.TypeNames.Insert(0, DetailedView);
            WriteObject(detailed);
        }
    }
}
