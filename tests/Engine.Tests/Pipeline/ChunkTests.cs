using EmTools.Engine.Imaging;
using EmTools.Engine.Pipeline;
using PureHDF;

namespace EmTools.Engine.Tests.Pipeline;

public sealed class ChunkTests : IDisposable
{
    private static readonly ChunkBox Box = new(11, 2, 3, 3, 20, 30);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, ChunkFlip.None, 1)]
    [InlineData(true, ChunkFlip.None, 4)]
    [InlineData(false, ChunkFlip.Z | ChunkFlip.X, 3)]
    [InlineData(true, ChunkFlip.Y, 2)]
    public void Hdf5_and_TIFFs_hold_the_box(bool invert, ChunkFlip flip, int threads)
    {
        EmSection[] stack = [.. Enumerable.Range(10, 6).Reverse().Select(Section)];
        var options = new ChunkOptions { Invert = invert, Flip = flip };
        var context = new EvaluationContext { Threads = threads };
        string file = Path.Combine(_folder.Path, "chunk.h5");
        ChunkWriter.WriteHdf5(stack, Box, file, options, context);
        IReadOnlyList<string> tiffs = ChunkWriter.WriteTiffs(stack, Box, Path.Combine(_folder.Path, "chunk"), options, context);

        using var hdf5 = H5File.OpenRead(file);
        IH5Dataset data = hdf5.Dataset("data");
        Assert.Equal([3, 20, 30], data.Space.Dimensions);
        Assert.Equal([11, 2, 3], data.Attribute("origin").Read<int[]>());
        ushort[] values = data.Read<ushort[]>();
        for (int z = 0; z < 3; z++)
        {
            using var plane = (Plane<ushort>)ImageSource.Open(tiffs[z]).Read(context);
            for (int y = 0; y < 20; y++)
            {
                for (int x = 0; x < 30; x++)
                {
                    int expected = Value(11 + (flip.HasFlag(ChunkFlip.Z) ? 2 - z : z), 2 + (flip.HasFlag(ChunkFlip.Y) ? 19 - y : y), 3 + (flip.HasFlag(ChunkFlip.X) ? 29 - x : x));
                    Assert.Equal(invert ? 65535 - expected : expected, values[(z * 20 + y) * 30 + x]);
                    Assert.Equal(values[(z * 20 + y) * 30 + x], plane.Row(y)[x]);
                }
            }
        }
    }

    [SkippableFact]
    public void Other_programs_read_the_chunks_of_one_plane_each()
    {
        string file = Path.Combine(_folder.Path, "chunk.h5");
        ChunkWriter.WriteHdf5([.. Enumerable.Range(11, 3).Select(Section)], Box, file, new ChunkOptions { Dataset = "volume" }, EvaluationContext.Default);
        string told = TestData.Python("import h5py, sys; d = h5py.File(sys.argv[1])['volume']; print(d.shape, d.chunks, d.compression, d.dtype, d[2, 1, 4], list(d.attrs['origin']))", file);
        Assert.Equal($"(3, 20, 30) (1, 20, 30) gzip uint16 {Value(13, 3, 7)} [np.int32(11), np.int32(2), np.int32(3)]", told.Trim().Replace("[11, 2, 3]", "[np.int32(11), np.int32(2), np.int32(3)]", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_are_computed_and_floats_are_kept()
    {
        EmSection[] stack = [.. Enumerable.Range(0, 2).Select(z => Section(z).With(new IntensityOffsetStep(0.5)))];
        string file = Path.Combine(_folder.Path, "floats.h5");
        ChunkWriter.WriteHdf5(stack, new ChunkBox(0, 0, 0, 2, 5, 5), file, new ChunkOptions(), EvaluationContext.Default);
        using var hdf5 = H5File.OpenRead(file);
        Assert.Equal(Value(1, 0, 1) - 0.5f, hdf5.Dataset("data").Read<float[]>()[26]);
    }

    [Theory]
    [InlineData(0, 0, 0, 4, 5, 5, "section 3 is missing")]
    [InlineData(0, 0, 0, 3, 5, 99, "does not lie in section 0")]
    [InlineData(1, 30, 0, 1, 5, 5, "does not lie in section 1")]
    public void Boxes_outside_the_stack_are_errors_and_nothing_is_left(int z, int y, int x, int depth, int height, int width, string message)
    {
        string file = Path.Combine(_folder.Path, "none.h5");
        EmException error = Assert.Throws<EmException>(() => ChunkWriter.WriteHdf5([.. Enumerable.Range(0, 3).Select(Section)], new ChunkBox(z, y, x, depth, height, width), file, new ChunkOptions(), EvaluationContext.Default));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_section_that_is_there_twice_is_an_error()
        => Assert.Contains("twice", Assert.Throws<EmException>(() => new ChunkBox(0, 0, 0, 2, 1, 1).Select([Section(0), Section(1), Section(0)])).Message, StringComparison.Ordinal);

    private static int Value(int z, int y, int x) => 1000 * z + 40 * y + x;

    private static EmSection Section(int index)
    {
        Plane<ushort> plane = Plane.Rent<ushort>(32, 40);
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 40; x++)
                plane.Row(y)[x] = (ushort)Value(index, y, x);
        }

        return new EmSection(new PixelSource(plane, $"memory {index}"), index);
    }
}
