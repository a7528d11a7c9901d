using System.Diagnostics;
using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Tells the user of a run on this machine: the bar with its rate, and every section that fails.</summary>
internal sealed class LocalProgress
{
    private readonly StackCmdlet _cmdlet;
    private readonly MessageQueue _messages;
    private readonly StackFolder _folder;
    private readonly NoticeTally _notices;
    private readonly int _count;
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _ended;

    public LocalProgress(StackCmdlet cmdlet, MessageQueue messages, StackFolder folder, int count)
    {
        _cmdlet = cmdlet;
        _messages = messages;
        _folder = folder;
        _count = count;
        _notices = new NoticeTally(cmdlet.WriteWarning);
        messages.Post(() => _cmdlet.ShowProgress("Computing", 0, count, null, null));
    }

    /// <summary>Takes a section that has ended; called from any thread.</summary>
    public void Note(SectionOutcome outcome)
    {
        if (outcome.What?.Kind == LedgerEventKind.Abandoned)
            return;
        int ended = Interlocked.Increment(ref _ended);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        double perHour = ended / Math.Max(1e-9, elapsed.TotalHours);
        _messages.Post(() => _cmdlet.ShowProgress("Computing", ended, _count, perHour, elapsed / ended * (_count - ended)));
        foreach (ResultNotice notice in outcome.What?.Notices ?? [])
            _messages.Post(() => _notices.Note($"Section {outcome.Entry.Index} ({Path.GetFileName(outcome.Entry.Path)})", notice));
        if (outcome.What is { Kind: LedgerEventKind.Failed } failed)
            _messages.Post(() => _cmdlet.WriteError(Record(outcome.Entry, failed)));
    }

    /// <summary>Takes the end of the run, on the pipeline's thread.</summary>
    public void End()
    {
        _notices.End();
        _cmdlet.EndProgress();
    }

    private ErrorRecord Record(PlanEntry entry, LedgerEvent failed)
        => new(new EmException(EmErrorKind.InvalidData, failed.ErrorId!, $"Section {entry.Index}: {failed.Error}", _folder.Output(entry.Index)), failed.ErrorId, ErrorCategory.NotSpecified, entry.Path);
}
