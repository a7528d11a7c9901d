using EmTools.Engine.Estimation.Offsets;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Estimation;

/// <summary>
/// Estimated offsets in a file: <c>mean</c>, <c>change</c>, <c>mean_c</c> and <c>offset</c> as the published table has
/// them, and beside them the standard errors, the shares and the quality flags.
/// </summary>
internal static class OffsetTableFile
{
    /// <summary>Writes the table, in place of an older one.</summary>
    public static void Write(string path, OffsetEstimate estimate, float[] maskedShare, float[] saturatedShare)
        => Hdf5Writer.Write(
            path,
            [
                new("mean", Floats(estimate.Mean)),
                new("change", Floats(estimate.Change)),
                new("mean_c", Floats(estimate.CorrectedMean)),
                new("offset", Floats(Enumerable.Range(0, estimate.Count).Select(estimate.Offset))),
                new("mean_error", Floats(estimate.MeanError)),
                new("change_error", Floats(estimate.ChangeError)),
                new("mean_c_error", Floats(estimate.CorrectedError)),
                new("masked_share", maskedShare),
                new("saturated_share", saturatedShare),
                new("quality", (byte[])[.. estimate.Quality.Select(q => (byte)q)]),
            ],
            overwrite: true);

    private static float[] Floats(IEnumerable<double> values) => [.. values.Select(v => (float)v)];
}
