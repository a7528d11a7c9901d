using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Calibration;
using EmTools.Engine.Estimation;
using EmTools.Engine.Estimation.Background;
using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Estimation.Report;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Makes the table of intensity offsets and the background model of a stack from the stack itself.</summary>
/// <remarks>
/// <para>
/// Reads each section once and measures the mean of its tissue, the change from the section before it and the means of a grid
/// of boxes; flat artificial background and saturated pixels do not count. Means follow what happens to be in a section, and
/// changes drift when they are added up; both together give the offsets (info.h5), with standard errors and flags for missing
/// sections, jumps and outliers. A polynomial is then fitted to the box means, less the offsets, so that membranes, vessels and
/// resin hardly pull it (polymodel.h5). A report (report.html) shows both.
/// </para>
/// <para>
/// A run that was stopped goes on where it was: sections that are measured already are left out, unless the file, the steps or
/// the parameters changed. Missing sections need nothing special; their offsets are interpolated and flagged. A section that is
/// equal to the one before is flagged as a duplicate, with a warning. Where sections are too few for the background's degree, a
/// lower one is fitted, or none, with a warning.
/// A section that cannot be read is an error of its own and counts as missing.
/// </para>
/// <para>
/// With -Scheduler Slurm, DisBatch or Script, the sections are measured by tasks on other machines, as Invoke-EmStack restores
/// them, and the last job makes the tables and the report. Get-EmStack tells how far it is, and the same command, or
/// Restart-EmStack, goes on with what is left.
/// </para>
/// </remarks>
/// <example>
/// <para>Makes both tables and the report of a stack with inverted intensities, and uses them.</para>
/// <code>
/// Read-EmSection raw/*.tif -Invert | Measure-EmStack -Destination calibration
/// Read-EmSection raw/*.tif -Invert | Set-EmIntensityOffset -Calibration calibration | Remove-EmBackground -Calibration calibration | Write-EmSection even
/// </code>
/// </example>
/// <example>
/// <para>Fits the background anew to what was measured already, its degree chosen by cross-validation up to 5.</para>
/// <code>Measure-EmStack -Destination calibration -Step Background -Degree 5 -SelectDegree</code>
/// </example>
/// <example>
/// <para>Measures on a cluster, in up to 200 tasks of 4 processors; the tables are there when the last job has ended.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Measure-EmStack -Destination calibration -Scheduler Slurm -CpusPerTask 4 -Submit</code>
/// </example>
/// <example>
/// <para>A quick look at every twentieth section; offsets in between are interpolated.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Measure-EmStack -Destination look -Sample 0.05</code>
/// </example>
/// <seealso cref="GetEmCalibrationCommand"/>
/// <seealso cref="SetEmIntensityOffsetCommand"/>
/// <seealso cref="RemoveEmBackgroundCommand"/>
/// <seealso href="about_EmTools_Calibration"/>
/// <seealso href="../calibration.md">Calibrating a stack</seealso>
[Cmdlet(VerbsDiagnostic.Measure, "EmStack", HelpUri = HelpPages.MeasureEmStack, SupportsShouldProcess = true)]
[OutputType(typeof(EmCalibration), typeof(EmStackRun), typeof(EmStackInfo))]
public sealed class MeasureEmStackCommand : StackRunningCmdlet
{
    private readonly SortedDictionary<int, EmSection> _sections = [];
    private CalibrationFolder _folder = null!;
    private EmSection? _first;

