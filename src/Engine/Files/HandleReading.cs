using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Files;

/// <summary>Reading from a place in a file.</summary>
internal static class HandleReading
{
    /// <summary>Reads as many bytes as there is room for, from <paramref name="offset"/> on.</summary>
    /// <returns>False where the file ends before.</returns>
    public static bool Fill(this SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        for (int have = 0; have < bytes.Length;)
        {
            int got = RandomAccess.Read(handle, bytes[have..], offset + have);
            if (got == 0)
                return false;
            have += got;
        }

        return true;
    }
}
