using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>What Tab offers where PowerShell has nothing to offer.</summary>
public sealed class FileNameCompletionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emsh-");

    public FileNameCompletionTests()
    {
        foreach (string name in new[] { "00001.tif", "00002.tif", "my mask.tif", "it's.tif", ".hidden", "run.ps1", "raw/05600.tif", "raw/a b.tif", "two words/x.tif" })
        {
            string path = Path.Combine(_folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Read-EmSection 0^", "0", "00001.tif", "00002.tif")]
    [InlineData("Read-EmSection ra^", "ra", "raw/")]
    [InlineData("Read-EmSection RA^", "RA", "raw/")]
    [InlineData("Read-EmSection raw/05^", "raw/05", "raw/05600.tif")]
    [InlineData("Read-EmSection ./raw/05^", "./raw/05", "./raw/05600.tif")]
    [InlineData("Read-EmSection raw/../r^", "raw/../r", "raw/../raw/", "raw/../run.ps1")]
    [InlineData("Read-EmSection 00001.tif,ra^", "ra", "raw/")]
    [InlineData("Read-EmSection .^", ".", ".hidden")]
    [InlineData("Read-EmSection nothing/0^", "nothing/0")]
    [InlineData("Read-EmSection 0^ -Invert", "0", "00001.tif", "00002.tif")]
    [InlineData("Read-EmSection raw/^", "raw/", "'raw/05600.tif'", "'raw/a b.tif'")]
    [InlineData("f -Mask m^", "m", "'my mask.tif'")]
    [InlineData("f -Mask i^", "i", "'it''s.tif'")]
    [InlineData("f -Mask 'my m^", "'my m", "'my mask.tif'")]
    [InlineData("f -Mask 'my m^'", "'my m'", "'my mask.tif'")]
    [InlineData("f -Mask \"it's^", "\"it's", "\"it's.tif\"")]
    [InlineData("f -Mask my` m^", "my` m", "'my mask.tif'")]
    [InlineData("f two^", "two", "'two words/'")]
    [InlineData("f 'two words/'^", "'two words/'", "'two words/x.tif'")]
    [InlineData("ru^", "ru", "./run.ps1")]
    [InlineData("1 | ./ru^", "./ru", "./run.ps1")]
    [InlineData("^", "")]
    [InlineData("f; ^", "")]
    public void OffersPathsAsTheyWereBegun(string line, string replaced, params string[] expected)
    {
        int cursor = line.IndexOf('^', StringComparison.Ordinal);
        line = line.Remove(cursor, 1);

        (int start, int length, IReadOnlyList<string> candidates) = FileNameCompletion.Complete(line, cursor, _folder.FullName);

        Assert.Equal(expected, candidates);
        Assert.Equal(replaced, line.Substring(start, length));
    }

    [Fact]
    public void OffersAllFilesButHiddenOnesForAnEmptyWord()
        => Assert.Equal(["'00001.tif'", "'00002.tif'", "'it''s.tif'", "'my mask.tif'", "'raw/'", "'run.ps1'", "'two words/'"], FileNameCompletion.Complete("f ", 2, _folder.FullName).Candidates);

    [Fact]
    public void KnowsTheHomeFolder()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        int visible = new DirectoryInfo(home).EnumerateFileSystemInfos().Count(e => !e.Name.StartsWith('.'));
        IReadOnlyList<string> candidates = FileNameCompletion.Complete("f ~/", 4, _folder.FullName).Candidates;
        Assert.Equal(visible, candidates.Count);
        Assert.All(candidates, c => Assert.StartsWith("~/", c.TrimStart('\''), StringComparison.Ordinal));
        Assert.Empty(FileNameCompletion.Complete("f ~0/", 5, _folder.FullName).Candidates);
    }

    [Fact]
    public void TakesWholePaths()
        => Assert.Equal([$"{_folder.FullName}/run.ps1"], FileNameCompletion.Complete($"f {_folder.FullName}/ru", _folder.FullName.Length + 5, "/").Candidates);
}
