using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>A cmdlet that computes pixels: it takes -Threads, and tells how far it is and what was found.</summary>
public abstract class EvaluatingCmdlet : EmCmdlet
{
    private readonly NoticeTally _notices;
    private readonly SectionProgress _progress;
    private readonly StackPlace _place = new();

    /// <summary>Makes the cmdlet.</summary>
    protected EvaluatingCmdlet() => (_notices, _progress) = (new NoticeTally(WriteWarning), new SectionProgress(this, "Computing"));

    /// <summary>How many processor threads work on a section at the same time. The default is all that the machine has; give less where others share it.</summary>
    /// <value>Default: all that the machine has.</value>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Says how many sections are still to come, for the progress; where nobody says so, the files that the sections were listed with tell it.</summary>
    private protected void Expect(int sections) => _progress.Count = _progress.Done + sections;

    /// <summary>
    /// Computes something of a section on another thread while this one, the only one that may, writes progress and
    /// verbose messages. Ends with an exception soon after Ctrl+C.
    /// </summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="section">The section, for messages.</param>
    /// <param name="work">What to do; it must honour the context's cancellation.</param>
    protected T Evaluate<T>(EmSection section, Func<EvaluationContext, T> work)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (_progress.Count is null)
            _progress.CountAtMost = _progress.Done + 1 + _place.FilesAfter(section);
        return Evaluate(Describe(section), work);
    }

    /// <summary>As the other, for what is computed of several sections.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="subject">What is being computed, for messages.</param>
    /// <param name="work">What to do; it must honour the context's cancellation.</param>
    protected T Evaluate<T>(string subject, Func<EvaluationContext, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return DoBeside((messages, cancellation) => work(new EvaluationContext
            {
                Threads = Threads,
                Cancellation = cancellation,
                OnStage = stage => messages.Post(() => _progress.ShowStage(subject, stage)),
                OnNotice = notice => messages.Post(() => _notices.Note(subject, notice)),
                OnStageEnd = stage => messages.Post(() => WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{subject}: {stage.Name} took {stage.Elapsed.TotalSeconds:0.000} s"))),
            }));
        }
        finally
        {
            _progress.Done++;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _notices.End();
        _progress.End();
    }
}
