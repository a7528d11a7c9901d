using EmTools.Engine.Files;
using PureHDF;
using PureHDF.Filters;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace EmTools.Engine.Formats;

/// <summary>
/// Writes a (z, y, x) volume plane by plane to a new HDF5 file: one dataset, one plane a chunk, compressed by gzip. The
/// file appears under its name when it is complete.
/// </summary>
/// <typeparam name="T">byte, ushort or float.</typeparam>
internal sealed class Hdf5VolumeWriter<T> : IDisposable
    where T : unmanaged
{
    private readonly AtomicFile _file;
    private readonly H5Dataset<T[]> _dataset;
    private readonly H5NativeWriter _writer;
    private readonly int _height;
    private readonly int _width;
    private bool _closed;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="dataset">The dataset's name at the file's root.</param>
    /// <param name="shape">The volume's shape (z, y, x).</param>
    /// <param name="attributes">Attributes of the dataset.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <exception cref="EmException">The destination exists or cannot be written.</exception>
    public Hdf5VolumeWriter(string path, string dataset, (int Depth, int Height, int Width) shape, IEnumerable<KeyValuePair<string, object>> attributes, bool overwrite)
    {
        (_height, _width) = (shape.Height, shape.Width);
        _dataset = new H5Dataset<T[]>(
            fileDims: [(ulong)shape.Depth, (ulong)shape.Height, (ulong)shape.Width],
            chunks: [1, (uint)shape.Height, (uint)shape.Width],
            datasetCreation: new H5DatasetCreation(Filters: [DeflateFilter.Id]));
        foreach ((string name, object value) in attributes)
            _dataset.Attributes[name] = value;
        var content = new H5File { [dataset] = _dataset };
        _file = new AtomicFile(path, overwrite);
        try
        {
            _writer = content.BeginWrite(new OpenStream(_file.Stream));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Writes plane <paramref name="z"/>, its rows one after the other.</summary>
    /// <exception cref="EmException">The disk is full or the device failed.</exception>
    public void Write(int z, T[] pixels)
    {
        try
        {
            _writer.Write(_dataset, pixels, fileSelection: new HyperslabSelection(3, [(ulong)z, 0, 0], [1, (ulong)_height, (ulong)_width]));
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(_file.Path, e);
        }
    }

    /// <summary>Brings everything to the disk and gives the file its name.</summary>
    /// <exception cref="EmException">The disk is full, the device failed, or the destination has appeared meanwhile.</exception>
    public void Complete()
    {
        try
        {
            Close();
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(_file.Path, e);
        }

        _file.Commit();
    }

    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            // The cause that brought us here is on its way to the user; the half file goes with the next line.
        }

        _file.Dispose();
    }

    private void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _writer.Dispose();
    }

    /// <summary>A stream that its user cannot close: PureHDF closes what it writes to, before it has its name.</summary>
    private sealed class OpenStream(Stream stream) : Stream
    {
        public override bool CanRead => stream.CanRead;

        public override bool CanSeek => stream.CanSeek;

        public override bool CanWrite => stream.CanWrite;

        public override long Length => stream.Length;

        public override long Position
        {
            get => stream.Position;
            set => stream.Position = value;
        }

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => stream.Read(buffer);

        public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

        public override void SetLength(long value) => stream.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => stream.Write(buffer);
    }
}
