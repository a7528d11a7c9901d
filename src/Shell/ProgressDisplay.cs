using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EmTools.Shell;

/// <summary>
/// Progress as the last line or two of the terminal: what runs, and within it what it works on. Silent where stderr is no
/// terminal.
/// </summary>
internal sealed class ProgressDisplay
{
    private const int MaximumLines = 2;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly bool _visible;
    private readonly TextWriter _writer;
    private readonly Func<int> _width;
    private readonly Lock _lock = new();
    private readonly List<(long Source, ProgressRecord Record)> _records = [];
    private int _drawn;
    private long _lastDraw;

    public ProgressDisplay()
        : this(Console.Error, !Console.IsErrorRedirected && Terminal.UnderstandsEscapes, () => Terminal.Width)
    {
    }

    internal ProgressDisplay(TextWriter writer, bool visible, Func<int> width)
    {
        _writer = writer;
        _visible = visible;
        _width = width;
    }

    /// <summary>Takes a record in; draws when the last drawing is old enough to be read.</summary>
    public void Update(long source, ProgressRecord record)
    {
        if (!_visible)
            return;
        lock (_lock)
        {
            int index = _records.FindIndex(r => r.Source == source && r.Record.ActivityId == record.ActivityId);
            if (record.RecordType == ProgressRecordType.Completed)
            {
                if (index < 0)
                    return;
                _records.RemoveAt(index);
                Erase();
                Draw();
                return;
            }

            if (index < 0)
                _records.Add((source, record));
            else
                _records[index] = (source, record);
            if (_drawn > 0 && Stopwatch.GetElapsedTime(_lastDraw) < s_interval)
                return;
            Erase();
            Draw();
        }
    }

    /// <summary>Writes text where the progress stands, and the progress below it again.</summary>
    public void Around(Action write)
    {
        lock (_lock)
        {
            Erase();
            write();
        }
    }

    /// <summary>Forgets and erases all progress: the pipeline is over, or somebody is asked something.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Erase();
            _records.Clear();
        }
    }

    /// <summary>One record as a line of at most <paramref name="width"/> characters.</summary>
    internal static string Line(ProgressRecord record, int width)
    {
        var tail = new StringBuilder();
        if (record.PercentComplete >= 0)
            tail.Append(CultureInfo.InvariantCulture, $" {Math.Min(record.PercentComplete, 100),3}%");
        if (record.SecondsRemaining >= 0)
            tail.Append(CultureInfo.InvariantCulture, $" {TimeSpan.FromSeconds(record.SecondsRemaining):h\\:mm\\:ss} left");

        string what = record.CurrentOperation is { Length: > 0 } operation ? $"{record.StatusDescription} {operation}" : record.StatusDescription;
        string text = string.IsNullOrWhiteSpace(what) ? record.Activity : $"{record.Activity}: {what}";
        text = text.ReplaceLineEndings(" ");

        int room = width - tail.Length;
        int bar = record.PercentComplete >= 0 ? Math.Min(30, room - text.Length - 3) : 0;
        if (bar >= 8)
        {
            int filled = bar * Math.Min(record.PercentComplete, 100) / 100;
            return $"{text} [{new string('#', filled)}{new string('.', bar - filled)}]{tail}";
        }

        if (room < 4)
            return text.Length <= width ? text : text[..Math.Max(width, 0)];
        return (text.Length <= room ? text : string.Concat(text.AsSpan(0, room - 3), "...")) + tail;
    }

    private void Draw()
    {
        // The outermost, and of those within it the last to begin: what the user waits for, and what is at work.
        var shown = _records.Count <= MaximumLines ? _records : [_records[0], _records[^1]];
        int width = _width() - 1;
        for (int i = 0; i < shown.Count; i++)
            _writer.Write((i > 0 ? "\n" : "") + Line(shown[i].Record, width));
        _writer.Flush();
        _drawn = shown.Count;
        _lastDraw = Stopwatch.GetTimestamp();
    }

    private void Erase()
    {
        if (_drawn == 0)
            return;
        var codes = new StringBuilder("\r\e[K");
        for (int i = 1; i < _drawn; i++)
            codes.Append("\e[A\e[K");
        _writer.Write(codes.ToString());
        _writer.Flush();
        _drawn = 0;
    }
}
