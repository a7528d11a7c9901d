using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Cmdlets;

/// <summary>Turns what went wrong in the engine or the file system into error records.</summary>
internal static class ErrorRecords
{
    /// <summary>True for trouble of the user's files and arguments; anything else is a bug and is not to be hidden.</summary>
    public static bool IsForUser(Exception trouble)
        => (trouble is EmException or IOException or UnauthorizedAccessException or InsufficientMemoryException) && !FileErrors.IsProgramTrouble(trouble);

    /// <summary>The record: the engine's id and message, a category by the kind of trouble, and a target.</summary>
    /// <param name="trouble">What went wrong.</param>
    /// <param name="target">The section or path concerned; null for what the trouble itself names.</param>
    public static ErrorRecord Of(Exception trouble, object? target) => trouble switch
    {
        EmException known => new ErrorRecord(known, known.Id, CategoryOf(known), target ?? known.Target) { ErrorDetails = Advice(known) },
        UnauthorizedAccessException => new ErrorRecord(trouble, "AccessDenied", ErrorCategory.PermissionDenied, target),
        InsufficientMemoryException => new ErrorRecord(trouble, "NotEnoughMemory", ErrorCategory.ResourceUnavailable, target),
        _ => new ErrorRecord(trouble, "InputOutput", ErrorCategory.ReadError, target),
    };

    /// <summary>What the engine says, with the parameter that does what it speaks of: the engine knows no parameters of cmdlets.</summary>
    private static ErrorDetails? Advice(EmException trouble)
        => trouble.Kind == EmErrorKind.AlreadyExists && trouble.Id is "OutputExists" or "OutputNotOurs" or "VolumeDiffers" ? new ErrorDetails($"{trouble.Message} -Force does that.") : null;

    private static ErrorCategory CategoryOf(EmException trouble) => trouble.Kind switch
    {
        EmErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        EmErrorKind.InvalidData => ErrorCategory.InvalidData,
        EmErrorKind.NotSupported => ErrorCategory.NotImplemented,
        EmErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        EmErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        EmErrorKind.InputOutput when trouble.Id is "DiskFull" or "FileNotWritable" => ErrorCategory.WriteError,
        EmErrorKind.InputOutput => ErrorCategory.ReadError,
        _ => ErrorCategory.NotSpecified,
    };
}
