using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmTools.Engine.Files;

/// <summary>What only the system itself knows of a file.</summary>
/// <param name="Device">The volume that it lies on.</param>
/// <param name="Node">Its number there: one for all names and links of a file.</param>
/// <param name="Owner">The user's number; null on Windows.</param>
/// <param name="WritableByOthers">True where more users than the owner may write it; false on Windows, where nobody is asked.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct NativeFacts(ulong Device, ulong Node, uint? Owner, bool WritableByOthers, NativeKind Kind);

/// <summary>What lies under a name: Unix's type bits of a mode.</summary>
internal enum NativeKind
{
    /// <summary>Not told: on Windows.</summary>
    Unknown = 0,

    /// <summary>A named pipe (FIFO).</summary>
    Pipe = 0x1000,

    /// <summary>A device that is read byte by byte.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A folder.</summary>
    Folder = 0x4000,

    /// <summary>A device that is read in blocks.</summary>
    BlockDevice = 0x6000,

    /// <summary>A file.</summary>
    File = 0x8000,

    /// <summary>A socket.</summary>
    Socket = 0xC000,
}

/// <summary>Asks the system for what .NET has no call for. Symbolic links are followed.</summary>
internal static partial class NativeFile
{
    private const int OthersMayWrite = 0x12; // S_IWGRP, S_IWOTH
    private const int KindMask = 0xF000; // S_IFMT

    /// <summary>The facts of a file or folder; null where there is none, or where this system cannot be asked.</summary>
    public static NativeFacts? Of(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? OnWindows(path) : OperatingSystem.IsLinux() ? OnLinux(path) : OperatingSystem.IsMacOS() ? OnMac(path) : null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The number of the user whose process this is; null on Windows.</summary>
    public static uint? CurrentUser() => OperatingSystem.IsWindows() ? null : GetEffectiveUser();

    /// <summary>Gives a file a second name that must not be taken yet: the one way on Unix in which only one of several can succeed.</summary>
    /// <returns>False where the name is taken, or where the file system has no such names: the two are told apart by looking.</returns>
    public static bool TryLink(string existing, string name) => Link(existing, name) == 0;

    // The layout of struct statx is the same on every processor; that of struct stat is not.
    private static unsafe NativeFacts? OnLinux(string path)
    {
        const int CurrentFolder = -100, OwnerAndModeAndNode = 0x1 | 0x2 | 0x8 | 0x100, Size = 256;
        byte* facts = stackalloc byte[Size];
        if (StatX(CurrentFolder, path, 0, OwnerAndModeAndNode, facts) != 0)
            return null;
        var read = new ReadOnlySpan<byte>(facts, Size);
        ulong device = ((ulong)MemoryMarshal.Read<uint>(read[136..]) << 32) | MemoryMarshal.Read<uint>(read[140..]);
        ushort mode = MemoryMarshal.Read<ushort>(read[28..]);
        return new(device, MemoryMarshal.Read<ulong>(read[32..]), MemoryMarshal.Read<uint>(read[20..]), (mode & OthersMayWrite) != 0, (NativeKind)(mode & KindMask));
    }

    private static unsafe NativeFacts? OnMac(string path)
    {
        const int Size = 256;
        byte* facts = stackalloc byte[Size];
        int result = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatMacX64(path, facts) : StatMac(path, facts);
        if (result != 0)
            return null;
        var read = new ReadOnlySpan<byte>(facts, Size);
        ushort mode = MemoryMarshal.Read<ushort>(read[4..]);
        return new(MemoryMarshal.Read<uint>(read), MemoryMarshal.Read<ulong>(read[8..]), MemoryMarshal.Read<uint>(read[16..]), (mode & OthersMayWrite) != 0, (NativeKind)(mode & KindMask));
    }

    private static unsafe NativeFacts? OnWindows(string path)
    {
        const int Size = 52, VolumeField = 28, NodeHighField = 44, NodeLowField = 48;
        if (!File.Exists(path))
            return null;
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte* facts = stackalloc byte[Size];
        if (!GetFileInformationByHandle(file, facts))
            return null;
        var read = new ReadOnlySpan<byte>(facts, Size);
        ulong node = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(read[NodeHighField..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(read[NodeLowField..]);
        return new(BinaryPrimitives.ReadUInt32LittleEndian(read[VolumeField..]), node, null, false, NativeKind.Unknown);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* facts);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatMac(string path, byte* facts);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatMacX64(string path, byte* facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetFileInformationByHandle(SafeFileHandle file, byte* facts);
}
