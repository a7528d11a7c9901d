using System.Text.RegularExpressions;

namespace EmTools.Engine.Tests.Architecture;

/// <summary>The engine's rooms, which are the folders of src/Engine, and what each may use.</summary>
internal static partial class EngineRooms
{
    /// <summary>The files that lie in no room: errors, and how a section is to be computed. All rooms may use them.</summary>
    public const string Root = "";

    private static readonly string s_folder = Path.Combine(TestData.RepositoryRoot, "src", "Engine");

    /// <summary>The rooms that each room may use, itself and <see cref="Root"/> aside; from the lowest to the highest.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        [Root] = [],
        ["Files"] = [],
        ["Imaging"] = [],
        ["Kernels"] = ["Imaging"],
        ["Letters"] = ["Imaging"],
        ["Formats"] = ["Files", "Imaging"],
        ["Metrics"] = ["Kernels", "Imaging"],
        ["Calibration"] = ["Formats", "Files", "Kernels", "Imaging"],
        ["Pictures"] = ["Metrics", "Letters", "Formats", "Kernels", "Imaging"],
        ["Filters"] = ["Calibration", "Kernels", "Imaging"],
        ["Pipeline"] = ["Filters", "Calibration", "Formats", "Files", "Kernels", "Imaging"],
        ["Phantoms"] = ["Pipeline", "Calibration", "Formats", "Kernels", "Imaging"],
        ["Suggestions"] = ["Pipeline", "Filters", "Metrics", "Kernels", "Imaging"],
        ["Estimation"] = ["Pipeline", "Filters", "Calibration", "Metrics", "Letters", "Formats", "Files", "Kernels", "Imaging"],
        ["Volumes"] = ["Pipeline", "Formats", "Files", "Imaging"],
        ["Stacks"] = ["Volumes", "Estimation", "Pipeline", "Formats", "Files", "Imaging"],
        ["Schedulers"] = ["Stacks", "Files"],
    };

    /// <summary>All source files of the engine.</summary>
    public static IReadOnlyList<EngineFile> Files { get; } =
    [
        .. from path in Directory.EnumerateFiles(s_folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           let name = Path.GetRelativePath(s_folder, path).Replace('\\', '/')
           where !name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal)
           select new EngineFile(name, File.ReadAllText(path)),
    ];

    /// <summary>The rooms that a source names: by its using directives, or by a type's name that begins with a room's.</summary>
    public static IEnumerable<string> Named(string source)
        => Using().Matches(source).Select(match => match.Groups["room"].Value)
            .Concat(Qualified().Matches(Comment().Replace(source, "")).Select(match => match.Groups["room"].Value))
            .Distinct();

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?EmTools\.Engine(?:\.(?<room>\w+)[\w.]*)?;", RegexOptions.Multiline)]
    private static partial Regex Using();

    // From inside of the engine's namespaces, Pipeline.EmSection needs no using.
    [GeneratedRegex(@"(?<![\w.])EmTools\.Engine\.(?<room>\w+)\.(?=[A-Z])(?<!^\s*(using|namespace)[^\n]*)|(?<![\w.""])(?<room>Schedulers|Stacks|Volumes|Estimation|Suggestions|Phantoms|Pipeline|Pictures|Filters|Formats|Kernels)\.(?=[A-Z])(?<!^\s*(using|namespace)[^\n]*)", RegexOptions.Multiline)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}

/// <summary>A source file of the engine.</summary>
/// <param name="Name">Its path in src/Engine.</param>
/// <param name="Text">What is in it.</param>
internal sealed partial record EngineFile(string Name, string Text)
{
    /// <summary>The room that it lies in.</summary>
    public string Room => Name.Contains('/') ? Name[..Name.IndexOf('/')] : EngineRooms.Root;

    /// <summary>Its namespace.</summary>
    public string Namespace => Declaration().Match(Text).Groups["name"].Value;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
