using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Volumes;

/// <summary>A section's pixels, counting how often they are asked for.</summary>
internal sealed class CountingSource(EmSection counted) : SectionSource
{
    private int _reads;

    public EmSection Counted { get; } = counted;

    public int Reads => _reads;

    public override int Height => Counted.Height;

    public override int Width => Counted.Width;

    public override PixelType PixelType => Counted.PixelType;

    public override string Name => Counted.Name;

    public override Plane Read(EvaluationContext context)
    {
        Interlocked.Increment(ref _reads);
        return Counted.Compute(context);
    }
}
