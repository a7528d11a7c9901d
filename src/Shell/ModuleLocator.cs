using System.Reflection;

namespace EmTools.Shell;

/// <summary>Finds the EmTools module that this <c>emsh</c> belongs to.</summary>
internal static class ModuleLocator
{
    private const string Manifest = "EmTools.psd1";

    /// <summary>The manifest's path.</summary>
    /// <exception cref="FileNotFoundException">There is no module in any of the places; the message names them.</exception>
    public static string Find()
    {
        string? named = Environment.GetEnvironmentVariable("EMTOOLS_MODULE");
        if (!string.IsNullOrEmpty(named))
        {
            string path = Path.GetFullPath(named);
            if (Directory.Exists(path))
                path = Path.Combine(path, Manifest);
            return File.Exists(path)
                ? path
                : throw new FileNotFoundException($"EMTOOLS_MODULE names '{named}', but there is no '{path}'. Set it to the folder that holds {Manifest}, or unset it.");
        }

        string[] places = [.. Places()];
        return places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The module EmTools was not found; looked for {string.Join(" and ", places)}. Build it with 'dotnet build', or set EMTOOLS_MODULE to the folder that holds {Manifest}.");
    }

    private static IEnumerable<string> Places()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "modules", "EmTools", Manifest);
        string? built = typeof(ModuleLocator).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "ModuleOutput")?.Value;
        if (!string.IsNullOrEmpty(built))
            yield return Path.GetFullPath(Path.Combine(built, Manifest));
    }
}
