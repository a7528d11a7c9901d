using System.Collections.Concurrent;

namespace EmTools.Cmdlets;

/// <summary>What other threads want written, until the pipeline's thread writes it.</summary>
internal sealed class MessageQueue : IDisposable
{
    private readonly BlockingCollection<Action> _messages = [];

    /// <summary>Leaves a message; returns at once.</summary>
    public void Post(Action message) => _messages.Add(message);

    /// <summary>Says that no more messages will come.</summary>
    public void Complete() => _messages.CompleteAdding();

    /// <summary>Runs messages on the calling thread, in order, until no more can come.</summary>
    public void Drain()
    {
        foreach (Action message in _messages.GetConsumingEnumerable())
            message();
    }

    public void Dispose() => _messages.Dispose();
}
