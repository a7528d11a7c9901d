using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Looks at stacks, with the scheduler's view of them.</summary>
internal static class StackLook
{
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(5);

    /// <summary>How far a stack is.</summary>
    public static EmStackInfo At(StackWork work)
        => new(StackStatus.Of(work), SlurmCommands.Jobs(SubmittedJob.In(work.Folder), work.Folder));

    /// <summary>Waits, with a progress bar, until nobody works on a stack any more: no job is left, no process lives, or nothing is to be done.</summary>
    public static EmStackInfo WhenIdle(EmCmdlet cmdlet, StackWork work) => cmdlet.DoBeside((messages, cancellation) =>
    {
        var progress = new SectionProgress(cmdlet, "Waiting");
        while (true)
        {
            EmStackInfo info = At(work);
            messages.Post(() =>
            {
                (progress.Done, progress.Count) = (info.Done + info.Failed, info.Sections);
                progress.Show(info.SectionsPerHour, info.TimeLeft);
            });
            bool ended = info.Jobs is { } jobs ? jobs.Count == 0 && info.RunningTasks == 0 : info.RunningTasks == 0 && info.Pending + info.OutOfDate == 0;
            if (ended)
            {
                messages.Post(progress.End);
                return info;
            }

            if (cancellation.WaitHandle.WaitOne(s_poll))
                throw new OperationCanceledException(cancellation);
        }
    });
}
