using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmTools.PesterRunner;

/// <summary>Names with <c>&lt;name&gt;</c> in them.</summary>
internal static partial class Templates
{
    /// <summary>Fills in what the data of a -ForEach know, members included; leaves the rest as it stands.</summary>
    public static string FillIn(string template, IDictionary? data)
        => data is null || data.Count == 0 ? template : Placeholder().Replace(template, match =>
        {
            string[] path = match.Groups[1].Value.Split('.');
            if (!data.Contains(path[0]))
                return match.Value;
            object? value = data[path[0]];
            foreach (string member in path.Skip(1))
                value = value is PSObject { BaseObject: IDictionary inner } ? inner[member]
                    : value is IDictionary table ? table[member]
                    : value is null ? null : PSObject.AsPSObject(value).Properties[member]?.Value;
            return Text(value);
        });

    /// <summary>The template as an expandable string, for what only the test's scope knows.</summary>
    public static ScriptBlock? ToExpression(string template)
    {
        if (!Placeholder().IsMatch(template))
            return null;
        string escaped = Escaped().Replace(template, "`$0");
        return ScriptBlock.Create('"' + Placeholder().Replace(escaped, "$($$$1)") + '"');
    }

    private static string Text(object? value) => value switch
    {
        null => "$null",
        bool on => on ? "$true" : "$false",
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };

    [GeneratedRegex(@"<([A-Za-z_]\w*(?:\.\w+)*)>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[\"`$]")]
    private static partial Regex Escaped();
}
