using System.Globalization;
using EmTools.Engine.Files;
using EmTools.Engine.Formats;

namespace EmTools.Engine.Stacks;

/// <summary>
/// Where a stack's outputs and its bookkeeping lie: <c>destination/.emstack</c> with the plan, the recipe, runs, scripts,
/// logs and the ledger; beside an output that is one file, <c>file.emstack</c>.
/// </summary>
public sealed class StackFolder
{
    /// <summary>The bookkeeping's folder in the destination.</summary>
    public const string Name = ".emstack";

    /// <summary>Takes a destination, or its <c>.emstack</c>; neither needs to exist.</summary>
    public StackFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetFileName(full) == Name)
            full = Path.GetDirectoryName(full)!;
        else if (full.EndsWith(Name, StringComparison.Ordinal))
            full = full[..^Name.Length];
        Destination = full;
        Root = Directory.Exists(full + Name) && !Directory.Exists(full) ? full + Name : Path.Combine(full, Name);
    }

    private StackFolder(string destination, string root) => (Destination, Root) = (destination, root);

    /// <summary>Takes a destination that is, or is to be, one file.</summary>
    public static StackFolder ForFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        return new StackFolder(full, full + Name);
    }

    /// <summary>The folder of the outputs.</summary>
    public string Destination { get; }

    /// <summary>The folder of the bookkeeping.</summary>
    public string Root { get; }

    /// <summary>The list of sections.</summary>
    public string PlanFile => Path.Combine(Root, "plan.jsonl");

    /// <summary>What is done to them.</summary>
    public string RecipeFile => Path.Combine(Root, "recipe.json");

    /// <summary>The jobs that were submitted, a line each.</summary>
    public string JobsFile => Path.Combine(Root, "jobs.jsonl");

    /// <summary>What the last final job found.</summary>
    public string ReportFile => Path.Combine(Root, "report.json");

    /// <summary>The folder with a file for each run.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>The folder of the schedulers' scripts.</summary>
    public string Scripts => Path.Combine(Root, "scripts");

    /// <summary>The folder of what the tasks say.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>The folder of what the tasks did.</summary>
    public string Ledger => Path.Combine(Root, "ledger");

    /// <summary>The folder of what processes have in hand.</summary>
    public string Claims => Path.Combine(Root, "claims");

    /// <summary>The file that says to which run all runs are to end.</summary>
    public string StopFile => Path.Combine(Root, "stop.json");

    /// <summary>The folder with a record of each block of a volume, and of files that are not complete.</summary>
    public string Blocks => Path.Combine(Root, "blocks");

    /// <summary>The file that is there as long as a volume still grows.</summary>
    public string IncompleteMark => Path.Combine(Root, ChunkedVolume.IncompleteMark);

    /// <summary>The file of the process that has a section in hand.</summary>
    public string Claim(int index) => Path.Combine(Claims, string.Create(CultureInfo.InvariantCulture, $"{index:00000}"));

    /// <summary>The file of a run.</summary>
    public string RunFile(int run) => Path.Combine(Runs, string.Create(CultureInfo.InvariantCulture, $"{run:000}.json"));

    /// <summary>The file that a section is written to.</summary>
    public string Output(int index) => Path.Combine(Destination, SectionFileName.Of(index));

    /// <summary>Refuses a destination that is a file, or a link that leads nowhere.</summary>
    /// <exception cref="EmException">It is (<c>DestinationIsFile</c>).</exception>
    public void RequireFolder()
    {
        if (Directory.Exists(Destination))
            return;
        if (new FileInfo(Destination).LinkTarget is { } target)
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsFile", $"'{Destination}' is a link to '{target}', which is no folder; make that folder, or choose another.", Destination);
        if (File.Exists(Destination))
            throw new EmException(EmErrorKind.InvalidArgument, "DestinationIsFile", $"'{Destination}' is a file; give a folder.", Destination);
    }

    /// <summary>Refuses a folder without a plan.</summary>
    /// <exception cref="EmException">There is none (<c>NoStack</c>).</exception>
    public void RequirePlan()
    {
        if (!File.Exists(PlanFile))
            throw new EmException(EmErrorKind.NotFound, "NoStack", $"'{Destination}' holds no stack: there is no '{PlanFile}'. Plan one with Invoke-EmStack.", Destination);
    }

    /// <summary>Makes the folders.</summary>
    /// <exception cref="EmException">They cannot be made.</exception>
    public void Create()
    {
        try
        {
            foreach (string folder in (string[])[Runs, Scripts, Logs, Ledger])
                Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (FileErrors.IsFileTrouble(e))
        {
            throw FileErrors.Writing(Root, e);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Destination;
}
