using System.Reflection;
using System.Xml.Linq;
using EmTools.Engine.Filters;
using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>Help is built from the sample module's comments and read back by Get-Help.</summary>
public sealed class HelpBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("help-").FullName;
    private readonly Assembly _assembly = typeof(SampleModule.GetSampleCommand).Assembly;
    private readonly string _comments = Path.Combine(AppContext.BaseDirectory, "EmTools.SampleModule.xml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void GetHelpReadsWhatWasBuilt()
    {
        string help = Build();
        Assert.Contains("SYNOPSIS\n    Gives samples.", GetHelp(help, "Get-Sample"), StringComparison.Ordinal);
        Assert.Contains("Get-Sample [-Path] <String[]> [-Count <Int32>] [-Order {Name | Size}] [-Timeout <TimeSpan>]", GetHelp(help, "Get-Sample"), StringComparison.Ordinal);
        Assert.Contains("Get-Sample -LiteralPath <String[]> [-Count <Int32>]", GetHelp(help, "Get-Sample"), StringComparison.Ordinal);

        string full = GetHelp(help, "Get-Sample -Full");
        Assert.Contains("as SampleOrder says; see Write-Sample.", full, StringComparison.Ordinal);
        Assert.Contains("A second paragraph.", full, StringComparison.Ordinal);
        Assert.Contains("True (ByValue, ByPropertyName)", full, StringComparison.Ordinal);
        Assert.Contains("About samples https://example.org/samples", full, StringComparison.Ordinal);
        Assert.Matches(@"OUTPUTS\n\s+EmTools.SampleModule.Sample", full);

        string examples = GetHelp(help, "Get-Sample -Examples");
        Assert.Contains("Gives all samples of a folder.", examples, StringComparison.Ordinal);
        Assert.Matches(@"Get-Sample raw \|\n\s+Get-Sample -Count 1", examples);
    }

    [Theory]
    [InlineData("Path", "Position\\? +0", "Required\\? +true", "wildcard characters\\? +true")]
    [InlineData("LiteralPath", "Position\\? +named", "Aliases +PSPath, LP", "wildcard characters\\? +false")]
    [InlineData("Count", "Default value +2", "Required\\? +false", "How many\\.")]
    [InlineData("Order", "Default value +Size", "One of: Name, Size", "In which order")]
    [InlineData("Timeout", "Default value +as long as it takes", "How long", "<TimeSpan>")]
    public void ParametersSayAllThereIs(string parameter, params string[] patterns)
    {
        string text = GetHelp(Build(), $"Get-Sample -Parameter {parameter}");
        Assert.All(patterns, p => Assert.Matches(p, text));
    }

    [Fact]
    public void FiltersParametersAreListedWithTheirFilter()
    {
        string help = Build();
        Assert.Contains("Invoke-EmFilter [-Name] {Destripe}", GetHelp(help, "Invoke-EmFilter"), StringComparison.Ordinal);
        string text = Words(GetHelp(help, "Invoke-EmFilter -Full"));
        foreach (FilterDefinition filter in FilterCatalog.All)
        {
            foreach (FilterParameter parameter in filter.Parameters)
            {
                Assert.Contains($" -{parameter.Name} ", text, StringComparison.OrdinalIgnoreCase);
                Assert.Contains(Words($"{filter.Name}: {parameter.Description}"), text, StringComparison.Ordinal);
            }
        }

        Assert.Contains("Values: odd, 1 to 1000001; unit: pixels; default: 161, 161, 161, 201, 251, 301; published as bands_len.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T:EmTools.SampleModule.GetSampleCommand", "summary", "Get-Sample has no <summary>.")]
    [InlineData("T:EmTools.SampleModule.GetSampleCommand", "remarks", "Get-Sample has no <remarks> with a <para>.")]
    [InlineData("T:EmTools.SampleModule.GetSampleCommand", "example", "Get-Sample has 1 of at least 2 <example>s.")]
    [InlineData("P:EmTools.SampleModule.GetSampleCommand.Count", "summary", "Get-Sample -Count has no <summary>.")]
    public void WhatIsNotDescribedFailsTheBuild(string member, string element, string expected)
    {
        XDocument comments = XDocument.Load(_comments);
        comments.Descendants("member").Single(m => m.Attribute("name")!.Value == member).Elements(element).First().Remove();
        string doctored = Path.Combine(_folder, "doctored.xml");
        comments.Save(doctored);
        string output = Path.Combine(_folder, "not-written.xml");

        Assert.Equal([expected], HelpBuilder.Program.Build(_assembly, doctored, output));
        Assert.False(File.Exists(output));
        Assert.Equal(1, HelpBuilder.Program.Main([_assembly.Location, doctored, output]));
        Assert.Equal(64, HelpBuilder.Program.Main([_assembly.Location, doctored]));
    }

    [Fact]
    public void TheSameInputGivesTheSameFile()
        => Assert.Equal(File.ReadAllBytes(Build("a")), File.ReadAllBytes(Build("b")));

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string Build(string sub = "module")
    {
        string module = Path.Combine(_folder, sub);
        string output = Path.Combine(module, "en-US", "EmTools.SampleModule.dll-Help.xml");
        Assert.Empty(HelpBuilder.Program.Build(_assembly, _comments, output));
        return output;
    }

    // In the shell, as a user reads it; the module's folder must hold the assembly beside en-US.
    private static string GetHelp(string help, string about)
    {
        string module = Path.GetDirectoryName(Path.GetDirectoryName(help)!)!;
        foreach (string file in new[] { "EmTools.SampleModule.dll", "EmTools.psd1" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(module, file), overwrite: true);

        using ShellProcess process = ShellProcess.Start(ShellProcess.Shell, ["-Command", $"Get-Help {about}"], new Dictionary<string, string?> { ["EMTOOLS_MODULE"] = module });
        ShellResult result = process.Finish();
        Assert.Equal("", result.Errors);
        return result.Output;
    }
}
