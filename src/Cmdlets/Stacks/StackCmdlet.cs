using System.Globalization;
using System.Management.Automation;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>A cmdlet that works on a stack: beside the pipeline's thread, with one progress bar.</summary>
public abstract class StackCmdlet : EmCmdlet
{
    private const int ProgressId = 1;
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(5);

    /// <summary>Does something on another thread while this one writes what it posts; ends soon after Ctrl+C.</summary>
    internal T Attended<T>(Func<MessageQueue, T> work)
    {
        using var messages = new MessageQueue();
        var task = Task.Run(
            () =>
            {
                try
                {
                    return work(messages);
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
            StopProcessing(); // nobody listens any more: the work must be over before its queue goes
            Task.WaitAny(task);
            throw;
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>One bar for the whole stack.</summary>
    internal void ShowProgress(string what, int done, int of, double? perHour, TimeSpan? left)
    {
        string rate = perHour is { } p ? string.Create(CultureInfo.InvariantCulture, $", {p:0} an hour") : "";
        WriteProgress(new ProgressRecord(ProgressId, MyInvocation.MyCommand.Name, $"{what}: {done} of {of} sections{rate}")
        {
            PercentComplete = of == 0 ? 100 : Math.Clamp((int)(100L * done / of), 0, 100),
            SecondsRemaining = left is { } time ? (int)Math.Min(int.MaxValue, time.TotalSeconds) : -1,
        });
    }

    /// <summary>Takes the bar away.</summary>
    internal void EndProgress()
        => WriteProgress(new ProgressRecord(ProgressId, MyInvocation.MyCommand.Name, "Done") { RecordType = ProgressRecordType.Completed });

    /// <summary>How far a stack is, with the scheduler's view of it.</summary>
    internal static EmStackInfo ReadState(StackWork work)
        => new(StackStatus.Of(work), SlurmCommands.Jobs(SubmittedJob.In(work.Folder), work.Folder));

    /// <summary>Waits until nobody works on a stack any more: no job is left, no process lives, or nothing is to be done.</summary>
    internal EmStackInfo WaitFor(StackWork work) => Attended(messages =>
    {
        while (true)
        {
            EmStackInfo info = ReadState(work);
            messages.Post(() => ShowProgress("Waiting", info.Done + info.Failed, info.Sections, info.SectionsPerHour, info.TimeLeft));
            bool ended = info.Jobs is { } jobs ? jobs.Count == 0 && info.RunningTasks == 0 : info.RunningTasks == 0 && info.Pending + info.OutOfDate == 0;
            if (ended)
            {
                messages.Post(EndProgress);
                return info;
            }

            if (StopToken.WaitHandle.WaitOne(s_poll))
                throw new OperationCanceledException(StopToken);
        }
    });
}
