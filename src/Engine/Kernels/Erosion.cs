using EmTools.Engine.Imaging;

namespace EmTools.Engine.Kernels;

/// <summary>Takes a margin off the areas of a mask.</summary>
internal static class Erosion
{
    private const int ColumnsAtOnce = 1024;

    /// <summary>1 where no pixel of the square of <paramref name="margin"/> pixels to every side is 0; beyond the image, there is none. The caller owns the plane.</summary>
    public static Plane<byte> Square(Plane<byte> mask, int margin, EvaluationContext context)
        => Plane.Make<byte>(mask.Height, mask.Width, eroded =>
        {
            RowParallel.For(mask.Height, RowParallel.Grain(mask.Height, mask.Width, context), context, (first, end) =>
            {
                for (int y = first; y < end; y++)
                    Along(mask.Row(y), eroded.Row(y), margin);
            });
            RowParallel.For(mask.Width, ColumnsAtOnce, context, (left, right) => Down(eroded, left, right - left, margin));
        });

    private static void Along(ReadOnlySpan<byte> from, Span<byte> to, int margin)
    {
        int reach = -1; // the last pixel that the zeros so far take away
        for (int x = 0; x < from.Length; x++)
        {
            reach = from[x] == 0 ? x + margin : reach;
            to[x] = x <= reach ? (byte)0 : (byte)1;
        }

        reach = from.Length;
        for (int x = from.Length - 1; x >= 0; x--)
        {
            reach = from[x] == 0 ? x - margin : reach;
            if (x >= reach)
                to[x] = 0;
        }
    }

    /// <summary>The same down some columns, in place: 2 stands for a pixel that was 1 and is taken away.</summary>
    private static void Down(Plane<byte> mask, int left, int width, int margin)
    {
        const byte Taken = 2;
        var reach = new int[width];
        Array.Fill(reach, -1);
        for (int y = 0; y < mask.Height; y++)
        {
            Span<byte> row = mask.Row(y).Slice(left, width);
            for (int x = 0; x < width; x++)
            {
                reach[x] = row[x] == 0 ? y + margin : reach[x];
                row[x] = row[x] == 1 && y <= reach[x] ? Taken : row[x];
            }
        }

        Array.Fill(reach, mask.Height);
        for (int y = mask.Height - 1; y >= 0; y--)
        {
            Span<byte> row = mask.Row(y).Slice(left, width);
            for (int x = 0; x < width; x++)
            {
                reach[x] = row[x] == 0 ? y - margin : reach[x];
                row[x] = row[x] == 1 && y < reach[x] ? (byte)1 : (byte)0;
            }
        }
    }
}
