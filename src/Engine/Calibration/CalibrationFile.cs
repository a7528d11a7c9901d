using System.Security.Cryptography;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Calibration;

/// <summary>A calibration file as it goes into the description of what was done with it.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Sha256">SHA-256 of its content, in lower-case hexadecimal digits.</param>
public sealed record CalibrationFile(string Path, string Sha256)
{
    /// <summary>Hashes a file.</summary>
    /// <exception cref="EmException">It is missing or cannot be read.</exception>
    public static CalibrationFile Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            return new CalibrationFile(path, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}
