using System.Management.Automation;

namespace EmTools.Cmdlets.Tests;

/// <summary>From a raw folder to tables in use, as users type it.</summary>
public sealed class MeasureEmStackTests : IDisposable
{
    private const string MakeStack = "New-EmPhantom -Destination ph -Count 12 -Depth 12 -Height 96 -Width 128 -SectionThickness 30";

    private readonly ModuleSession _session = new();

    public MeasureEmStackTests() => _session.Run(MakeStack).RequireNoErrors();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void One_command_makes_both_tables_and_the_report()
    {
        PSObject calibration = _session.One("Read-EmSection ph/raw -Invert | Measure-EmStack -Destination calib");

        Assert.Equal("12 x 96 x 128", calibration.Properties["VolumeShape"].Value.ToString());
        Assert.Equal(12, calibration.Properties["Measured"].Value);
        Assert.Equal(0, calibration.Properties["Missing"].Value);
        foreach (string file in new[] { "info.h5", "polymodel.h5", "calibration.json", "report.html" })
            Assert.True(File.Exists(_session.In("calib", file)), file);
        Assert.Equal(_session.In("calib", "report.html"), calibration.Properties["Report"].Value);
    }

    [Fact]
    public void The_tables_bring_sections_to_the_target()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Target 30000").RequireNoErrors();

        object?[] means = _session.Run("Read-EmSection ph/raw -Invert | Set-IntensityOffset -Calibration calib | Measure-EmSection").RequireNoErrors().Values("Mean");
        Assert.All(means, mean => Assert.InRange((double)mean!, 29700, 30300));

