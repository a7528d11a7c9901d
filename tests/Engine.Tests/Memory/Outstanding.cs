using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Memory;

/// <summary>Follows the blocks that a piece of work takes from the pool, on whatever threads, while other tests take theirs.</summary>
internal static class Outstanding
{
    private static readonly AsyncLocal<Work?> s_work = new();

    static Outstanding() => PlanePool.Observer = new Observer();

    /// <summary>Does some work; gives what its owners have not given back, how often it asked for memory, and what it threw.</summary>
    /// <param name="work">The work.</param>
    /// <param name="renting">Told before a block is handed out how many there were; may throw, or cancel the work.</param>
    public static (int Blocks, int Rents, Exception? Error) After(Action work, Action<int>? renting = null)
    {
        var followed = new Work(renting ?? (_ => { }));
        s_work.Value = followed;
        try
        {
            work();
            return (followed.Count, followed.Rents, null);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            return (followed.Count, followed.Rents, error);
        }
        finally
        {
            s_work.Value = null;
        }
    }

    /// <summary>
    /// Does some work undisturbed, and then again and again: cancelled when it asks for memory the first, the second time, and so
    /// on, and refused that memory. All it took must be back.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="threads">Threads that it may use.</param>
    /// <param name="times">How often it is disturbed at most, where it asks for memory more often.</param>
    public static void IsNone(Action<EvaluationContext> work, int threads = 2, int times = 16)
    {
        (int blocks, int rents, Exception? error) = After(() => work(new EvaluationContext { Threads = threads }));
        Assert.Null(error);
        Assert.Equal(0, blocks);
        Assert.NotEqual(0, rents);
        int step = Math.Max(1, rents / times);
        bool refused = false, cancelled = false;
        for (int n = 0; n < rents; n += step)
        {
            using var stop = new CancellationTokenSource();
            (blocks, _, error) = After(() => work(new EvaluationContext { Threads = threads, Cancellation = stop.Token }), i =>
            {
                if (i == n)
                    stop.Cancel();
            });
            Assert.True(blocks == 0, $"{blocks} blocks are left after a stop at block {n} of {rents}");
            cancelled |= error is OperationCanceledException;
            (blocks, _, error) = After(() => work(new EvaluationContext { Threads = threads }), i =>
            {
                if (i == n)
                    throw new InsufficientMemoryException("refused");
            });
            Assert.True(blocks == 0, $"{blocks} blocks are left after block {n} of {rents} was refused");
            refused |= error is InsufficientMemoryException or AggregateException;
        }

        Assert.True(cancelled && refused);
    }

    private sealed class Work(Action<int> renting)
    {
        private readonly HashSet<nint> _blocks = [];
        private int _rents;

        public int Count
        {
            get
            {
                lock (_blocks)
                    return _blocks.Count;
            }
        }

        public int Rents => _rents;

        public void Renting() => renting(Interlocked.Increment(ref _rents) - 1);

        public void Add(nint block)
        {
            lock (_blocks)
                _blocks.Add(block);
        }

        public void Remove(nint block)
        {
            lock (_blocks)
                _blocks.Remove(block);
        }
    }

    private sealed class Observer : IPoolObserver
    {
        public void Renting(long bytes) => s_work.Value?.Renting();

        public void Rented(nint block) => s_work.Value?.Add(block);

        public void Returned(nint block) => s_work.Value?.Remove(block);
    }
}
