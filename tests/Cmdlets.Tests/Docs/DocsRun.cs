using System.Text.Json;

namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>All blocks of the pages, run once in the real PowerShell, in one process.</summary>
public sealed class DocsRun : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNameCaseInsensitive = true };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emtools-docs-");
    private readonly Lazy<IReadOnlyDictionary<string, BlockResult>> _results;

    public DocsRun() => _results = new(Run);

    /// <summary>What a block gave.</summary>
    internal BlockResult this[DocsBlock block] => _results.Value[Key(block)];

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Key(DocsBlock block) => $"{block.Page}:{block.Line}";

    private Dictionary<string, BlockResult> Run()
    {
        Pwsh.SkipIfMissing();
        string jobs = Path.Combine(_folder.FullName, "blocks.json"), results = Path.Combine(_folder.FullName, "results.json");
        File.WriteAllText(jobs, JsonSerializer.Serialize(DocsBlock.All.Select(block => new { Key = Key(block), block.Page, Code = Substitution.Apply(block.Code) })));
        Pwsh.Ended ended = Pwsh.Run(
            "-File", Path.Combine(ModuleSession.RepositoryRoot, "tests", "Cmdlets.Tests", "Docs", "Run-Blocks.ps1"),
            "-Module", ModuleSession.Manifest, "-Seed", DocsSeed.Script, "-Block", jobs, "-Folder", Path.Combine(_folder.FullName, "work"), "-Result", results);
        Assert.True(ended.Code == 0 && File.Exists(results), $"The blocks could not be run: exit code {ended.Code}. {ended.Text}");
        return JsonSerializer.Deserialize<BlockResult[]>(File.ReadAllText(results), s_json)!.ToDictionary(result => result.Key);
    }
}

/// <summary>What a block gave.</summary>
/// <param name="Key">The page and the line.</param>
/// <param name="Errors">Errors, terminating and others.</param>
/// <param name="Warnings">Warnings.</param>
/// <param name="Files">Files that were not there before.</param>
/// <param name="Sections">The sections among them.</param>
internal sealed record BlockResult(string Key, string[] Errors, string[] Warnings, string[] Files, WrittenSection[] Sections);

/// <summary>A section that a block wrote.</summary>
/// <param name="File">Its path in the block's folder.</param>
/// <param name="PixelType">Its type.</param>
/// <param name="Median">Its median.</param>
/// <param name="Spread">Its standard deviation.</param>
/// <param name="Dark">Share of the pixels with the smallest value that its type, or it, has.</param>
/// <param name="Bright">Share of those with the largest.</param>
internal sealed record WrittenSection(string File, string PixelType, double Median, double Spread, double Dark, double Bright);
