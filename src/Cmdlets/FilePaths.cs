using System.Collections.ObjectModel;
using System.Management.Automation;
using EmTools.Engine;

namespace EmTools.Cmdlets;

/// <summary>PowerShell paths (drives, the current location, wildcards, provider prefixes) as paths of the file system.</summary>
internal static class FilePaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>The full path; wildcard characters stand for themselves, and the file need not exist.</summary>
    public static string Full(SessionState session, string path)
    {
        try
        {
            string full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            RequireFileSystem(provider, path);
            return full;
        }
        catch (SessionStateException trouble)
        {
            throw NoSuchPlace(path, trouble);
        }
    }

    /// <summary>The files and folders that a path with wildcards stands for; none when nothing matches.</summary>
    public static IReadOnlyList<string> Matching(SessionState session, string pattern)
    {
        try
        {
            Collection<string> found = session.Path.GetResolvedProviderPathFromPSPath(pattern, out ProviderInfo provider);
            RequireFileSystem(provider, pattern);
            return found;
        }
        catch (ItemNotFoundException)
        {
            return [];
        }
        catch (SessionStateException trouble)
        {
            throw NoSuchPlace(pattern, trouble);
        }
    }

    /// <summary>A drive or provider that does not exist.</summary>
    private static EmException NoSuchPlace(string path, SessionStateException trouble)
        => new(EmErrorKind.NotFound, "PathNotFound", $"'{path}' cannot be found: {trouble.Message}", path, trouble);

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (!provider.Name.Equals(FileSystem, StringComparison.OrdinalIgnoreCase))
            throw new EmException(EmErrorKind.InvalidArgument, "NotAFileSystemPath", $"'{path}' is a path of the provider {provider.Name}; give a path of the file system.", path);
    }
}
