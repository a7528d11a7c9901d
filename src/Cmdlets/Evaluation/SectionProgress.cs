using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using EmTools.Engine;

namespace EmTools.Cmdlets;

/// <summary>The bar of a cmdlet that works on one section after the other: how many are done and of how many, the rate, and the time left.</summary>
internal sealed class SectionProgress
{
    private const int ProgressId = 1;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly EmCmdlet _cmdlet;
    private readonly string _what;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _shown;
    private int _shownDone;

    /// <summary>Makes the bar; the rate counts from now. It is seen when it is shown first.</summary>
    /// <param name="cmdlet">Whose it is.</param>
    /// <param name="what">What is done: Computing, Measuring.</param>
    /// <param name="count">How many sections there are in all, or null.</param>
    public SectionProgress(EmCmdlet cmdlet, string what, int? count = null) => (_cmdlet, _what, Count) = (cmdlet, what, count);

    /// <summary>Sections that have ended, well or not.</summary>
    public int Done { get; set; }

    /// <summary>Sections in all; null where that is not known.</summary>
    public int? Count { get; set; }

    /// <summary>Where the number is not known, the largest that it can be; null where that is not known either.</summary>
    public int? CountAtMost { get; set; }

    /// <summary>Shows how many sections have ended, their rate being that since the bar was made.</summary>
    public void Show() => Show("", share: 0);

    /// <summary>Shows a stage of the section in hand: its first, and others not more often than can be seen.</summary>
    public void ShowStage(string subject, StageStart stage)
    {
        if (_shown == 0 || Done != _shownDone || Stopwatch.GetElapsedTime(_shown) >= s_interval)
            Show($". {subject}: {stage.Name}", (double)stage.Number / Math.Max(1, stage.Count));
    }

    /// <summary>Shows how many sections have ended at a rate that is known from elsewhere.</summary>
    public void Show(double? perHour, TimeSpan? left) => Write("", share: 0, perHour, left);

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (_shown != 0)
            _cmdlet.WriteProgress(new ProgressRecord(ProgressId, _cmdlet.MyInvocation.MyCommand.Name, "Done") { RecordType = ProgressRecordType.Completed });
        _shown = 0;
    }

    /// <param name="stage">What is being done to the section in hand, as the end of the line.</param>
    /// <param name="share">How much of that section is done, 0 to 1.</param>
    private void Show(string stage, double share)
    {
        if (Done == 0)
        {
            Write(stage, share, null, null);
            return;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        double done = Done + share;
        Write(stage, share, done / Math.Max(1e-9, elapsed.TotalHours), elapsed / done * ((Count ?? CountAtMost ?? done) - done));
    }

    private void Write(string stage, double share, double? perHour, TimeSpan? left)
    {
        (_shown, _shownDone) = (Stopwatch.GetTimestamp(), Done);
        string of = Count is { } known ? $"{Done} of {known} sections" : CountAtMost is { } most ? $"{Done} of up to {most} sections" : $"{Done} sections done";
        string rate = perHour is { } hourly ? string.Create(CultureInfo.InvariantCulture, $", {hourly:0} an hour") : "";
        _cmdlet.WriteProgress(new ProgressRecord(ProgressId, _cmdlet.MyInvocation.MyCommand.Name, $"{_what}: {of}{rate}{stage}")
        {
            PercentComplete = Math.Clamp((Count ?? CountAtMost) is { } all ? (int)(100 * (Done + share) / Math.Max(1, all)) : (int)(100 * share), 0, 100),
            SecondsRemaining = (Count ?? CountAtMost) is not null && left is { } time ? (int)Math.Min(int.MaxValue, time.TotalSeconds) : -1,
        });
    }
}
