using System.Runtime.Intrinsics;
using EmTools.Engine.Imaging;
using MathNet.Numerics.Statistics;

namespace EmTools.Engine.Filters.TransformDenoising;

/// <summary>The noise of a section, as the standard deviation of each coefficient (u, v) of its blocks' cosine transform.</summary>
/// <param name="Block">Side of the blocks.</param>
/// <param name="Deviations">The standard deviations in grey levels, row by row (u along y, v along x); that of the mean, (0, 0), is of no use.</param>
/// <param name="Spectrum">What they are made of.</param>
internal sealed record NoiseTable(int Block, float[] Deviations, NoiseSpectrum Spectrum)
{
    /// <summary>About as many blocks are looked at.</summary>
    private const int Sample = 100_000;

    /// <summary>The share of them, those with the least tissue, in which noise is measured.</summary>
    private const double QuietShare = 0.03;

    private const int FewestQuiet = 200;

    /// <summary>From the median of absolute values to the standard deviation of a normal distribution.</summary>
    private const double MedianToDeviation = 1 / 0.6745;

    /// <summary>The table of white noise.</summary>
    public static NoiseTable White(int block, double deviation)
    {
        var table = new float[block * block];
        Array.Fill(table, (float)deviation);
        return new NoiseTable(block, table, new NoiseSpectrum(deviation * deviation, 0, 0, 0));
    }

    /// <summary>Measures it.</summary>
    /// <remarks>
    /// A coefficient's noise is the median of its absolute values over the quietest blocks. Quiet is what has little energy in low
    /// frequencies; for coefficients with an even u + v those with an odd one tell, and the other way round, so that the choice does not
    /// favour small noise. What tissue is left in the table is then taken out by a model of noise (<see cref="NoiseModel"/>).
    /// </remarks>
    /// <param name="section">The section, without missing pixels.</param>
    /// <param name="block">Side of the blocks.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static NoiseTable Measure(Plane<float> section, int block, EvaluationContext context)
    {
        float[][] blocks = Blocks(section, block, context);
        if (blocks.Length == 0)
            return White(block, 0);
        var table = new float[block * block];
        for (int parity = 0; parity < 2; parity++)
        {
            int[] telling = [.. Enumerable.Range(1, table.Length - 1).Where(i => i / block + i % block <= 3 && Parity(i, block) != parity)];
            int quiet = Math.Clamp((int)(QuietShare * blocks.Length), Math.Min(FewestQuiet, blocks.Length), blocks.Length);
            float[] energies = Array.ConvertAll(blocks, coefficients => telling.Sum(i => coefficients[i] * coefficients[i]));
            float[][] quietest = [.. blocks];
            Array.Sort(energies, quietest);
            foreach (int i in Enumerable.Range(0, table.Length).Where(i => Parity(i, block) == parity))
                table[i] = (float)(MedianToDeviation * ArrayStatistics.MedianInplace(Array.ConvertAll(quietest[..quiet], coefficients => Math.Abs(coefficients[i]))));
        }

        return NoiseModel.Fit(block, table);
    }

    private static int Parity(int coefficient, int block) => (coefficient / block + coefficient % block) & 1;

    /// <summary>The coefficients of blocks that are spread evenly; those of one grey level, as frames are, are left out.</summary>
    private static float[][] Blocks(Plane<float> section, int block, EvaluationContext context)
    {
        if (section.Height < block || section.Width < block)
            return [];
        double apart = Math.Max(1, Math.Sqrt((double)(section.Height - block + 1) * (section.Width - block + 1) / Sample));
        int rows = (int)((section.Height - block) / apart) + 1, columns = (int)((section.Width - block) / apart) + 1;
        int[] left = [.. Enumerable.Range(0, columns).Select(j => (int)(j * apart))];
        var found = new float[rows][][];
        RowParallel.For(rows, 1, context, (first, end) =>
        {
            var cosine = new CosineTransform(block);
            for (int i = first; i < end; i++)
            {
                int top = (int)(i * apart);
                found[i] = [.. left.Chunk(TileLayout.Lanes).SelectMany(lefts => Transformed(section, block, top, lefts, cosine))];
            }
        });
        return [.. found.SelectMany(row => row)];
    }

    /// <summary>The coefficients of up to sixteen blocks of a row that are not of one grey level.</summary>
    private static unsafe List<float[]> Transformed(Plane<float> section, int block, int top, int[] left, CosineTransform cosine)
    {
        float* pixels = stackalloc float[TileLayout.Lanes];
        new Span<float>(pixels, TileLayout.Lanes).Clear();
        Vector512<float>* values = stackalloc Vector512<float>[block], once = stackalloc Vector512<float>[block * block], twice = stackalloc Vector512<float>[block];
        float level = section.RowPointer(top)[left[0]]; // a level to count from: small numbers are exacter
        Vector512<float> changes = Vector512<float>.Zero, corner = default;
        for (int i = 0; i < block; i++)
        {
            float* row = section.RowPointer(top + i);
            for (int j = 0; j < block; j++)
            {
                for (int lane = 0; lane < left.Length; lane++)
                    pixels[lane] = row[left[lane] + j] - level;
                values[j] = Vector512.Load(pixels);
                corner = i + j == 0 ? values[0] : corner;
                changes |= ~Vector512.Equals(values[j], corner);
            }

            cosine.Forward(values, once + i * block);
        }

        var blocks = new List<float[]>(left.Length);
        for (int lane = 0; lane < left.Length; lane++)
            blocks.Add(new float[block * block]);
        for (int v = 0; v < block; v++)
        {
            for (int i = 0; i < block; i++)
                values[i] = once[i * block + v];
            cosine.Forward(values, twice);
            for (int u = 0; u < block; u++)
            {
                Vector512.Store(twice[u], pixels);
                for (int lane = 0; lane < left.Length; lane++)
                    blocks[lane][u * block + v] = pixels[lane];
            }
        }

        uint[] differ = new uint[TileLayout.Lanes];
        changes.AsUInt32().CopyTo(differ);
        return [.. blocks.Where((_, lane) => differ[lane] != 0)];
    }
}
