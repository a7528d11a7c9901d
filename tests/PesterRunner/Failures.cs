using System.Management.Automation;

namespace EmTools.PesterRunner;

/// <summary>What a failure says: the message, and the file and line of the spec.</summary>
internal static class Failures
{
    public static string Describe(ErrorRecord error)
    {
        string message = error.Exception is RuntimeException { InnerException: { } inner } and MethodInvocationException ? inner.Message : error.Exception.Message;
        if (error.TargetObject is ShouldFailure failure)
            return $"{message}{Environment.NewLine}at {failure.Line.Trim()}, {failure.File}:{failure.LineNumber}";
        string kind = error.Exception is RuntimeException ? "" : $"{error.Exception.GetType().Name}: ";
        string at = error.InvocationInfo is { ScriptName.Length: > 0 } place
            ? $"at {place.Line.Trim()}, {place.ScriptName}:{place.ScriptLineNumber}"
            : error.ScriptStackTrace ?? "";
        return $"{kind}{message}{(at.Length > 0 ? Environment.NewLine + at : "")}";
    }
}

/// <summary>Carried by the error of a failed assertion.</summary>
internal sealed record ShouldFailure(string File, int LineNumber, string Line);
