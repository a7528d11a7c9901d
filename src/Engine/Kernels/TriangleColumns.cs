using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>
/// The average tri(n) = box(n) * box(n) down the columns of a tile, for a stream of rows: two running sums, one feeding
/// the other.
/// </summary>
/// <remarks>
/// Two passes of box(n) are exact under the mirror boundary, because a symmetric filter leaves a mirrored signal mirrored.
/// The average of row y is ready when row y + n - 1 (or the last) has come.
/// </remarks>
internal sealed unsafe class TriangleColumns
{
    private readonly int _height;
    private readonly RunningColumns _once;
    private readonly RunningColumns _twice;
    private int _summed;
    private int _averaged;

    /// <summary>Prepares for a tile of <paramref name="width"/> columns of an image of <paramref name="height"/> rows.</summary>
    public TriangleColumns(int length, int height, int width, Scratch scratch)
    {
        _height = height;
        _once = new RunningColumns(length, height, width, 1, scratch);
        _twice = new RunningColumns(length, height, width, 1 / ((double)length * length), scratch);
    }

    /// <summary>Bytes of scratch memory that an instance takes.</summary>
    public static long ScratchBytes(int length, int height, int width) => 2 * RunningColumns.ScratchBytes(length, height, width);

    /// <summary>Rows that must have come before the average of a row is ready, counted from that row.</summary>
    public int Lead => 2 * _once.Radius;

    /// <summary>Where the values of row <paramref name="y"/> are to be put; rows must come in order.</summary>
    public float* Input(int y) => _once.Input(y);

    /// <summary>Gives the average of the next row.</summary>
    public void Next(float* to)
    {
        for (int needed = Math.Min(_averaged++ + _once.Radius, _height - 1); _summed <= needed; _summed++)
            _once.Next(_twice.Input(_summed));
        _twice.Next(to);
    }
}
