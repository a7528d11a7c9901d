using System.Text;

namespace EmTools.HelpBuilder;

/// <summary>Writes the folder of the cmdlets' pages: one a cmdlet, and an index.</summary>
internal static class CmdletPages
{
    private const string IndexName = "README.md";

    /// <summary>Where the pages are, in the repository as in the module.</summary>
    private const string Folder = "docs/cmdlets";

    /// <summary>What a user types to see a cmdlet's page, wherever the module lies.</summary>
    public static string ShowCommand(string cmdlet) => $"Show-Markdown \"$((Get-Module EmTools).ModuleBase)/{Folder}/{cmdlet}.md\" -UseBrowser";

    /// <summary>A page that is named as seen from the cmdlets' pages, as seen from the module's folder.</summary>
    public static string PlaceInModule(string target)
    {
        var root = new Uri("file:///");
        return root.MakeRelativeUri(new Uri(new Uri(root, Folder + "/"), target)).ToString();
    }

    /// <summary>Writes all pages; others that are in the folder are those of cmdlets that are no more, and are removed.</summary>
    public static void Write(IReadOnlyList<CmdletHelp> cmdlets, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.GetFiles(folder, "*.md"))
            File.Delete(old);
        var names = cmdlets.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (CmdletHelp cmdlet in cmdlets)
            Write(Path.Combine(folder, $"{cmdlet.Name}.md"), MarkdownPage.Of(cmdlet, names));
        Write(Path.Combine(folder, IndexName), Index(cmdlets));
    }

    private static string Index(IEnumerable<CmdletHelp> cmdlets)
    {
        var text = new StringBuilder("# Cmdlets\n\n");
        text.Append("What `Get-Help` tells of each cmdlet, as pages. They lie in the module too, in its folder `").Append(Folder).Append("`.\n\n");
        text.Append("| cmdlet | what it does |\n|---|---|\n");
        foreach (CmdletHelp cmdlet in cmdlets.OrderBy(c => c.Name, StringComparer.Ordinal))
            text.Append($"| [{cmdlet.Name}]({cmdlet.Name}.md) | {MarkdownPage.Escape(cmdlet.Synopsis)} |\n");
        return text.ToString();
    }

    private static void Write(string path, string text) => File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
