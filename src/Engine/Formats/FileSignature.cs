namespace EmTools.Engine.Formats;

/// <summary>Tells what a file is by its first bytes, for messages about mislabelled files.</summary>
internal static class FileSignature
{
    /// <summary>A short description of the file that begins with <paramref name="start"/>.</summary>
    public static string Describe(ReadOnlySpan<byte> start) => start switch
    {
        [] => "it is empty",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "it looks like a PNG image",
        [0xFF, 0xD8, 0xFF, ..] => "it looks like a JPEG image",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "it looks like a GIF image",
        [(byte)'B', (byte)'M', ..] => "it looks like a BMP image",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "it looks like an HDF5 file",
        [(byte)'M', (byte)'A', (byte)'T', (byte)'L', (byte)'A', (byte)'B', ..] => "it looks like a MATLAB file",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] or [(byte)'I', (byte)'I', 43, 0, ..] or [(byte)'M', (byte)'M', 0, 43, ..] => "it looks like a TIFF image",
        [0x1F, 0x8B, ..] => "it looks like a gzip archive",
        [(byte)'P', (byte)'K', 3, 4, ..] => "it looks like a ZIP archive",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "it looks like a PDF document",
        _ => $"it begins with the bytes {Convert.ToHexString(start[..Math.Min(4, start.Length)])}",
    };
}
