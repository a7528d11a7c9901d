namespace EmTools.Engine;

/// <summary>What kind of trouble an <see cref="EmException"/> tells of; the cmdlets turn it into an error category.</summary>
public enum EmErrorKind
{
    /// <summary>A file, folder or dataset is not there.</summary>
    NotFound,

    /// <summary>A file is damaged, or is not what its name says.</summary>
    InvalidData,

    /// <summary>A file is sound but of a kind that is not read.</summary>
    NotSupported,

    /// <summary>A parameter is out of its range, or does not fit the section.</summary>
    InvalidArgument,

    /// <summary>The output exists and was not to be overwritten.</summary>
    AlreadyExists,

    /// <summary>Reading or writing failed: no right, no space, the device.</summary>
    InputOutput,
}

/// <summary>
/// An error in the user's words: which file or section, what was expected, what was found, what to do.
/// </summary>
public sealed class EmException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="kind">What kind of trouble it is.</param>
    /// <param name="id">A stable name for scripts, such as <c>TiffTruncated</c>.</param>
    /// <param name="message">One or two sentences for the user.</param>
    /// <param name="target">The file's path, or the parameter's name.</param>
    /// <param name="inner">What the library below said.</param>
    public EmException(EmErrorKind kind, string id, string message, string? target = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Id = id;
        Target = target;
    }

    /// <summary>What kind of trouble it is.</summary>
    public EmErrorKind Kind { get; }

    /// <summary>A stable name for scripts.</summary>
    public string Id { get; }

    /// <summary>The file's path, or the parameter's name.</summary>
    public string? Target { get; }
}
