using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// Nervous tissue in space: cells with membranes and a cleft between them, mitochondria, vesicles, endoplasmic reticulum
/// and a granular cytoplasm. Any section through it is computed alone, and neighbours fit together.
/// </summary>
internal sealed class Tissue
{
    /// <summary>Mean of the tissue over space, in grey levels (about, measured over many sections).</summary>
    public const float Mean = 28000;

    private const float Cytoplasm = 28830;
    private const float CellDeviation = 800;
    private const float Cleft = 28000;
    private const float MembraneDepth = 5600;
    private const float ReticulumDepth = 2300;

    private readonly uint _seed;
    private readonly Warp _warp;
    private readonly CellField _cells;
    private readonly Mitochondria _mitochondria;
    private readonly Vesicles _vesicles;
    private readonly SplineNoise _shade;
    private readonly SplineNoise _grain;
    private readonly SplineNoise _fineGrain;
    private readonly SplineNoise _spread;
    private readonly SplineNoise _sheets;

    /// <param name="seed">Which tissue.</param>
    /// <param name="cellSize">Typical distance between neighbouring cells in pixels.</param>
    public Tissue(uint seed, float cellSize)
    {
        _seed = CounterHash.Mix(seed ^ 0x7155E0Eu);
        float pitch = 0.75f * cellSize; // joined seeds make cells that are larger than their distance
        _warp = new Warp(_seed + 10, pitch);
        _cells = new CellField(_seed + 20, pitch);
        _mitochondria = new Mitochondria(_seed + 30, _cells, cellSize);
        _vesicles = new Vesicles(_seed + 40, _cells, _warp, cellSize);
        _shade = new SplineNoise(_seed + 50, 256);
        _grain = new SplineNoise(_seed + 51, 16);
        _fineGrain = new SplineNoise(_seed + 52, 8);
        _spread = new SplineNoise(_seed + 53, 64);
        _sheets = new SplineNoise(_seed + 54, 64);
    }

    /// <summary>
    /// Computes the rows from <paramref name="y0"/> (a multiple of the tile's height) of the section at
    /// <paramref name="depth"/> (pixels). <paramref name="rows"/> holds whole rows of <paramref name="width"/> pixels,
    /// at most a tile's height of them.
    /// </summary>
    public void Render(TissueTile tile, Span<float> rows, int width, float depth, int y0)
    {
        int height = rows.Length / width;
        for (int x0 = 0; x0 < width; x0 += TissueTile.Width)
        {
            Compute(tile, depth, y0, x0);
            int columns = Math.Min(TissueTile.Width, width - x0);
            for (int y = 0; y < height; y++)
                tile.Value.AsSpan(y * TissueTile.Width, columns).CopyTo(rows[(y * width + x0)..]);
        }
    }

    private void Compute(TissueTile tile, float depth, int y0, int x0)
    {
        _warp.Fill(tile.Z, tile.Y, tile.X, depth, y0, x0);
        Box box = Box.Around(tile.Z, tile.Y, tile.X);
        _cells.Find(tile.Candidates, box.Z0, box.Z1, box.Y0, box.Y1, box.X0, box.X1);
        tile.Candidates.Nearest(tile.Z, tile.Y, tile.X, tile.Nearest, tile.Distance);

        FillCytoplasm(tile, depth, y0, x0);
        _mitochondria.Draw(tile, box);
        _vesicles.Draw(tile, depth, y0, x0);
        DrawMembranes(tile);
    }

