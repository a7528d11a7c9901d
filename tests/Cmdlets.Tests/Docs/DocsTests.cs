using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>
/// Every PowerShell block of README, docs and the topics runs as it stands, and what comes out is a picture. A block that is new runs
/// too; what cannot run here stands in <see cref="Substitution.All"/> with its reason.
/// </summary>
public sealed class DocsTests(DocsRun run) : IClassFixture<DocsRun>
{
    /// <summary>More pixels of an 8-bit section at one end than this are no picture.</summary>
    private const double LargestShareAtAnEnd = 0.2;

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (DocsBlock block in DocsBlock.All)
                data.Add(block.Page, block.Line);
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Blocks))]
    public void A_block_runs_and_gives_pictures(string page, int line)
    {
        DocsBlock block = DocsBlock.All.Single(b => b.Page == page && b.Line == line);
        BlockResult result = run[block];

        Assert.True(result.Errors.Length == 0, $"{page}, line {line}: {string.Join('\n', result.Errors)}");
        if (Regex.IsMatch(block.Code, @"\| *(Write-EmSection|Invoke-EmStack)\b"))
            Assert.True(result.Sections.Length > 0, $"{page}, line {line}: nothing was written.");
        foreach (WrittenSection section in result.Sections)
        {
            Assert.True(section.Spread > 0, $"{page}, line {line}: {section.File} is of one grey level, {section.Median}.");
            if (section.PixelType != "UInt8")
                continue;
            Assert.True(
                section is { Dark: < LargestShareAtAnEnd, Bright: < LargestShareAtAnEnd, Median: > 40 and < 215, Spread: > 10 },
                $"{page}, line {line}: {section} is no picture.");
        }
    }

    [Fact]
    public void Substitutions_are_needed()
    {
        Assert.True(DocsBlock.All.Count > 20, $"Only {DocsBlock.All.Count} blocks were found.");
        foreach (Substitution substitution in Substitution.All)
            Assert.True(DocsBlock.All.Any(block => Regex.IsMatch(block.Code, substitution.Pattern, RegexOptions.Multiline)), $"No block needs the substitution of {substitution.Pattern}; remove it.");
    }
}
