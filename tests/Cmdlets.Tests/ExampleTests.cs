namespace EmTools.Cmdlets.Tests;

/// <summary>The scripts in examples/ do what they say, called as from any shell.</summary>
public sealed class ExampleTests : IDisposable
{
    private const string Tables = "-OffsetPath mine/info.h5 -ModelPath mine/polymodel.h5";
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public void Restore_Section_restores_a_phantom_and_comes_nearer_to_the_truth()
    {
        string text = Run("Restore-Section.ps1", "-Height 256 -Width 384 -Seed 3").RequireSuccess();

        Assert.True(File.Exists(_session.In("restored", "05600.tif")), text);
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(_session.In("restored", "05600.png"))[1..4]);
        Assert.Contains("Destripe took 0.", text, StringComparison.Ordinal);
        Assert.Matches(@"Peak memory: [1-9][0-9]+ MB", text);
        (double before, double after) = Figures(text, "PSNR (dB)");
        Assert.True(after > before + 1, text);
        (before, after) = Figures(text, "SSIM");
        Assert.True(after > before + 0.02, text);
    }

    [SkippableFact]
    public void Restore_Section_takes_a_section_without_tables()
    {
        _session.Run("New-EmPhantom -Height 128 -Width 160 -FirstIndex 7 -Destination mine").RequireNoErrors();

        Run("Restore-Section.ps1", "mine/raw/00007.tif -Invert -Destination out").RequireSuccess();

        double mean = (double)_session.One("(Read-EmSection out/00007.tif | Measure-EmSection).Mean").BaseObject;
        Assert.InRange(mean, 60, 200);
    }

    [SkippableFact]
    public void Restore_Stack_takes_up_where_it_was_stopped()
    {
        _session.Run("New-EmPhantom -Count 3 -Height 64 -Width 96 -FirstIndex 10 -Destination mine").RequireNoErrors();
        const string Arguments = $"mine/raw out -Invert {Tables} -VolumeShape 11260,64,96";

        Assert.StartsWith("3 of 3 sections are done", Run("Restore-Stack.ps1", Arguments).RequireSuccess(), StringComparison.Ordinal);

        DateTime kept = File.GetLastWriteTimeUtc(_session.In("out", "00010.tif"));
        File.Delete(_session.In("out", "00011.tif"));
        Assert.StartsWith("3 of 3 sections are done", Run("Restore-Stack.ps1", Arguments).RequireSuccess(), StringComparison.Ordinal);
        Assert.True(File.Exists(_session.In("out", "00011.tif")));
        Assert.Equal(kept, File.GetLastWriteTimeUtc(_session.In("out", "00010.tif")));
    }

    [SkippableFact]
    public void Restore_Stack_says_by_its_exit_code_that_a_section_failed()
    {
        _session.Run("New-EmPhantom -Count 2 -Height 64 -Width 96 -FirstIndex 10 -Destination mine").RequireNoErrors();
        File.WriteAllBytes(_session.In("mine", "raw", "00012.tif"), [0x49, 0x49]);

        Pwsh.Ended ended = Run("Restore-Stack.ps1", $"mine/raw out -Invert {Tables} -VolumeShape 11260,64,96");

        Assert.Equal(1, ended.Code);
        Assert.Contains("00012.tif", ended.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_session.In("out", "00011.tif")));
    }

    [SkippableTheory]
    [InlineData("Restore-Stack.ps1", $"mine/raw out -Invert {Tables} -VolumeShape 11260, 64, 96")]
    [InlineData("Restore-Section.ps1", $"mine/raw/00010.tif -Destination out -Invert {Tables} -VolumeShape 11260, 64, 96")]
    [InlineData("Restore-Section.ps1", "mine/raw/00010.tif -Destination out -Invert -Suggest")]
    public void Examples_run_in_strict_mode_and_constrained_language(string script, string arguments)
    {
        _session.Run("New-EmPhantom -Count 2 -Height 64 -Width 96 -FirstIndex 10 -Destination mine").RequireNoErrors();

        string command = $"Set-StrictMode -Version Latest; $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; & '{Example(script)}' {arguments}; \"in $($ExecutionContext.SessionState.LanguageMode)\"";
        string text = Pwsh.Run("-WorkingDirectory", _session.Folder, "-Command", command).RequireSuccess();

        Assert.EndsWith("in ConstrainedLanguage", text.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(64, _session.One("Read-EmSection out/00010.tif").Properties["Height"].Value);
    }

    private Pwsh.Ended Run(string script, string arguments)
        => Pwsh.Run(["-WorkingDirectory", _session.Folder, "-File", Example(script), .. arguments.Split(' ')]);

    private static string Example(string script) => Path.Combine(ModuleSession.RepositoryRoot, "examples", script);

    private static (double Before, double After) Figures(string text, string measure)
    {
        string line = text.Split('\n').Single(l => l.StartsWith(measure, StringComparison.Ordinal));
        double[] figures = [.. line[measure.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => double.Parse(f, System.Globalization.CultureInfo.InvariantCulture))];
        return (figures[0], figures[1]);
    }
}
