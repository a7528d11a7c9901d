namespace EmTools.Engine.Phantoms;

/// <summary>Synaptic vesicles: little spheres with a dark rim in clusters, a few elsewhere, some with a dense core.</summary>
internal sealed class Vesicles(uint seed, CellField cells, Warp warp, float cellSize)
{
    private const float Pitch = 17;
    private const float LargestRadius = 7;
    private const float RimDepth = 3000;
    private const float CoreDepth = 4200;
    private const float Lumen = 350;
    private const float ClusterShare = 0.85f;
    private const float Packing = 0.8f;
    private const float LonelyShare = 0.015f;

    private readonly uint _seed = CounterHash.Mix(seed);
    private readonly float _clusterPitch = 1.2f * cellSize;
    private readonly float _largestCluster = 0.55f * cellSize;

    /// <summary>Draws what of them lies in a tile whose first pixel is (depth, y0, x0).</summary>
    public void Draw(TissueTile tile, float depth, int y0, int x0)
    {
        Span<Cluster> clusters = stackalloc Cluster[27];
        clusters = clusters[..FindClusters(clusters, tile, depth, y0, x0)];

        const float Margin = LargestRadius + 2;
        for (int k = Lattice(depth - Margin); k <= Lattice(depth + Margin); k++)
            for (int j = Lattice(y0 - Margin); j <= Lattice(y0 + TissueTile.Height + Margin); j++)
                for (int i = Lattice(x0 - Margin); i <= Lattice(x0 + TissueTile.Width + Margin); i++)
                    DrawOne(tile, clusters, depth, y0, x0, k, j, i);
    }

    private static int Lattice(float position) => (int)MathF.Floor(position / Pitch);

    private int FindClusters(Span<Cluster> clusters, TissueTile tile, float depth, int y0, int x0)
    {
        int count = 0;
        float margin = _largestCluster + Pitch;
        for (int k = At(depth - margin); k <= At(depth + margin); k++)
            for (int j = At(y0 - margin); j <= At(y0 + TissueTile.Height + margin); j++)
                for (int i = At(x0 - margin); i <= At(x0 + TissueTile.Width + margin); i++)
                {
                    uint state = CounterHash.At(_seed ^ 0x51ED270Bu, k, j, i);
                    if (CounterHash.NextUnit(ref state) > ClusterShare)
                        continue;
                    float z = (k + CounterHash.NextUnit(ref state)) * _clusterPitch;
                    float y = (j + CounterHash.NextUnit(ref state)) * _clusterPitch;
                    float x = (i + CounterHash.NextUnit(ref state)) * _clusterPitch;
                    float radius = CounterHash.NextBetween(ref state, 0.3f, 0.55f) * cellSize;
                    if (MathF.Abs(z - depth) > radius + Pitch
                        || y < y0 - radius - Pitch || y > y0 + TissueTile.Height + radius + Pitch
                        || x < x0 - radius - Pitch || x > x0 + TissueTile.Width + radius + Pitch)
                        continue;
                    (float bz, float by, float bx) = warp.At(z, y, x);
                    clusters[count++] = new Cluster(z, y, x, radius * radius, cells.At(bz, by, bx, tile.PointCandidates, out _));
                }

        return count;

        int At(float position) => (int)MathF.Floor(position / _clusterPitch);
    }

    private void DrawOne(TissueTile tile, ReadOnlySpan<Cluster> clusters, float depth, int y0, int x0, int k, int j, int i)
    {
        uint state = CounterHash.At(_seed, k, j, i);
        float chance = CounterHash.NextUnit(ref state);
        if (chance > Packing)
            return;
        float z = (k + CounterHash.NextBetween(ref state, 0.15f, 0.85f)) * Pitch;
        float y = (j + CounterHash.NextBetween(ref state, 0.15f, 0.85f)) * Pitch;
        float x = (i + CounterHash.NextBetween(ref state, 0.15f, 0.85f)) * Pitch;
        float radius = CounterHash.NextBetween(ref state, 5, LargestRadius);
        bool dense = CounterHash.NextUnit(ref state) < 0.06f;
        if (MathF.Abs(z - depth) > radius + 1)
            return;

        bool lonely = chance < LonelyShare;
        uint wanted = 0;
        bool clustered = false;
        foreach (Cluster cluster in clusters)
        {
            float dz = z - cluster.Z, dy = y - cluster.Y, dx = x - cluster.X;
            if (dz * dz + dy * dy + dx * dx < cluster.SquareRadius)
                (wanted, clustered) = (cluster.Cell, true);
        }

        if (!lonely && !clustered)
            return;
        (float bz, float by, float bx) = warp.At(z, y, x);
        uint cell = cells.At(bz, by, bx, tile.PointCandidates, out float room);
        if (room < radius + 4 || (!lonely && cell != wanted))
            return;
        Paint(tile, z - depth, y - y0, x - x0, radius, dense);
    }

    private static void Paint(TissueTile tile, float dz, float cy, float cx, float radius, bool dense)
    {
        float reach = radius + 2;
        int top = Math.Max(0, (int)MathF.Ceiling(cy - reach)), bottom = Math.Min(TissueTile.Height - 1, (int)MathF.Floor(cy + reach));
        int left = Math.Max(0, (int)MathF.Ceiling(cx - reach)), right = Math.Min(TissueTile.Width - 1, (int)MathF.Floor(cx + reach));
        for (int y = top; y <= bottom; y++)
            for (int x = left; x <= right; x++)
            {
                float dy = y - cy, dx = x - cx;
                float r = MathF.Sqrt(dz * dz + dy * dy + dx * dx);
                float off = (r - radius + 0.8f) / 2.4f;
                float rim = MathF.Max(0, 1 - off * off);
                float inside = Math.Clamp(radius - r, 0, 1);
                tile.Value[y * TissueTile.Width + x] += inside * (dense ? -CoreDepth : Lumen) - rim * rim * (dense ? 0.3f : 1) * RimDepth;
            }
    }

    private readonly record struct Cluster(float Z, float Y, float X, float SquareRadius, uint Cell);
}
