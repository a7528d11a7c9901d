using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

/// <summary>Pixels that several windows of sections share.</summary>
public sealed class NeighbourCacheTests
{
    private const int Depth = 40;
    private const int Radius = 2;
    private const int Window = 2 * Radius + 1;
    private readonly ConcurrentDictionary<int, int> _times = new();
    private readonly NeighbourCache _cache = new(Window);
    private readonly EmSection[] _sections;
    private Action<int> _computing = _ => { };

    public NeighbourCacheTests() => _sections = [.. Enumerable.Range(0, Depth).Select(z => new EmSection(new PixelSource(Pixels(z)), z).With(new Counting(this, z)))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Expected_windows_that_overtake_each_other_compute_each_section_once(int atATime)
    {
        ExpectAll(atATime);
        var open = new List<(int Centre, NeighbourCache.Window Window)>();
        var random = new Random(atATime);
        int most = 0;
        for (int z = 0; z < Depth || open.Count > 0;)
        {
            if (z < Depth && open.Count < atATime)
            {
                open.Add((z, Open(z)));
                z++;
                continue;
            }

            // The first in hand is stuck most of the time; the others go on and on.
            int which = open.Count == 1 || random.Next(10) == 0 ? 0 : random.Next(1, open.Count);
            Check(open[which].Centre, open[which].Window.Planes(EvaluationContext.Default));
            most = Math.Max(most, _cache.Count);
            open[which].Window.Dispose();
            open.RemoveAt(which);
            Assert.True(_cache.Count <= atATime * Window, $"{_cache.Count} planes");
        }

        Assert.Equal(Enumerable.Range(0, Depth), _times.Keys.Order());
        Assert.All(_times, time => Assert.Equal(1, time.Value));
        Assert.True(most <= atATime * Window, $"{most} planes");
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task Threads_in_order_compute_each_section_once()
    {
        const int Threads = 4;
        ExpectAll(Threads);
        int next = 0;
        var begin = new Lock();
        await RunTogether(Threads, () =>
        {
            while (true)
            {
                int z;
                NeighbourCache.Window window;
                lock (begin)
                {
                    if (next == Depth)
                        return;
                    z = next++;
                    window = Open(z);
                }

                using (window)
                    Check(z, window.Planes(EvaluationContext.Default));
            }
        });
        Assert.Equal(Depth, _times.Count);
        Assert.All(_times, time => Assert.Equal(1, time.Value));
        Assert.Equal(0, _cache.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_order_gives_the_pixels_within_the_memory_of_the_open_windows(bool expected)
    {
        if (expected)
            ExpectAll(1);
        int[] order = [.. Enumerable.Range(0, Depth).OrderBy(z => z * 17 % Depth)];
        foreach (int z in order)
        {
            using NeighbourCache.Window window = Open(z);
            Check(z, window.Planes(EvaluationContext.Default));
            Assert.True(_cache.Count <= Window, $"{_cache.Count} planes");
        }

        Assert.All(_times, time => Assert.InRange(time.Value, 1, Window));
    }

    [Fact]
    public void Windows_that_nobody_announced_are_computed_once_a_section_in_order()
    {
        for (int z = 0; z < Depth; z++)
        {
            using (NeighbourCache.Window window = Open(z))
                Check(z, window.Planes(EvaluationContext.Default));
            Assert.True(_cache.Count <= Window, $"{_cache.Count} planes");
        }

        Assert.All(_times, time => Assert.Equal(1, time.Value));
        _cache.Clear();
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void A_section_that_fails_fails_its_windows_only_and_leaves_nothing_behind()
    {
        const int Bad = 20;
        _computing = z => _ = z == Bad ? throw new EmException(EmErrorKind.InvalidData, "Broken", "broken") : 0;
        ExpectAll(2);
        NeighbourCache.Window? behind = null; // two windows in hand at a time
        for (int z = 0; z < Depth; z++)
        {
            NeighbourCache.Window window = Open(z);
            if (Math.Abs(z - Bad) <= Radius)
                Assert.Equal("Broken", Assert.Throws<EmException>(() => window.Planes(EvaluationContext.Default)).Id);
            else
                Check(z, window.Planes(EvaluationContext.Default));
            behind?.Dispose();
            behind = window;
        }

        behind!.Dispose();
        Assert.All(_times.Where(time => time.Key != Bad), time => Assert.Equal(1, time.Value));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task What_fails_while_another_waits_for_it_is_tried_again()
    {
        using var waiting = new ManualResetEventSlim();
        int calls = 0;
        _computing = _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                waiting.Wait(TimeSpan.FromSeconds(30));
                throw new EmException(EmErrorKind.InvalidData, "Broken", "broken");
            }
        };
        NeighbourCache.Window first = _cache.Open(_sections[..1]);
        NeighbourCache.Window second = _cache.Open(_sections[..1]);
        Task failing = Task.Run(() => Assert.Throws<EmException>(() => first.Planes(EvaluationContext.Default)));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref calls) == 1, TimeSpan.FromSeconds(30)));
        Task other = Task.Run(() => Assert.Equal(0.5f, Assert.Single(second.Planes(EvaluationContext.Default)).Row(1)[2]));
        waiting.Set();
        await Task.WhenAll(failing, other).WaitAsync(TimeSpan.FromSeconds(30));
        first.Dispose();
        second.Dispose();
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_cancelled_window_leaves_the_others_whole()
    {
        using var cancelled = new CancellationTokenSource();
        _computing = z =>
        {
            if (z == 3)
                cancelled.Cancel();
        };
        ExpectAll(2);
        using NeighbourCache.Window window = Open(3);
        Assert.ThrowsAny<OperationCanceledException>(() => window.Planes(new EvaluationContext { Cancellation = cancelled.Token }));
        using (NeighbourCache.Window other = Open(4))
            Check(4, other.Planes(EvaluationContext.Default));
        window.Dispose();
        window.Dispose(); // once too often does nothing
        _cache.Clear();
        Assert.Equal(0, _cache.Count);
    }

    private void ExpectAll(int atATime)
        => _cache.Announce(Enumerable.Range(0, Depth).SelectMany(Around).GroupBy(z => z).ToDictionary(g => g.Key, g => g.Count()), atATime);

    private NeighbourCache.Window Open(int centre) => _cache.Open([.. Around(centre).Select(z => _sections[z])]);

    private static IEnumerable<int> Around(int centre) => Enumerable.Range(centre - Radius, Window).Where(z => z is >= 0 and < Depth);

    private static void Check(int centre, Plane<float>[] planes) => Assert.Equal(Around(centre).Select(z => z + 0.5f), planes.Select(plane => plane.Row(1)[2]));

    private static Task RunTogether(int count, Action work)
        => Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).WaitAsync(TimeSpan.FromSeconds(60));

    private static Plane<float> Pixels(int z)
    {
        Plane<float> plane = Plane.Rent<float>(2, 3);
        for (int y = 0; y < 2; y++)
            plane.Row(y).Fill(z);
        return plane;
    }

    /// <summary>Adds a half, and counts how often it did.</summary>
    private sealed record Counting(NeighbourCacheTests Owner, int Index) : SectionStep
    {
        public override string Name => "Counting";

        public override Plane Apply(Plane<float> input, EvaluationContext context)
        {
            Owner._computing(Index);
            context.Cancellation.ThrowIfCancellationRequested();
            Owner._times.AddOrUpdate(Index, 1, (_, times) => times + 1);
            input.Row(1)[2] += 0.5f;
            return input;
        }

        protected override JsonObject ToJson(StepForm form) => Json(null);
    }
}
