using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EmTools.HelpBuilder;

/// <summary>Writes help in the schema that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace s_help = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(IEnumerable<CmdletHelp> cmdlets, string path)
    {
        var root = new XElement(
            s_help + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            cmdlets.Select(Command));
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" });
        new XDocument(root).Save(writer);
    }

    private static XElement Command(CmdletHelp cmdlet) => new(
        s_command + "command",
        new XElement(
            s_command + "details",
            new XElement(s_command + "name", cmdlet.Name),
            new XElement(s_command + "verb", cmdlet.Verb),
            new XElement(s_command + "noun", cmdlet.Noun),
            new XElement(s_maml + "description", Paragraphs([cmdlet.Synopsis]))),
        new XElement(s_maml + "description", Paragraphs(cmdlet.Description)),
        new XElement(s_command + "syntax", cmdlet.Syntax.Select(s => SyntaxItem(cmdlet.Name, s))),
        new XElement(s_command + "parameters", cmdlet.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => Parameter(p, inSyntax: false))),
        new XElement(s_command + "inputTypes", cmdlet.Parameters.Where(p => p.Pipeline != "False").Select(p => TypeItem("inputType", p.TypeName, p.Description))),
        new XElement(s_command + "returnValues", cmdlet.OutputTypes.Select(t => TypeItem("returnValue", t, []))),
        new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(["This help as a page, in a browser:", CmdletPages.ShowCommand(cmdlet.Name)]))),
        new XElement(s_command + "examples", cmdlet.Examples.Select((e, i) => Example(e, i + 1))),
        new XElement(s_command + "relatedLinks", OnlineVersion(cmdlet), cmdlet.Links.Select(l => Link(cmdlet, l))));

    // Get-Help -Online opens the first link that has an address.
    private static XElement? OnlineVersion(CmdletHelp cmdlet) => cmdlet.Address.Length == 0 ? null : Link("Online Version:", cmdlet.Address);

    private static XElement Link(CmdletHelp cmdlet, LinkHelp link) => link.Kind != LinkKind.Page ? Link(link.Text, "")
        : cmdlet.Address.Length > 0 ? Link($"{link.Text}:", new Uri(new Uri(cmdlet.Address), link.Target).AbsoluteUri)
        : Link($"{link.Text}: {CmdletPages.PlaceInModule(link.Target)} in the module's folder", "");

    private static XElement Link(string text, string address)
        => new(s_maml + "navigationLink", new XElement(s_maml + "linkText", text), new XElement(s_maml + "uri", address));

    private static XElement SyntaxItem(string name, SyntaxHelp syntax) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", name),
        syntax.Parameters.Select(p => Parameter(p, inSyntax: true)));

    private static XElement Parameter(ParameterHelp parameter, bool inSyntax)
    {
        var element = new XElement(
            s_command + "parameter",
            new XAttribute("required", Bool(parameter.IsMandatory)),
            new XAttribute("variableLength", Bool(parameter.TakesList)),
            new XAttribute("globbing", Bool(parameter.TakesWildcards)),
            new XAttribute("pipelineInput", parameter.Pipeline),
            new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(s_maml + "name", parameter.Name),
            new XElement(s_maml + "description", Paragraphs(parameter.Description)));

        // In the syntax a switch shows no value, and a choice shows what there is to choose from.
        if (inSyntax && parameter.Choices.Count > 0)
            element.Add(new XElement(s_command + "parameterValueGroup", parameter.Choices.Select(c => Value(c, isVariable: false, parameter))));
        if (!parameter.IsSwitch || !inSyntax)
            element.Add(Value(parameter.TypeName, isVariable: true, parameter));

        element.Add(
            new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.TypeName), new XElement(s_maml + "uri")),
            new XElement(s_dev + "defaultValue", parameter.DefaultValue));
        if (!inSyntax && parameter.Choices.Count > 0)
            element.Element(s_maml + "description")!.Add(new XElement(s_maml + "para", $"One of: {string.Join(", ", parameter.Choices)}."));
        return element;
    }

    private static XElement Value(string text, bool isVariable, ParameterHelp parameter) => new(
        s_command + "parameterValue",
        new XAttribute("required", Bool(!parameter.IsSwitch)),
        new XAttribute("variableLength", Bool(isVariable && parameter.TakesList)),
        text);

    private static XElement TypeItem(string kind, string type, IReadOnlyList<string> description) => new(
        s_command + kind,
        new XElement(s_dev + "type", new XElement(s_maml + "name", type), new XElement(s_maml + "uri")),
        new XElement(s_maml + "description", Paragraphs(description)));

    private static XElement Example(ExampleHelp example, int number) => new(
        s_command + "example",
        new XElement(s_maml + "title", $"-------------------------- Example {number} --------------------------"),
        new XElement(s_dev + "code", example.Code),
        new XElement(s_dev + "remarks", Paragraphs(example.Remarks.Append(""))));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(p => new XElement(s_maml + "para", p));

    private static string Bool(bool value) => value ? "true" : "false";
}
