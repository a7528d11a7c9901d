using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>A PowerShell block of a page that users read.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The line on which the block's code begins.</param>
/// <param name="Code">The code as it stands there.</param>
public sealed partial record DocsBlock(string Page, int Line, string Code)
{
    /// <summary>
    /// All blocks of README, of docs and of the topics, in the order of the pages and lines. Not those of docs/cmdlets: these are
    /// the examples of the cmdlets' help, each of which takes files of its own for granted; Help.Tests.ps1 looks at what they name.
    /// </summary>
    public static IReadOnlyList<DocsBlock> All { get; } =
    [
        .. Of("README.md", Fence()),
        .. Pages("docs", "*.md").Where(page => !page.StartsWith("docs/cmdlets/", StringComparison.Ordinal)).SelectMany(page => Of(page, Fence())),
        .. Pages("module/en-US", "about_*.help.txt").SelectMany(page => Of(page, Indented())),
    ];

    private static IEnumerable<string> Pages(string folder, string pattern)
        => Directory.EnumerateFiles(Path.Combine(ModuleSession.RepositoryRoot, folder), pattern, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Path.GetRelativePath(ModuleSession.RepositoryRoot, path).Replace('\\', '/'));

    private static IEnumerable<DocsBlock> Of(string page, Regex blocks)
    {
        string text = File.ReadAllText(Path.Combine(ModuleSession.RepositoryRoot, page)).ReplaceLineEndings("\n");
        foreach (Match match in blocks.Matches(text))
            yield return new DocsBlock(page, 1 + text[..match.Groups["code"].Index].Count(c => c == '\n'), match.Groups["code"].Value);
    }

    /// <summary>A topic's code: lines that stand eight blanks in, after an empty line.</summary>
    [GeneratedRegex("(?<=\n\n)(?<code>( {8}[^\n]*\n|\n(?= {8}))+)")]
    private static partial Regex Indented();

    [GeneratedRegex("^ {0,3}```(powershell|pwsh|ps1)[^\n]*\n(?<code>.*?)^ {0,3}```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();
}
