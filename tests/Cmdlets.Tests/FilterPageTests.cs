using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests;

/// <summary>The examples of the pages in docs/filters run as they stand.</summary>
public sealed partial class FilterPageTests : IClassFixture<FilterPageTests.TrialData>
{
    private static readonly string Pages = Path.Combine(ModuleSession.RepositoryRoot, "docs", "filters");

    private readonly TrialData _trial;

    public FilterPageTests(TrialData trial) => _trial = trial;

    public static TheoryData<string> AllPages => [.. Directory.GetFiles(Pages, "*.md").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void The_example_of_a_page_runs(string page)
    {
        string text = File.ReadAllText(Path.Combine(Pages, page));
        string example = Assert.Single(ExamplePattern().Matches(text)).Groups["code"].Value;

        using var session = new ModuleSession();
        _trial.CopyTo(session.Folder);
        session.Run(example).RequireNoErrors();

        string written = Assert.Single(WrittenPattern().Matches(example)).Groups["folder"].Value;
        Assert.NotEmpty(Directory.GetFiles(session.In(written), "*.tif"));
    }

    [GeneratedRegex(@"## Example\n\n```powershell\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();

    [GeneratedRegex(@"Write-EmSection (?<folder>\w+)/")]
    private static partial Regex WrittenPattern();

    /// <summary>A small stack as a folder of a user's: raw sections, and the tables that belong to them.</summary>
    public sealed class TrialData : IDisposable
    {
        private readonly ModuleSession _session = new();

        public TrialData() => _session.Run("New-EmPhantom -Count 5 -Height 112 -Width 128 -FirstIndex 5600 -Destination .").RequireNoErrors();

        public void CopyTo(string folder)
        {
            foreach (string path in Directory.GetFiles(_session.Folder, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(folder, Path.GetRelativePath(_session.Folder, path));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy);
            }
        }

        public void Dispose() => _session.Dispose();
    }
}
