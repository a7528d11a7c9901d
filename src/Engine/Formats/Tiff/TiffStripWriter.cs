using System.Buffers;
using System.Runtime.ExceptionServices;
using BitMiracle.LibTiff.Classic;
using EmTools.Engine.Files;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>
/// Writes a TIFF file from rows that arrive in order: full strips are compressed in the background while the caller
/// computes the next rows. The file appears under its name on <see cref="Complete"/>; disposing earlier leaves nothing.
/// </summary>
/// <remarks>For one caller at a time; the compression runs on as many threads as the context says.</remarks>
public sealed class TiffStripWriter : IDisposable
{
    /// <summary>A strip holds about this much: many strips for the threads of writer and reader, few bytes lost between them.</summary>
    private const int StripBytes = 512 << 10;

    /// <summary>From here on a classic TIFF file's 32-bit offsets might not do.</summary>
    private const long ClassicLimit = 4_000_000_000;

    private readonly int _height;
    private readonly int _width;
    private readonly PixelType _type;
    private readonly int _rowBytes;
    private readonly int _rowsPerStrip;
    private readonly EvaluationContext _context;
    private readonly StripEncoder _encoder;
    private readonly TaskFactory _background;
    private readonly Queue<Task<Strip>> _pending = new();
    private readonly AtomicFile _file;
    private readonly AbandonableStream _stream = new();
    private readonly Tiff _tiff;
    private readonly IReadOnlyList<TiffOtherTag> _otherTags;

    private byte[]? _rows;
    private int _filled;
    private int _rowsTaken;
    private int _stripsWritten;
    private bool _disposed;

    private TiffStripWriter(string path, int height, int width, PixelType type, TiffWriteOptions options, EvaluationContext context)
    {
        _height = height;
        _width = width;
        _type = type;
        _rowBytes = checked(width * type.BytesPerPixel());
        _rowsPerStrip = Math.Clamp(StripBytes / _rowBytes, 1, height);
        _context = context;
        _otherTags = options.OtherTags;
        _encoder = new StripEncoder(options.Compression, options.Predictor, type, _rowBytes);
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, context.Threads).ConcurrentScheduler;
        _background = new TaskFactory(scheduler);

        LibTiffMessages.Install();
        bool big = options.BigTiff ?? (long)_rowBytes * height > ClassicLimit;
        _file = new AtomicFile(path, options.Overwrite);
        try
        {
            _tiff = Tiff.ClientOpen(_file.Path, big ? "w8" : "w", _file.Stream, _stream)
                ?? throw FileErrors.Writing(_file.Path, new IOException(LibTiffMessages.Last ?? "the TIFF file cannot be started"));
            SetFields(options);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The destination's full path.</summary>
    public string Path => _file.Path;

    /// <summary>Rows that are still to come.</summary>
    public int RowsLeft => _height - _rowsTaken;

    /// <summary>Starts a file; its folder is created where it is missing.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="height">Rows (axis y), at least 1.</param>
    /// <param name="width">Columns (axis x), at least 1.</param>
    /// <param name="type">Type of the pixels.</param>
    /// <param name="options">Compression, tags, overwriting.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="EmException">The destination exists (<c>OutputExists</c>) or cannot be written (<c>FileNotWritable</c>).</exception>
    public static TiffStripWriter Create(string path, int height, int width, PixelType type, TiffWriteOptions options, EvaluationContext context)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (options.Compression is not (TiffCompression.None or TiffCompression.Lzw or TiffCompression.Deflate))
            throw new EmException(EmErrorKind.InvalidArgument, "CompressionNotWritten", $"{options.Compression} is read, but not written; choose None, Lzw or Deflate.", "Compression");
        return new TiffStripWriter(path, height, width, type, options, context);
    }

    /// <summary>Takes the next rows: <paramref name="count"/> rows of <paramref name="source"/> from row <paramref name="first"/> on. They are copied.</summary>
    /// <exception cref="EmException">The disk is full, or the device failed.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void WriteRows(Plane source, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (source.Width != _width || source.PixelType != _type)
            throw new ArgumentException($"Rows of {source.Width} {source.PixelType} pixels for a file of {_width} {_type} pixels a row.", nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, RowsLeft);

