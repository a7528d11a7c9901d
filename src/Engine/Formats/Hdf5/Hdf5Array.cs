namespace EmTools.Engine.Formats;

/// <summary>A numeric HDF5 dataset in memory.</summary>
/// <param name="Values">The values, row-major (the last axis runs fastest).</param>
/// <param name="Shape">The lengths of its axes, outermost first; empty for a single value.</param>
public sealed record Hdf5Array(double[] Values, int[] Shape)
{
    /// <summary>The shape for messages: <c>(3, 20)</c>.</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";
}
