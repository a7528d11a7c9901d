using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EmTools.HelpBuilder;

/// <summary>Documentation comments, as the compiler writes them.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocs(Dictionary<string, XElement> members) => _members = members;

    public static XmlDocs Load(string path)
        => new(XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal));

    public XElement? Of(Type type) => _members.GetValueOrDefault($"T:{Id(type)}");

    /// <summary>A property's comment, or that of the property it overrides.</summary>
    public XElement? Of(PropertyInfo property)
    {
        for (Type? type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            if (_members.TryGetValue($"P:{Id(type)}.{property.Name}", out XElement? found) && found.Element("inheritdoc") is null)
                return found;
        }

        return null;
    }

    /// <summary>The paragraphs of an element; text outside of a para counts as one.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        if (element is null)
            return [];
        var paragraphs = new List<string>();
        var loose = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "para" or "list" or "item" or "description" } block)
            {
                Flush();
                paragraphs.AddRange(Paragraphs(block));
            }
            else if (node is not XElement { Name.LocalName: "code" })
            {
                loose.Append(Inline(node));
            }
        }

        Flush();
        return paragraphs;

        void Flush()
        {
            string text = Whitespace().Replace(loose.ToString(), " ").Trim();
            loose.Clear();
            if (text.Length > 0)
                paragraphs.Add(text);
        }
    }

    public static string Text(XElement? element) => string.Join(' ', Paragraphs(element));

    /// <summary>Code with the margin of the comment taken off, its own indentation kept.</summary>
    public static string Code(XElement? element)
    {
        if (element is null)
            return "";
        string[] lines = element.Value.ReplaceLineEndings("\n").Trim('\n').Split('\n');

        // The first line may follow the opening tag at once; it has no margin then.
        int margin = lines.Skip(1).Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        margin = Math.Min(margin, lines[0].Length - lines[0].TrimStart().Length is > 0 and int own ? own : margin);
        return string.Join('\n', lines.Select(l => l.Length - l.TrimStart().Length >= margin ? l[margin..] : l)).Trim();
    }

    /// <summary>The name to show for a cref: a cmdlet's, where the type is one.</summary>
    public static string NameOf(string cref)
    {
        string name = cref[(cref.LastIndexOf('.') + 1)..];
        Match cmdlet = CmdletClass().Match(name);
        return cref.StartsWith("T:", StringComparison.Ordinal) && cmdlet.Success ? $"{cmdlet.Groups[1].Value}-{cmdlet.Groups[2].Value}" : name;
    }

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } see when see.Attribute("cref") is { } cref && see.Value.Length == 0 => NameOf(cref.Value),
        XElement { Name.LocalName: "see" } see when see.Attribute("langword") is { } word => word.Value,
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => reference.Attribute("name")?.Value ?? "",
        XElement element => string.Concat(element.Nodes().Select(Inline)),
        _ => "",
    };

    private static string Id(Type type)
    {
        Type named = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return named.FullName!.Replace('+', '.');
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();

    [GeneratedRegex("^([A-Z][a-z]+)([A-Z]\\w*)Command$")]
    private static partial Regex CmdletClass();
}
