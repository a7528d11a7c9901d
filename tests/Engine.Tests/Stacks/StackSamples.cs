using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;
using EmTools.Engine.Tests.Formats;

namespace EmTools.Engine.Tests.Stacks;

/// <summary>A small stack of files and its plan.</summary>
internal sealed class StackSamples : IDisposable
{
    public StackSamples(int count = 4)
    {
        for (int i = 0; i < count; i++)
            WriteInput(i);
    }

    public TemporaryFolder Folder { get; } = new();

    public StackFolder Stack => new(Folder.File("out"));

    public string Input(int index) => Folder.File($"raw/{SectionFileName.Of(index)}");

    public void WriteInput(int index, int height = 20)
    {
        using Plane plane = TiffSamplesFiles.Plane(PixelType.UInt16, height, 30);
        TiffWriter.Write(Input(index), plane, new TiffWriteOptions { Overwrite = true });
    }

    public EmSection Section(int index, double offset = 5) => new EmSection(ImageSource.Open(Input(index)), index, inverted: true).With(new IntensityOffsetStep(offset));

    /// <summary>Plans the sections 0 to count - 1 and writes the plan.</summary>
    public StackWork Plan(int count = 4, double offset = 5, TiffCompression compression = TiffCompression.Deflate)
    {
        var planner = new StackPlanner(Stack);
        for (int i = 0; i < count; i++)
            planner.Add(Section(i, offset));
        StackWork work = planner.ToWork(compression);
        planner.Write(work);
        return StackWork.Open(Stack);
    }

    /// <summary>Changes one pixel of a 16-bit file.</summary>
    public static void ChangePixel(string path)
    {
        using var plane = (Plane<ushort>)TiffFile.Open(path).Read(EvaluationContext.Default);
        plane.Row(0)[0] ^= 1;
        TiffWriter.Write(path, plane, new TiffWriteOptions { Overwrite = true });
    }

    /// <summary>A run over what is to be done.</summary>
    public static StackRun Run(StackWork work, int tasks = 1)
    {
        int[] sections = StackStatus.Of(work).ToDo();
        var run = new StackRun { Number = StackRun.NumbersIn(work.Folder).Append(0).Max() + 1, Scheduler = "Local", Tasks = tasks, Sections = IndexRanges.Format(sections), Planned = DateTime.UtcNow };
        run.Write(work.Folder);
        return run;
    }

    public static string States(StackWork work)
    {
        var status = StackStatus.Of(work);
        return $"{status.Done} done, {status.Running} running, {status.Failed} failed, {status.Pending} pending, {status.OutOfDate} out of date";
    }

    public void Dispose() => Folder.Dispose();
}
