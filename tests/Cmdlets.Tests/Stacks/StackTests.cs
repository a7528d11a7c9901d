using System.Diagnostics;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests;

public sealed class StackTests : IDisposable
{
    private const string Stack = "Read-EmSection raw | Set-IntensityOffset -Value 3 | Invoke-EmStack out";

    private readonly ModuleSession _session = new();

    public StackTests()
    {
        for (int i = 0; i < 5; i++)
            TestTiff.WriteRamp(Raw(i), 40, 60);
    }

    public void Dispose() => _session.Dispose();

    private string Raw(int index) => _session.In("raw", $"s{index}.tif");

    private string Output(int index) => _session.In("out", $"{index:00000}.tif");

    private DateTime[] Times() => [.. Enumerable.Range(0, 5).Select(i => File.GetLastWriteTimeUtc(Output(i)))];

    [Fact]
    public void Gives_what_Write_EmSection_gives_and_a_second_time_does_nothing()
    {
        PSObject end = _session.One(Stack);
        Assert.Equal((5, 5, 0, 0), (end.Properties["Sections"].Value, end.Properties["Done"].Value, end.Properties["Failed"].Value, end.Properties["ExitCode"].Value));
        _session.Run("Read-EmSection raw | Set-IntensityOffset -Value 3 | Write-EmSection plain").RequireNoErrors();
        for (int i = 0; i < 5; i++)
            Assert.Equal(File.ReadAllBytes(_session.In("plain", $"{i:00000}.tif")), File.ReadAllBytes(Output(i)));

        DateTime[] before = Times();
        Assert.Equal(5, _session.One(Stack).Properties["Done"].Value);
        Assert.Equal(before, Times());
    }

