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
    private readonly StackWork _work;
    private readonly NoticeTally _notices;
    private readonly SectionProgress _progress;

    public LocalProgress(EmCmdlet cmdlet, MessageQueue messages, StackWork work, int count)
    {
        _cmdlet = cmdlet;
        _messages = messages;
        _work = work;
        _notices = new NoticeTally(cmdlet.WriteWarning);
        _progress = new SectionProgress(cmdlet, "Computing", count);
        messages.Post(_progress.Show);
    }

    /// <summary>Takes a unit that has ended; called from any thread.</summary>
    public void Note(UnitOutcome outcome)
    {
        if (outcome.What?.Kind == LedgerEventKind.Abandoned)
            return;
        _messages.Post(() =>
        {
            _progress.Done++;
            _progress.Show();
        });
        foreach (ResultNotice notice in outcome.What?.Notices ?? [])
            _messages.Post(() => _notices.Note($"{outcome.Unit.Title} ({Path.GetFileName(outcome.Unit.Source)})", notice));
        if (outcome.What is { Kind: LedgerEventKind.Failed } failed)
            _messages.Post(() => _cmdlet.WriteError(Record(outcome.Unit, failed)));
    }

    /// <summary>Takes the end of the run, on the pipeline's thread.</summary>
    public void End()
    {
        _notices.End();
        _progress.End();
    }

    private ErrorRecord Record(WorkUnit unit, LedgerEvent failed)
        => new(new EmException(EmErrorKind.InvalidData, failed.ErrorId!, $"{unit.Title}: {failed.Error}", _work.OutputOf(unit)), failed.ErrorId, ErrorCategory.NotSpecified, unit.Source);
}
