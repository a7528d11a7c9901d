using EmTools.Engine.Calibration;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Damaged tables: each gives values or an error of ours, in little time and memory. EMTOOLS_FUZZ multiplies the trials.</summary>
public sealed class Hdf5FuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Hdf5FuzzTests() => _path = _folder.File("table.h5");

    /// <summary>For a whole test, which takes seconds: only a loop without end gets there.</summary>
    private static TimeSpan Hang => TimeSpan.FromMinutes(4 * TiffFuzzTests.Times);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("classic", 1)]
    [InlineData("newest", 2)]
    [InlineData("offsets", 3)]
    [InlineData("model", 4)]
    public async Task Damage_gives_values_or_our_error(string kind, int seed)
        => await Task.Run(() => Damage(Sound(kind), seed, 800 * TiffFuzzTests.Times)).WaitAsync(Hang);

    [Fact]
    public async Task The_newest_layout_never_lies_about_its_structure()
    {
        // All its structures carry checksums, and its chunks those of zlib; single values have none.
        byte[] whole = Hdf5Samples.Newest;
        await Task.Run(() =>
        {
            var random = new Random(11);
            int refused = 0;
            for (int trial = 0; trial < 500 * TiffFuzzTests.Times; trial++)
            {
                File.WriteAllBytes(_path, Mutation.Of(whole, random, 0, whole.Length, keepsLength: true));
                try
                {
                    using Hdf5Reader reader = Hdf5Reader.Open(_path);
                    Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), reader.Read("offset").Values);
                }
                catch (EmException)
                {
                    refused++;
                }
            }

            Assert.InRange(refused, 1, 500 * TiffFuzzTests.Times - 1);
        }).WaitAsync(Hang);
    }

    [SkippableFact]
    public async Task Tables_that_kept_the_library_in_a_loop()
    {
        string folder = Path.Combine(TestData.RepositoryRoot, "..", "shared", "field", "51-hdf5");
        Skip.IfNot(Directory.Exists(folder));
        await Task.Run(() =>
        {
            foreach (string file in Directory.GetFiles(folder, "*.h5"))
            {
                Read(File.ReadAllBytes(file));
                Damage(File.ReadAllBytes(file), seed: 5, 40);
            }
        }).WaitAsync(Hang);
    }

    private byte[] Sound(string kind)
    {
        switch (kind)
        {
            case "classic":
                return Hdf5Samples.Classic;
            case "newest":
                return Hdf5Samples.Newest;
            case "offsets":
                float[] values = [.. Enumerable.Range(0, 60).Select(i => (float)i)];
                IntensityOffsetTable.Write(_path, values, values, values, values, overwrite: true);
                return File.ReadAllBytes(_path);
            default:
                var model = new BackgroundModel([new BackgroundTerm(1, 2, 0, 3.5), new BackgroundTerm(0, 0, 0, -2)], null);
                BackgroundModelFile.Write(_path, model, new BackgroundFit { Variance = [1, 2], PValue = [0, 0], R2 = 1, AdjustedR2 = 1, RootMeanSquareError = 0, DegreesOfFreedom = 9 }, overwrite: true);
                return File.ReadAllBytes(_path);
        }
    }

    private void Damage(byte[] whole, int seed, int trials)
    {
        var random = new Random(seed);
        for (int trial = 0; trial < trials; trial++)
            Read(Mutation.Of(whole, random, 0, whole.Length));
    }

    /// <summary>Asks all that is asked of tables.</summary>
    private void Read(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        foreach (Action ask in new Action[] { ReadAll, () => IntensityOffsetTable.Read(_path), () => BackgroundModelFile.Read(_path), () => ShiftTable.Read(_path) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ask();
            }
            catch (EmException error)
            {
                Assert.Equal(_path, error.Target);
                Assert.Contains(_path, error.Message, StringComparison.Ordinal);
            }

            // zlib's limit is a thousand bytes out of one, a value takes up to 8, and comes from its file's bytes.
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < (64 << 20) + 20_000L * bytes.Length, $"{allocated} bytes were allocated for {bytes.Length}");
        }
    }

    private void ReadAll()
    {
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        foreach (string name in reader.DatasetNames())
        {
            if (name.Length > 0 && reader.Has(name))
                reader.Read(name);
        }
    }
}
