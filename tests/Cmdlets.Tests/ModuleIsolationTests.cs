using System.Reflection;
using System.Reflection.Emit;

namespace EmTools.Cmdlets.Tests;

/// <summary>The module beside others that bring other versions of the packages that it uses.</summary>
public sealed class ModuleIsolationTests : IDisposable
{
    private static readonly string s_packages = typeof(ModuleIsolationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PackageRoot").Value!;

    /// <summary>Assemblies of other versions, as another module would load them.</summary>
    private static readonly (string Name, string Version, string Path)[] s_others =
    [
        ("MathNet.Numerics", "4.15.0.0", "mathnet.numerics/4.15.0/lib/netstandard2.0/MathNet.Numerics.dll"),
        ("SkiaSharp", "2.88.0.0", "skiasharp/2.88.9/lib/net6.0/SkiaSharp.dll"),
        ("System.IO.Hashing", "8.0.0.0", "system.io.hashing/8.0.0/lib/net8.0/System.IO.Hashing.dll"),
        ("System.Numerics.Tensors", "9.0.0.4", "system.numerics.tensors/9.0.4/lib/net9.0/System.Numerics.Tensors.dll"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emtools-beside-");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_versions_of_its_packages_do_no_harm_and_meet_none(bool othersFirst)
    {
        string otherHdf5 = StandIn("PureHDF", new Version(1, 0, 0, 0));
        string others = string.Join('\n', s_others.Select(other => Path.Combine(s_packages, other.Path)).Append(otherHdf5).Select(path => $"Add-Type -Path '{path}'"));
        string import = $"Import-Module '{ModuleSession.Manifest}'; $null = New-EmPhantom -Height 48 -Width 64 | Measure-EmSection";
        string output = Pwsh.Run("-Command", $$"""
            $ErrorActionPreference = 'Stop'
            Set-Location '{{_folder}}'
            {{(othersFirst ? others : import)}}
            {{(othersFirst ? import : others)}}
            New-EmPhantom -Count 6 -Height 96 -Width 128 -Destination ph
            $null = Read-EmSection ph/raw -Invert | Measure-EmStack -Destination calibration -WarningAction Ignore
            $end = Read-EmSection ph/raw -Invert | Invoke-EmFilter Destripe | Set-EmIntensityOffset -Calibration calibration | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast | Invoke-EmStack restored
            "done: $($end.Done)"
            Read-EmSection restored/00000.tif | Export-EmPreview picture.png -PassThru | ForEach-Object Name
            "theirs: $([Math]::Round([MathNet.Numerics.SpecialFunctions]::Gamma(5), 6)) $([MathNet.Numerics.SpecialFunctions].Assembly.GetName().Version)"
            [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName() } | Where-Object Name -In 'PureHDF', {{string.Join(", ", s_others.Select(other => $"'{other.Name}'"))}} | ForEach-Object { "shared: $($_.Name) $($_.Version)" } | Sort-Object
            """).RequireSuccess();
        string[] lines = output.Trim().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(["done: 6", "picture.png", "theirs: 24 4.15.0.0", .. s_others.Select(other => $"shared: {other.Name} {other.Version}").Append("shared: PureHDF 1.0.0.0").Order(StringComparer.Ordinal)], lines);
    }

    [SkippableFact]
    public void Beside_another_version_it_says_which_and_what_to_do()
    {
        string output = Pwsh.Run("-Command", $$"""
            Add-Type -Path '{{StandIn("EmTools.Cmdlets", new Version(0, 1, 0, 0))}}'
            try { Import-Module '{{ModuleSession.Manifest}}' -ErrorAction Stop } catch { "$_" }
            """).RequireSuccess();
        Assert.Contains("EmTools 0.1.0 is loaded in this session already", output, StringComparison.Ordinal);
        Assert.Contains("Start a new PowerShell to use EmTools", output, StringComparison.Ordinal);
    }

    /// <summary>An assembly of a name and a version that has next to nothing in it.</summary>
    private string StandIn(string name, Version version)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("Nothing", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        string path = Path.Combine(_folder.CreateSubdirectory("other").FullName, $"{name}.dll");
        assembly.Save(path);
        return path;
    }

    [SkippableFact]
    public void A_second_copy_of_the_module_leaves_the_first_at_work()
    {
        string copy = Path.Combine(_folder.FullName, "EmTools");
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(ModuleSession.Manifest)!, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(Path.GetDirectoryName(ModuleSession.Manifest)!, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        string output = Pwsh.Run("-Command", $$"""
            Import-Module '{{ModuleSession.Manifest}}'
            $section = New-EmPhantom -Height 48 -Width 64
            Import-Module '{{copy}}'
            ($section | Invoke-EmFilter Denoise | Measure-EmSection).Mean -gt 0
            """).RequireSuccess();
        Assert.Equal("True", output.Trim());
    }
}
