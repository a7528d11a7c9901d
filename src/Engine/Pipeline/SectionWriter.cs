using System.Collections.Immutable;
using System.Diagnostics;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Pipeline;

/// <summary>What writing a section gave.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Stages">How long reading, every step and writing took.</param>
/// <param name="Levels">The result's grey levels.</param>
/// <param name="Notices">What is no error and may spoil the result.</param>
public sealed record SectionWriteResult(string Path, long Bytes, ImmutableArray<StageTime> Stages, PixelLevels Levels, ImmutableArray<ResultNotice> Notices)
{
    /// <summary>The whole time, from reading to the finished file.</summary>
    public TimeSpan Elapsed => Stages.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage.Elapsed);
}

/// <summary>Computes sections and writes them as TIFF files that say what was done.</summary>
public static class SectionWriter
{
    /// <summary>Computes a section and writes it; the file appears under its name when it is complete.</summary>
    /// <param name="section">What to compute.</param>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="compression">None, Lzw or Deflate.</param>
    /// <param name="overwrite">Replace a file that is there; otherwise it is an error, told before anything is computed.</param>
    /// <param name="context">Threads, cancellation and listeners; null for the defaults.</param>
    /// <exception cref="EmException">The source cannot be read, the destination exists (<c>OutputExists</c>), is a file that the section is made of, or that was listed with it (<c>DestinationIsSource</c>), or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled; nothing is left of the file.</exception>
    public static SectionWriteResult Write(EmSection section, string path, TiffCompression compression = TiffCompression.Deflate, bool overwrite = false, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentException.ThrowIfNullOrEmpty(path);
        context ??= EvaluationContext.Default;
        path = Path.GetFullPath(path);
        AtomicFile.RequireFree(path, overwrite);
        if (File.Exists(path))
            InputFiles.Of(section).RequireNone(path, $"{section.Title}");

        ImmutableArray<StageTime>.Builder stages = ImmutableArray.CreateBuilder<StageTime>();
        var options = new TiffWriteOptions { Compression = compression, Tags = Provenance.Tags(section, compression), OtherTags = Provenance.OtherTags(section), Overwrite = overwrite };
        ImmutableArray<ResultNotice>.Builder notices = ImmutableArray.CreateBuilder<ResultNotice>();
        EvaluationContext watched = Watched(context, stages, notices);
        using Plane plane = section.Compute(watched);
        var levels = PixelLevels.Of(plane);
        if (ResultWatch.Find(section, levels) is { } notice)
            watched.OnNotice!(notice);

        int computed = stages.Count;
        context.OnStage?.Invoke(new StageStart("Write", computed, computed + 1));
        long start = Stopwatch.GetTimestamp();
        long bytes = TiffWriter.Write(path, plane, options, context);
        watched.OnStageEnd!(new StageTime("Write", Stopwatch.GetElapsedTime(start)));
        return new SectionWriteResult(path, bytes, stages.ToImmutable(), levels, notices.ToImmutable());
    }

    /// <summary>The caller's context, with writing counted as one more stage and all times noted.</summary>
    private static EvaluationContext Watched(EvaluationContext context, ImmutableArray<StageTime>.Builder stages, ImmutableArray<ResultNotice>.Builder notices) => new()
    {
        Threads = context.Threads,
        Cancellation = context.Cancellation,
        OnStage = stage => context.OnStage?.Invoke(stage with { Count = stage.Count + 1 }),
        OnStageEnd = time =>
        {
            stages.Add(time);
            context.OnStageEnd?.Invoke(time);
        },
        OnNotice = notice =>
        {
            notices.Add(notice);
            context.OnNotice?.Invoke(notice);
        },
    };
}
