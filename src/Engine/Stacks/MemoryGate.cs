namespace EmTools.Engine.Stacks;

/// <summary>Lets as many sections in at a time as fit into a limit; always one, or nothing would ever go on.</summary>
internal sealed class MemoryGate
{
    private readonly object _lock = new();
    private readonly long _limit;
    private long _inUse;

    public MemoryGate(long limit) => _limit = limit;

    /// <summary>Waits until there is room.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public void Enter(long bytes, CancellationToken cancellation)
    {
        using CancellationTokenRegistration wake = cancellation.Register(() =>
        {
            lock (_lock)
                Monitor.PulseAll(_lock);
        });
        lock (_lock)
        {
            while (_inUse > 0 && _inUse + bytes > _limit)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }

            cancellation.ThrowIfCancellationRequested();
            _inUse += bytes;
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Leave(long bytes)
    {
        lock (_lock)
        {
            _inUse -= bytes;
            Monitor.PulseAll(_lock);
        }
    }
}
