using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>A PowerShell block of a page that users read.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The line on which the block's code begins.</param>
/// <param name="Code">The code as it stands there.</param>
public sealed partial record DocsBlock(string Page, int Line, string Code)
{
    /// <summary>All blocks of README and of docs, in the order of the pages and lines.</summary>
    public static IReadOnlyList<DocsBlock> All { get; } =
    [
        .. new[] { "README.md" }
            .Concat(Directory.EnumerateFiles(Path.Combine(ModuleSession.RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(ModuleSession.RepositoryRoot, path).Replace('\\', '/')))
            .SelectMany(Of),
    ];

    private static IEnumerable<DocsBlock> Of(string page)
    {
        string text = File.ReadAllText(Path.Combine(ModuleSession.RepositoryRoot, page)).ReplaceLineEndings("\n");
        foreach (Match match in Fence().Matches(text))
            yield return new DocsBlock(page, 1 + text[..match.Groups["code"].Index].Count(c => c == '\n'), match.Groups["code"].Value);
    }

    [GeneratedRegex("^ {0,3}```(powershell|pwsh|ps1)[^\n]*\n(?<code>.*?)^ {0,3}```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();
}
