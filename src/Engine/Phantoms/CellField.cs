using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmTools.Engine.Phantoms;

/// <summary>
/// Divides space into cells: a power diagram of seeds on a jittered lattice, some neighbouring seeds joined into one
/// cell of irregular shape. Coordinates are those of the bent space (see <see cref="Warp"/>).
/// </summary>
internal sealed class CellField(uint seed, float pitch)
{
    /// <summary>Distances to the membrane are known up to this, in pixels; further inside it is all the same.</summary>
    public const float FarInside = 40;

    /// <summary>Lattice points looked at on either side: beyond, a seed is too far to bear a membrane.</summary>
    private const int Rings = 2;

    private readonly uint _seed = CounterHash.Mix(seed);

    /// <summary>The cell at a point, and the distance to its membrane.</summary>
    public uint At(float z, float y, float x, CellCandidates candidates, out float distance)
    {
        Find(candidates, z, z, y, y, x, x);
        int first = 0, second = -1;
        float d1 = float.MaxValue, d2 = float.MaxValue;
        for (int i = 0; i < candidates.Count; i++)
        {
            float d = candidates.Power(i, z, y, x);
            if (d < d1)
                (first, d1) = (i, d);
        }

        for (int i = 0; i < candidates.Count; i++)
        {
            float d = candidates.Power(i, z, y, x);
            if (candidates.Id[i] != candidates.Id[first] && d < d2)
                (second, d2) = (i, d);
        }

        distance = second < 0 ? FarInside : MathF.Min(FarInside, (d2 - d1) * candidates.InverseDistance(first, second));
        return candidates.Id[first];
    }

    /// <summary>
    /// Fills <paramref name="candidates"/> with the seeds that can be the nearest, or the nearest of another cell, for
    /// any point of the box.
    /// </summary>
    public void Find(CellCandidates candidates, float z0, float z1, float y0, float y1, float x0, float x1)
    {
        candidates.Count = 0;
        for (int k = Lattice(z0) - Rings; k <= Lattice(z1) + Rings; k++)
            for (int j = Lattice(y0) - Rings; j <= Lattice(y1) + Rings; j++)
                for (int i = Lattice(x0) - Rings; i <= Lattice(x1) + Rings; i++)
                    AddSeed(candidates, k, j, i);
        candidates.Cull(z0, z1, y0, y1, x0, x1);
    }

    private int Lattice(float position) => (int)MathF.Floor(position / pitch);

    private void AddSeed(CellCandidates candidates, int k, int j, int i)
    {
        uint state = CounterHash.At(_seed, k, j, i);
        uint own = state;
        float z = (k + CounterHash.NextBetween(ref state, 0.05f, 0.95f)) * pitch;
        float y = (j + CounterHash.NextBetween(ref state, 0.05f, 0.95f)) * pitch;
        float x = (i + CounterHash.NextBetween(ref state, 0.05f, 0.95f)) * pitch;
        float radius = CounterHash.NextUnit(ref state) * 0.45f * pitch;

        // About half of the seeds of a block of 2 x 2 x 2 make one cell together, the others one each.
        bool joined = CounterHash.NextUnit(ref state) < 0.5f;
        uint id = joined ? CounterHash.At(_seed ^ 0x5BD1E995u, k >> 1, j >> 1, i >> 1) : own;
        candidates.Add(z, y, x, radius * radius, id);
    }
}

/// <summary>The seeds that matter in some box of space; reused from box to box.</summary>
internal sealed class CellCandidates
{
    private float[] _lower = new float[512];
    private float[] _inverseDistance = new float[1024];

    /// <summary>How many there are.</summary>
    public int Count { get; set; }

    public float[] Z { get; private set; } = new float[512];

    public float[] Y { get; private set; } = new float[512];

    public float[] X { get; private set; } = new float[512];

    /// <summary>The seed's weight in the power diagram, in square pixels.</summary>
    public float[] Weight { get; private set; } = new float[512];

    /// <summary>The cell that the seed belongs to.</summary>
    public uint[] Id { get; private set; } = new uint[512];

    public void Add(float z, float y, float x, float weight, uint id)
    {
        if (Count == Z.Length)
            Grow();
        (Z[Count], Y[Count], X[Count], Weight[Count], Id[Count]) = (z, y, x, weight, id);
        Count++;
    }

    /// <summary>The square distance less the weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Power(int i, float z, float y, float x)
    {
        float dz = z - Z[i], dy = y - Y[i], dx = x - X[i];
        return dz * dz + dy * dy + dx * dx - Weight[i];
    }

    /// <summary>1/(2 d) of two seeds at distance d: turns a difference of powers into the distance to the plane between the two cells.</summary>
    public float InverseDistance(int i, int j)
    {
        float dz = Z[i] - Z[j], dy = Y[i] - Y[j], dx = X[i] - X[j];
        return 0.5f / MathF.Sqrt(MathF.Max(1, dz * dz + dy * dy + dx * dx));
    }