    /// <summary>The stack's sections, in any order, each with its own index.</summary>
    [Parameter(ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>Which part to make: Measure (the sections), Offset, Background, Report, or All. All but Measure can do without sections, from what was measured before.</summary>
    [Parameter]
    public CalibrationStep Step { get; set; } = CalibrationStep.All;

    /// <summary>The share of the sections to measure, evenly spread; above 0, up to 1. The default is all.</summary>
    [Parameter]
    [ValidateRange(1e-6, 1.0)]
    public double Sample { get; set; } = 1;

    /// <summary>How many sections the whole stack has. The default is as many as there are from the first to the last of those that are given.</summary>
    /// <value>Default: from the first to the last that is given.</value>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; }

    /// <summary>The index of the whole stack's first section. The default is that of the first section that is given, or 0 where -Depth is given.</summary>
    /// <value>Default: that of the first section.</value>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int FirstIndex { get; set; }

    /// <summary>The mean that corrected sections are to have, in grey levels. The default is 28000 for 16-bit sections, and the stack's own (the median of the sections' means) for others. Contrast takes its -Mean from it.</summary>
    [Parameter]
    public double? Target { get; set; }

    /// <summary>The background's total degree, 0 to 10; with -SelectDegree the largest that is tried.</summary>
    [Parameter]
    [ValidateRange(0, 10)]
    public int Degree { get; set; } = 3;

    /// <summary>The largest powers of z, y and x in the background; the default is the degree for each.</summary>
    [Parameter]
    [ValidateCount(3, 3)]
    [ValidateRange(0, 10)]
    public int[]? DegreeLimit { get; set; }

    /// <summary>Chooses the degree, up to -Degree, by cross-validation.</summary>
    [Parameter]
    public SwitchParameter SelectDegree { get; set; }

    /// <summary>Boxes along the longer side of a section, the means of which the background is fitted to, 4 to 256.</summary>
    [Parameter]
    [ValidateRange(4, 256)]
    public int BoxCount { get; set; } = new MeasuringOptions().Boxes;

    /// <summary>The largest difference within 3 x 3 pixels that counts as flat, in grey levels. Large flat areas are artificial background.</summary>
    [Parameter]
    [ValidateRange(0.0, 65535.0)]
    public double FlatThreshold { get; set; }

    /// <summary>Leaves curtains where they are. They are removed before box means are taken, unless the sections' own steps do so.</summary>
    [Parameter]
    public SwitchParameter NoDestripe { get; set; }

    /// <summary>Writes over the calibration of another stack in the same folder, and measures all sections anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _folder = ForAll(() =>
    {
        if (SchedulerParameters is not NodeParameters)
            RefuseWhatOnlyRestoringTakes();
        if (Target is { } target && !double.IsFinite(target))
            throw new EmException(EmErrorKind.InvalidArgument, "TargetNotFinite", $"-Target {target} is no finite number of grey levels.", nameof(Target));
        return new CalibrationFolder(FullPath(Destination));
    });

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmSection section in Section)
            ForItem(section, () => Take(section));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        CalibrationInfo stack = ForAll(Stack);
        if (SchedulerParameters is NodeParameters)
            RunByTasks(stack with { BackgroundOptions = FitOptions() });
        else if (ShouldProcess(_folder.Path, $"Make the calibration of a stack of {stack.Volume} (z, y, x): {Step}"))
        {
            Run(stack);
            EmCalibration made = ForAll(() => EmCalibration.Open(_folder.Path));
            if (Step is CalibrationStep.All or CalibrationStep.Offset)
                WarnOf(made);
            WriteObject(made);
        }
    }

    /// <summary>Here every section is measured by all threads, one after the other, because a change needs the section before.</summary>
    private void RefuseWhatOnlyRestoringTakes()
    {
        foreach (string name in new[] { nameof(LocalParameters.ThrottleLimit), nameof(LocalParameters.MemoryLimit) })
        {
            if (MyInvocation.BoundParameters.ContainsKey(name))
                throw new EmException(EmErrorKind.InvalidArgument, "MeasuredOneByOne", $"On this machine sections are measured one at a time, so -{name} has nothing to limit; leave it out, or share the sections out with -Scheduler.", name);
        }
    }

    /// <summary>Plans the measurement for tasks on other machines.</summary>
    private void RunByTasks(CalibrationInfo stack)
    {
        StackWork work = ForAll(() =>
        {
            if (Step != CalibrationStep.All)
                throw new EmException(EmErrorKind.InvalidArgument, "SchedulerStep", $"-Scheduler makes all of a calibration; -Step {Step} is done on this machine, without -Scheduler.", "Step");
            var planner = new StackPlanner(new StackFolder(_folder.Path), Force);
            foreach (EmSection section in Chosen())
                planner.Add(section);
            StackWork planned = planner.ToMeasuring(stack);
            if (ShouldProcess(planned.Folder.Root, $"Write the plan of measuring {planner.Count} sections"))
            {
                if (Force)
                    StackMeter.Clear(_folder);
                LeftOvers.Remove(planned.Folder);
                stack.Write(_folder);
                planner.Write(planned);
            }

            return planned;
        });
        RunStack(work, ForAll(() => StackStatus.Of(work)), new ClusterOptions());
    }

    private void Take(EmSection section)
    {
        EmSection first = _first ?? section;
        if (section.Height != first.Height || section.Width != first.Width)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionSizesDiffer", $"{Describe(section)} is {section.Height} x {section.Width} pixels (y, x), but {Describe(first)} is {first.Height} x {first.Width}; all sections of a stack have one size.", section.Name);
        if (!section.IsPlacedAs(first))
            throw new EmException(EmErrorKind.InvalidArgument, "SectionPlacesDiffer", $"{Describe(section)} and {Describe(first)} were cropped at different places or binned differently; the same pixel of all sections of a stack is one place. Crop and bin all alike.", section.Name);
        if (section.Root.Source.PixelType != first.Root.Source.PixelType)
            throw new EmException(EmErrorKind.InvalidArgument, "SectionTypesDiffer", $"{Describe(section)} has {section.Root.Source.PixelType} pixels, but {Describe(first)} has {first.Root.Source.PixelType}; sections are compared with each other, so all of a stack have one type. Convert the one kind, or measure each by itself.", section.Name);
        if (!_sections.TryAdd(section.Place, section))
            throw new EmException(EmErrorKind.InvalidArgument, "IndexTwice", $"{Describe(section)} has the index of {Describe(_sections[section.Place])}; give every section its own index (-Index).", section.Name);
        _first = first; // only now: a section that was refused is none of the stack
    }

    /// <summary>The stack that is to be calibrated: that of the sections, or the one that was measured before.</summary>
    private CalibrationInfo Stack()
    {
        CalibrationInfo? there = File.Exists(_folder.InfoFile) ? CalibrationInfo.Read(_folder) : null;
        if (_first is null)
        {
            if (Step is CalibrationStep.All or CalibrationStep.Measure)
                throw new EmException(EmErrorKind.InvalidArgument, "NoSections", "There is nothing to measure: the pipeline gave no section. Without sections, only -Step Offset, Background and Report can be done, from what was measured before.", "Section");
            there ??= CalibrationInfo.Read(_folder);
            return Target is null ? there : there with { AskedTarget = Target };
        }

        bool whole = MyInvocation.BoundParameters.ContainsKey(nameof(Depth));
        (int lowest, int highest) = (_sections.Keys.First(), _sections.Keys.Last());
        int first = MyInvocation.BoundParameters.ContainsKey(nameof(FirstIndex)) ? FirstIndex : whole ? 0 : lowest;
        if (lowest < first)
            throw new EmException(EmErrorKind.InvalidArgument, "MeasuredIndex", $"{Describe(_sections[lowest])} lies before the stack's first section, {first}; give a smaller -FirstIndex.", nameof(FirstIndex));
        int depth = whole ? Depth : highest - first + 1;
        if (highest - first >= depth)
            throw new EmException(EmErrorKind.InvalidArgument, "MeasuredIndex", $"{Describe(_sections[highest])} lies beyond a stack of {depth} sections, {first} to {first + depth - 1}; give a larger -Depth{(first == 0 && lowest > 0 ? $", or say where the stack begins (-FirstIndex {lowest})" : "")}.", nameof(Depth));
        var volume = new VolumeShape(depth, _first.Height, _first.Width);
        if (there is not null && (there.Volume != volume || there.First != first) && !Force)
            throw new EmException(EmErrorKind.AlreadyExists, "CalibrationOfAnotherStack", $"'{_folder}' holds the calibration of a stack of {there.Volume} (z, y, x){From(there.First)}, but this one is {volume}{From(first)}; choose another destination, give the whole stack's -FirstIndex and -Depth, or write over it with -Force.", _folder.Path);
        bool destriped = _first.Steps.Any(step => step.Name == "Destripe");
        return new CalibrationInfo
        {
            Volume = volume,
            First = first,
            PixelType = _first.StoredType,
            AskedTarget = Target,
            Measuring = new MeasuringOptions { FlatThreshold = FlatThreshold, Boxes = BoxCount, Destripe = !NoDestripe && !destriped },
        };
    }

    private static string From(int first) => first == 0 ? "" : $" from section {first} on";

    /// <summary>Tells of sections that were measured and give no offset of their own, or the wrong one.</summary>
    private void WarnOf(EmCalibration made)
    {
        string[] duplicates = [.. made.Sections.Where(s => s.Quality.HasFlag(SectionQuality.Duplicate)).Select(s => Name(s.Index))];
        if (duplicates.Length > 0)
            WriteWarning($"{Listed(duplicates)} {(duplicates.Length == 1 ? "is" : "are")} equal to the section before, pixel for pixel: the same image twice. Look whether the right one is missing.");
        string[] blank = [.. made.Sections.Where(s => double.IsFinite(s.MaskedShare) && double.IsNaN(s.Mean)).Select(s => Name(s.Index))];
        if (blank.Length > 0)
            WriteWarning($"{Listed(blank)} {(blank.Length == 1 ? "holds" : "hold")} no tissue (all of it is flat, at an end of the range, or without data): {(blank.Length == 1 ? "its offset is that" : "their offsets are those")} of neighbours.");
        string[] strange = [.. made.Sections.Where(s => s.Quality.HasFlag(SectionQuality.Missing) && double.IsFinite(s.Mean)).Select(s => string.Create(CultureInfo.InvariantCulture, $"{Name(s.Index)} with a mean of {s.Mean:G4}"))];
        if (strange.Length > 0)
            WriteWarning($"{Listed(strange)} cannot be of the same grey levels as the others, and {(strange.Length == 1 ? "was" : "were")} left out: {(strange.Length == 1 ? "its offset is that" : "their offsets are those")} of neighbours.");

        string Name(int index) => _sections.TryGetValue(index, out EmSection? section) ? Describe(section) : $"Section {index}";

        static string Listed(string[] names)
            => names.Length <= 10 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(10))} and {names.Length - 10} more";
    }

    private void WarnOfLowered(FittedBackground fitted)
    {
        if (fitted.Lowered is { Total: 0 })
            WriteWarning("The sections do not determine a background: none is removed, offsets only. Measure more sections, from the stack's start to its end.");
        else if (fitted.Lowered is { } powers)
            WriteWarning($"The sections do not determine a background of degree {Degree}: degree {fitted.Degree} with powers of z up to {powers.Z} was fitted. Measure more sections, from the stack's start to its end, or give -Degree and -DegreeLimit.");
    }

    private void Run(CalibrationInfo stack)
    {
        if (Step is CalibrationStep.All or CalibrationStep.Measure)
            Measure(stack);
        var builder = new CalibrationBuilder(_folder, stack);
        if (Step is CalibrationStep.All or CalibrationStep.Offset)
            ForAll(() => builder.BuildOffsets());
        if (Step is CalibrationStep.All or CalibrationStep.Background)
            WarnOfLowered(ForAll(() => builder.BuildBackground(FitOptions(), Context(StopToken))));
        if (Step is CalibrationStep.All or CalibrationStep.Report)
        {
            ForAll(() =>
            {
                CalibrationReport.Write(_folder, StopToken);
                return true;
            });
        }
    }

    private void Measure(CalibrationInfo stack)
    {
        ForAll(() =>
        {
            var inputs = new InputFiles();
            foreach (EmSection section in _sections.Values)
                inputs.Add(section);
            foreach (string file in _folder.Files)
                inputs.RequireNone(file, "The calibration");
            if (!Force)
                _folder.RequireOwn();
            if (Force)
                StackMeter.Clear(_folder);
            stack.Write(_folder);
            return true;
        });
        var meter = new StackMeter(_folder, stack.Measuring);
        EmSection[] chosen = Chosen();
        EmSection? previous = null;
        var progress = new SectionProgress(this, "Measuring", chosen.Length);
        int left = 0;
        foreach (EmSection section in chosen)
        {
            progress.Show();
            EmSection? before = previous;
            ForItem(section, () =>
            {
                SectionMeasurement? measured = meter.Find(section, before);
                if (measured is not null)
                    left++;
                measured ??= DoBeside((messages, cancellation) => meter.Measure(section, before, Context(cancellation, section, messages)));
                if (double.IsFinite(measured.Mean))
                    previous = section;
            });
            progress.Done++;
        }

        progress.End();
        if (left > 0)
            WriteVerbose($"{left} of {chosen.Length} sections were measured before and left out.");
    }

    private EvaluationContext Context(CancellationToken cancellation, EmSection? section = null, MessageQueue? messages = null) => new()
    {
        Threads = (SchedulerParameters as LocalParameters)?.Threads ?? Environment.ProcessorCount,
        Cancellation = cancellation,
        OnStageEnd = stage => messages?.Post(() => WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{Describe(section!)}: {stage.Name} took {stage.Elapsed.TotalSeconds:0.000} s"))),
    };

    /// <summary>All sections, or so many of them, evenly spread, that their share is the sample.</summary>
    private EmSection[] Chosen()
    {
        EmSection[] all = [.. _sections.Values];
        int count = Math.Clamp((int)Math.Ceiling(all.Length * Sample), 1, all.Length);
        return count == all.Length ? all : [.. Enumerable.Range(0, count).Select(i => all[count == 1 ? 0 : (int)((long)i * (all.Length - 1) / (count - 1))])];
    }

    private BackgroundFitOptions FitOptions() => new()
    {
        Degree = Degree,
        DegreeZ = DegreeLimit?[0],
        DegreeY = DegreeLimit?[1],
        DegreeX = DegreeLimit?[2],
        SelectDegree = SelectDegree,
    };
}
