using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Stacks;

/// <summary>
/// What one process did for one task, line by line in a file of its own: no two processes ever write to one file, also
/// when a scheduler runs the same task twice at once.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    /// <summary>How often a process says that it is alive while it computes.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly Timer _beat;
    private bool _torn;

    private LedgerWriter(FileStream file)
    {
        _file = file;
        _beat = new Timer(_ => Beat(), null, BeatInterval, BeatInterval);
    }

    /// <summary>The file's full path.</summary>
    public string Path => _file.Name;

    /// <summary>Makes the file and says who begins what.</summary>
    /// <exception cref="EmException">The file cannot be made.</exception>
    public static LedgerWriter Start(StackFolder folder, int run, int task, string? job)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{run:000}-{task:00000}-{DateTime.UtcNow:yyyyMMddTHHmmss}-{Guid.NewGuid().ToString("N")[..8]}.jsonl");
        string path = System.IO.Path.Combine(folder.Ledger, name);
        FileStream file;
        try
        {
            Directory.CreateDirectory(folder.Ledger);
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(path, e);
        }

        var writer = new LedgerWriter(file);
        writer.Add(Now(LedgerEventKind.Start) with
        {
            Run = run,
            Task = task,
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            ProcessStart = ProcessLife.StartOf(Environment.ProcessId),
            Job = job,
            Software = Provenance.Software,
        });
        return writer;
    }

    /// <summary>An event of this moment.</summary>
    public static LedgerEvent Now(LedgerEventKind kind, int? section = null) => new() { Kind = kind, At = DateTime.UtcNow, Section = section };

    /// <summary>The process's largest memory so far, in bytes.</summary>
    public static long PeakMemory()
    {
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    /// <summary>Adds a line, in one write.</summary>
    /// <exception cref="EmException">The disk is full, or gone.</exception>
    public void Add(LedgerEvent what)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(what, StackJson.Default.LedgerEvent);
        try
        {
            lock (_lock)
            {
                // A line that a full disk cut short is ended first, or it would take this one with it.
                _file.Write(_torn ? [(byte)'\n', .. json, (byte)'\n'] : [.. json, (byte)'\n']);
                _torn = false;
            }
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            _torn = true;
            throw FileErrors.Writing(_file.Name, e);
        }
    }

    public void Dispose()
    {
        using var done = new ManualResetEvent(false);
        if (_beat.Dispose(done))
            done.WaitOne();
        _file.Dispose();
    }

    private void Beat()
    {
        try
        {
            Add(Now(LedgerEventKind.Beat));
        }
        catch (EmException)
        {
            // A full disk is told by the section that meets it; this thread has nobody to tell.
        }
    }
}
