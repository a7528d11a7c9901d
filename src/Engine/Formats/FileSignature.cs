namespace EmTools.Engine.Formats;

/// <summary>Tells what a file is by its first bytes, for messages about mislabelled files.</summary>
internal static class FileSignature
{
    /// <summary>A short description of the file that begins with <paramref name="start"/>.</summary>
    /// <param name="start">Its first bytes; 256 tell all kinds.</param>
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
        [(byte)'v', (byte)'e', (byte)'r', (byte)'s', (byte)'i', (byte)'o', (byte)'n', (byte)' ', (byte)'h', ..] => "it is a Git LFS pointer, which stands for a file that was not fetched ('git lfs pull' fetches it)",
        _ when IsMarkup(start) => "it looks like a web page (HTML or XML), as a failed download leaves",
        _ when DmFormat.Instance.Recognises("", start) => $"it looks like a DigitalMicrograph file (DM{start[3]})",
        _ when FibSemFormat.Instance.Recognises("", start) => "it looks like a FIB-SEM .dat file",
        _ when MrcHeader.LooksLikeOne(start) => "it looks like an MRC volume",
        _ when start.Length >= 8 && !start.ContainsAnyExcept((byte)0) => "it begins with zeros, as a copy leaves that was broken off",
        [0x1F, 0x8B, ..] => "it looks like a gzip archive",
        [(byte)'P', (byte)'K', 3, 4, ..] => "it looks like a ZIP archive",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "it looks like a PDF document",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "it looks like a WebP image",
        [0, 0, 0, 12, (byte)'j', (byte)'P', ..] => "it looks like a JPEG 2000 image",
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => "it looks like a NumPy array",
        _ => $"it begins with the bytes {Convert.ToHexString(start[..Math.Min(4, start.Length)])}",
    };

    private static bool IsMarkup(ReadOnlySpan<byte> start)
    {
        // Behind white space, or the mark that some put before UTF-8.
        return start.TrimStart((ReadOnlySpan<byte>)[(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF]) is [(byte)'<', (byte)'!' or (byte)'?' or (byte)'h' or (byte)'H', ..];
    }
}
