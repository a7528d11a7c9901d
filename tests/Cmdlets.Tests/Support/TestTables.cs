using PureHDF;

namespace EmTools.Cmdlets.Tests;

/// <summary>Writes calibration tables as the published ones are laid out.</summary>
internal static class TestTables
{
    public static string WriteOffsets(string path, float[] offsets, string dataset = "offset")
    {
        new H5File { [dataset] = offsets }.Write(path);
        return path;
    }

    /// <summary>7 + 600 x + 300 y + 1000 z; rows of the exponents belong to x, y, z.</summary>
    public static string WriteModel(string path)
    {
        var exponents = new double[3, 4] { { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
        new H5File
        {
            ["ModelTerms"] = exponents,
            ["Coefficients"] = new float[4, 1] { { 7 }, { 600 }, { 300 }, { 1000 } },
        }.Write(path);
        return path;
    }
}
