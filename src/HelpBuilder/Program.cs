using System.Reflection;

namespace EmTools.HelpBuilder;

/// <summary>
/// Writes the help that <c>Get-Help</c> reads, and the cmdlets' pages, from the cmdlets' own documentation comments, and fails
/// the build where a cmdlet, a parameter or an example is missing from them.
/// </summary>
/// <remarks>
/// <c>EmTools.HelpBuilder EmTools.Cmdlets.dll EmTools.Cmdlets.xml en-US/EmTools.Cmdlets.dll-Help.xml [docs/cmdlets]</c>; exit code
/// 0 when the help was written (and the pages, where their folder is given), 1 when something is not described (each said as an MSBuild error), 64 for a wrong command line.
/// </remarks>
public static class Program
{
    /// <summary>The entry point.</summary>
    /// <param name="args">The assembly, its XML documentation, the file to write, the folder of pages to write.</param>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Length is not (3 or 4))
        {
            Console.Error.WriteLine("usage: EmTools.HelpBuilder ASSEMBLY DOCUMENTATION OUTPUT [PAGES]");
            return 64;
        }

        foreach (string input in args.Take(2).Where(a => !File.Exists(a)))
        {
            Console.Error.WriteLine($"EmTools.HelpBuilder : error HELP000: there is no '{input}'.");
            return 64;
        }

        IReadOnlyList<string> problems = Build(Assembly.LoadFrom(Path.GetFullPath(args[0])), args[1], args[2], args.Length > 3 ? args[3] : null);
        foreach (string problem in problems)
            Console.Error.WriteLine($"{Path.GetFileName(args[0])} : error HELP001: {problem}");
        return problems.Count == 0 ? 0 : 1;
    }

    /// <summary>Writes the help of an assembly's cmdlets, and their pages, unless something is missing from it.</summary>
    /// <param name="assembly">The cmdlets.</param>
    /// <param name="documentation">The XML documentation that the compiler wrote.</param>
    /// <param name="output">The help file.</param>
    /// <param name="pages">The folder of the pages, whose other pages are removed; none are written when null.</param>
    /// <returns>What is missing; nothing is written then.</returns>
    public static IReadOnlyList<string> Build(Assembly assembly, string documentation, string output, string? pages)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var docs = XmlDocs.Load(documentation);
        CmdletHelp[] cmdlets = [.. CmdletReader.Read(assembly, docs)];
        var names = cmdlets.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        string[] problems = [.. cmdlets.Length == 0 ? ["there are no cmdlets in it."] : cmdlets.SelectMany(c => Completeness.Problems(c, names))];
        if (problems.Length > 0)
            return problems;

        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        Directory.CreateDirectory(folder);
        MamlWriter.Write(cmdlets, output);
        if (pages is not null)
            CmdletPages.Write(cmdlets, pages);
        return [];
    }
}
