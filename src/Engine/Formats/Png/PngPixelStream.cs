using System.IO.Hashing;
using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>The data of a PNG file's IDAT chunks, one behind the other, each chunk's checksum compared at its end.</summary>
internal sealed class PngPixelStream : Stream
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly long _fileLength;
    private PngChunk _chunk;
    private Crc32 _sum;
    private int _done;
    private bool _ended;

    public PngPixelStream(string path, SafeFileHandle handle, long firstChunk)
    {
        _path = path;
        _handle = handle;
        _fileLength = RandomAccess.GetLength(handle);
        _chunk = PngChunk.At(path, handle, firstChunk, _fileLength);
        _sum = _chunk.Begin();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (!_ended && _done == _chunk.Length)
            Next();
        if (_ended)
            return 0;
        Span<byte> part = buffer[..Math.Min(buffer.Length, _chunk.Length - _done)];
        if (!_handle.Fill(part, _chunk.Offset + _done))
            throw PngFormat.Errors.Truncated(_path, "it became shorter while it was read");
        _sum.Append(part);
        _done += part.Length;
        return part.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Next()
    {
        _chunk.Compare(_path, _handle, _sum);
        PngChunk next = PngChunk.At(_path, _handle, _chunk.End, _fileLength);
        if (next.Type != "IDAT")
        {
            _ended = true;
            return;
        }

        _chunk = next;
        _sum = next.Begin();
        _done = 0;
    }
}
