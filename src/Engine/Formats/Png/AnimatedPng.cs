using System.Buffers.Binary;
using EmTools.Engine.Imaging;

namespace EmTools.Engine.Formats;

/// <summary>
/// Writes planes of one size as an animated PNG (APNG) that repeats for ever: browsers and most image viewers play it, and
/// whatever knows plain PNG only shows the first plane.
/// </summary>
/// <remarks>
/// As the PNG specification's third edition has it: acTL tells how many frames there are, an fcTL begins each, the first
/// frame's pixels are the image's own (IDAT), those of others come in fdAT, and fcTL and fdAT are numbered in one sequence.
/// </remarks>
public static class AnimatedPng
{
    /// <summary>The longest time that the format can hold for a frame in milliseconds.</summary>
    public static TimeSpan LongestInterval { get; } = TimeSpan.FromMilliseconds(ushort.MaxValue);

    /// <summary>Writes the animation.</summary>
    /// <param name="path">The destination; its folder is created where it is missing.</param>
    /// <param name="frames">The frames in order, at least one, all of one size; stay the caller's.</param>
    /// <param name="interval">How long each is shown: 1 ms to <see cref="LongestInterval"/>.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="context">Threads and cancellation, or null for the default.</param>
    /// <exception cref="EmException">As for <see cref="PngImage.Write"/>.</exception>
    public static void Write(string path, IReadOnlyList<Plane<byte>> frames, TimeSpan interval, bool overwrite = false, EvaluationContext? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfZero(frames.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, LongestInterval);
        if (frames.Any(frame => frame.Height != frames[0].Height || frame.Width != frames[0].Width))
            throw new ArgumentException("The frames of an animation are of one size.", nameof(frames));
        PngImage.Save(path, overwrite, file => Write(new PngChunks(file), frames, interval, context ?? EvaluationContext.Default));
    }

    private static void Write(PngChunks chunks, IReadOnlyList<Plane<byte>> frames, TimeSpan interval, EvaluationContext context)
    {
        const int ForEver = 0;
        chunks.Begin(frames[0]);
        chunks.Write("acTL"u8, [.. BigEndian(frames.Count), .. BigEndian(ForEver)]);
        int sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            chunks.Write("fcTL"u8, Control(sequence++, frames[i], interval));
            if (i == 0)
                PngPixels.Encode(frames[i], context, piece => chunks.Write("IDAT"u8, piece));
            else
                PngPixels.Encode(frames[i], context, piece => chunks.Write("fdAT"u8, BigEndian(sequence++), piece));
        }

        chunks.End();
    }

    /// <summary>A frame that covers the picture and replaces the one before it.</summary>
    private static byte[] Control(int sequence, Plane<byte> frame, TimeSpan interval)
    {
        byte[] control = new byte[26]; // zeros: at (0, 0), left as it is afterwards, taken as it is
        BinaryPrimitives.WriteInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(4), frame.Width);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(8), frame.Height);
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(20), (ushort)Math.Round(interval.TotalMilliseconds));
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(22), 1000);
        return control;
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
