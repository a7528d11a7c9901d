using System.Text.Json;

namespace EmTools.Cmdlets.Tests.Specs;

/// <summary>What Run-Specs.ps1 tells of the specs in a folder.</summary>
/// <param name="Specs">The specs, in their order.</param>
/// <param name="Files">The files.</param>
internal sealed record SpecReport(SpecOutcome[] Specs, SpecFile[] Files)
{
    private static readonly string s_script = Path.Combine(ModuleSession.RepositoryRoot, "tests", "Cmdlets.Tests", "Specs", "Run-Specs.ps1");

    /// <summary>Runs the specs, or only lists them.</summary>
    /// <param name="folder">The folder with *.Tests.ps1 files; folders below are not looked at.</param>
    /// <param name="pester">The version of Pester.</param>
    /// <param name="list">List them.</param>
    public static SpecReport Of(string folder, string pester, bool list = false)
    {
        string file = Path.Combine(ModuleSession.Metadata("PackageRoot"), "pester", pester, "tools", "Pester.psd1");
        DirectoryInfo work = Directory.CreateTempSubdirectory("emtools-specs-");
        try
        {
            string result = Path.Combine(work.FullName, "result.json");
            Pwsh.Ended ended = Pwsh.Run([.. new[] { "-File", s_script, "-Pester", file, "-Folder", folder, "-Result", result }, .. list ? ["-List"] : Array.Empty<string>()]);

            // A spec may end the process with any code, and before the report.
            if (ended.Code != 0 || !File.Exists(result))
                Assert.Fail($"The specs did not come to their end under Pester {pester}: exit code {ended.Code}. {ended.Text}");
            return Parse(File.ReadAllText(result));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>As <see cref="Of"/> lists them; kept until <paramref name="key"/> changes, for it takes seconds and every run of tests begins with it.</summary>
    public static SpecReport List(string folder, string pester, string key)
    {
        string kept = Path.Combine(AppContext.BaseDirectory, $"specs-{key}.json");
        if (File.Exists(kept))
            return Parse(File.ReadAllText(kept));

        SpecReport list = Of(folder, pester, list: true);
        foreach (string old in Directory.EnumerateFiles(AppContext.BaseDirectory, "specs-*.json"))
            File.Delete(old);
        string part = kept + ".part";
        File.WriteAllText(part, JsonSerializer.Serialize(list));
        File.Move(part, kept, overwrite: true);
        return list;
    }

    /// <summary>The specs as cases, and one case for each file that has none.</summary>
    public IEnumerable<SpecCase> Cases(string pester)
        => Specs.GroupBy(spec => (spec.File, spec.Line))
            .SelectMany(same => same.Select((spec, i) => new SpecCase(pester, spec.File, spec.Line, i + 1, spec.Name)))
            .Concat(Files.Where(file => Specs.All(spec => spec.File != file.File)).Select(file => new SpecCase(pester, file.File, 0, 1, "has tests")));

    /// <summary>Passes, skips or fails as the case did.</summary>
    public void Require(SpecCase spec)
    {
        string[] around = [.. Files.Where(file => file.File == spec.File).SelectMany(file => file.Trouble)];
        SpecOutcome? outcome = Specs.Where(each => each.File == spec.File && each.Line == spec.Line).Skip(spec.Number - 1).FirstOrDefault();
        if (outcome is null)
            Assert.Fail($"{spec} was not run. {string.Join('\n', around)}");

        string trouble = string.Join('\n', outcome.Trouble.Concat(around));
        Skip.If(outcome.Outcome is "Skipped" or "Inconclusive", trouble.Length > 0 ? trouble : "The spec says -Skip.");
        Assert.True(outcome.Name == spec.Name, $"Line {spec.Line} of {spec.File} was listed as '{spec.Name}' and ran as '{outcome.Name}'.");
        Assert.True(outcome.Outcome == "Passed" && trouble.Length == 0, $"{spec}, line {spec.Line}: {outcome.Outcome}. {trouble}");
    }

    private static SpecReport Parse(string json) => JsonSerializer.Deserialize<SpecReport>(json)!;
}

/// <summary>What came of a spec.</summary>
/// <param name="File">Its file's name.</param>
/// <param name="Line">The line of its It.</param>
/// <param name="Name">Its name and those of the blocks around it.</param>
/// <param name="Outcome">Passed, Failed, Skipped, Inconclusive or NotRun, as Pester says.</param>
/// <param name="Trouble">Its errors and those of the blocks around it.</param>
internal sealed record SpecOutcome(string File, int Line, string Name, string Outcome, string[] Trouble);

/// <summary>A file of specs.</summary>
/// <param name="File">Its name.</param>
/// <param name="Trouble">Errors outside its blocks: it cannot be read, or a Describe throws.</param>
internal sealed record SpecFile(string File, string[] Trouble);
