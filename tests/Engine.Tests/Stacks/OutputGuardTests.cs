using EmTools.Engine.Estimation;
using EmTools.Engine.Filters;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>No stack is written over its own inputs, or over what others have made.</summary>
public sealed class OutputGuardTests : IDisposable
{
    private readonly StackSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    private string In(string name) => _samples.Folder.File(name);

    private StackWork Plan(string destination, IEnumerable<EmSection>? sections = null, bool replaces = false)
    {
        var planner = new StackPlanner(new StackFolder(destination), replaces);
        foreach (EmSection section in sections ?? Enumerable.Range(0, 4).Select(i => _samples.Section(i)))
            planner.Add(section);
        StackWork work = planner.ToWork(TiffCompression.None);
        planner.Write(work);
        return StackWork.Open(work.Folder);
    }

    private Dictionary<string, byte[]> Raw() => Directory.GetFiles(In("raw")).ToDictionary(f => f, File.ReadAllBytes);

    private void RefusesToTouchInputs(string destination, IEnumerable<EmSection>? sections = null)
    {
        Dictionary<string, byte[]> before = Raw();
        foreach (bool replaces in (bool[])[false, true])
            Assert.Equal("DestinationIsSource", Assert.Throws<EmException>(() => Plan(destination, sections, replaces)).Id);
        Assert.Equal(before, Raw());
        Assert.False(Directory.Exists(Path.Combine(destination, StackFolder.Name)), "something was written");
    }

    [SkippableFact]
    public void The_destination_is_a_link_to_the_inputs()
    {
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        Directory.CreateSymbolicLink(In("link"), In("raw"));
        RefusesToTouchInputs(In("link"));
    }

    [SkippableFact]
    public void A_folder_on_the_way_to_the_destination_is_a_link()
    {
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        Directory.CreateSymbolicLink(In("elsewhere"), _samples.Folder.Path);
        RefusesToTouchInputs(Path.Combine(In("elsewhere"), "raw"));
    }

    [SkippableFact]
    public void The_inputs_are_links_to_the_destination()
    {
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        for (int i = 0; i < 4; i++)
            StackLinks.Make(In($"links/s{i}.tif"), _samples.Input(i), overwrite: false);
        RefusesToTouchInputs(In("raw"), Enumerable.Range(0, 4).Select(i => Section(In($"links/s{i}.tif"), i)));
    }

