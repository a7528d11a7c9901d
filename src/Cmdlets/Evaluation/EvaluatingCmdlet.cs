using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>A cmdlet that computes pixels: it works beside the pipeline's thread, and shows how far it is.</summary>
public abstract class EvaluatingCmdlet : EmCmdlet
{
    private const int ProgressId = 1;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(100);

    private NoticeTally? _notices;
    private long _lastProgress;
    private int _done;

    /// <summary>How many processor threads work on a section at the same time. The default is all that the machine has; give less where others share it.</summary>
    /// <value>Default: all that the machine has.</value>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Computes something of a section on another thread while this one, the only one that may, writes progress and
    /// verbose messages. Ends with an exception soon after Ctrl+C.
    /// </summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="section">The section, for messages.</param>
    /// <param name="work">What to do; it must honour the context's cancellation.</param>
    protected T Evaluate<T>(EmSection section, Func<EvaluationContext, T> work) => Evaluate(Describe(section), work);

    /// <summary>As the other, for what is computed of several sections.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="subject">What is being computed, for messages.</param>
    /// <param name="work">What to do; it must honour the context's cancellation.</param>
    protected T Evaluate<T>(string subject, Func<EvaluationContext, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var messages = new MessageQueue();
        using CancellationTokenSource abandon = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        var context = new EvaluationContext
        {
            Threads = Threads,
            Cancellation = abandon.Token,
            OnStage = stage => messages.Post(() => ShowProgress(subject, stage)),
            OnNotice = notice => messages.Post(() => (_notices ??= new NoticeTally(WriteWarning)).Note(subject, notice)),
            OnStageEnd = stage => messages.Post(() => WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"{subject}: {stage.Name} took {stage.Elapsed.TotalSeconds:0.000} s"))),
        };
        Task<T> task = Task.Run(
            () =>
            {
                try
                {
                    return work(context);
                }
                finally
                {
                    messages.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            messages.Drain();
        }
        catch
        {
            // A message could not be written (the pipeline was stopped, or -Verbose asked and the user said no).
            // The work must be over before its queue and its output's temporary file go.
            abandon.Cancel();
            Task.WaitAny(task);
            throw;
        }

        T result = task.GetAwaiter().GetResult();
        _done++;
        return result;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _notices?.End();
        if (_lastProgress != 0)
            WriteProgress(new ProgressRecord(ProgressId, MyInvocation.MyCommand.Name, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private void ShowProgress(string subject, StageStart stage)
    {
        if (_lastProgress != 0 && Stopwatch.GetElapsedTime(_lastProgress) < s_progressInterval)
            return;
        _lastProgress = Stopwatch.GetTimestamp();
        WriteProgress(new ProgressRecord(ProgressId, MyInvocation.MyCommand.Name, $"{subject}: {stage.Name}")
        {
            CurrentOperation = $"Stage {stage.Number + 1} of {stage.Count}; sections done: {_done}",
            PercentComplete = Math.Clamp(100 * stage.Number / Math.Max(1, stage.Count), 0, 100),
        });
    }
}
