using EmTools.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Files;

/// <summary>
/// Opens files to read, and only files: opening a named pipe waits until somebody writes into it, which may be never, and
/// opening a device may do something.
/// </summary>
internal static class RegularFile
{
    /// <summary>Opens a file to read from any place in it.</summary>
    /// <exception cref="EmException">It is missing, a folder, no regular file (<c>NotRegularFile</c>) or not readable.</exception>
    public static SafeFileHandle OpenHandle(string path) => Opened(path, () => File.OpenHandle(path));

    /// <summary>Opens a file to read from its beginning.</summary>
    /// <exception cref="EmException">As for <see cref="OpenHandle"/>.</exception>
    public static FileStream OpenRead(string path) => Opened(path, () => File.OpenRead(path));

    /// <summary>False for named pipes, sockets and devices.</summary>
    public static bool Is(string path) => KindOf(path) is null;

    /// <summary>Refuses what is there, but no regular file. What is not there, and folders, are left to the one who opens them.</summary>
    /// <exception cref="EmException">It is a named pipe, a socket or a device (<c>NotRegularFile</c>).</exception>
    public static void Require(string path)
    {
        if (KindOf(path) is { } kind)
            throw new EmException(EmErrorKind.InvalidData, "NotRegularFile", $"'{path}' is no regular file, but {kind}. Give a file.", path);
    }

    private static string? KindOf(string path) => OperatingSystem.IsWindows() ? null : NativeFile.Of(path)?.Kind switch
    {
        NativeKind.Pipe => "a named pipe (FIFO)",
        NativeKind.Socket => "a socket",
        NativeKind.CharacterDevice or NativeKind.BlockDevice => "a device",
        _ => null,
    };

    private static T Opened<T>(string path, Func<T> open)
    {
        Require(path);
        try
        {
            return open();
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Reading(path, e);
        }
    }
}
