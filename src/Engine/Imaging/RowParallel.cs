using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace EmTools.Engine.Imaging;

/// <summary>Runs loops over rows, tiles or columns on a bounded number of threads.</summary>
internal static class RowParallel
{
    /// <summary>
    /// Calls <paramref name="body"/> for consecutive ranges [first, end) that together are [0, count).
    /// Ranges are handed out as threads become free; each has <paramref name="grain"/> items, the last one maybe fewer.
    /// </summary>
    public static void For(int count, int grain, EvaluationContext context, Action<int, int> body)
    {
        int ranges = (count + grain - 1) / grain;
        if (ranges <= 1 || context.Threads == 1)
        {
            for (int i = 0; i < ranges; i++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                body(i * grain, Math.Min(count, (i + 1) * grain));
            }

            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancellation };
        try
        {
            Parallel.For(0, ranges, options, i => body(i * grain, Math.Min(count, (i + 1) * grain)));
        }
        catch (AggregateException several) when (several.InnerExceptions.All(e => e is EmException or OperationCanceledException))
        {
            // One cause is enough for the user; the others are the same trouble in other strips.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    /// <summary>As <see cref="For(int, int, EvaluationContext, Action{int, int})"/>, with working memory for each thread, freed at the end.</summary>
    public static void For(int count, int grain, EvaluationContext context, Action<int, int, Scratch> body)
    {
        var idle = new ConcurrentBag<Scratch>();
        try
        {
            For(count, grain, context, (first, end) =>
            {
                if (!idle.TryTake(out Scratch? scratch))
                    scratch = new Scratch();
                try
                {
                    body(first, end, scratch);
                }
                finally
                {
                    idle.Add(scratch);
                }
            });
        }
        finally
        {
            foreach (Scratch scratch in idle)
                scratch.Dispose();
        }
    }

    /// <summary>Rows per range so that a range has work for some 50 microseconds, and every thread several ranges.</summary>
    public static int Grain(int height, int width, EvaluationContext context)
        => Math.Clamp(height / (context.Threads * 8), 1, Math.Max(1, (256 << 10) / Math.Max(1, width)));
}
