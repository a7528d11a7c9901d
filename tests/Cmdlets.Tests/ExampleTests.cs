namespace EmTools.Cmdlets.Tests;

/// <summary>The scripts in examples/ do what they say.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Restore_Section_restores_a_phantom_and_comes_nearer_to_the_truth()
    {
        ModuleSession.Result result = Run("Restore-Section.ps1", "-Height 256 -Width 384 -Seed 3");

        string text = string.Join('\n', result.RequireNoErrors().Output);
        Assert.True(File.Exists(_session.In("restored", "05600.tif")), text);
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(_session.In("restored", "05600.png"))[1..4]);
        Assert.Contains("Destripe took 0.", text, StringComparison.Ordinal);
        Assert.Matches(@"Peak memory: [1-9][0-9]+ MB", text);
        (double before, double after) = Figures(text, "PSNR (dB)");
        Assert.True(after > before + 1, text);
        (before, after) = Figures(text, "SSIM");
        Assert.True(after > before + 0.02, text);
    }

    [Fact]
    public void Restore_Section_takes_a_section_without_tables()
    {
        _session.Run("New-EmPhantom -Height 128 -Width 160 -FirstIndex 7 -Destination mine").RequireNoErrors();

        Run("Restore-Section.ps1", "mine/raw/00007.tif -Invert -Destination out").RequireNoErrors();

        double mean = (double)_session.One("(Read-EmSection out/00007.tif | Measure-EmSection).Mean").BaseObject;
        Assert.InRange(mean, 60, 200);
    }

    [Fact]
    public void Restore_Stack_takes_up_where_it_was_stopped()
    {
        _session.Run("New-EmPhantom -Count 3 -Height 64 -Width 96 -FirstIndex 10 -Destination mine").RequireNoErrors();
        const string Arguments = "mine/raw out -Invert -OffsetPath mine/info.h5 -ModelPath mine/polymodel.h5 -VolumeShape 11260, 64, 96";

        Assert.StartsWith("3 of 3 sections are done", Run("Restore-Stack.ps1", Arguments).RequireNoErrors().Output[0].ToString(), StringComparison.Ordinal);

        DateTime kept = File.GetLastWriteTimeUtc(_session.In("out", "00010.tif"));
        File.Delete(_session.In("out", "00011.tif"));
        Assert.StartsWith("3 of 3 sections are done", Run("Restore-Stack.ps1", Arguments).RequireNoErrors().Output[0].ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(_session.In("out", "00011.tif")));
        Assert.Equal(kept, File.GetLastWriteTimeUtc(_session.In("out", "00010.tif")));
    }

    [Fact]
    public void Restore_Stack_says_by_its_exit_code_that_a_section_failed()
    {
        _session.Run("New-EmPhantom -Count 2 -Height 64 -Width 96 -FirstIndex 10 -Destination mine").RequireNoErrors();
        File.WriteAllBytes(_session.In("mine", "raw", "00012.tif"), [0x49, 0x49]);

        ModuleSession.Result result = Run("Restore-Stack.ps1", "mine/raw out -Invert -OffsetPath mine/info.h5 -ModelPath mine/polymodel.h5 -VolumeShape 11260, 64, 96; \"exit $LASTEXITCODE\"");

        Assert.Equal("exit 1", result.Output[^1].ToString());
        Assert.True(File.Exists(_session.In("out", "00011.tif")));
    }

    private ModuleSession.Result Run(string script, string arguments)
        => _session.Run($"& '{Path.Combine(ModuleSession.RepositoryRoot, "examples", script)}' {arguments}");

    private static (double Before, double After) Figures(string text, string measure)
    {
        string line = text.Split('\n').Single(l => l.StartsWith(measure, StringComparison.Ordinal));
        double[] figures = [.. line[measure.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => double.Parse(f, System.Globalization.CultureInfo.InvariantCulture))];
        return (figures[0], figures[1]);
    }
}
