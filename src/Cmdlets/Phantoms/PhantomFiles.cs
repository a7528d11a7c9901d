using System.Globalization;
using EmTools.Engine;
using EmTools.Engine.Files;

namespace EmTools.Cmdlets;

/// <summary>The files of a phantom that is written to a folder.</summary>
internal sealed class PhantomFiles(string folder, int first, int count)
{
    /// <summary>The raw sections, in order.</summary>
    public IEnumerable<string> Raw => Sections("raw");

    /// <summary>Refuses a folder in which a file is in the way before any is written, so that the files of two phantoms do not mix.</summary>
    /// <exception cref="EmException">A file exists.</exception>
    public void RequireFree()
    {
        string[] tables = [Path.Combine(folder, "info.h5"), Path.Combine(folder, "polymodel.h5")];
        if (tables.Concat(Raw).Concat(Sections("truth")).FirstOrDefault(File.Exists) is { } existing)
            throw FileErrors.AlreadyExists(existing);
    }

    private IEnumerable<string> Sections(string kind)
        => Enumerable.Range(first, count).Select(index => Path.Combine(folder, kind, string.Create(CultureInfo.InvariantCulture, $"{index:00000}.tif")));
}
