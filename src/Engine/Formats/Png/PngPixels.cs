using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>Compresses a plane's pixels as PNG stores them: a zlib stream of rows, each the differences between neighbours.</summary>
/// <remarks>
/// A whole section is some 120 MB, and one thread would compress it for two seconds. So pieces of rows are compressed side by
/// side, each ended at a byte (a flush), and put one after the other; the bytes are the same for any number of threads.
/// For the choice of run lengths and Huffman codes see <see cref="StripEncoder"/>.
/// </remarks>
internal static class PngPixels
{
    private const int PieceBytes = 1 << 20;
    private const byte DifferenceFromLeft = 1;
    private static readonly ZLibCompressionOptions RunLengths = new() { CompressionLevel = 1, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

    /// <summary>Hands the zlib stream on in order, in pieces of about a megabyte.</summary>
    public static void Encode(Plane<byte> plane, EvaluationContext context, Action<ReadOnlySpan<byte>> write)
    {
        int rows = Math.Max(1, PieceBytes / (plane.Width + 1)), pieces = (plane.Height + rows - 1) / rows;
        var batch = new MemoryStream[Math.Min(pieces, 4 * context.Threads)];
        var sums = new Adler[batch.Length];
        Adler sum = Adler.Empty;
        for (int first = 0; first < pieces; first += batch.Length)
        {
            int count = Math.Min(batch.Length, pieces - first);
            RowParallel.For(count, 1, context, (i, _) =>
            {
                int piece = first + i;
                (batch[i], sums[i]) = Piece(plane, piece * rows, Math.Min(plane.Height, (piece + 1) * rows));
            });
            for (int i = 0; i < count; i++)
            {
                sum = sum.Then(sums[i]);
                if (first + i == pieces - 1)
                    sum.WriteTo(batch[i]);
                write(batch[i].GetBuffer().AsSpan(0, (int)batch[i].Length));
            }
        }
    }

    /// <summary>Rows [first, end) compressed: a part of the stream that begins and ends at a byte.</summary>
    private static (MemoryStream Bytes, Adler Sum) Piece(Plane<byte> plane, int first, int end)
    {
        byte[] rows = new byte[(end - first) * (plane.Width + 1)];
        for (int y = first; y < end; y++)
        {
            ReadOnlySpan<byte> from = plane.Row(y);
            Span<byte> to = rows.AsSpan((y - first) * (plane.Width + 1), plane.Width + 1);
            to[0] = DifferenceFromLeft;
            to[1] = from[0];
            TensorPrimitives.Subtract(from[1..], from[..^1], to[2..]);
        }

        var bytes = new MemoryStream(rows.Length + rows.Length / 1000 + 64);
        if (first == 0)
            bytes.Write([0x78, 0x01]);
        using (var deflate = new DeflateStream(bytes, RunLengths, leaveOpen: true))
        {
            deflate.Write(rows);
            deflate.Flush();
            if (end < plane.Height)
            {
                // Disposing ends the stream, which only the last piece may do.
                long length = bytes.Length;
                deflate.Dispose();
                bytes.SetLength(length);
            }
        }

        return (bytes, Adler.Of(rows));
    }

    /// <summary>zlib's checksum, Adler-32, of some bytes.</summary>
    private readonly record struct Adler(uint A, uint B, long Length)
    {
        private const uint Modulus = 65521;
        private const int WithoutOverflow = 5552;

        public static Adler Empty => new(1, 0, 0);

        public static Adler Of(ReadOnlySpan<byte> bytes)
        {
            uint a = 1, b = 0;
            for (int start = 0; start < bytes.Length; start += WithoutOverflow)
            {
                foreach (byte value in bytes[start..Math.Min(bytes.Length, start + WithoutOverflow)])
                {
                    a += value;
                    b += a;
                }

                a %= Modulus;
                b %= Modulus;
            }

            return new Adler(a, b, bytes.Length);
        }

        /// <summary>The checksum of these bytes and others after them.</summary>
        public Adler Then(Adler next)
        {
            ulong length = (ulong)(next.Length % Modulus), before = A + Modulus - 1;
            return new Adler((uint)((before + next.A) % Modulus), (uint)((B + next.B + length * before) % Modulus), Length + next.Length);
        }

        public void WriteTo(Stream stream)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(number, (B << 16) | A);
            stream.Seek(0, SeekOrigin.End);
            stream.Write(number);
        }
    }
}