    [SkippableFact]
    public void An_output_is_another_name_of_an_input()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs ln");
        Directory.CreateDirectory(In("out"));
        System.Diagnostics.Process.Start("ln", [_samples.Input(2), In("out/00000.tif")]).WaitForExit();
        RefusesToTouchInputs(In("out"));
    }

    [Fact]
    public void Another_sections_input_stands_where_an_output_would_go()
        => RefusesToTouchInputs(In("raw"), Enumerable.Range(0, 3).Select(i => Section(_samples.Input(i), i + 1)));

    [Fact]
    public void A_mask_stands_where_an_output_would_go()
    {
        using Plane mask = TiffSamplesFiles.Plane(PixelType.UInt8, 20, 30);
        TiffWriter.Write(In("out/00001.tif"), mask);
        FilterDefinition destripe = FilterCatalog.Get("Destripe");
        var step = new FilterStep(destripe, destripe.CreateOptions(new Dictionary<string, object?>()), new MaskSource(new EmSection(ImageSource.Open(In("out/00001.tif")), 0)));
        RefusesToTouchInputs(In("out"), Enumerable.Range(0, 4).Select(i => _samples.Section(i).With(step)));
    }

    [Fact]
    public void Files_of_others_are_left_unless_they_are_to_be_replaced()
    {
        Directory.CreateDirectory(In("out"));
        File.Copy(_samples.Input(3), In("out/00000.tif"));
        File.WriteAllText(In("out/00002.tif"), "notes");
        EmException error = Assert.Throws<EmException>(() => Plan(In("out")));
        Assert.Equal("OutputNotOurs", error.Id);
        Assert.StartsWith($"2 files in '{In("out")}' would be written over that this stack has not made: '{In("out/00000.tif")}' carries no key of EmTools; ", error.Message, StringComparison.Ordinal);
        Assert.Equal("notes", File.ReadAllText(In("out/00002.tif")));
        Assert.False(Directory.Exists(In("out/.emstack")));

        StackWork work = Plan(In("out"), replaces: true);
        Assert.Equal(4, TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()).Done);
    }

    [Fact]
    public void A_file_that_comes_after_the_plan_is_left()
    {
        StackWork work = Plan(In("out"));
        File.Copy(_samples.Input(3), In("out/00001.tif"));
        Assert.Equal(new TaskOutcome(3, 0, 1, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        Assert.Equal("OutputNotOurs", StackStatus.Of(work).Failures.Single().ErrorId);
        Assert.Equal(File.ReadAllBytes(_samples.Input(3)), File.ReadAllBytes(In("out/00001.tif")));
    }

    [Fact]
    public void A_file_that_takes_the_place_of_an_output_is_left()
    {
        StackWork work = Plan(In("out"));
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        File.Copy(_samples.Input(3), In("out/00001.tif"), overwrite: true);
        Assert.Equal("OutputNotOurs", Assert.Throws<EmException>(() => Plan(In("out"))).Id);
        Assert.Equal(new TaskOutcome(0, 0, 1, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
        Assert.Equal(File.ReadAllBytes(_samples.Input(3)), File.ReadAllBytes(In("out/00001.tif")));
    }

    [Fact]
    public void Tables_that_no_calibration_owns_are_left()
    {
        var folder = new CalibrationFolder(In("out"));
        Directory.CreateDirectory(In("out"));
        File.WriteAllText(folder.BackgroundFile, "a model");
        StackPlanner Planner(bool replaces)
        {
            var planner = new StackPlanner(new StackFolder(In("out")), replaces);
            planner.Add(_samples.Section(0));
            return planner;
        }

        var stack = new CalibrationInfo { Volume = new(1, 20, 30) };
        Assert.Equal("OutputNotOurs", Assert.Throws<EmException>(() => Planner(false).ToMeasuring(stack)).Id);
        Planner(true).ToMeasuring(stack);
    }

    [SkippableFact]
    public void A_destination_that_is_no_folder_is_told()
    {
        File.WriteAllText(In("file"), "");
        Assert.Equal("DestinationIsFile", Assert.Throws<EmException>(() => Plan(In("file"))).Id);
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        Directory.CreateSymbolicLink(In("dead"), In("nowhere"));
        Assert.Contains("is a link to", Assert.Throws<EmException>(() => Plan(In("dead"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_of_another_stack_are_left()
    {
        StackWork work = Plan(In("out"));
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        for (int i = 0; i < 4; i++)
        {
            Directory.CreateDirectory(In("other"));
            File.WriteAllBytes(In($"other/{i:00000}.tif"), File.ReadAllBytes(_samples.Input(3 - i)));
        }

        EmSection[] other = [.. Enumerable.Range(0, 4).Select(i => Section(In($"other/{i:00000}.tif"), i))];
        EmException error = Assert.Throws<EmException>(() => Plan(In("out"), other));
        Assert.Equal("OutputNotOurs", error.Id);
        Assert.Contains($"was made of '{_samples.Input(0)}', and would be made of '{In("other/00000.tif")}' now", error.Message, StringComparison.Ordinal);

        // Moved, it is the same stack; so it is with other steps.
        Directory.Move(In("raw"), In("moved"));
        Plan(In("out"), Enumerable.Range(0, 4).Select(i => Section(In($"moved/{i:00000}.tif"), i).With(new IntensityOffsetStep(7))));
    }

    [Fact]
    public void Outputs_that_a_run_left_damaged_are_its_own()
    {
        StackWork work = Plan(In("out"));
        TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions());
        File.WriteAllBytes(In("out/00001.tif"), File.ReadAllBytes(In("out/00001.tif"))[..100]);
        File.WriteAllBytes(In("out/00002.tif"), []);
        work = Plan(In("out"));
        Assert.Equal(new TaskOutcome(2, 0, 0, false), TaskRunner.Run(work, StackSamples.Run(work), 0, new TaskOptions()));
    }

    [Fact]
    public void A_calibration_is_not_measured_into_its_own_inputs()
    {
        var folder = new CalibrationFolder(In("out"));
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, 20, 30);
        TiffWriter.Write(In("raw.tif"), plane);
        Directory.CreateDirectory(In("out"));
        File.Move(In("raw.tif"), folder.BoxFile);
        var planner = new StackPlanner(new StackFolder(In("out")), replaces: true);
        planner.Add(Section(folder.BoxFile, 0));
        Assert.Equal("DestinationIsSource", Assert.Throws<EmException>(() => planner.ToMeasuring(new CalibrationInfo { Volume = new(1, 20, 30) })).Id);
    }

    private static EmSection Section(string path, int index) => new EmSection(ImageSource.Open(path), index, inverted: true).With(new IntensityOffsetStep(5));
}
