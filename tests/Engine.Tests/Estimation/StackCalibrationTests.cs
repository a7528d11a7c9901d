using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Formats;
using EmTools.Engine.Phantoms;
using EmTools.Engine.Pipeline;
using Xunit.Abstractions;

namespace EmTools.Engine.Tests.Estimation;

/// <summary>A stack measured into a folder, part by part, and the tables made of it.</summary>
public sealed class StackCalibrationTests(ITestOutputHelper output) : IDisposable
{
    private const int Depth = 30;
    private readonly TemporaryFolder _temporary = new();
    private readonly Phantom _phantom = new(new PhantomOptions { Height = 160, Width = 200, Depth = Depth, SectionThickness = 30, StripeAmplitude = 100, OffsetJump = 600, Seed = 9 });

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Parts_measured_apart_join_to_what_one_run_gives()
    {
        CalibrationFolder whole = Folder("whole"), parts = Folder("parts");
        Measure(whole, 0, Depth);
        Measure(parts, 17, Depth);
        Measure(parts, 0, 17);

        OffsetEstimate first = Build(whole), second = Build(parts);

        Assert.Equal(first.CorrectedMean.ToArray(), second.CorrectedMean.ToArray());
        Assert.Equal(File.ReadAllBytes(whole.OffsetFile), File.ReadAllBytes(parts.OffsetFile));
        Assert.Equal(File.ReadAllBytes(whole.BackgroundFile), File.ReadAllBytes(parts.BackgroundFile));
    }

    [Fact]
    public void What_was_measured_is_not_measured_again_unless_it_changed()
    {
        CalibrationFolder folder = Folder("c");
        Measure(folder, 0, 5);
        var meter = new StackMeter(folder, new MeasuringOptions());
        var other = new StackMeter(folder, new MeasuringOptions { FlatThreshold = 2 });

        Assert.NotNull(meter.Find(_phantom.Section(3), _phantom.Section(2)));
        Assert.Null(meter.Find(_phantom.Section(3), _phantom.Section(1)));
        Assert.Null(meter.Find(_phantom.Section(3).With(new IntensityOffsetStep(5)), _phantom.Section(2)));
        Assert.Null(meter.Find(_phantom.Section(5), _phantom.Section(4)));
        Assert.Null(other.Find(_phantom.Section(3), _phantom.Section(2)));

        File.WriteAllText(folder.Measurement(3), "{ \"key\":");
        Assert.Null(meter.Find(_phantom.Section(3), _phantom.Section(2)));
    }

    /// <summary>A run over every other section leaves changes that the sections in between make void.</summary>
    [Fact]
    public void Changes_against_other_sections_do_not_count()
    {
        CalibrationFolder folder = Folder("c");
        Measure(folder, 0, Depth);
        OffsetEstimate all = new CalibrationBuilder(folder, Volume, new MeasuringOptions()).BuildOffsets(32768);
        new StackMeter(folder, new MeasuringOptions()).Measure(_phantom.Section(20), _phantom.Section(10));
        OffsetEstimate mixed = new CalibrationBuilder(folder, Volume, new MeasuringOptions()).BuildOffsets(32768);

        Assert.False(double.IsNaN(all.Change[20]));
        Assert.True(double.IsNaN(mixed.Change[20]));
        Assert.Equal(all.Change[21], mixed.Change[21]);
    }

    [Fact]
    public void Steps_count_and_stored_types_do_not()
    {
        CalibrationFolder folder = Folder("c");
        var meter = new StackMeter(folder, new MeasuringOptions());
        SectionMeasurement raw = meter.Measure(_phantom.Section(0), null), less = meter.Measure(_phantom.Section(0).With(new IntensityOffsetStep(1000)), null);

        Assert.Equal(raw.Mean - 1000, less.Mean, 0.01);
        Assert.Equal(raw.MeanError, less.MeanError, 0.01);
    }

    [Fact]
    public void The_tables_are_read_back_as_they_were_made()
    {
        CalibrationFolder folder = Folder("c");
        Measure(folder, 0, Depth);
        OffsetEstimate offsets = new CalibrationBuilder(folder, Volume, new MeasuringOptions()).BuildOffsets(32768);
        FittedBackground background = new CalibrationBuilder(folder, Volume, new MeasuringOptions()).BuildBackground(new BackgroundFitOptions());

        var calibration = StackCalibration.Open(folder.Path);
        IntensityOffsetTable table = calibration.ReadOffsets();
        for (int z = 0; z < Depth; z++)
            Assert.Equal((float)offsets.Offset(z), table.At(z));
        Assert.Equal(background.Model.Terms.ToArray(), calibration.ReadBackground().Terms.ToArray());
        Assert.Equal(Volume, calibration.Info.Volume);
        Assert.Equal(Depth, calibration.Info.Measured);
        using Hdf5Reader reader = Hdf5Reader.Open(folder.OffsetFile);
        Assert.Equal(reader.Read("mean_c").Values.Select(v => (float)(v - 32768)), reader.Read("offset").Values.Select(v => (float)v));
        output.WriteLine($"R2 {background.Fit.R2:F3}, {background.Passes} passes");
    }

    [Fact]
    public void Tables_of_another_stack_are_refused_by_name()
    {
        CalibrationFolder folder = Folder("c");
        Measure(folder, 0, Depth);
        Build(folder);
        var calibration = StackCalibration.Open(folder.Path);
        var wide = new Phantom(new PhantomOptions { Height = 160, Width = 210, Depth = 100 });
        var long1 = new Phantom(new PhantomOptions { Height = 160, Width = 200, Depth = 100 });

        calibration.Require(_phantom.Section(3));
        calibration.Require(wide.Section(3), part: true);
        EmException size = Assert.Throws<EmException>(() => calibration.Require(wide.Section(3)));
        EmException count = Assert.Throws<EmException>(() => calibration.Require(long1.Section(30)));
        Assert.Equal($"Section 3 ('phantom 0, section 3') is not of the stack that the calibration '{folder.Path}' belongs to, whose sections are 160 x 200 pixels (y, x), but this one is 160 x 210. Give the calibration of this stack, or make it with Measure-EmStack.", size.Message);
        Assert.Contains("which has the sections 0 to 29", count.Message, StringComparison.Ordinal);

        IntensityOffsetTable.Write(folder.OffsetFile, [1, 2], [1, 2], [1, 2], [1, 2], overwrite: true);
        Assert.StartsWith($"'{folder.OffsetFile}' holds the offsets of 2 sections, but", Assert.Throws<EmException>(calibration.ReadOffsets).Message, StringComparison.Ordinal);
        Assert.Equal("NoCalibration", Assert.Throws<EmException>(() => StackCalibration.Open(_temporary.File("none"))).Id);
    }

    private VolumeShape Volume => _phantom.VolumeShape;

    private CalibrationFolder Folder(string name) => new(_temporary.File(name));

    private OffsetEstimate Build(CalibrationFolder folder)
    {
        var builder = new CalibrationBuilder(folder, Volume, new MeasuringOptions());
        OffsetEstimate estimate = builder.BuildOffsets(32768);
        builder.BuildBackground(new BackgroundFitOptions());
        return estimate;
    }

    private void Measure(CalibrationFolder folder, int first, int end)
    {
        var meter = new StackMeter(folder, new MeasuringOptions());
        for (int z = first; z < end; z++)
            meter.Measure(_phantom.Section(z), z == 0 ? null : _phantom.Section(z - 1));
    }
}
