using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmTools.Engine.Files;

/// <summary>
/// A file that appears under its name only when it is complete: written beside its destination under a temporary name,
/// then renamed. Disposing it without <see cref="Commit"/> leaves nothing behind.
/// </summary>
internal sealed partial class AtomicFile : IDisposable
{
    /// <summary>The ending of temporary names.</summary>
    public const string Extension = ".partial";

    private readonly bool _overwrite;
    private readonly string _temporary;
    private bool _committed;

    /// <summary>Creates the temporary file, and the destination's folder where it is missing.</summary>
    /// <param name="path">The destination.</param>
    /// <param name="overwrite">Replace a file that is there.</param>
    /// <param name="ownerOnly">On Unix, nobody but the owner may write the file, whatever the user's mask.</param>
    /// <param name="scratch">The folder of the temporary file, on the destination's file system; null for the destination's own.</param>
    /// <exception cref="EmException">The destination exists and is not to be replaced, or cannot be written.</exception>
    public AtomicFile(string path, bool overwrite, bool ownerOnly = false, string? scratch = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        _overwrite = overwrite;
        RequireFree(Path, overwrite);

        // The leading dot and the odd extension keep half files out of *.tif and of directory views.
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        _temporary = System.IO.Path.Combine(scratch ?? folder, $".{System.IO.Path.GetFileName(Path)}.{Guid.NewGuid():N}.{Environment.ProcessId}@{Environment.MachineName}{Extension}");
        try
        {
            Directory.CreateDirectory(folder);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
            if (ownerOnly && !OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            Stream = new FileStream(_temporary, options);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Path, e);
        }
    }

    /// <summary>The destination's full path.</summary>
    public string Path { get; }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Refuses a destination that exists and is not to be replaced, before anybody computes for it.</summary>
    /// <exception cref="EmException">It exists, or is a folder.</exception>
    public static void RequireFree(string path, bool overwrite)
    {
        if (Directory.Exists(path))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsFolder", $"'{path}' is a folder; give a file name in it.", path);
        if (!overwrite && File.Exists(path))
            throw FileErrors.AlreadyExists(path);
    }

    /// <summary>The machine and the process that a temporary file belongs to, or null where the name is none of ours.</summary>
    public static (string Host, int ProcessId)? OwnerOf(string path)
    {
        Match owner = Owner().Match(System.IO.Path.GetFileName(path));
        return owner.Success && int.TryParse(owner.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int process) ? (owner.Groups[2].Value, process) : null;
    }

    /// <summary>Writes a text file at once; it appears under its name when it is complete.</summary>
    /// <exception cref="EmException">The destination exists and is not to be replaced, or cannot be written.</exception>
    public static void WriteText(string path, string text, bool overwrite, bool ownerOnly = false)
    {
        using var file = new AtomicFile(path, overwrite, ownerOnly);
        file.WriteBytes(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    /// <summary>Adds to the file.</summary>
    /// <exception cref="EmException">It cannot be written.</exception>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Stream.Write(bytes);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Path, e);
        }
    }

    /// <summary>Brings everything to the disk and gives the file its name.</summary>
    /// <param name="flush">False for what is worth nothing after a crash.</param>
    /// <exception cref="EmException">The disk is full, the device failed, or the destination has appeared meanwhile.</exception>
    public void Commit(bool flush = true)
    {
        try
        {
            // Network file systems report a full disk or a used-up quota only here; and after a crash the name must
            // not stand for an empty file.
            Stream.Flush(flushToDisk: flush);
            Stream.Dispose();
            if (_overwrite || OperatingSystem.IsWindows())
                File.Move(_temporary, Path, _overwrite);
            else
                MoveToFreeName();
            _committed = true;
        }
        catch (IOException) when (!_overwrite && File.Exists(Path))
        {
            throw FileErrors.AlreadyExists(Path);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Path, e);
        }
    }

    /// <summary>Removes the temporary file unless it was committed.</summary>
    public void Dispose()
    {
        if (_committed)
            return;
        try
        {
            Stream.Dispose();
            File.Delete(_temporary);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            // The cause that brought us here is on its way to the user; a second error would hide it.
        }
    }

    /// <summary>
    /// Renames to a name that nobody has, so that of several writers exactly one succeeds. On Unix, File.Move looks first and
    /// renames then, and lets two through.
    /// </summary>
    private void MoveToFreeName()
    {
        if (NativeFile.TryLink(_temporary, Path))
        {
            File.Delete(_temporary);
            return;
        }

        // Some file systems have no second names: there the name is taken by an empty file, which the renaming replaces at once.
        new FileStream(Path, FileMode.CreateNew, FileAccess.Write).Dispose();
        File.Move(_temporary, Path, overwrite: true);
    }

    // The machine's name may hold dots; what comes before is fixed.
    [GeneratedRegex(@"\.[0-9a-f]{32}\.(\d+)@(.+)\.partial$", RegexOptions.Singleline)]
    private static partial Regex Owner();
}
