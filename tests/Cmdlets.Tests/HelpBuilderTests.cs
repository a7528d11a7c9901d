using System.Diagnostics;
using System.Xml.Linq;

namespace EmTools.Cmdlets.Tests;

/// <summary>The build's help tool refuses what is not described. What it writes, tests/Help.Tests.ps1 read with Get-Help.</summary>
public sealed class HelpBuilderTests : IDisposable
{
    private static readonly string s_comments = ModuleSession.Metadata("CmdletComments");
    private static readonly string s_assembly = Path.ChangeExtension(s_comments, "dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emtools-help-");

    private string Output => Path.Combine(_folder.FullName, "en-US", "help.xml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "summary", "Write-EmSection has no <summary>.")]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "remarks", "Write-EmSection has no <remarks> with a <para>.")]
    [InlineData("T:EmTools.Cmdlets.WriteEmSectionCommand", "example", "Write-EmSection has 1 of at least 2 <example>s.")]
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

        (int code, string errors) = Build(s_assembly, doctored, Output);
        Assert.Equal(1, code);
        Assert.Equal($"EmTools.Cmdlets.dll : error HELP001: {expected}", errors.Trim());
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public void What_was_built_is_what_the_module_has()
    {
        Assert.Equal((0, ""), Build(s_assembly, s_comments, Output));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(ModuleSession.Manifest)!, "en-US", "EmTools.Cmdlets.dll-Help.xml")), File.ReadAllBytes(Output));
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

    // As the build does, in a process of its own: the tool brings an engine that must not be here beside the module's.
    private static (int Code, string Errors) Build(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ModuleSession.Metadata("HelpBuilder"), .. arguments]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
