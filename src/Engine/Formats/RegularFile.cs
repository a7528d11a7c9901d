using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Formats;

/// <summary>
/// Opens files to read, and only files: opening a named pipe waits until somebody writes into it, which may be never, and
/// opening a device may do something.
/// </summary>
internal static partial class RegularFile
{
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>Opens a file to read from any place in it.</summary>
    /// <exception cref="EmException">It is missing, a folder, no regular file (<c>NotRegularFile</c>) or not readable.</exception>
    public static SafeFileHandle OpenHandle(string path) => Opened(path, () => File.OpenHandle(path));

    /// <summary>Opens a file to read from its beginning.</summary>
    /// <exception cref="EmException">As for <see cref="OpenHandle"/>.</exception>
    public static FileStream OpenRead(string path) => Opened(path, () => File.OpenRead(path));

    /// <summary>Refuses what is there, but no regular file. What is not there, and folders, are left to the one who opens them.</summary>
    /// <exception cref="EmException">It is a named pipe, a socket or a device (<c>NotRegularFile</c>).</exception>
    public static void Require(string path)
    {
        string? kind = OperatingSystem.IsWindows() ? null : UnixType(path) switch
        {
            Pipe => "a named pipe (FIFO)",
            Socket => "a socket",
            CharacterDevice or BlockDevice => "a device",
            _ => null,
        };
        if (kind is not null)
            throw new EmException(EmErrorKind.InvalidData, "NotRegularFile", $"'{path}' is no regular file, but {kind}. Give a file.", path);
    }

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

    /// <summary>The type bits of a file's mode, links followed; 0 where there is nothing.</summary>
    private static int UnixType(string path)
    {
        // The runtime's own way to stat, the same on every Unix; .NET shows no types. The mode is its second number.
        Span<byte> status = stackalloc byte[512];
        status.Clear();
        try
        {
            return Stat(path, status) == 0 ? BitConverter.ToInt32(status[sizeof(int)..]) & TypeMask : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<byte> status);
}
