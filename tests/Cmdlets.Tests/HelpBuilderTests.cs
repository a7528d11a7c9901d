using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EmTools.Cmdlets.Tests;

/// <summary>The build's help tool refuses what is not described. What it writes, tests/Help.Tests.ps1 read with Get-Help.</summary>
public sealed class HelpBuilderTests : IDisposable
{
    private static readonly string s_comments = ModuleSession.Metadata("CmdletComments");
    private static readonly string s_assembly = Path.ChangeExtension(s_comments, "dll");

    private static readonly string s_module = Path.GetDirectoryName(ModuleSession.Manifest)!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emtools-help-");

    private string Output => Path.Combine(_folder.FullName, "en-US", "help.xml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "summary", "Write-EmSection has no <summary>.")]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "remarks", "Write-EmSection has no <remarks> with a <para>.")]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "example", "Write-EmSection has 1 of at least 2 <example>s.")]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "seealso", "Write-EmSection has no <seealso> with another cmdlet.")]
    [InlineData("P:EmTools.Cmdlets.WriteEmSectionCommand.Compression", "summary", "Write-EmSection -Compression has no <summary>.")]
    public void What_is_not_described_fails_the_build(string member, string element, string expected)
    {
        XDocument comments = XDocument.Load(s_comments);
        XElement[] elements = [.. comments.Descendants("member").Single(m => m.Attribute("name")!.Value == member).Elements(element)];
        Assert.NotEmpty(elements);
        foreach (XElement surplus in element == "example" ? elements.Skip(1) : elements)
            surplus.Remove();
        string doctored = Path.Combine(_folder.FullName, "doctored.xml");
        comments.Save(doctored);

        AssertRefused(doctored, expected);
    }

    [Fact]
    public void A_related_cmdlet_that_is_none_fails_the_build()
    {
        string doctored = Path.Combine(_folder.FullName, "doctored.xml");
        File.WriteAllText(doctored, File.ReadAllText(s_comments).Replace("<seealso cref=\"T:EmTools.Cmdlets.ExportEmChunkCommand\"", "<seealso cref=\"T:EmTools.Cmdlets.ShowEmChunkCommand\"", StringComparison.Ordinal));

        AssertRefused(doctored, "Write-EmSection: <seealso> names Show-EmChunk, which is no other cmdlet.", alone: false);
    }

    [Fact]
    public void What_was_built_is_what_the_module_has()
    {
        Assert.Equal((0, ""), Build(s_assembly, s_comments, Output));
        Assert.Equal(File.ReadAllBytes(Path.Combine(s_module, "en-US", "EmTools.Cmdlets.dll-Help.xml")), File.ReadAllBytes(Output));
    }

    /// <summary>A machine with other processors and less memory, in another place, writes the same help.</summary>
    [Fact]
    public void The_machine_that_builds_is_not_in_the_help()
    {
        var other = new Dictionary<string, string?> { ["DOTNET_PROCESSOR_COUNT"] = $"{Environment.ProcessorCount + 3}", ["DOTNET_GCHeapHardLimit"] = "0x20000000", ["TMPDIR"] = _folder.FullName, ["TZ"] = "Asia/Kathmandu" };

        Assert.Equal((0, ""), Build(other, s_assembly, s_comments, Output));

        Assert.Equal(File.ReadAllText(Path.Combine(s_module, "en-US", "EmTools.Cmdlets.dll-Help.xml")), File.ReadAllText(Output));
    }

    [Fact]
    public void The_cmdlets_pages_are_what_the_comments_say()
    {
        string made = Path.Combine(_folder.FullName, "pages"), committed = Path.Combine(ModuleSession.RepositoryRoot, "docs", "cmdlets");
        Directory.CreateDirectory(made);
        File.WriteAllText(Path.Combine(made, "Show-EmNothing.md"), "the page of a cmdlet that is no more");

        Assert.Equal((0, ""), Build(s_assembly, s_comments, Output, made));

        string[] names = [.. new[] { made, committed }.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)).Select(file => Path.GetFileName(file)).Distinct().Order(StringComparer.Ordinal)];
        string[] stale = [.. names.Where(name => Text(Path.Combine(made, name)) != Text(Path.Combine(committed, name)))];
        Assert.True(stale.Length == 0, $"Not as the comments of the cmdlets have it in docs/cmdlets: {string.Join(", ", stale)}. Renew the pages: dotnet build src/Cmdlets -c Release -t:RenewCmdletPages");
        Assert.Contains("README.md", names);
        Assert.DoesNotContain("Show-EmNothing.md", names);

        static string Text(string path) => File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
    }

    [Fact]
    public void The_cmdlets_pages_lead_to_pages_that_the_module_has()
    {
        string folder = Path.Combine(s_module, "docs", "cmdlets");
        var targets = (from page in Directory.GetFiles(folder, "*.md")
                       from Match link in Regex.Matches(File.ReadAllText(page), @"\]\(([^)#]+)")
                       select (Page: Path.GetFileName(page), Target: link.Groups[1].Value)).ToList();

        Assert.True(targets.Count > 100, $"only {targets.Count} links were found");
        Assert.All(targets, link => Assert.True(File.Exists(Path.Combine(folder, link.Target)), $"{link.Page} leads to {link.Target}, which is not in the module"));
    }

    [Fact]
    public void A_wrong_command_line_is_told()
    {
        (int code, string errors) = Build(s_assembly, s_comments);
        Assert.Equal(64, code);
        Assert.StartsWith("usage: ", errors, StringComparison.Ordinal);

        (code, errors) = Build(s_assembly, Path.Combine(_folder.FullName, "none.xml"), Output);
        Assert.Equal(64, code);
        Assert.Contains("there is no '", errors, StringComparison.Ordinal);
    }

    private void AssertRefused(string comments, string expected, bool alone = true)
    {
        (int code, string errors) = Build(s_assembly, comments, Output);
        Assert.Equal(1, code);
        string[] lines = errors.ReplaceLineEndings("\n").Trim().Split('\n');
        Assert.Contains($"EmTools.Cmdlets.dll : error HELP001: {expected}", lines);
        if (alone)
            Assert.Single(lines);
        Assert.False(File.Exists(Output));
    }

    private static (int Code, string Errors) Build(params string[] arguments) => Build(new Dictionary<string, string?>(), arguments);

    // As the build does, in a process of its own: the tool brings an engine that must not be here beside the module's.
    private static (int Code, string Errors) Build(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ModuleSession.Metadata("HelpBuilder"), .. arguments]) { RedirectStandardError = true };
        foreach ((string key, string? value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
