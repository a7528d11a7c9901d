using System.Text;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Tests.Memory;

/// <summary>Blocks that the pool keeps, and those that it gives back to the system. Time and memory are the tests' own.</summary>
public sealed unsafe class BlockPoolTests : IDisposable
{
    private const long Size = 1 << 20;
    private readonly ManualTime _time = new();
    private readonly BlockPool _pool;
    private bool _short;

    public BlockPoolTests() => _pool = new BlockPool(_time, () => _short);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void What_is_given_back_serves_again()
    {
        void* first = _pool.Rent(Size, out long size);
        _pool.Return(first, size);
        Assert.Equal(size, _pool.IdleBytes);
        Assert.True(first == _pool.Rent(Size, out long again));
        Assert.Equal((size, 0), (again, _pool.IdleBytes));
        _pool.Return(first, size);
    }

    [Fact]
    public void What_is_idle_for_long_goes_and_what_was_used_meanwhile_stays()
    {
        (nint often, nint seldom) = (Rent(Size), Rent(16 * Size));
        Return(seldom, 16 * Size);
        Return(often, Size);
        for (TimeSpan passed = TimeSpan.Zero; passed < BlockPool.LongestIdle - BlockPool.Period; passed += BlockPool.Period)
        {
            _time.Advance(BlockPool.Period);
            Assert.Equal(17 * Size, _pool.IdleBytes);
            Assert.Equal(often, Rent(Size));
            Return(often, Size);
        }

        _time.Advance(BlockPool.Period);
        Assert.Equal(Size, _pool.IdleBytes);
        _time.Advance(BlockPool.LongestIdle);
        Assert.Equal(0, _pool.IdleBytes);
    }

    [Fact]
    public void Nobody_is_woken_while_nothing_is_idle()
    {
        Assert.Equal(0, _time.Timers);
        nint block = Rent(Size);
        Return(block, Size);
        Assert.Equal(1, _time.Timers);
        block = Rent(Size);
        Assert.Equal(0, _time.Timers);
        Return(block, Size);
        _time.Advance(BlockPool.LongestIdle);
        Assert.Equal((0, 0), (_pool.IdleBytes, _time.Timers));
    }

    [Fact]
    public void Nothing_is_kept_while_memory_is_short()
    {
        nint[] blocks = [Rent(Size), Rent(Size)];
        Return(blocks[0], Size);
        _short = true;
        _time.Advance(BlockPool.Glance);
        Return(blocks[1], Size);
        Assert.Equal(Size, _pool.IdleBytes); // the other one is not kept
        _time.Advance(BlockPool.Period);
        Assert.Equal(0, _pool.IdleBytes);
        _short = false;
        _time.Advance(BlockPool.Glance);
        Return(Rent(Size), Size);
        Assert.Equal(Size, _pool.IdleBytes);
    }

    [Fact]
    public void No_more_is_kept_than_the_limit()
    {
        _pool.RetainedLimit = 3 * Size;
        nint[] blocks = [Rent(Size), Rent(Size), Rent(2 * Size)];
        foreach ((nint block, long size) in blocks.Zip([Size, Size, 2 * Size]))
            Return(block, size);
        Assert.Equal(2 * Size, _pool.IdleBytes);
        _pool.RetainedLimit = Size;
        Assert.Equal(Size, _pool.IdleBytes);
    }

    /// <summary>What cannot be had at all is told, and what was idle is free by then.</summary>
    [Fact]
    public void Idle_blocks_go_before_memory_is_refused()
    {
        Return(Rent(Size), Size);
        Assert.Throws<InsufficientMemoryException>(() => _pool.Rent(1L << 60, out _));
        Assert.Equal(0, _pool.IdleBytes);
    }

    [Theory]
    [InlineData("MemTotal:       16000000 kB\nMemFree:         100 kB\nMemAvailable:    1600001 kB\n", false)]
    [InlineData("MemTotal:       16000000 kB\nMemFree:         100 kB\nMemAvailable:    1599999 kB\n", true)]
    [InlineData("MemTotal:       16000000 kB\n", false)]
    [InlineData("", false)]
    public void Memory_is_short_when_less_than_a_tenth_is_available(string meminfo, bool isHigh)
        => Assert.Equal(isHigh, MemoryPressure.IsHigh(Encoding.ASCII.GetBytes(meminfo)));

    private nint Rent(long bytes)
    {
        var block = (nint)_pool.Rent(bytes, out long size);
        Assert.Equal(bytes, size);
        return block;
    }

    private void Return(nint block, long bytes) => _pool.Return((void*)block, bytes);

    /// <summary>Time that passes when it is told to.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private TimeSpan _now;

        public int Timers => _timers.Count;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state), _now + dueTime, period);
            _timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            for (TimeSpan end = _now + by; ;)
            {
                Timer? next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next?.Due ?? end;
                if (next is null)
                    return;
                next.Ring();
            }
        }

        private sealed class Timer(ManualTime owner, Action callback, TimeSpan due, TimeSpan period) : ITimer
        {
            public TimeSpan Due { get; private set; } = due;

            public void Ring()
            {
                Due += period;
                callback();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

            public void Dispose() => owner._timers.Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
