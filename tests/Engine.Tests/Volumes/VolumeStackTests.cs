using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;
using EmTools.Engine.Tests.Stacks;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>A volume as a stack's work: planned, shared out, taken up again, verified.</summary>
public sealed class VolumeStackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VolumeSamples _sample = new(PixelType.UInt16);
    private readonly EmSection[] _sections;

    public VolumeStackTests()
    {
        Directory.CreateDirectory(_folder.File("raw"));
        _sections = _sample.Files(_folder.File("raw"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(VolumeFormat.OmeZarr)]
    [InlineData(VolumeFormat.Precomputed)]
    public void Tasks_leave_what_is_made_of_others_to_the_final_job_and_give_the_same_bytes(VolumeFormat format)
    {
        VolumeWork alone = Plan("alone", VolumeSamples.Choice(format)), shared = Plan("shared", VolumeSamples.Choice(format));
        Assert.Equal(0, Run(alone, 1)[0].Failed);
        alone.CompleteIfDone();
        Assert.False(File.Exists(alone.Folder.IncompleteMark));

        StackRun run = StackSamples.Run(shared, 5);
        TaskOutcome[] outcomes = [.. Enumerable.Range(0, 5).Reverse().Select(task => TaskRunner.Run(StackWork.Open(shared.Folder), run, task, new TaskOptions()))];
        Assert.All(outcomes, outcome => Assert.Equal((0, 0), (outcome.Failed, outcome.ExitCode)));
        int left = outcomes.Sum(outcome => outcome.Left);
        Assert.True(left > 0);
        Assert.True(File.Exists(shared.Folder.IncompleteMark));
        Assert.Equal(left, TaskRunner.RunRest(shared, run, new TaskOptions()).Done);
        Assert.Equal((shared.Units.Count, 0), (shared.Finish(EvaluationContext.Default).Sound, shared.Finish(EvaluationContext.Default).ExitCode));

        Assert.Equal(Files("alone"), Files("shared"));
        Assert.Equal(_sample.Values(), VolumeSamples.Read(_folder.File("shared"), null));
    }

    [Fact]
    public void Blocks_of_sections_with_steps_have_all_their_rows()
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(VolumeFormat.OmeZarr), [.. _sections.Select(section => section.With(new IntensityOffsetStep(0)))]);
        Assert.True(work.Settings.WholeSections);
        Assert.Equal((_sample.Shape.Z + 15) / 16, work.Units.Count(unit => !work.IsMadeOfOthers(unit))); // one for each layer of shards

        Assert.Equal(0, Run(work, 1)[0].Failed);

        Assert.Equal(_sample.Values(), VolumeSamples.Read(_folder.File("volume"), null));
    }

    [Theory]
    [InlineData(VolumeFormat.OmeZarr)]
    [InlineData(VolumeFormat.OmeZarr04)]
    [InlineData(VolumeFormat.Mrc)]
    public void What_is_gone_or_damaged_is_written_again_with_the_same_bytes(VolumeFormat format)
    {
        VolumeChoice choice = VolumeSamples.Choice(format) with { LevelCount = format == VolumeFormat.Mrc ? null : 4 };
        VolumeWork work = Plan("volume", choice);
        Run(work, 1);
        work.CompleteIfDone();
        string before = Files("volume");

        // A record that is lost, and a file that is cut off.
        File.Delete(work.OutputOf(work.Units[1]));
        string cut = format == VolumeFormat.Mrc ? _folder.File("volume") : Directory.GetFiles(_folder.File("volume/0"), "*", SearchOption.AllDirectories).Where(path => !path.Contains(".z", StringComparison.Ordinal) && !path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        using (FileStream file = File.OpenWrite(cut))
            file.SetLength(file.Length - 3);
        work = (VolumeWork)StackWork.Open(work.Folder);
        Assert.Equal(work.Units.Count - 2, StackStatus.Of(work).Done);

        TaskOutcome outcome = Run(work, 1)[0];
        work.CompleteIfDone();

        Assert.Equal((2, 0), (outcome.Done, outcome.Failed));
        Assert.Equal(before, Files("volume"));
    }

    /// <summary>Each block by a process that has not planned the volume, as on a cluster.</summary>
    [Theory]
    [InlineData(VolumeFormat.Mrc)]
    [InlineData(VolumeFormat.Hdf5)]
    public void A_single_file_has_the_same_bytes_whoever_writes_it(VolumeFormat format)
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(format) with { LevelCount = null }, [.. _sections.Select(section => section.With(new IntensityOffsetStep(0)))]);
        StackRun run = StackSamples.Run(work, work.Units.Count);
        for (int task = work.Units.Count - 1; task >= 0; task--)
            TaskRunner.Run(StackWork.Open(work.Folder), run, task, new TaskOptions());
        Assert.Equal(0, StackWork.Open(work.Folder).Finish(EvaluationContext.Default).ExitCode);
        string before = Files("volume");

        File.Delete(_folder.File("volume"));
        Run(work, 1);
        work.CompleteIfDone();

        Assert.Equal(before, Files("volume"));
        Assert.Contains("IntensityOffset", Contents(format == VolumeFormat.Mrc ? 1024 : int.MaxValue), StringComparison.Ordinal);

        string Contents(int most) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File("volume")).AsSpan()[..(int)Math.Min(most, new FileInfo(_folder.File("volume")).Length)]);
    }

    [Fact]
    public void A_changed_section_makes_its_blocks_out_of_date_and_no_others()
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(VolumeFormat.OmeZarr));
        Run(work, 1);
        StackSamples.ChangePixel(_sections[^1].Path!);
        File.SetLastWriteTimeUtc(_sections[^1].Path!, DateTime.UtcNow.AddMinutes(1));

        work = (VolumeWork)StackWork.Open(work.Folder);
        StackStatus status = StackStatus.Of(work);

        Assert.InRange(status.OutOfDate, 4, work.Units.Count - 4);
        Assert.Equal(status.OutOfDate, Run(work, 1)[0].Done);
        Assert.Equal(work.Units.Count, StackStatus.Of(work).Done);
    }

    [Fact]
    public void A_file_whose_bytes_have_changed_is_found_by_verifying()
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(VolumeFormat.OmeZarr));
        Run(work, 1);
        string shard = _folder.File("volume/0/c/0/0/0");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[10] ^= 1;
        File.WriteAllBytes(shard, bytes);

        StackProblem problem = Assert.Single(work.Finish(EvaluationContext.Default).Problems);
        Assert.Equal("Damaged", problem.Kind);
        Assert.Contains("expected SHA-256", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_cannot_be_read_fails_its_blocks_and_no_others()
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(VolumeFormat.OmeZarr));
        using (FileStream file = File.OpenWrite(_sections[0].Path!))
            file.SetLength(200);

        TaskOutcome outcome = Run(work, 1)[0];
        StackStatus status = StackStatus.Of(work);

        Assert.Equal(3, outcome.Failed); // the three rows of shards of the first layer
        Assert.True(outcome is { Done: > 0, Left: > 0 });
        Assert.Contains("00100.tif", status.Failures[0].Error, StringComparison.Ordinal);
        Assert.True(File.Exists(work.Folder.IncompleteMark));
        Assert.Contains(ImageFile.Open(_folder.File("volume"))[0].Remarks, remark => remark.Id == "VolumeIncomplete");
    }

    [Fact]
    public void Other_settings_are_refused_and_a_volume_can_be_written_anew()
    {
        VolumeWork work = Plan("volume", VolumeSamples.Choice(VolumeFormat.OmeZarr));
        Run(work, 1);
        VolumeChoice other = VolumeSamples.Choice(VolumeFormat.OmeZarr) with { LevelCount = 2 };
        File.WriteAllText(_folder.File("volume/notes.txt"), "mine");

        Assert.Equal("VolumeDiffers", Assert.Throws<EmException>(() => Plan("volume", other)).Id);
        Assert.True(VolumeGuard.Remove(work.Folder));
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(_folder.File("volume")).Select(Path.GetFileName));
        Assert.Equal("DestinationExists", Assert.Throws<EmException>(() => Plan("volume", other)).Id);
        Assert.Equal("DestinationIsSource", Assert.Throws<EmException>(() => Plan("raw/00100.tif", VolumeSamples.Choice(VolumeFormat.Mrc) with { LevelCount = null })).Id);
    }

    private VolumeWork Plan(string name, VolumeChoice choice, EmSection[]? sections = null)
    {
        var input = new VolumeInput();
        StackFolder folder = choice.Format is VolumeFormat.Mrc or VolumeFormat.Hdf5 ? StackFolder.ForFile(_folder.File(name)) : new StackFolder(_folder.File(name));
        var planner = new StackPlanner(folder, input);
        foreach (EmSection section in sections ?? _sections)
            planner.Add(section);
        VolumeWork work = planner.ToVolume(input.Settings(choice, null));
        planner.Write(work);
        work.Prepare();
        return (VolumeWork)StackWork.Open(folder);
    }

    private static TaskOutcome[] Run(VolumeWork work, int tasks)
    {
        StackRun run = StackSamples.Run(work, tasks);
        return [.. Enumerable.Range(0, tasks).Select(task => TaskRunner.Run(work, run, task, new TaskOptions()))];
    }

    /// <summary>All files of a volume with their checksums, its bookkeeping and what tells its name aside.</summary>
    private string Files(string name)
    {
        string root = _folder.File(name);
        string[] files = File.Exists(root) ? [root] : Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        return string.Join('\n', files.Where(file => !file.Contains(".emstack", StringComparison.Ordinal) && Path.GetFileName(file) is not ("provenance" or ".zattrs") && Path.GetRelativePath(root, file) != "zarr.json")
            .Order(StringComparer.Ordinal).Select(file => $"{Path.GetRelativePath(root, file)} {HashOf(file)}"));

        static string HashOf(string file) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
    }
}
