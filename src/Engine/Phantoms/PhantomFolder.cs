using System.Globalization;
using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Phantoms;

/// <summary>How a phantom's sections are written to a folder.</summary>
public sealed record PhantomFolderOptions
{
    /// <summary>Write the true sections too, into <c>truth/</c>; default no.</summary>
    public bool Truth { get; init; }

    /// <summary>Compression of all sections; default None, as microscopes write them.</summary>
    public TiffCompression Compression { get; init; } = TiffCompression.None;

    /// <summary>Replace files that are there; default no.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>Writes phantoms as users have their data: a folder of sections and the tables that restoring them needs.</summary>
public static class PhantomFolder
{
    /// <summary>The mean to which the published offsets bring all sections (background included): <c>mean_c - offset</c>.</summary>
    private const float CommonMean = 32768;

    /// <summary>
    /// Writes <c>raw/NNNNN.tif</c> (16 bits, inverted), on request <c>truth/NNNNN.tif</c> (32-bit floats), and for the
    /// whole volume <c>info.h5</c> and <c>polymodel.h5</c>, the latter last.
    /// </summary>
    /// <param name="phantom">The volume.</param>
    /// <param name="folder">The destination; made where it is missing.</param>
    /// <param name="first">Index of the first section.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="options">Compression and so on, or null for the defaults.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">Sections outside the volume, or a file that cannot be written.</exception>
    public static void WriteStack(this Phantom phantom, string folder, int first, int count, PhantomFolderOptions? options = null, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(phantom);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new PhantomFolderOptions();
        context ??= EvaluationContext.Default;
        if (count < 1)
            throw new EmException(EmErrorKind.InvalidArgument, "PhantomCount", $"At least one section must be written, not {count}.", "Count");
        phantom.RequireIndex(first);
        phantom.RequireIndex((int)Math.Min(int.MaxValue, (long)first + count - 1));

        for (int index = first; index < first + count; index++)
        {
            context.OnStage?.Invoke(new StageStart($"Section {index}", index - first, count));
            WriteSection(folder, "raw", index, phantom.RenderRaw(index, context), options, context);
            if (options.Truth)
                WriteSection(folder, "truth", index, phantom.Render(PhantomLayer.Truth, index, context), options, context);
        }

        WriteOffsets(Path.Combine(folder, "info.h5"), phantom, options.Overwrite);
        BackgroundModelFile.Write(Path.Combine(folder, "polymodel.h5"), phantom.Background, ExactFit(phantom), options.Overwrite);
    }

    private static void WriteSection(string folder, string kind, int index, Plane plane, PhantomFolderOptions options, EvaluationContext context)
    {
        using (plane)
        {
            string path = Path.Combine(folder, kind, index.ToString("D5", CultureInfo.InvariantCulture) + ".tif");
            TiffWriter.Write(path, plane, new TiffWriteOptions { Compression = options.Compression, Overwrite = options.Overwrite }, context);
        }
    }

    /// <summary>The tables of a volume whose means were measured without error: <c>mean_c</c> is the offset above the common mean.</summary>
    private static void WriteOffsets(string path, Phantom phantom, bool overwrite)
    {
        ReadOnlySpan<float> offsets = phantom.Offsets.AsSpan();
        float[] mean = new float[offsets.Length], change = new float[offsets.Length], corrected = new float[offsets.Length];
        for (int z = 0; z < offsets.Length; z++)
        {
            double scaled = VolumeShape.Scaled(z, offsets.Length);
            mean[z] = (float)(Tissue.Mean + offsets[z] + BackgroundField.Mean(phantom.Background, scaled));
            change[z] = z > 0 ? offsets[z] - offsets[z - 1] : 0;
            corrected[z] = offsets[z] + CommonMean;
        }

        IntensityOffsetTable.Write(path, mean, change, corrected, offsets, overwrite);
    }

    /// <summary>The figures of a fit without any error: the model is the truth.</summary>
    private static BackgroundFit ExactFit(Phantom phantom)
    {
        int terms = phantom.Background.Terms.Length;
        return new BackgroundFit
        {
            Variance = new double[terms],
            PValue = new double[terms],
            R2 = 1,
            AdjustedR2 = 1,
            RootMeanSquareError = 0,
            DegreesOfFreedom = Math.Max(0, (double)phantom.Options.Depth * phantom.Options.Height * phantom.Options.Width - terms),
        };
    }
}
