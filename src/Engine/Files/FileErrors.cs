namespace EmTools.Engine.Files;

/// <summary>Turns what the system says about a file into the user's words.</summary>
internal static class FileErrors
{
    private const int UnixNoSpace = 28;
    private const int UnixQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>True for what opening, reading, writing or renaming a file throws when the system refuses.</summary>
    public static bool IsFileTrouble(Exception e)
        => (e is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException) && !IsProgramTrouble(e);

    /// <summary>True for what .NET throws when a part of the program itself cannot be loaded: no file of the user's is to blame.</summary>
    public static bool IsProgramTrouble(Exception e)
        => e is FileLoadException || (e is FileNotFoundException { FileName: { } name } && name.Contains(", Version=", StringComparison.Ordinal));

    /// <summary>Reads a file, and says in the user's words what the system refuses.</summary>
    /// <exception cref="EmException">Reading failed.</exception>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsFileTrouble(e))
        {
            throw Reading(path, e);
        }
        catch (AggregateException several) when (several.InnerExceptions.FirstOrDefault(IsFileTrouble) is not null)
        {
            // The device failed under several threads at once; one of their errors says enough.
            throw Reading(path, several.InnerExceptions.First(IsFileTrouble));
        }
    }

    /// <summary>The error for a file that cannot be opened or read.</summary>
    public static EmException Reading(string path, Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => NotFound(path),
        UnauthorizedAccessException => new(EmErrorKind.InputOutput, "FileNotReadable", Directory.Exists(path) ? $"'{path}' is a folder; give the file itself." : $"'{path}' cannot be read: permission denied. Check the file's rights.", path, cause),
        _ => new(EmErrorKind.InputOutput, "FileNotReadable", $"'{path}' cannot be read: {cause.Message}", path, cause),
    };

    /// <summary>The error for a file that is not there.</summary>
    public static EmException NotFound(string path)
        => new(EmErrorKind.NotFound, "FileNotFound", $"There is no file '{path}'. Check the path.", path);

    /// <summary>The error for a file that cannot be created, written or renamed.</summary>
    public static EmException Writing(string path, Exception cause)
    {
        if (cause.HResult is UnixNoSpace or UnixQuota or WindowsDiskFull or WindowsHandleDiskFull)
            return new(EmErrorKind.InputOutput, "DiskFull", $"'{path}' cannot be written: no space is left on the disk (or the quota is used up). Nothing of it was kept; free some space and run again.", path, cause);
        string why = cause is UnauthorizedAccessException ? "permission denied. Check the rights of the folder" : $"{cause.Message.TrimEnd('.')}. Check the destination's path and its disk";
        return new(EmErrorKind.InputOutput, "FileNotWritable", $"'{path}' cannot be written: {why}.", path, cause);
    }

    /// <summary>The error for an output that is there already.</summary>
    public static EmException AlreadyExists(string path)
        => new(EmErrorKind.AlreadyExists, "OutputExists", $"'{path}' exists already and is left as it is. Choose another destination, or have it written over.", path);
}