    /// <summary>Drops the seeds that can be neither the nearest nor the nearest of another cell anywhere in the box.</summary>
    public void Cull(float z0, float z1, float y0, float y1, float x0, float x1)
    {
        // Whatever the point, the nearest seeds of two cells have powers of at most best and other.
        float best = float.MaxValue, other = float.MaxValue;
        uint bestId = 0;
        for (int i = 0; i < Count; i++)
        {
            float nearZ = Outside(Z[i], z0, z1), nearY = Outside(Y[i], y0, y1), nearX = Outside(X[i], x0, x1);
            float farZ = MathF.Max(MathF.Abs(Z[i] - z0), MathF.Abs(Z[i] - z1));
            float farY = MathF.Max(MathF.Abs(Y[i] - y0), MathF.Abs(Y[i] - y1));
            float farX = MathF.Max(MathF.Abs(X[i] - x0), MathF.Abs(X[i] - x1));
            _lower[i] = nearZ * nearZ + nearY * nearY + nearX * nearX - Weight[i];
            float upper = farZ * farZ + farY * farY + farX * farX - Weight[i];
            if (upper < best)
            {
                if (Id[i] != bestId)
                    other = best;
                (best, bestId) = (upper, Id[i]);
            }
            else if (Id[i] != bestId && upper < other)
            {
                other = upper;
            }
        }

        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_lower[i] > other)
                continue;
            (Z[kept], Y[kept], X[kept], Weight[kept], Id[kept]) = (Z[i], Y[i], X[i], Weight[i], Id[i]);
            kept++;
        }

        Count = kept;
    }

    /// <summary>
    /// For 8 points at a time: the number of the nearest seed and the distance to the membrane around its cell.
    /// </summary>
    public void Nearest(ReadOnlySpan<float> z, ReadOnlySpan<float> y, ReadOnlySpan<float> x, Span<int> nearest, Span<float> distance)
    {
        ReadOnlySpan<float> inverse = Pairs();
        Span<int> second = stackalloc int[Vector256<int>.Count];
        for (int p = 0; p < z.Length; p += Vector256<float>.Count)
        {
            Vector256<float> pz = Vector256.Create(z[p..]), py = Vector256.Create(y[p..]), px = Vector256.Create(x[p..]);
            Vector256<float> d1 = Vector256.Create(float.MaxValue), d2 = d1;
            Vector256<int> i1 = Vector256<int>.Zero, i2 = i1;
            Vector256<uint> id1 = Vector256<uint>.Zero;
            for (int i = 0; i < Count; i++)
            {
                Vector256<float> dz = pz - Vector256.Create(Z[i]), dy = py - Vector256.Create(Y[i]), dx = px - Vector256.Create(X[i]);
                Vector256<float> d = dz * dz + dy * dy + dx * dx - Vector256.Create(Weight[i]);
                Vector256<uint> id = Vector256.Create(Id[i]);
                Vector256<int> index = Vector256.Create(i);
                Vector256<float> nearer = Vector256.LessThan(d, d1);
                Vector256<float> strange = ~Vector256.Equals(id, id1).AsSingle();
                Vector256<float> displaced = nearer & strange;
                Vector256<float> between = Vector256.AndNot(strange & Vector256.LessThan(d, d2), nearer);
                d2 = Vector256.ConditionalSelect(displaced, d1, Vector256.ConditionalSelect(between, d, d2));
                i2 = Vector256.ConditionalSelect(displaced.AsInt32(), i1, Vector256.ConditionalSelect(between.AsInt32(), index, i2));
                d1 = Vector256.ConditionalSelect(nearer, d, d1);
                i1 = Vector256.ConditionalSelect(nearer.AsInt32(), index, i1);
                id1 = Vector256.ConditionalSelect(nearer.AsUInt32(), id, id1);
            }

            i1.CopyTo(nearest[p..]);
            i2.CopyTo(second);
            (d2 - d1).CopyTo(distance[p..]);
            for (int i = 0; i < Vector256<int>.Count; i++)
                distance[p + i] = MathF.Min(CellField.FarInside, distance[p + i] * inverse[nearest[p + i] * Count + second[i]]);
        }
    }

    private ReadOnlySpan<float> Pairs()
    {
        if (_inverseDistance.Length < Count * Count)
            _inverseDistance = new float[Count * Count * 2];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < Count; j++)
                _inverseDistance[i * Count + j] = InverseDistance(i, j);
        return _inverseDistance;
    }

    private static float Outside(float v, float low, float high) => MathF.Max(0, MathF.Max(low - v, v - high));

    private void Grow()
    {
        int size = Z.Length * 2;
        (Z, Y, X, Weight, _lower) = (Enlarged(Z, size), Enlarged(Y, size), Enlarged(X, size), Enlarged(Weight, size), new float[size]);
        uint[] ids = new uint[size];
        Id.CopyTo(ids.AsSpan());
        Id = ids;
    }

    private static float[] Enlarged(float[] values, int size)
    {
        Array.Resize(ref values, size);
        return values;
    }
}
