using EmTools.Engine.Formats;

namespace EmTools.Engine.Tests.Formats;

public sealed class Hdf5Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Hdf5Tests() => _path = _folder.File("table.h5");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Round_trip()
    {
        Hdf5Writer.Write(_path, [new("a", new[] { 1.5f, -2f }), new("b", new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 1e300 } })]);

        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        Assert.Equal(["a", "b"], reader.DatasetNames());
        Hdf5Array a = reader.Read("/a"), b = reader.Read("b");
        Assert.Equal([1.5, -2], a.Values);
        Assert.Equal([2], a.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 1e300], b.Values);
        Assert.Equal([2, 3], b.Shape);
        Assert.Equal("(2, 3)", b.ShapeText);
        Assert.Equal(["table.h5"], _folder.Content());
    }

    [Fact]
    public void An_existing_file_stays()
    {
        File.WriteAllText(_path, "mine");
        Assert.Equal("OutputExists", Assert.Throws<EmException>(() => Hdf5Writer.Write(_path, [new("a", new[] { 1f })])).Id);
        Assert.Equal("mine", File.ReadAllText(_path));
        Hdf5Writer.Write(_path, [new("a", new[] { 1f })], overwrite: true);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        Assert.True(reader.Has("a"));
    }

    [SkippableFact]
    public void Reads_every_number_type_and_h5py_reads_ours()
    {
        TestData.Python(
            """
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                for t in ('u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8'):
                    f[t] = np.array([1, 2, 100], t)
                f['zipped'] = np.zeros(1); del f['zipped']
                f.create_dataset('zipped', data=np.arange(5000.0), chunks=(100,), compression='gzip', shuffle=True)
                f['text'] = 'no number'
            """,
            _path);
        using (Hdf5Reader reader = Hdf5Reader.Open(_path))
        {
            foreach (string type in new[] { "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8" })
                Assert.Equal([1, 2, 100], reader.Read(type).Values);
            Assert.Equal(4999, reader.Read("zipped").Values[^1]);
            EmException error = Assert.Throws<EmException>(() => reader.Read("text"));
            Assert.Equal("DatasetNotNumeric", error.Id);
            Assert.Contains("dataset 'text': expected floats or integers", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("Name a dataset of numbers, or store this one as such.", error.Message, StringComparison.Ordinal);
        }

        string ours = _folder.File("ours.h5");
        Hdf5Writer.Write(ours, [new("a", new[] { 1.5f, -2f }), new("b", new double[,] { { 1, 2 } })]);
        string said = TestData.Python("import sys, h5py; f = h5py.File(sys.argv[1]); print(f['a'].dtype, f['a'][:].tolist(), f['b'].dtype, f['b'].shape)", ours);
        Assert.Equal("float32 [1.5, -2.0] float64 (1, 2)", said.Trim());
    }

    [Fact]
    public void Missing_file()
        => Assert.Equal($"There is no file '{_path}'. Check the path.", Assert.Throws<EmException>(() => Hdf5Reader.Open(_path)).Message);

    [Fact]
    public void Missing_dataset_lists_what_is_there()
    {
        Hdf5Writer.Write(_path, [new("mean", new[] { 1f }), new("change", new[] { 1f })]);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        EmException error = Assert.Throws<EmException>(() => reader.Read("offset"));
        Assert.Equal((EmErrorKind.NotFound, "DatasetNotFound", _path), (error.Kind, error.Id, error.Target));
        Assert.Equal($"'{_path}' has no dataset 'offset'; it holds change, mean. Check that it is the right file and dataset.", error.Message);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("49492A0008000000", "TIFF image")]
    [InlineData("68656C6C6F20776F726C64", "bytes 68656C6C")]
    public void Not_an_hdf5_file(string content, string says)
    {
        File.WriteAllBytes(_path, Convert.FromHexString(content));
        EmException error = Assert.Throws<EmException>(() => Hdf5Reader.Open(_path));
        Assert.Equal((EmErrorKind.InvalidData, "NotHdf5", _path), (error.Kind, error.Id, error.Target));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncations_give_our_error()
    {
        Hdf5Writer.Write(_path, [new("offset", Enumerable.Range(0, 2000).Select(i => (float)i).ToArray())]);
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 0; length < whole.Length; length += 101)
        {
            File.WriteAllBytes(_path, whole[..length]);
            EmException error = Assert.Throws<EmException>(() =>
            {
                using Hdf5Reader reader = Hdf5Reader.Open(_path);
                reader.Read("offset");
            });
            Assert.Equal((_path, length < 64 ? "NotHdf5" : "Hdf5Truncated"), (error.Target, error.Id));
        }
    }

    [SkippableFact]
    public void A_real_table_behind_a_user_block_is_whole()
    {
        byte[] whole = File.ReadAllBytes(TestData.Shared("hifiem/polymodel.h5"));
        File.WriteAllBytes(_path, whole);
        using (Hdf5Reader reader = Hdf5Reader.Open(_path))
            Assert.Contains("ModelTerms", reader.DatasetNames());
        File.WriteAllBytes(_path, whole[..^1]);
        EmException error = Assert.Throws<EmException>(() => Hdf5Reader.Open(_path));
        Assert.Equal($"'{_path}' is truncated: it should have {whole.Length} bytes, but has {whole.Length - 1}. Copy it again from its source.", error.Message);
    }

    [Fact]
    public void A_damaged_file_gives_our_error()
    {
        Hdf5Writer.Write(_path, [new("offset", new[] { 1f, 2f, 3f })]);
        byte[] whole = File.ReadAllBytes(_path);
        var random = new Random(3);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bytes = [.. whole];
            for (int i = 0; i < 5; i++)
                bytes[12 + random.Next(bytes.Length - 12)] ^= (byte)(1 + random.Next(255));
            File.WriteAllBytes(_path, bytes);
            try
            {
                using Hdf5Reader reader = Hdf5Reader.Open(_path);
                reader.Read("offset");
            }
            catch (EmException error)
            {
                Assert.Equal(_path, error.Target);
            }
        }
    }
}
