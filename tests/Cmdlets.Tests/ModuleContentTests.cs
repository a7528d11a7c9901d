using System.Management.Automation.Language;
using System.Reflection.PortableExecutable;

namespace EmTools.Cmdlets.Tests;

/// <summary>What the module's folder holds, as it is packed.</summary>
public sealed class ModuleContentTests
{
    private static readonly string s_folder = Path.GetDirectoryName(ModuleSession.Manifest)!;

    [Fact]
    public void It_runs_on_every_platform_and_is_small()
    {
        string[] files = Directory.GetFiles(s_folder, "*", SearchOption.AllDirectories);

        Assert.DoesNotContain(files, file => Path.GetExtension(file) is ".so" or ".dylib" or ".exe");
        foreach (string file in files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)))
        {
            using var assembly = new PEReader(File.OpenRead(file));
            Assert.True(assembly.PEHeaders.CorHeader is { } header && header.Flags.HasFlag(CorFlags.ILOnly) && !header.Flags.HasFlag(CorFlags.Requires32Bit), $"{file} holds code of one processor");
        }

        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1_000_000, 15_000_000);
    }

    /// <summary>Their licences ask for it.</summary>
    [Fact]
    public void It_names_the_packages_that_it_contains_with_their_versions_and_licences()
    {
        Assert.Contains("MIT License", File.ReadAllText(Path.Combine(s_folder, "LICENSE")), StringComparison.Ordinal);
        string notices = File.ReadAllText(Path.Combine(s_folder, "THIRD-PARTY-NOTICES.txt"));
        string versions = File.ReadAllText(Path.Combine(ModuleSession.RepositoryRoot, "Directory.Packages.props"));
        string[] others = [.. Directory.GetFiles(Path.Combine(s_folder, "lib"), "*.dll").Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => !name.StartsWith("emtools", StringComparison.OrdinalIgnoreCase))];

        Assert.True(others.Length >= 5);
        Assert.All(others, name =>
        {
            // A package may be called more than its file, as ZstdSharp.Port is.
            string package = versions.Contains($"Include=\"{name}\"", StringComparison.Ordinal) ? name : $"{name}.Port";
            string version = versions.Split($"Include=\"{package}\" Version=\"")[1].Split('"')[0];
            Assert.Contains($"\n{package} {version} (", notices, StringComparison.Ordinal);
        });
        Assert.Contains("\nDejaVu Sans ", notices, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_manifest_tells_what_a_gallery_shows()
    {
        var manifest = (HashtableAst)Parser.ParseFile(ModuleSession.Manifest, out _, out _).Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false);
        var data = (System.Collections.Hashtable)((System.Collections.Hashtable)((System.Collections.Hashtable)manifest.SafeGetValue())["PrivateData"]!)["PSData"]!;

        Assert.False(string.IsNullOrWhiteSpace((string?)data["LicenseUri"]));
        Assert.Contains("CHANGELOG.md", (string)data["ReleaseNotes"]!, StringComparison.Ordinal);
        Assert.True(((object[])data["Tags"]!).Length >= 8);
        Assert.True(File.Exists(Path.Combine(s_folder, "CHANGELOG.md")), "the release notes name a file that is not there");
    }
}