        object?[] steps = _session.Run("(Read-EmSection ph/raw/00003.tif -Invert | Set-IntensityOffset -Calibration calib | Remove-Background -Calibration calib).Steps.Name").RequireNoErrors().Output.Select(o => o.BaseObject).ToArray();
        Assert.Equal(["IntensityOffset", "Background"], steps);
    }

    [Fact]
    public void A_second_run_leaves_out_what_was_measured()
    {
        _session.Run("Read-EmSection ph/raw/0000[0-5].tif -Invert | Measure-EmStack calib -Step Measure -Depth 12").RequireNoErrors();

        ModuleSession.Result second = _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Verbose").RequireNoErrors();

        Assert.Contains("6 of 12 sections were measured before and left out.", second.Verbose);
        Assert.Contains(second.Verbose, line => line.StartsWith("Section 6 (00006.tif): Measure took", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Verbose, line => line.StartsWith("Section 4 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ThrottleLimit", "2")]
    [InlineData("MemoryLimit", "4GB")]
    public void What_would_have_no_effect_is_refused(string parameter, string value)
    {
        System.Management.Automation.ErrorRecord error = _session.Run($"Read-EmSection ph/raw -Invert | Measure-EmStack calib -{parameter} {value}").RequireTerminating();

        Assert.StartsWith("MeasuredOneByOne", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_session.In("calib")));
    }

    [Fact]
    public void Steps_can_be_run_one_by_one_without_sections()
    {
        Assert.Equal(0, Sections("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Step Measure"));
        Assert.False(File.Exists(_session.In("calib", "info.h5")));
        Assert.Equal(12, Sections("Measure-EmStack calib -Step Offset"));
        PSObject fitted = _session.One("Measure-EmStack calib -Step Background -Degree 2 -SelectDegree -DegreeLimit 1, 2, 2");
        PSObject background = PSObject.AsPSObject(fitted.Properties["Background"].Value);
        Assert.InRange((int)background.Properties["Degree"].Value, 0, 2);
        Assert.False(File.Exists(_session.In("calib", "report.html")));
        _session.One("Measure-EmStack calib -Step Report");
        Assert.True(File.Exists(_session.In("calib", "report.html")));

        int Sections(string script) => ((System.Collections.ICollection)_session.One(script).Properties["Sections"].Value).Count;
    }

    [Fact]
    public void A_sample_and_missing_sections_are_bridged()
    {
        File.Delete(_session.In("ph", "raw", "00005.tif"));
        PSObject all = _session.One("Read-EmSection ph/raw -Invert | Measure-EmStack calib");
        Assert.Equal(1, all.Properties["Missing"].Value);
        PSObject five = _session.One("(Get-EmCalibration calib).Sections | Where-Object Quality -match Missing");
        Assert.Equal(5, five.Properties["Index"].Value);

        PSObject half = _session.One("Read-EmSection ph/raw -Invert | Measure-EmStack look -Sample 0.5 -Degree 1");
        Assert.Equal(6, half.Properties["Measured"].Value);
        Assert.Equal(6, half.Properties["Missing"].Value);
    }

    [Fact]
    public void A_section_that_cannot_be_read_is_an_error_and_counts_as_missing()
    {
        ModuleSession.Result result = _session.Run("$sections = Read-EmSection ph/raw -Invert; [IO.File]::Delete($args[0]); $sections | Measure-EmStack calib", _session.In("ph", "raw", "00004.tif"));

        Assert.Equal(4, ModuleSession.TargetIndex(result.OnlyError()));
        Assert.Equal([1], result.Values("Missing"));
    }

    [Theory]
    [InlineData("Measure-EmStack calib", "NoSections")]
    [InlineData("Measure-EmStack calib -Step Offset", "NoCalibration")]
    [InlineData("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Depth 5", "MeasuredIndex")]
    [InlineData("Get-EmCalibration calib", "NoCalibration")]
    [InlineData("Read-EmSection ph/raw/00003.tif -Invert | Set-IntensityOffset -Calibration calib", "NoCalibration")]
    public void What_cannot_be_done_is_said(string script, string id)
    {
        ModuleSession.Result result = _session.Run(script);
        ErrorRecord error = result.Terminating ?? result.OnlyError();
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Set-IntensityOffset")]
    [InlineData("Remove-Background")]
    public void Tables_of_another_stack_are_refused(string cmdlet)
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib").RequireNoErrors();
        _session.Run("New-EmPhantom -Destination other -Count 13 -Depth 13 -Height 96 -Width 128 -SectionThickness 30; New-EmPhantom -Destination wide -Count 1 -Depth 12 -Height 96 -Width 130").RequireNoErrors();

        ModuleSession.Result longer = _session.Run($"Read-EmSection other/raw -Invert | {cmdlet} -Calibration calib");
        ErrorRecord count = longer.OnlyError();
        Assert.Equal(12, longer.Output.Count);
        Assert.Equal($"Section 12 ('00012.tif') is not of the stack that the calibration '{_session.In("calib")}' belongs to, which has the sections 0 to 11. Give the calibration of this stack, or make it with Measure-EmStack.", count.ToString());
        ErrorRecord size = _session.Run($"Read-EmSection wide/raw -Invert | {cmdlet} -Calibration calib").OnlyError();
        Assert.Contains("whose sections are 96 x 128 pixels (y, x), but this one is 96 x 130.", size.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_stack_does_not_overwrite_a_calibration_unless_forced()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Step Measure").RequireNoErrors();

        ErrorRecord error = _session.Run("Read-EmSection ph/raw/0000[0-7].tif -Invert | Measure-EmStack calib -Step Measure").RequireTerminating();
        Assert.StartsWith("CalibrationOfAnotherStack,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("holds the calibration of a stack of 12 x 96 x 128 (z, y, x), but this one is 8 x 96 x 128", error.ToString(), StringComparison.Ordinal);
        _session.Run("Read-EmSection ph/raw/0000[0-7].tif -Invert | Measure-EmStack calib -Step Measure -Force").RequireNoErrors();
    }

    [Fact]
    public void A_scheduler_measures_by_tasks_and_the_last_job_makes_the_tables()
    {
        PSObject run = _session.One("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Scheduler Script -ArraySize 3");
        Assert.Equal(12, run.Properties["Sections"].Value);
        Assert.Equal(3, run.Properties["Tasks"].Value);
        Assert.False(File.Exists(_session.In("calib", "info.h5")));

        using (var submit = System.Diagnostics.Process.Start("bash", _session.In("calib", ".emstack", "scripts", "001-submit.sh")))
        {
            submit.WaitForExit();
            Assert.Equal(0, submit.ExitCode);
        }


        PSObject calibration = _session.One("Get-EmCalibration calib");
        Assert.Equal(12, calibration.Properties["Measured"].Value);
        Assert.NotNull(calibration.Properties["Background"].Value);
        Assert.NotNull(calibration.Properties["Report"].Value);
        Assert.Equal("SchedulerStep", _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib -Scheduler Script -Step Measure").RequireTerminating().FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void WhatIf_makes_nothing()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib -WhatIf").RequireNoErrors();
        Assert.False(Directory.Exists(_session.In("calib")));
    }

    [Fact]
    public void A_calibration_is_a_list_and_its_sections_a_table()
    {
        _session.Run("Read-EmSection ph/raw -Invert | Measure-EmStack calib").RequireNoErrors();

        string list = string.Join('\n', ScreenHost.Show(_session.Folder, "Get-EmCalibration calib"));
        Assert.Matches(@"Sections\s+: 12 measured, 0 missing, \d+ jumps, \d+ outliers", list);
        Assert.Matches(@"Background\s+: degree 3, 20 terms, R2 0\.\d+", list);
        string[] table = ScreenHost.Show(_session.Folder, "(Get-EmCalibration calib).Sections");
        Assert.Matches(@"^\s*Index\s+Mean\s+Change\s+\+-\s+Corrected\s+Offset\s+Masked %\s+Quality", table[0]);
    }
}
