using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;
using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Tests.Pipeline;

public sealed class RealignTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => GoldenCase.Names("realign-");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Realigning_matches(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        int[]? shape = golden.Parameters["shape"]?.AsArray().Select(n => (int)n!).ToArray();
        var section = new EmSection(new PixelSource(golden.Plane<float>("in/image")), 0);
        EmSection moved = section.With(new RealignStep((int)golden.Parameters["dy"]!, (int)golden.Parameters["dx"]!, shape?[0] ?? 0, shape?[1] ?? 0));

        float[,] expected = golden.Image<float>("out/realigned");
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (moved.Height, moved.Width));
        using Plane result = moved.Compute();
        Assert.Equal(0, Difference.Between(result, expected).Largest);
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(0, -15)]
    [InlineData(int.MinValue, 0)]
    public void A_shift_that_leaves_nothing_is_an_error(int y, int x)
    {
        var section = new EmSection(new PixelSource(Plane.Rent<float>(12, 15)), 3);
        Assert.Equal("ShiftOutside", Assert.Throws<EmException>(() => section.With(new RealignStep(y, x))).Id);
    }

    [Theory]
    [InlineData("index,dy,dx\n5,1,-2\n7,0,3\n")]
    [InlineData("# shifts\n5;1;-2\n\n7;0;3")]
    [InlineData("7\t0\t3\r\n5\t1.0\t-2\r\n")]
    public void Text_tables_are_read(string text)
    {
        ShiftTable table = ShiftTable.Read(Text(text));
        Assert.Equal((1, -2), table.At(5));
        Assert.Equal((0, 3), table.At(7));
        EmException error = Assert.Throws<EmException>(() => table.At(6));
        Assert.Equal("NoShift", error.Id);
    }

    [Fact]
    public void Text_tables_without_indices_count_from_0()
        => Assert.Equal((3, 4), ShiftTable.Read(Text("dy,dx\n1,2\n3,4\n")).At(1));

    [Theory]
    [InlineData("1,2,3,4", "line 1: expected index, dy, dx")]
    [InlineData("0,1,2\n0,1,2", "line 2: a second shift for section 0")]
    [InlineData("0,1,2.5", "line 1: 2.5 is no whole number")]
    [InlineData("0,1,2\n1,x,2", "line 2: 'x' is no number")]
    [InlineData("index,dy,dx\n", "no shifts")]
    public void What_is_no_table_is_told_by_line(string text, string message)
        => Assert.Contains(message, Assert.Throws<EmException>(() => ShiftTable.Read(Text(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Hdf5_tables_are_read()
    {
        string path = Path.Combine(_folder.Path, "shifts.h5");
        Hdf5Writer.Write(path, [new("shift", new float[,] { { 1, -2 }, { 3, 4 } }), new("line", new float[] { 1, 2 })]);
        Assert.Equal((3, 4), ShiftTable.Read(path).At(1));
        Assert.Equal("ShiftTableShape", Assert.Throws<EmException>(() => ShiftTable.Read(path, "line")).Id);
    }

    private string Text(string text)
    {
        string path = Path.Combine(_folder.Path, "shifts.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
