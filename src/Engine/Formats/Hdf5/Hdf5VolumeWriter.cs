using EmTools.Engine.Files;
using EmTools.Engine.Imaging;
using PureHDF;
using PureHDF.Filters;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace EmTools.Engine.Formats;

/// <summary>
/// Writes a (z, y, x) volume part by part to a new HDF5 file: one dataset in chunks. The file appears under its name when it
/// is complete.
/// </summary>
/// <typeparam name="T">byte, ushort or float.</typeparam>
internal sealed class Hdf5VolumeWriter<T> : IDisposable
    where T : unmanaged
{
    private readonly AtomicFile _file;
    private readonly H5Dataset<T[]> _dataset;
    private readonly H5NativeWriter _writer;
    private bool _closed;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="dataset">The dataset's name at the file's root.</param>
    /// <param name="shape">The volume's shape (z, y, x).</param>
    /// <param name="chunk">The chunks' shape (z, y, x).</param>
    /// <param name="gzip">Compress them.</param>
    /// <param name="attributes">Attributes of the dataset.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="scratch">The folder of the file until it is complete; null for the destination's.</param>
    /// <exception cref="EmException">The destination exists or cannot be written.</exception>
    public Hdf5VolumeWriter(string path, string dataset, (int Depth, int Height, int Width) shape, (int Depth, int Height, int Width) chunk, bool gzip, IEnumerable<KeyValuePair<string, object>> attributes, bool overwrite, string? scratch = null)
    {
        _dataset = new H5Dataset<T[]>(
            fileDims: [(ulong)shape.Depth, (ulong)shape.Height, (ulong)shape.Width],
            chunks: [(uint)chunk.Depth, (uint)chunk.Height, (uint)chunk.Width],
            datasetCreation: gzip ? new H5DatasetCreation(Filters: [DeflateFilter.Id]) : default);
        foreach ((string name, object value) in attributes)
            _dataset.Attributes[name] = value;
        var content = new H5File { [dataset] = _dataset };
        _file = new AtomicFile(path, overwrite, scratch: scratch);
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

    /// <summary>Writes a box; whole chunks are best.</summary>
    /// <param name="box">The box.</param>
    /// <param name="pixels">Its pixels, x fastest.</param>
    /// <exception cref="EmException">The disk is full or the device failed.</exception>
    public void Write(VoxelBox box, T[] pixels)
    {
        try
        {
            _writer.Write(_dataset, pixels, fileSelection: new HyperslabSelection(3, [(ulong)box.Z, (ulong)box.Y, (ulong)box.X], [(ulong)box.Depth, (ulong)box.Height, (ulong)box.Width]));
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
