using EmTools.Engine.Imaging;

namespace EmTools.Engine.Filters.AdaptiveDestriping;

/// <summary>A section as its blocks' means, shape (block, column).</summary>
/// <param name="Mean">The means; filled where a block has no valid pixel.</param>
/// <param name="Share">The valid pixels' share of every block, 0 to 1; null where all blocks are whole.</param>
internal sealed record Blocks(Plane<float> Mean, Plane<float>? Share) : IDisposable
{
    public void Dispose()
    {
        Mean.Dispose();
        Share?.Dispose();
    }
}
