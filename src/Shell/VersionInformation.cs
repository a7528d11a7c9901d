using System.Management.Automation;
using System.Reflection;

namespace EmTools.Shell;

/// <summary>What <c>emsh -Version</c> and the host tell of themselves.</summary>
internal static class VersionInformation
{
    public static Version Shell { get; } = typeof(VersionInformation).Assembly.GetName().Version ?? new Version(0, 0);

    public static string PowerShell
    {
        get
        {
            string text = typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            int end = text.IndexOfAny([' ', '+']);
            return end < 0 ? text : text[..end];
        }
    }
}
