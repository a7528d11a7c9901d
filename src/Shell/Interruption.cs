using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmTools.Shell;

/// <summary>Turns Ctrl+C and a scheduler's SIGTERM into a clean stop of the running pipeline.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan s_forceWithin = TimeSpan.FromSeconds(3);

    private readonly ShellSession _session;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();
    private long _lastInterrupt;

    public Interruption(ShellSession session)
    {
        _session = session;
        Register(PosixSignal.SIGINT, ExitCode.Interrupted);
        Register(PosixSignal.SIGTERM, 128 + 15);
        if (!OperatingSystem.IsWindows())
            Register(PosixSignal.SIGHUP, 128 + 1);
    }

    /// <summary>The exit code that a signal asks for; null when none came, or the prompt goes on after it.</summary>
    public int? Code { get; private set; }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Register(PosixSignal signal, int code)
        => _registrations.Add(PosixSignalRegistration.Create(signal, context => Handle(context, code)));

    private void Handle(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        bool isInterrupt = context.Signal == PosixSignal.SIGINT;
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            bool again = isInterrupt && _lastInterrupt != 0 && Stopwatch.GetElapsedTime(_lastInterrupt, now) < s_forceWithin;
            if (isInterrupt)
                _lastInterrupt = now;

            bool running = _session.IsRunning;
            bool promptGoesOn = isInterrupt && running && _session.IsInteractive;
            if (!promptGoesOn)
                Code = code;

            // A cmdlet that does not heed its stop, or nothing to stop: the user's word counts.
            if (again || !running)
            {
                _session.Host.Progress.Clear();
                Environment.Exit(code);
            }

            if (!isInterrupt)
                _session.Host.SetShouldExit(code);
        }

        _session.Stop();
    }
}
