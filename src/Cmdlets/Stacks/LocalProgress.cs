using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Tells the user of a run on this machine: the bar with its rate, and every section that fails.</summary>
internal sealed class LocalProgress
{
    private readonly EmCmdlet _cmdlet;
    private readonly MessageQueue _messages;
    private readonly StackFolder _folder;
    private readonly NoticeTally _notices;
    private readonly SectionProgress _progress;

    public LocalProgress(EmCmdlet cmdlet, MessageQueue messages, StackFolder folder, int count)
    {
        _cmdlet = cmdlet;
        _messages = messages;
        _folder = folder;
        _notices = new NoticeTally(cmdlet.WriteWarning);
        _progress = new SectionProgress(cmdlet, "Computing", count);
        messages.Post(_progress.Show);
    }

    /// <summary>Takes a section that has ended; called from any thread.</summary>
    public void Note(SectionOutcome outcome)
    {
        if (outcome.What?.Kind == LedgerEventKind.Abandoned)
            return;
        _messages.Post(() =>
        {
            _progress.Done++;
            _progress.Show();
        });
        foreach (ResultNotice notice in outcome.What?.Notices ?? [])
            _messages.Post(() => _notices.Note($"Section {outcome.Entry.Index} ({Path.GetFileName(outcome.Entry.Path)})", notice));
        if (outcome.What is { Kind: LedgerEventKind.Failed } failed)
            _messages.Post(() => _cmdlet.WriteError(Record(outcome.Entry, failed)));
    }

    /// <summary>Takes the end of the run, on the pipeline's thread.</summary>
    public void End()
    {
        _notices.End();
        _progress.End();
    }

    private ErrorRecord Record(PlanEntry entry, LedgerEvent failed)
        => new(new EmException(EmErrorKind.InvalidData, failed.ErrorId!, $"Section {entry.Index}: {failed.Error}", _folder.Output(entry.Index)), failed.ErrorId, ErrorCategory.NotSpecified, entry.Path);
}
