namespace EmTools.Engine.Phantoms;

/// <summary>Mitochondria: dark, long ellipsoids with a membrane and cristae, each kept inside the cell around its centre.</summary>
internal sealed class Mitochondria(uint seed, CellField cells, float cellSize)
{
    private const float Share = 0.8f;
    private const float Darkening = 1900;
    private const float MembraneDepth = 2300;
    private const float CristaDepth = 2100;
    private const float CristaPeriod = 15;

    private readonly uint _seed = CounterHash.Mix(seed);
    private readonly float _pitch = 1.05f * cellSize;
    private readonly float _longest = 0.8f * cellSize;

    /// <summary>Draws what of them lies in a tile that covers <paramref name="box"/> of the bent space.</summary>
    public void Draw(TissueTile tile, in Box box)
    {
        for (int k = First(box.Z0); k <= Last(box.Z1); k++)
            for (int j = First(box.Y0); j <= Last(box.Y1); j++)
                for (int i = First(box.X0); i <= Last(box.X1); i++)
                    DrawOne(tile, box, k, j, i);
    }

    private int First(float low) => (int)MathF.Floor((low - _longest) / _pitch);

    private int Last(float high) => (int)MathF.Floor((high + _longest) / _pitch);

    private void DrawOne(TissueTile tile, in Box box, int k, int j, int i)
    {
        uint state = CounterHash.At(_seed, k, j, i);
        if (CounterHash.NextUnit(ref state) > Share)
            return;
        float cz = (k + CounterHash.NextUnit(ref state)) * _pitch;
        float cy = (j + CounterHash.NextUnit(ref state)) * _pitch;
        float cx = (i + CounterHash.NextUnit(ref state)) * _pitch;
        float length = CounterHash.NextBetween(ref state, 0.3f, 0.8f) * cellSize;
        float radius = CounterHash.NextBetween(ref state, 0.13f, 0.23f) * cellSize;
        float uz = CounterHash.NextBetween(ref state, -1, 1), uy = CounterHash.NextBetween(ref state, -1, 1), ux = CounterHash.NextBetween(ref state, -1, 1);
        float norm = 1 / MathF.Sqrt(uz * uz + uy * uy + ux * ux + 1e-3f);
        (uz, uy, ux) = (uz * norm, uy * norm, ux * norm);
        if (cz + length < box.Z0 || cz - length > box.Z1 || cy + length < box.Y0 || cy - length > box.Y1 || cx + length < box.X0 || cx - length > box.X1)
            return;

        uint cell = cells.At(cz, cy, cx, tile.PointCandidates, out float room);
        if (room < 0.5f * radius)
            return;

        CellCandidates seeds = tile.Candidates;
        float across = 1 / (radius * radius), along = across - 1 / (length * length);
        for (int p = 0; p < tile.Value.Length; p++)
        {
            if (seeds.Id[tile.Nearest[p]] != cell)
                continue;
            float dz = tile.Z[p] - cz, dy = tile.Y[p] - cy, dx = tile.X[p] - cx;
            float axis = dz * uz + dy * uy + dx * ux;
            float square = (dz * dz + dy * dy + dx * dx) * across - axis * axis * along;
            if (square >= 1.2f)
                continue;

            // Depth below the organelle's surface; near the cell's membrane it gives way.
            float depth = MathF.Min(radius * (1 - MathF.Sqrt(MathF.Max(0, square))), tile.Distance[p] - 9);
            if (depth > -2)
                tile.Value[p] += Profile(depth, axis, dy * ux - dx * uy, radius);
        }
    }

    private static float Profile(float depth, float axis, float side, float radius)
    {
        float inside = Math.Clamp(depth * 0.5f, 0, 1);
        float rim = Bump((depth - 1.2f) / 2.6f);

        // Cristae: sheets across the axis, bent a little, that leave the membrane free and end at different depths.
        float phase = (axis + 0.012f * side * side) / CristaPeriod;
        float number = MathF.Floor(phase);
        float reach = CounterHash.Unit(CounterHash.Mix((uint)(int)number)) * 0.8f * radius;
        float crista = Bump((phase - number - 0.5f) / 0.22f) * Math.Clamp((depth - 5) * 0.5f, 0, 1) * Math.Clamp((reach + 8 - depth) * 0.25f, 0, 1);
        return -Darkening * inside - MembraneDepth * rim - CristaDepth * crista;
    }

    private static float Bump(float t)
    {
        float b = MathF.Max(0, 1 - t * t);
        return b * b;
    }
}
