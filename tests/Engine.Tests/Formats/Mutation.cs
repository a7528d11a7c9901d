using System.Buffers.Binary;

namespace EmTools.Engine.Tests.Formats;

/// <summary>Damage as disks, networks and programs do it, chosen by a seeded generator.</summary>
internal static class Mutation
{
    private static readonly uint[] s_numbers = [0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>A damaged copy.</summary>
    /// <param name="whole">The sound file.</param>
    /// <param name="random">Decides.</param>
    /// <param name="from">The first byte that may be damaged.</param>
    /// <param name="to">The byte behind the last one.</param>
    /// <param name="keepsLength">Neither cut nor moved, so that all else stays where it is.</param>
    public static byte[] Of(byte[] whole, Random random, int from, int to, bool keepsLength = false)
    {
        byte[] bytes = [.. whole];
        for (int times = 1 + random.Next(3); times > 0; times--)
        {
            int at = random.Next(from, to), left = to - at;
            switch (random.Next(keepsLength ? 6 : 9))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    random.NextBytes(bytes.AsSpan(at, Math.Min(left, 1 + random.Next(32))));
                    break;
                case 3:
                    Array.Clear(bytes, at, Math.Min(left, 1 + random.Next(64)));
                    break;
                case 4 when left >= 4:
                    if (random.Next(2) == 0)
                        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), s_numbers[random.Next(s_numbers.Length)]);
                    else
                        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), s_numbers[random.Next(s_numbers.Length)]);
                    break;
                case 5:
                    // What belongs elsewhere: pointers to the wrong place, doubled entries.
                    int source = random.Next(from, to), count = Math.Min(Math.Min(left, to - source), 1 + random.Next(24));
                    Array.Copy(whole, source, bytes, at, count);
                    break;
                case 6:
                    return bytes[..at];
                case 7:
                    return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Next(16))..]];
                case 8:
                    return [.. bytes[..at], .. bytes[random.Next(at + 1)..at], .. bytes[at..]];
                default:
                    bytes[at]++;
                    break;
            }
        }

        return bytes;
    }
}
