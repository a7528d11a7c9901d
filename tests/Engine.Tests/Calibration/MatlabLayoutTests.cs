using EmTools.Engine.Calibration;
using EmTools.Engine.Phantoms;

namespace EmTools.Engine.Tests.Calibration;

/// <summary>Models as other programs see them: the published file and ours, side by side in h5py.</summary>
public sealed class MatlabLayoutTests : IDisposable
{
    private const string Script = """
        import h5py, sys
        path = sys.argv[1]
        block = open(path, 'rb').read(128)
        f = h5py.File(path, 'r')
        print(f.userblock_size, block[:19].decode(), block[116:128].hex())
        for name in sorted(f):
            if name != '#refs#':
                d = f[name]
                print(name, d.shape, d.dtype, d.attrs['MATLAB_class'].decode())
        print(f['ModelTerms'][:].astype(int).tolist())
        for reference in f['VarNames'][:].ravel():
            d = f[reference]
            print(''.join(map(chr, d[:].ravel())), d.dtype, d.attrs['MATLAB_class'].decode(), d.attrs['MATLAB_int_decode'])
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Names_shapes_types_and_classes_are_those_of_the_published_file()
    {
        string real = TestData.Shared("hifiem/polymodel.h5");
        BackgroundModel published = BackgroundModel.Read(real);
        string ours = _folder.File("polymodel.h5");
        double[] zeros = new double[published.Terms.Length];
        BackgroundModelFile.Write(ours, published, new BackgroundFit { Variance = zeros, PValue = zeros, R2 = 1, AdjustedR2 = 1, RootMeanSquareError = 0, DegreesOfFreedom = 7 });

        Assert.Equal(TestData.Python(Script, real), TestData.Python(Script, ours));
        Assert.Equal(published.Terms.ToArray(), BackgroundModel.Read(ours).Terms.ToArray());
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var phantom = new Phantom(new PhantomOptions { Depth = 3, Height = 20, Width = 20 });
        phantom.WriteStack(_folder.File("a"), 0, 1);
        phantom.WriteStack(_folder.File("b"), 0, 1);
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder.File("a"), "polymodel.h5"));

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder.File("b"), "polymodel.h5")));
        Assert.Equal("MATLAB 7.3 MAT-file"u8, bytes.AsSpan(0, 19));
        Assert.Equal("HDF"u8, bytes.AsSpan(513, 3));
    }
}
