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

    [Fact]
    public void Reads_the_layout_that_most_programs_write()
    {
        File.WriteAllBytes(_path, Hdf5Samples.Classic);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        Assert.Equal(["mean", "offset"], reader.DatasetNames());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), reader.Read("offset").Values);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), reader.Read("mean").Values);
        Assert.True(reader.Has("/g/deep"));
        Assert.Equal([1, 2, 3], reader.Read("/g/deep").Values);
        Assert.False(reader.Has("g"));
        EmException error = Assert.Throws<EmException>(() => reader.Read("deep"));
        Assert.Equal($"'{_path}' has no dataset 'deep'; it holds g/deep, mean, offset. Check that it is the right file and dataset.", error.Message);
    }

    [Fact]
    public void Reads_the_newest_layout()
    {
        File.WriteAllBytes(_path, Hdf5Samples.Newest);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        Assert.Equal(["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "grows", "offset", "plane"], reader.DatasetNames());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), reader.Read("offset").Values);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), reader.Read("grows").Values);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (double)i), reader.Read("plane").Values);
        Assert.Equal([5, 6], reader.Read("plane").Shape);
        Assert.Equal([8, 9], reader.Read("a8").Values);
    }

    [SkippableFact]
    public void Reads_what_h5py_writes_in_every_layout()
    {
        TestData.Python(
            """
            import sys, h5py, numpy as np
            for libver in ('earliest', 'latest'):
                with h5py.File(sys.argv[1] + libver, 'w', libver=libver) as f:
                    n = 0
                    for shape in ((), (1,), (701,), (23, 31), (5, 6, 7)):
                        a = np.arange(int(np.prod(shape)), dtype='f8').reshape(shape)
                        variants = [dict()]
                        if shape:
                            chunks = tuple(max(1, (s + 2) // 3) for s in shape)
                            ones = (1,) * len(shape)
                            for c in (chunks, ones, shape):
                                for kw in (dict(), dict(compression='gzip'), dict(shuffle=True, fletcher32=True, compression='gzip')):
                                    for limits in (shape, (None,) * len(shape), shape[:-1] + (None,), tuple(s + 9 for s in shape)):
                                        variants.append(dict(chunks=c, maxshape=limits, **kw))
                        for kw in variants:
                            f.create_dataset('d%03d' % n, data=a, **kw); n += 1
                    f.create_dataset('holes', shape=(100,), dtype='f4', chunks=(7,), fillvalue=2.5)
                    f['holes'][50:60] = np.arange(10)
                    g = f.create_dataset('shrunk', data=np.arange(100.), chunks=(7,), maxshape=(None,)); g.resize((20,))
            """,
            _path);
        foreach (string version in new[] { "earliest", "latest" })
        {
            using Hdf5Reader reader = Hdf5Reader.Open(_path + version);
            string[] names = reader.DatasetNames();
            Assert.True(names.Length > 140);
            foreach (string name in names.Where(name => name[0] == 'd'))
            {
                double[] values = reader.Read(name).Values;
                Assert.True(values.Select((v, i) => v == i).All(same => same), $"{version} {name}");
            }

            Assert.Equal(Enumerable.Range(0, 100).Select(i => i is >= 50 and < 60 ? i - 50 : 2.5), reader.Read("holes").Values);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (double)i), reader.Read("shrunk").Values);
        }
    }

    [SkippableFact]
    public void What_is_not_read_says_what_to_do()
    {
        TestData.Python("import sys, h5py, numpy as np; f = h5py.File(sys.argv[1], 'w'); f.create_dataset('offset', data=np.arange(100), chunks=(10,), scaleoffset=0); f['l'] = h5py.SoftLink('/offset')", _path);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        EmException error = Assert.Throws<EmException>(() => reader.Read("offset"));
        Assert.Equal((EmErrorKind.NotSupported, "Hdf5NotSupported", _path), (error.Kind, error.Id, error.Target));
        Assert.Equal($"'{_path}' holds values compressed by scaling (scale-offset), which is not read here. Write it plainly, for example with 'h5repack -f NONE -l CONTI old.h5 new.h5', and give the new file.", error.Message);
        Assert.Equal("Hdf5NotSupported", Assert.Throws<EmException>(() => reader.Read("l")).Id);
    }

    [Fact]
    public void A_header_that_lies_is_not_allocated()
    {
        // The shape of 'mean', 10 values, as the file says it, made a billion.
        byte[] whole = Hdf5Samples.Classic;
        int at = whole.AsSpan().IndexOf(stackalloc byte[] { 1, 1, 1, 0, 0, 0, 0, 0, 10, 0, 0, 0 });
        Assert.True(at > 0);
        byte[] lying = [.. whole];
        lying[at + 11] = 5;
        File.WriteAllBytes(_path, lying);
        using Hdf5Reader reader = Hdf5Reader.Open(_path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(_path, Assert.Throws<EmException>(() => reader.Read("mean")).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }
}