    [Fact]
    public void Filters_over_neighbours_go_through_recipes_and_stacks()
    {
        _session.Run("Read-EmSection raw | Set-IntensityOffset -Value 3 | Invoke-EmFilter NonLocalMeans -Radius 1 -Neighborhood 3 | Export-EmRecipe r.json").RequireNoErrors();
        _session.Run("Read-EmSection raw | Invoke-EmRecipe r.json | Write-EmSection plain").RequireNoErrors();
        Assert.Equal(5, _session.One("Read-EmSection raw | Invoke-EmRecipe r.json | Invoke-EmStack out -ThrottleLimit 2").Properties["Done"].Value);
        for (int i = 0; i < 5; i++)
            Assert.Equal(File.ReadAllBytes(_session.In("plain", $"{i:00000}.tif")), File.ReadAllBytes(Output(i)));

        ErrorRecord error = _session.Run("$s = Read-EmSection raw; $s | Invoke-EmFilter NonLocalMeans -Reference (Read-EmSection plain) | Invoke-EmStack out2").RequireTerminating();
        Assert.StartsWith("ReferencesNotSaved", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void References_that_are_made_of_the_sections_go_through_recipes_and_stacks()
    {
        const string Steps = "$s = Read-EmSection raw | Set-IntensityOffset -Value 3; $s = $s | Invoke-EmFilter NonLocalMeans -Radius 1 -Neighborhood 3 -Reference ($s | Invoke-EmFilter Denoise)";
        _session.Run($"{Steps}; $s | Export-EmRecipe r.json; $s | Write-EmSection plain; Read-EmSection raw | Invoke-EmRecipe r.json | Write-EmSection recipe").RequireNoErrors();
        Assert.Equal(5, _session.One($"{Steps}; $s | Invoke-EmStack out -ThrottleLimit 2").Properties["Done"].Value);
        for (int i = 0; i < 5; i++)
        {
            byte[] plain = File.ReadAllBytes(_session.In("plain", $"{i:00000}.tif"));
            Assert.Equal(plain, File.ReadAllBytes(_session.In("recipe", $"{i:00000}.tif")));
            Assert.Equal(plain, File.ReadAllBytes(Output(i)));
        }
    }

    [Fact]
    public void Does_again_only_what_has_changed()
    {
        _session.One(Stack);
        DateTime[] before = Times();
        byte[] changed = File.ReadAllBytes(Raw(3));
        changed[20] ^= 1; // a pixel
        File.WriteAllBytes(Raw(3), changed);
        File.SetLastWriteTimeUtc(Raw(3), DateTime.UtcNow.AddSeconds(-100));
        Assert.Equal(1, _session.One("Get-EmStack out").Properties["OutOfDate"].Value);
        _session.One(Stack);
        DateTime[] after = Times();
        Assert.NotEqual(before[3], after[3]);
        Assert.Equal((before[0], before[4]), (after[0], after[4]));

        Assert.Equal(5, _session.One(Stack.Replace("-Value 3", "-Value 4", StringComparison.Ordinal)).Properties["Done"].Value);
        Assert.All(Times().Zip(after), pair => Assert.NotEqual(pair.Second, pair.First));
        Assert.Equal(996f, ModuleSession.Pixels(_session.One("Read-EmSection out/00000.tif")).GetValue(0, 0));
    }

    [Fact]
    public void A_section_that_fails_is_an_error_and_the_others_go_on()
    {
        // Sound when it is planned, damaged when it is its turn.
        _session.One($"{Stack} -Scheduler Script");
        File.WriteAllText(Raw(2), "no image");
        ModuleSession.Result result = _session.Run("Restart-EmStack out -Scheduler Local");
        ErrorRecord error = result.OnlyError();
        Assert.Equal("NotTiff", error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.StartsWith("Section 2: '", error.ToString(), StringComparison.Ordinal);
        PSObject end = Assert.Single(result.Output);
        Assert.Equal((4, 1, 1), (end.Properties["Done"].Value, end.Properties["Failed"].Value, end.Properties["ExitCode"].Value));
        Assert.Equal("NotTiff", _session.One("(Get-EmStack out).Failures").Properties["ErrorId"].Value);

        TestTiff.WriteRamp(Raw(2), 40, 60);
        Assert.Equal(5, _session.One("Restart-EmStack out -Scheduler Local").Properties["Done"].Value);
        Assert.Equal(5, _session.One("Test-EmStack out").Properties["Sound"].Value);
    }

    [Fact]
    public void Stops_in_the_middle_and_is_taken_up_again()
    {
        _session.Run("New-EmPhantom -Count 8 -Height 1000 -Width 1500 -Destination ph").RequireNoErrors();
        const string Long = "Read-EmSection ph/raw -Invert | Invoke-EmFilter Denoise | Invoke-EmStack out -ThrottleLimit 2";
        using (var shell = PowerShell.Create(_session.Runspace))
        {
            shell.AddScript(Long);

            // Asked for by the pipeline's own thread as soon as it tells of a section that is done, so that it cannot be over before.
            shell.Streams.Progress.DataAdded += (_, e) =>
            {
                if (Regex.IsMatch(shell.Streams.Progress[e.Index].StatusDescription, ": [1-6] of 8") && shell.InvocationStateInfo.State == PSInvocationState.Running)
                    shell.BeginStop(null, null);
            };
            IAsyncResult running = shell.BeginInvoke();
            Assert.True(running.AsyncWaitHandle.WaitOne(TimeSpan.FromMinutes(1)), "the pipeline does not stop");
            Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        }

        Assert.Equal([], LedgerLines.LeftOvers(_session.In("out")));
        PSObject between = _session.One("Get-EmStack out");
        Assert.InRange((int)between.Properties["Done"].Value, 1, 7);
        Assert.Equal(0, between.Properties["Running"].Value);
        Assert.Equal(8, _session.One(Long).Properties["Done"].Value);
        Assert.Equal([], LedgerLines.DoneTwice(_session.In("out")));
    }

    [Fact]
    public void Tasks_as_scripts_do_the_stack_and_tell_exit_codes()
    {
        PSObject run = _session.One($"{Stack} -Scheduler Script -ArraySize 2 -Prologue 'export X=1' -Directive '#PBS -q short'");
        Assert.Equal((2, 5), (run.Properties["Tasks"].Value, run.Properties["Sections"].Value));
        File.WriteAllText(Raw(1), "no image");
        string command = (string)run.Properties["Command"].Value;

        (int code, string output) = Bash(command);

        Assert.Equal(1, code);
        Assert.Contains("section 1: failed: ", output, StringComparison.Ordinal);
        Assert.Contains("4 of 5 outputs are sound", output, StringComparison.Ordinal);
        string scripts = _session.In("out", ".emstack", "scripts");
        Assert.Equal(0, Bash($"bash {scripts}/001-task-00001.sh").Code);
        Assert.Equal(1, Bash($"bash {scripts}/001-task-00000.sh").Code);
        Assert.Contains("#PBS -q short\n", File.ReadAllText($"{scripts}/001-task-00000.sh"), StringComparison.Ordinal);
        File.Delete(_session.In("out", ".emstack", "recipe.json"));
        Assert.Equal(2, Bash($"bash {scripts}/001-task-00000.sh").Code);
    }

    [Fact]
    public void The_runtimes_path_is_relative_to_the_sessions_location()
        => Assert.StartsWith($"'{_session.In("raw")}' holds no emtools-task", _session.Run($"{Stack} -Scheduler Script -RuntimePath raw").RequireTerminating().ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("out --run 1 --task 0 --run 2", "'--run' is given twice.")]
    [InlineData("out --task 0", "FOLDER, --run and --task are needed.")]
    [InlineData("out --run 1 --task -1", "--task: expected a whole number from 0 on, found '-1'.")]
    [InlineData("out --run 1 --task 0 --any", "there is no option '--any'.")]
    [InlineData("nowhere --run 1 --task 0", "holds no stack")]
    public void Wrong_words_for_a_task_are_told_and_run_nothing(string arguments, string message)
    {
        string program = Path.Combine(Path.GetDirectoryName(ModuleSession.Manifest)!, "lib", "emtools-task.dll");
        using var task = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments.Split(' ')]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = _session.Folder })!;
        string error = task.StandardError.ReadToEnd();
        task.WaitForExit();
        Assert.Equal(2, task.ExitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_is_told_to_end_leaves_nothing_half()
    {
        _session.Run("New-EmPhantom -Count 2 -Height 3000 -Width 4000 -Destination ph").RequireNoErrors();
        _session.One("$s = Read-EmSection ph/raw -Invert; 1..12 | ForEach-Object { $s = $s | Invoke-EmFilter DenoiseExponential }; $s | Invoke-EmStack out -Scheduler Script -ArraySize 1");
        using var task = Process.Start(new ProcessStartInfo("bash", [_session.In("out", ".emstack", "scripts", "001-task.sh"), "0"]) { RedirectStandardOutput = true })!;
        SlurmCluster.Until(() => LedgerLines.Read(_session.In("out")).Any(t => t.Events.Any(e => LedgerLines.Kind(e) == "Begin")), 60, "a section in hand");
        Assert.Equal(1, _session.One("Get-EmStack out").Properties["Running"].Value);
        _session.Run("Stop-EmStack out").RequireNoErrors();
        Assert.True(task.WaitForExit(TimeSpan.FromSeconds(10)), "the task goes on");
        Assert.Equal(143, task.ExitCode);
        Assert.Equal([], LedgerLines.LeftOvers(_session.In("out")));
        Assert.Contains(LedgerLines.Read(_session.In("out")).SelectMany(t => t.Events), e => LedgerLines.Kind(e) == "Abandoned");
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Assert.Empty(_session.Run($"{Stack} -WhatIf").RequireNoErrors().Output);
        Assert.Empty(_session.Run($"{Stack} -Scheduler Slurm -Submit -WhatIf").RequireNoErrors().Output);
        Assert.False(Directory.Exists(_session.In("out")));
    }

    [Fact]
    public void Restart_takes_the_settings_of_the_last_run_and_changes_of_them()
    {
        _session.One($"{Stack} -Scheduler Slurm -Partition ccn -Memory 8G -ArraySize 2");
        PSObject run = _session.One("Restart-EmStack out -Memory 16G");
        Assert.Equal((2, "Slurm", 2), (run.Properties["Run"].Value, run.Properties["Scheduler"].Value, run.Properties["Tasks"].Value));
        string script = File.ReadAllText(_session.In("out", ".emstack", "scripts", "002-array.sh"));
        Assert.Contains("--partition=ccn\n", script, StringComparison.Ordinal);
        Assert.Contains("--mem=16G\n", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-EmStack raw", "NoStack", "holds no stack")]
    [InlineData("New-EmPhantom -Height 40 -Width 40 | Invoke-EmStack out", "SectionNotAFile", "is no file, and a stack's tasks read files")]
    [InlineData("Read-EmSection raw | Invoke-EmStack out -Scheduler Slurm -RuntimePath raw", "RuntimeNotFound", "holds no emtools-task")]
    [InlineData("Read-EmSection raw | Invoke-EmStack out -Scheduler Slurm -Partition 'a\"b'", "SchedulerValue", "-Partition: expected")]
    [InlineData("Read-EmSection raw | Invoke-EmStack out -Scheduler Moab", "ParameterArgumentValidationError", "There is no scheduler 'Moab'; there are Local, Slurm, DisBatch, Script.")]
    [InlineData("Read-EmSection raw | Invoke-EmStack out -Scheduler Local -Partition x", "NamedParameterNotFound", "Partition")]
    public void Mistakes_are_told(string script, string id, string says)
    {
        ModuleSession.Result result = _session.Run(script);
        ErrorRecord error = result.Terminating ?? Assert.Single(result.Errors);
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Schedulers_and_their_parameters_are_completed()
    {
        Assert.Equal(["DisBatch", "Local", "Script", "Slurm"], Completions("Invoke-EmStack out -Scheduler ").Order());
        Assert.Contains("-QualityOfService", Completions("Invoke-EmStack out -Scheduler Slurm -Q"));
        Assert.Contains("-MemoryLimit", Completions("Invoke-EmStack out -M"));
    }

    [Fact]
    public void Recipes_go_out_and_come_in()
    {
        _session.Run("Read-EmSection raw | Set-IntensityOffset -Value 3 | Invoke-EmFilter Denoise | Export-EmRecipe r.json").RequireNoErrors();
        Assert.Equal("IntensityOffset, Denoise", _session.One("Import-EmRecipe r.json").BaseObject.ToString());
        Assert.Equal(["IntensityOffset", "Denoise"], _session.One("@((Read-EmSection raw/s1.tif | Invoke-EmRecipe r.json).Steps).ForEach('Name') -join ','").BaseObject.ToString()!.Split(','));
        Assert.Equal("OutputExists", _session.Run("Export-EmRecipe r.json -Recipe (Import-EmRecipe r.json)").RequireTerminating().FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("RecipesDiffer", _session.Run("@(Read-EmSection raw/s1.tif; Read-EmSection raw/s2.tif | Set-IntensityOffset -Value 1) | Export-EmRecipe x.json").RequireTerminating().FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal("UnknownFilter", _session.Run("[IO.File]::WriteAllText($args[0], '{\"schema\":1,\"steps\":[{\"step\":\"Sharpen\"}]}'); Import-EmRecipe bad.json", _session.In("bad.json")).OnlyError().FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void The_published_recipe_comes_with_the_module()
    {
        TestTables.WriteOffsets(_session.In("info.h5"), [1, 2, 3]);
        TestTables.WriteModel(_session.In("polymodel.h5"));
        PSObject recipe = _session.One("Import-EmRecipe Published");
        Assert.Equal("Destripe, IntensityOffset, Background, Denoise, Contrast", recipe.BaseObject.ToString());
        PSObject typed = _session.One("$s = Read-EmSection raw/s1.tif | Invoke-EmFilter Destripe -Direction Vertical | Set-IntensityOffset info.h5 | Remove-Background polymodel.h5 -VolumeShape 11260, 9000, 13750 -Origin 0, 0 | Invoke-EmFilter Denoise | Invoke-EmFilter Contrast -Sigma 2000 -Offset -2000 -HighPassSigma 1250 -Mean 28000; $s | Export-EmRecipe typed.json; Import-EmRecipe typed.json");
        Assert.Equal(typed.Properties["Hash"].Value, recipe.Properties["Hash"].Value);
    }

    private string[] Completions(string line)
        => [.. CommandCompletion.CompleteInput(line, line.Length, null, PowerShellOf()).CompletionMatches.Select(m => m.CompletionText)];

    private PowerShell PowerShellOf() => PowerShell.Create(_session.Runspace);

    private static (int Code, string Output) Bash(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