    private void FillCytoplasm(TissueTile tile, float depth, int y0, int x0)
    {
        CellCandidates seeds = tile.Candidates;
        if (tile.Levels.Length < seeds.Count)
            tile.Levels = new float[seeds.Count * 2];
        for (int i = 0; i < seeds.Count; i++)
        {
            // The sum of two uniform numbers: most cells are alike, a few clearly darker or brighter.
            uint state = seeds.Id[i] ^ _seed;
            float u = CounterHash.NextUnit(ref state) + CounterHash.NextUnit(ref state) - 1;
            tile.Levels[i] = Cytoplasm + u * 2.45f * CellDeviation;
        }

        for (int i = 0; i < tile.Value.Length; i++)
            tile.Value[i] = tile.Levels[tile.Nearest[i]];
        _shade.Add(tile.Value, depth, y0, x0, 180);
        _grain.Add(tile.Value, depth, y0, x0, 330);
        _fineGrain.Add(tile.Value, depth, y0, x0, 380);

        tile.Spread.AsSpan().Clear();
        _spread.Add(tile.Spread, depth, y0, x0, 1);
        tile.Sheets.AsSpan().Clear();
        _sheets.Add(tile.Sheets, depth, y0, x0, 1);
        DrawReticulum(tile);
    }

    /// <summary>Thin dark sheets well inside some parts of the cells.</summary>
    private static void DrawReticulum(TissueTile tile)
    {
        Vector256<float> one = Vector256.Create(1f);
        for (int p = 0; p < tile.Value.Length; p += Vector256<float>.Count)
        {
            Vector256<float> sheet = Vector256.Create(tile.Sheets, p) * 22f;
            Vector256<float> inside = Clamp01((Vector256.Create(tile.Distance, p) - Vector256.Create(10f)) * 0.25f);
            Vector256<float> here = Clamp01((Vector256.Create(-0.1f) - Vector256.Create(tile.Spread, p)) * 4f);
            Vector256<float> bump = Vector256.Max(Vector256<float>.Zero, one - sheet * sheet);
            (Vector256.Create(tile.Value, p) - bump * bump * inside * here * ReticulumDepth).CopyTo(tile.Value, p);
        }
    }

    /// <summary>The cleft between two cells and the membrane on its side, over whatever lies in the cell.</summary>
    private static void DrawMembranes(TissueTile tile)
    {
        Vector256<float> one = Vector256.Create(1f), zero = Vector256<float>.Zero;
        for (int p = 0; p < tile.Value.Length; p += Vector256<float>.Count)
        {
            Vector256<float> distance = Vector256.Create(tile.Distance, p);
            Vector256<float> spread = Vector256.Create(tile.Spread, p);

            // Here and there the cleft widens; elsewhere the membranes are thick and dark, as at synapses.
            Vector256<float> gap = Vector256.Create(0.6f) + Vector256.Max(zero, spread - Vector256.Create(1.3f)) * 4f;
            Vector256<float> dense = Clamp01((-spread - Vector256.Create(1.2f)) * 2f);
            Vector256<float> membrane = gap + Vector256.Create(1.6f) + dense;
            Vector256<float> halfWidth = Vector256.Create(2.6f) + dense * 1.8f;

            Vector256<float> value = Vector256.Create(tile.Value, p);
            Vector256<float> cleft = Clamp01((gap + Vector256.Create(0.8f) - distance) * (1 / 1.6f));
            value += cleft * (Vector256.Create(Cleft) - value);
            Vector256<float> off = (distance - membrane) / halfWidth;
            Vector256<float> bump = Vector256.Max(zero, one - off * off);
            value -= bump * bump * (Vector256.Create(MembraneDepth) + dense * 1500f);
            value.CopyTo(tile.Value, p);
        }
    }

    private static Vector256<float> Clamp01(Vector256<float> v) => Vector256.Min(Vector256.Max(v, Vector256<float>.Zero), Vector256.Create(1f));
}

/// <summary>A box of the bent space.</summary>
internal readonly record struct Box(float Z0, float Z1, float Y0, float Y1, float X0, float X1)
{
    /// <summary>The smallest box around points.</summary>
    public static Box Around(ReadOnlySpan<float> z, ReadOnlySpan<float> y, ReadOnlySpan<float> x) => new(
        TensorPrimitives.Min(z), TensorPrimitives.Max(z),
        TensorPrimitives.Min(y), TensorPrimitives.Max(y),
        TensorPrimitives.Min(x), TensorPrimitives.Max(x));
}
