using System.Diagnostics;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>
/// Measures the sections of a stack one after the other and keeps each measurement in a file of its own, so that a run
/// that was stopped goes on where it was, and runs over different parts of a stack join to one. Taken in order, every
/// section is read once; where the one before was measured by another run, it is read again for the change.
/// </summary>
public sealed class StackMeter
{
    private readonly CalibrationFolder _folder;
    private readonly MeasuringOptions _options;
    private volatile Last? _last;

    /// <summary>Measures into a folder.</summary>
    /// <exception cref="EmException">An option is out of range.</exception>
    public StackMeter(CalibrationFolder folder, MeasuringOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_folder, _options) = (folder, options);
    }

    /// <summary>A section's measurement where it is there and of just this section, steps and options; else null.</summary>
    /// <param name="section">The section.</param>
    /// <param name="previous">The section that it is compared to, or null for the first.</param>
    public SectionMeasurement? Find(EmSection section, EmSection? previous)
    {
        ArgumentNullException.ThrowIfNull(section);
        return MeasurementRecord.TryRead(_folder.Measurement(section.Index)) is { } record && record.Key == KeyOf(section, previous)
            ? record.ToMeasurement()
            : null;
    }

    /// <summary>Removes all measurements of a folder, and nothing else that lies beside them.</summary>
    /// <exception cref="EmException">They cannot be removed.</exception>
    public static void Clear(CalibrationFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            if (!Directory.Exists(folder.Measurements))
                return;
            foreach (string file in Directory.EnumerateFiles(folder.Measurements, "*.json"))
            {
                if (MeasurementRecord.TryRead(file) is not null)
                    File.Delete(file);
            }
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(folder.Measurements, e);
        }
    }

    /// <summary>What a section's measurement would be made of, as it goes with the measurement; see <see cref="Find"/>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="previous">The section that it is compared to, or null for the first.</param>
    public string KeyOf(EmSection section, EmSection? previous)
    {
        ArgumentNullException.ThrowIfNull(section);
        return MeasurementKey.Of(section, previous, _options);
    }

    /// <summary>Measures a section and writes what was found.</summary>
    /// <param name="section">The section.</param>
    /// <param name="previous">The last section before it that holds tissue, or null for the first; of the same size.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">A section cannot be read, or the measurement not be written.</exception>
    public SectionMeasurement Measure(EmSection section, EmSection? previous, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        context ??= EvaluationContext.Default;
        string key = KeyOf(section, previous);
        MeasuredSection? before = previous is null ? null : _last is { } last && last.Key == MeasurementKey.Identity(previous) ? last.Measured : Compute(previous, null, context);
        MeasuredSection measured = Compute(section, before, context);
        MeasurementRecord.Of(key, section.Height, section.Width, measured.Measurement).Write(_folder.Measurement(section.Index));
        _last = new Last(MeasurementKey.Identity(section), measured);
        return measured.Measurement;
    }

    /// <summary>The measurements of a stack's sections that are there, in order.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="volume">The stack's shape; measurements of other sections are left out.</param>
    /// <param name="first">The index of the stack's first section.</param>
    internal static IEnumerable<SectionMeasurement> Read(CalibrationFolder folder, VolumeShape volume, int first)
    {
        for (int index = first; index < first + volume.Depth; index++)
        {
            if (MeasurementRecord.TryRead(folder.Measurement(index)) is { } record && record.Height == volume.Height && record.Width == volume.Width)
                yield return record.ToMeasurement();
        }
    }

    private MeasuredSection Compute(EmSection section, MeasuredSection? previous, EvaluationContext context)
    {
        // Without steps the pixels stay as they are stored: turning them into a plane of floats would cost more than summing.
        bool stored = section.Steps.IsEmpty;
        using Plane plane = Staged("Read", 0, () => stored ? section.Source.Read(context) : section.Compute(new EvaluationContext { Threads = context.Threads, Cancellation = context.Cancellation }), context);
        return Staged("Measure", 1, () => SectionMeter.Measure(plane, stored && section.Inverts, section.Index, previous, _options, context), context);
    }

    private static T Staged<T>(string name, int number, Func<T> work, EvaluationContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        context.OnStage?.Invoke(new StageStart(name, number, 2));
        long start = Stopwatch.GetTimestamp();
        T result = work();
        context.OnStageEnd?.Invoke(new StageTime(name, Stopwatch.GetElapsedTime(start)));
        return result;
    }

    /// <summary>The section measured last, for the next one to be compared to.</summary>
    private sealed record Last(string Key, MeasuredSection Measured);
}
