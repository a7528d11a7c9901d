using System.IO.Hashing;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>
/// A hash of what a file holds: tells files apart whose names, sizes and times say nothing. XXH128, because an input is read
/// once more for it, and nobody is kept out by it.
/// </summary>
internal static class ContentHash
{
    /// <summary>The hash of a file, in lower-case hexadecimal digits.</summary>
    /// <exception cref="EmException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while reading.</exception>
    public static string Of(string path, CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
            var hash = new XxHash128();
            byte[] buffer = new byte[1 << 20];
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
            }

            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}
