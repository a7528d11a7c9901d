using System.Security.Cryptography;

namespace EmTools.Engine.Files;

/// <summary>Checksums of files.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The SHA-256 of a file, in lower-case hexadecimal digits.</summary>
    /// <exception cref="EmException">It cannot be read.</exception>
    public static string Sha256Of(string path) => Sha256Of(path, 0, null);

    /// <summary>The SHA-256 of a part of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="bytes">Its length; null for all to the end. Where the file ends earlier, what there is of it counts.</param>
    /// <exception cref="EmException">It cannot be read.</exception>
    public static string Sha256Of(string path, long offset, long? bytes)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            file.Position = offset;
            byte[] buffer = new byte[BufferBytes];
            for (long left = bytes ?? long.MaxValue; left > 0;)
            {
                int got = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (got == 0)
                    break;
                hash.AppendData(buffer, 0, got);
                left -= got;
            }

            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}
