using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Files;

/// <summary>
/// A stretch of a file as a stream, buffered; any number of them can read from one handle at the same time. Behind the
/// stretch a stream may go on without end, with bytes that no decoder takes for an end.
/// </summary>
internal sealed class FileSegment : Stream
{
    private const int BufferSize = 128 << 10;

    /// <summary>In Deflate no block begins with ones, and no checksum consists of them.</summary>
    private const byte Filler = 0xFF;

    private readonly SafeFileHandle _handle;
    private readonly bool _reversesBits;
    private readonly bool _endless;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private long _next;
    private long _left;
    private int _at;
    private int _filled;

    /// <param name="handle">The file.</param>
    /// <param name="offset">Where the stretch begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="reversesBits">Turns the bits of every byte round.</param>
    /// <param name="endless">Goes on behind the stretch. Who still comes to an end has met the end mark inside.</param>
    public FileSegment(SafeFileHandle handle, long offset, long length, bool reversesBits = false, bool endless = false)
    {
        _handle = handle;
        _reversesBits = reversesBits;
        _endless = endless;
        _next = offset;
        _left = length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> destination)
    {
        if (_at == _filled)
        {
            int wanted = (int)Math.Min(_left, _buffer.Length);
            _at = 0;
            _filled = wanted == 0 ? 0 : RandomAccess.Read(_handle, _buffer.AsSpan(0, wanted), _next);
            _next += _filled;
            _left -= _filled;
            if (_reversesBits)
                ReverseBits(_buffer.AsSpan(0, _filled));
            if (_filled == 0 && _endless)
            {
                destination.Fill(Filler);
                return destination.Length;
            }
        }

        int count = Math.Min(destination.Length, _filled - _at);
        _buffer.AsSpan(_at, count).CopyTo(destination);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        base.Dispose(disposing);
    }

    private static void ReverseBits(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
        {
            int turned = (b & 0x55) << 1 | b >> 1 & 0x55;
            turned = (turned & 0x33) << 2 | turned >> 2 & 0x33;
            b = (byte)(turned << 4 | turned >> 4);
        }
    }
}
