using System.Management.Automation.Language;

namespace EmTools.Cmdlets.Tests;

/// <summary>build.ps1, run in the PowerShell that is a tool here. Users' folders are in one of the test's own.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private static readonly string s_script = Path.Combine(ModuleSession.RepositoryRoot, "build.ps1");

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("emtools-build-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void The_build_script_parses_and_takes_its_tasks()
    {
        ScriptBlockAst script = Parser.ParseFile(s_script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        Assert.Equal(["Task", "Configuration", "NoBuild"], script.ParamBlock.Parameters.Select(p => p.Name.VariablePath.UserPath));

        // Each task is a function of that name, or the script would call a stranger.
        string[] tasks = [.. script.ParamBlock.Parameters[0].Attributes.OfType<AttributeAst>().Single(a => a.TypeName.Name == "ValidateSet").PositionalArguments.Select(a => (string)a.SafeGetValue())];
        string[] functions = [.. script.FindAll(a => a is FunctionDefinitionAst, searchNestedScriptBlocks: false).Select(f => ((FunctionDefinitionAst)f).Name)];
        Assert.Equal(["Build", "Test", "Package", "Install"], tasks);
        Assert.Superset(tasks.ToHashSet(), functions.ToHashSet());
    }

    [SkippableFact]
    public void The_package_installs_from_a_local_feed_and_does_a_stack()
    {
        SkipWhereHomeStays();
        string package = Run("-Command", $"(& '{s_script}' -Task Package -NoBuild).Name").RequireSuccess();
        string feed = Path.Combine(ModuleSession.RepositoryRoot, "out");
        string file = Assert.Single(Directory.GetFiles(feed, "EmTools.*.nupkg"));
        Assert.Equal(Path.GetFileName(file), package.Trim());

        Run("-Command", $$"""
            Register-PSResourceRepository -Name Local -Uri '{{feed}}' -Trusted
            Install-PSResource EmTools -Repository Local -Scope CurrentUser
            """).RequireSuccess();

        // A fresh PowerShell finds it by its name; plain scripts do the stack with the task program that came with it.
        string used = Run("-Command", $$"""
            $ErrorActionPreference = 'Stop'
            New-EmPhantom -Count 2 -Height 48 -Width 64 -Destination '{{_home}}/trial'
            (Get-Module EmTools).ModuleBase
            $run = Read-EmSection '{{_home}}/trial/raw' -Invert | Invoke-EmFilter Denoise | Invoke-EmStack '{{_home}}/restored' -Scheduler Script
            $null = bash -c $run.Command
            "exit code $LASTEXITCODE, $((Test-EmStack '{{_home}}/restored').Sound) sound"
            (Get-Help Write-EmSection).Synopsis
            (Get-Help about_EmTools_Recipes).Trim().Split("`n")[1].Trim()
            (Show-Markdown "$((Get-Module EmTools).ModuleBase)/docs/cmdlets/Write-EmSection.md" | Out-String).Contains('Write-EmSection')
            """).RequireSuccess();
        string[] lines = used.Trim().ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith(_home.FullName, lines[0], StringComparison.Ordinal);
        Assert.Equal("exit code 0, 2 sound", lines[1]);
        Assert.Equal("Computes sections and writes them as TIFF files.", lines[2]);
        Assert.Equal("about_EmTools_Recipes", lines[3]);
        Assert.Equal("True", lines[4]);
        IEnumerable<string> scripts = Directory.GetFiles(Path.Combine(_home.FullName, "restored", ".emstack", "scripts"), "*.sh").Select(File.ReadAllText);
        Assert.Contains(scripts, text => text.Contains(lines[0], StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Install_puts_the_module_where_PowerShell_finds_it()
    {
        SkipWhereHomeStays();
        Run("-File", s_script, "-Task", "Install", "-NoBuild", "-WhatIf").RequireSuccess();
        Assert.Equal("", Run("-Command", "(Get-Module EmTools -ListAvailable).ModuleBase").RequireSuccess().Trim());

        Run("-File", s_script, "-Task", "Install", "-NoBuild").RequireSuccess();
        string found = Run("-Command", "(Get-Module EmTools -ListAvailable).ModuleBase; (New-EmPhantom -Height 48 -Width 64).Width").RequireSuccess();
        Assert.StartsWith(_home.FullName, found, StringComparison.Ordinal);
        Assert.EndsWith("64", found.Trim(), StringComparison.Ordinal);
    }

    /// <summary>dotnet is a program here that writes down how it is called, and fails when it is told to test.</summary>
    [SkippableFact]
    public void Nothing_is_packaged_when_a_test_failed()
    {
        SkipWhereHomeStays();
        string bin = Directory.CreateDirectory(Path.Combine(_home.FullName, "bin")).FullName, calls = Path.Combine(_home.FullName, "calls");
        string program = Path.Combine(bin, "dotnet");
        File.WriteAllText(program, $"#!/bin/sh\necho \"$@\" >>'{calls}'\n[ \"$1\" != test ] || exit 3\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Pwsh.Ended ended = Run(new Dictionary<string, string?> { ["PATH"] = $"{bin}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}" }, "-Command", $"& '{s_script}' -Task Package, Test -NoBuild");
        Assert.Equal(1, ended.Code);
        Assert.Contains("failed with exit code 3", ended.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain(".nupkg", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["tool restore", $"test {Path.Combine(ModuleSession.RepositoryRoot, "EmTools.sln")} --configuration Release --no-build"], File.ReadAllLines(calls));
    }

    private static void SkipWhereHomeStays()
        => Skip.If(OperatingSystem.IsWindows(), "Users' modules lie in their documents on Windows, which cannot be elsewhere for a test.");

    private Pwsh.Ended Run(params string[] arguments) => Run(new Dictionary<string, string?>(), arguments);

    private Pwsh.Ended Run(Dictionary<string, string?> environment, params string[] arguments)
    {
        environment["HOME"] = _home.FullName;
        foreach (string folder in new[] { "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME" })
            environment[folder] = null;
        return Pwsh.Run(environment, arguments);
    }
}
