using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Tests.Calibration;

public sealed class IntensityOffsetTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public IntensityOffsetTableTests() => _path = _folder.File("info.h5");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Round_trip()
    {
        IntensityOffsetTable.Write(_path, [10, 20], [0, 10], [11, 21], [-5, 5]);

        IntensityOffsetTable table = IntensityOffsetTable.Read(_path);
        Assert.Equal(2, table.Count);
        Assert.Equal((-5, 5), (table.At(0), table.At(1)));
        Assert.Equal(64, table.File.Sha256.Length);
        Assert.Equal(20, IntensityOffsetTable.Read(_path, "mean").At(1));
        Assert.Equal(11, IntensityOffsetTable.Read(_path, "/mean_c").At(0));
    }

    [Fact]
    public void Says_which_section_a_short_table_misses()
    {
        IntensityOffsetTable.Write(_path, [1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]);
        IntensityOffsetTable table = IntensityOffsetTable.Read(_path);
        EmException error = Assert.Throws<EmException>(() => table.At(3));
        Assert.Equal((EmErrorKind.InvalidArgument, "OffsetTableTooShort", _path), (error.Kind, error.Id, error.Target));
        Assert.Equal($"Section 3: the table '{_path}' (dataset 'offset') covers sections 0 to 2 only. Give the section's own index (-Index), or the table of its volume.", error.Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Refuses_what_cannot_be_subtracted(float value)
    {
        IntensityOffsetTable.Write(_path, [1, 2], [1, 2], [1, 2], [1, value]);
        IntensityOffsetTable table = IntensityOffsetTable.Read(_path);
        Assert.Equal(1, table.At(0));
        EmException error = Assert.Throws<EmException>(() => table.At(1));
        Assert.Equal("OffsetNotFinite", error.Id);
        Assert.StartsWith($"Section 1: the table '{_path}' (dataset 'offset') holds ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("which cannot be subtracted. Correct the table, or give this section's offset as a number.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_other_shapes()
    {
        Hdf5Writer.Write(_path, [new("offset", new double[,] { { 1, 2 }, { 3, 4 } })]);
        EmException error = Assert.Throws<EmException>(() => IntensityOffsetTable.Read(_path));
        Assert.Equal($"'{_path}', dataset 'offset': expected one value a section in a one-dimensional dataset, a column or a row, found the shape (2, 2). Name the dataset that holds the offsets, or give another table.", error.Message);
    }

    [Fact]
    public void Refuses_lists_of_different_lengths()
        => Assert.Equal("OffsetLengths", Assert.Throws<EmException>(() => IntensityOffsetTable.Write(_path, [1], [1, 2], [1], [1])).Id);

    [SkippableFact]
    public void Reads_the_real_table()
    {
        string path = TestData.Shared("hifiem/info.h5");
        IntensityOffsetTable offset = IntensityOffsetTable.Read(path), corrected = IntensityOffsetTable.Read(path, "mean_c");
        Assert.Equal(11260, offset.Count);
        for (int z = 0; z < offset.Count; z++)
            Assert.Equal(corrected.At(z) - 32768, offset.At(z));
        Assert.Throws<EmException>(() => offset.At(11260));
    }
}
