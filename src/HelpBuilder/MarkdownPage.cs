using System.Text;
using System.Text.RegularExpressions;

namespace EmTools.HelpBuilder;

/// <summary>A cmdlet's help as a page of Markdown.</summary>
internal sealed partial class MarkdownPage
{
    /// <summary>Lines of syntax are broken before they get longer.</summary>
    private const int LineLength = 110;

    private readonly StringBuilder _text = new();
    private readonly CmdletHelp _cmdlet;
    private readonly IReadOnlySet<string> _cmdlets;

    private MarkdownPage(CmdletHelp cmdlet, IReadOnlySet<string> cmdlets)
    {
        _cmdlet = cmdlet;
        _cmdlets = cmdlets;
    }

    /// <summary>Writes a page.</summary>
    /// <param name="cmdlet">What is told of the cmdlet.</param>
    /// <param name="cmdlets">All cmdlets that have a page, to link to.</param>
    public static string Of(CmdletHelp cmdlet, IReadOnlySet<string> cmdlets)
    {
        var page = new MarkdownPage(cmdlet, cmdlets);
        page.Write();
        return page._text.ToString();
    }

    /// <summary>Text in which no character means anything to Markdown.</summary>
    public static string Escape(string text) => Special().Replace(text, @"\$0");

    private void Write()
    {
        Block($"# {_cmdlet.Name}");
        Block(Prose(_cmdlet.Synopsis));

        Block("## Syntax");
        Block($"```\n{string.Join("\n\n", _cmdlet.Syntax.Select(Syntax))}\n```");

        Block("## Description");
        foreach (string paragraph in _cmdlet.Description)
            Block(Prose(paragraph));

        Block("## Examples");
        foreach (ExampleHelp example in _cmdlet.Examples)
        {
            foreach (string remark in example.Remarks)
                Block(Prose(remark));
            Block($"```powershell\n{example.Code}\n```");
        }

        Block("## Parameters");
        foreach (ParameterHelp parameter in _cmdlet.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal))
            Parameter(parameter);
        Block("And the common ones: `Get-Help about_CommonParameters`.");

        if (_cmdlet.OutputTypes.Count > 0)
        {
            Block("## Output");
            Block(string.Join(", ", _cmdlet.OutputTypes.Select(t => $"`{t}`")));
        }

        Block("## See also");
        Block(string.Join(" · ", _cmdlet.Links.Select(Link)));
    }

    private void Parameter(ParameterHelp parameter)
    {
        Block($"### -{parameter.Name}");
        foreach (string paragraph in parameter.Description)
            Block(Prose(paragraph));

        var facts = new List<string> { $"`{parameter.TypeName}`", parameter.IsMandatory ? "required" : "optional" };
        if (parameter.Choices.Count > 0)
            facts.Add($"one of {string.Join(", ", parameter.Choices.Select(c => $"`{c}`"))}");
        if (parameter.Position is { } position)
            facts.Add($"position {position}");
        if (parameter.Pipeline != "False")
            facts.Add($"from the pipeline ({parameter.Pipeline["True (".Length..^1]})");
        if (!parameter.IsMandatory && !parameter.IsSwitch && parameter.DefaultValue != "None")
            facts.Add($"default: {Escape(parameter.DefaultValue)}");
        if (parameter.Aliases.Count > 0)
            facts.Add($"alias {string.Join(", ", parameter.Aliases.Select(a => $"`-{a}`"))}");
        if (parameter.TakesWildcards)
            facts.Add("takes wildcards");
        Block(string.Join(" · ", facts));
    }

    // As Get-Help shows it: what may be left out stands in brackets.
    private string Syntax(SyntaxHelp syntax)
    {
        var lines = new StringBuilder(_cmdlet.Name);
        int length = lines.Length;
        foreach (string part in syntax.Parameters.Select(Syntax).Append("[<CommonParameters>]"))
        {
            if (length + 1 + part.Length > LineLength)
            {
                lines.Append("\n   ");
                length = 3;
            }

            lines.Append(' ').Append(part);
            length += 1 + part.Length;
        }

        return lines.ToString();
    }

    private static string Syntax(ParameterHelp parameter)
    {
        string name = parameter.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string value = parameter.IsSwitch ? ""
            : parameter.Choices.Count > 0 ? $" {{{string.Join(" | ", parameter.Choices)}}}"
            : $" <{parameter.TypeName}>";
        return parameter.IsMandatory ? name + value : $"[{name}{value}]";
    }

    private static string Link(LinkHelp link) => link.Kind switch
    {
        LinkKind.Cmdlet => $"[{link.Text}]({link.Target}.md)",
        LinkKind.Page => $"[{Escape(link.Text)}]({link.Target})",
        _ => $"`Get-Help {link.Text}`",
    };

    // Cmdlets become links to their pages, parameters code.
    private string Prose(string text) => Names().Replace(Escape(text), match => match switch
    {
        { Groups: var groups } when groups["cmdlet"].Success => _cmdlets.Contains(match.Value) && match.Value != _cmdlet.Name ? $"[{match.Value}]({match.Value}.md)" : match.Value,
        _ => $"`{match.Value}`",
    });

    private void Block(string text)
    {
        if (_text.Length > 0)
            _text.Append('\n');
        _text.Append(text).Append('\n');
    }

    [GeneratedRegex(@"[\\`*_<\[\]|]")]
    private static partial Regex Special();

    [GeneratedRegex(@"(?<cmdlet>\b[A-Z][a-z]+-[A-Z]\w+)|(?<![\w-])-[A-Z]\w*")]
    private static partial Regex Names();
}
