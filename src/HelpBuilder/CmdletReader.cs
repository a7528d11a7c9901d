using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace EmTools.HelpBuilder;

/// <summary>Reads what the cmdlets' classes and their comments say.</summary>
internal static class CmdletReader
{
    public static IEnumerable<CmdletHelp> Read(Assembly assembly, XmlDocs docs)
        => from type in assembly.GetExportedTypes()
           let facts = type.GetCustomAttribute<CmdletAttribute>()
           where facts is not null && !type.IsAbstract
           orderby facts.NounName, facts.VerbName
           select Read(type, facts, docs);

    private static CmdletHelp Read(Type type, CmdletAttribute facts, XmlDocs docs)
    {
        XElement? comment = docs.Of(type);
        var declared = DeclaredParameter.Of(type, facts, docs).ToList();
        var parameters = declared.Select(p => p.OverAll()).ToList();
        var syntax = SetNames(declared, facts)
            .Select(set => new SyntaxHelp(InOrder(declared.Select(p => p.In(set)).OfType<ParameterHelp>())))
            .ToList();

        if ($"{facts.VerbName}-{facts.NounName}" == FilterSyntax.Cmdlet)
        {
            syntax = [.. syntax.SelectMany(FilterSyntax.ForEachFilter)];
            parameters.AddRange(FilterSyntax.Parameters(parameters));
        }

        IReadOnlyList<DynamicSyntax> dynamic = DynamicSyntax.Of(type, docs);
        if (dynamic.Count > 0)
        {
            syntax = [.. syntax.SelectMany(common => dynamic.Select(set => set.With(common)))];
            parameters.AddRange(DynamicSyntax.Merged(dynamic));
        }

        return new CmdletHelp(
            facts.VerbName,
            facts.NounName,
            XmlDocs.Text(comment?.Element("summary")),
            XmlDocs.Paragraphs(comment?.Element("remarks")),
            syntax,
            parameters,
            [.. (comment?.Elements("example") ?? []).Select(e => new ExampleHelp(XmlDocs.Paragraphs(e), XmlDocs.Code(e.Element("code"))))],
            [.. type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(o => o.Type).Select(t => t.Name).Distinct()],
            [.. (comment?.Elements("seealso") ?? []).Select(Link)])
        {
            Address = facts.HelpUri ?? "",
        };
    }

    private static LinkHelp Link(XElement link)
    {
        if (link.Attribute("cref") is { } cref)
            return new(LinkKind.Cmdlet, XmlDocs.NameOf(cref.Value), XmlDocs.NameOf(cref.Value));
        string target = link.Attribute("href")?.Value ?? "";
        LinkKind kind = target.StartsWith("about_", StringComparison.Ordinal) ? LinkKind.Topic : LinkKind.Page;
        return new(kind, link.Value.Length > 0 ? link.Value.Trim() : target, target);
    }

    private static IReadOnlyList<string> SetNames(IEnumerable<DeclaredParameter> parameters, CmdletAttribute facts)
    {
        string[] names = [.. parameters.SelectMany(p => p.SetNames).Where(n => n != ParameterAttribute.AllParameterSets).Distinct()];
        return names.Length == 0 ? [ParameterAttribute.AllParameterSets] : [.. names.OrderBy(n => n != facts.DefaultParameterSetName)];
    }

    // As Get-Command -Syntax has them: by position, then the mandatory ones, then the rest as declared.
    private static IReadOnlyList<ParameterHelp> InOrder(IEnumerable<ParameterHelp> parameters)
        => [.. parameters.OrderBy(p => p.Position ?? int.MaxValue).ThenBy(p => p.Position is null && !p.IsMandatory)];
}
