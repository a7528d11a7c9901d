using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmTools.Cmdlets.Tests;

public sealed class CompletionTests : IClassFixture<ModuleSession>
{
    private readonly ModuleSession _session;

    public CompletionTests(ModuleSession session) => _session = session;

    [Fact]
    public void Filter_names_complete_with_what_they_do()
    {
        CommandCompletion completion = Complete("Invoke-EmFilter De");

        Assert.Equal(["Destripe", "Denoise"], completion.CompletionMatches.Select(m => m.CompletionText).Take(2));
        Assert.StartsWith("Removes stripes (curtains)", completion.CompletionMatches[0].ToolTip, StringComparison.Ordinal);
        Assert.Contains("Contrast", Texts("Get-EmFilter "));
    }

    [Theory]
    [InlineData("Invoke-EmFilter Destripe -Band", "-BandLength")]
    [InlineData("Invoke-EmFilter -Name Contrast -High", "-HighPassSigma")]
    [InlineData("$s | Invoke-EmFilter Denoise -NoN", "-NoNoisePropagation")]
    public void Filter_parameters_complete_once_the_filter_is_named(string line, string expected)
        => Assert.Equal([expected], Texts(line));

    [Fact]
    public void Choices_complete()
    {
        Assert.Equal(["Horizontal", "Vertical"], Texts("Invoke-EmFilter Destripe -Direction ").Order());
        Assert.Contains("Nearest", Texts("Invoke-EmFilter Destripe -Method Predict, N"));
        Assert.Equal(["UInt16", "UInt8"], Texts("Invoke-EmFilter Contrast -PixelType U").Order());
        Assert.Equal(["Deflate", "Lzw", "None"], Texts("Write-EmSection out -Compression ").Order());
    }

    private IEnumerable<string> Texts(string line) => Complete(line).CompletionMatches.Select(match => match.CompletionText);

    private CommandCompletion Complete(string line)
    {
        using var shell = PowerShell.Create(_session.Runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell);
    }
}