        for (int y = first; y < first + count; y++)
        {
            _rows ??= ArrayPool<byte>.Shared.Rent(_rowsPerStrip * _rowBytes);
            source.RowBytes(y).CopyTo(_rows.AsSpan(_filled));
            _filled += _rowBytes;
            _rowsTaken++;
            if (_filled == _rowsPerStrip * _rowBytes || RowsLeft == 0)
                Submit();
        }
    }

    /// <summary>Writes what is left and gives the file its name.</summary>
    /// <returns>The file's size in bytes.</returns>
    /// <exception cref="EmException">The disk is full, the device failed, or the destination has appeared meanwhile.</exception>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public long Complete()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (RowsLeft > 0)
            throw new InvalidOperationException($"{RowsLeft} of {_height} rows are missing.");
        while (_pending.Count > 0)
            WriteOldest();
        long bytes = Written(() =>
        {
            bool complete = _tiff.WriteDirectory();
            _stream.Abandoned = true;
            if (!complete)
                throw new IOException(LibTiffMessages.Last ?? "the directory cannot be written");
            TiffDirectoryExtension.Append(_file.Stream, _otherTags);
            return _file.Stream.Length;
        });
        _context.Cancellation.ThrowIfCancellationRequested();
        _file.Commit();
        return bytes;
    }

    /// <summary>Ends the writing; without <see cref="Complete"/> nothing is left of the file.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;

        // Nothing may still be working for a writer that is gone; what it was, and whether it failed, matters no more.
        Task.WhenAll(_pending).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _stream.Abandoned = true; // LibTiff.NET would write a directory for the unfinished file
        _tiff.Dispose();
        _file.Dispose();
    }

    private void SetFields(TiffWriteOptions options)
    {
        Compression scheme = options.Compression switch
        {
            TiffCompression.Deflate => Compression.ADOBE_DEFLATE,
            TiffCompression.Lzw => Compression.LZW,
            _ => Compression.NONE,
        };
        _tiff.SetField(TiffTag.IMAGEWIDTH, _width);
        _tiff.SetField(TiffTag.IMAGELENGTH, _height);
        _tiff.SetField(TiffTag.BITSPERSAMPLE, _type.BytesPerPixel() * 8);
        _tiff.SetField(TiffTag.SAMPLEFORMAT, _type == PixelType.Single ? SampleFormat.IEEEFP : SampleFormat.UINT);
        _tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        _tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        _tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        _tiff.SetField(TiffTag.ROWSPERSTRIP, _rowsPerStrip);
        _tiff.SetField(TiffTag.COMPRESSION, scheme);
        if (_encoder.Predictor != Predictor.NONE)
            _tiff.SetField(TiffTag.PREDICTOR, _encoder.Predictor);
        options.Tags.WriteTo(_tiff);
    }

    private void Submit()
    {
        byte[] rows = _rows!;
        int length = _filled;
        _rows = null;
        _filled = 0;
        _context.Cancellation.ThrowIfCancellationRequested();
        _pending.Enqueue(_background.StartNew(() => new Strip(_encoder.Encode(rows, length), rows), _context.Cancellation));
        while (_pending.Count > 4 * _context.Threads || (_pending.TryPeek(out Task<Strip>? oldest) && oldest.IsCompleted))
            WriteOldest();
    }

    private void WriteOldest()
    {
        Strip strip = _pending.Dequeue().GetAwaiter().GetResult();
        Written(() => _tiff.WriteRawStrip(_stripsWritten++, strip.Encoded.Array!, strip.Encoded.Offset, strip.Encoded.Count) == strip.Encoded.Count
            ? true
            : throw new IOException(LibTiffMessages.Last ?? "a strip cannot be written"));
        ArrayPool<byte>.Shared.Return(strip.Rows);
    }

    private T Written<T>(Func<T> write)
    {
        try
        {
            LibTiffMessages.Clear();
            T result = write();
            if (_stream.Failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
            return result;
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(_file.Path, _stream.Failure ?? e);
        }
    }

    private readonly record struct Strip(ArraySegment<byte> Encoded, byte[] Rows);

    /// <summary>LibTiff.NET's way to a stream, which keeps the system's own error and can be made to write nothing more.</summary>
    private sealed class AbandonableStream : TiffStream
    {
        public bool Abandoned { get; set; }

        public Exception? Failure { get; private set; }

        public override void Write(object clientData, byte[] buffer, int offset, int count)
        {
            if (Abandoned)
                return;
            try
            {
                base.Write(clientData, buffer, offset, count);
            }
            catch (Exception e) when (FileErrors.IsFileTrouble(e))
            {
                Failure ??= e;
                throw;
            }
        }

        public override long Seek(object clientData, long offset, SeekOrigin origin) => Abandoned ? 0 : base.Seek(clientData, offset, origin);

        public override void Close(object clientData)
        {
            // The file belongs to the writer, which flushes and renames it.
        }
    }
}
