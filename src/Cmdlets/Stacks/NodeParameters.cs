using System.Management.Automation;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>Which program runs the tasks on the nodes.</summary>
public enum NodeShell
{
    /// <summary>The shell that comes with the module.</summary>
    Emsh,

    /// <summary>PowerShell.</summary>
    Pwsh,
}

/// <summary>What all schedulers take that run a stack on other machines; alone, what the scheduler Script takes.</summary>
public class NodeParameters
{
    /// <summary>Tasks (elements of the array) at most. The default is 200.</summary>
    [Parameter(HelpMessage = "Tasks (elements of the array) at most.")]
    [Alias("TaskCount")]
    [ValidateRange(1, 1_000_000)]
    public int ArraySize { get; set; } = 200;

    /// <summary>Processors of a process. The default is 1.</summary>
    [Parameter(HelpMessage = "Processors of a process.")]
    [ValidateRange(1, 1024)]
    public int CpusPerTask { get; set; } = 1;

    /// <summary>Lines of bash that run on the node first, such as 'module load dotnet'.</summary>
    [Parameter(HelpMessage = "Lines of bash that run on the node first, such as 'module load dotnet'.")]
    [AllowEmptyCollection]
    public string[] Prologue { get; set; } = [];

    /// <summary>Further options of the scheduler: for Slurm and DisBatch as after #SBATCH (--mail-type=END); for Script whole lines (#PBS -l walltime=4:00:00).</summary>
    [Parameter(HelpMessage = "Further options of the scheduler, as after #SBATCH; for Script whole lines.")]
    [AllowEmptyCollection]
    public string[] Directive { get; set; } = [];

    /// <summary>What runs the tasks: Emsh (the default) or Pwsh.</summary>
    [Parameter(HelpMessage = "What runs the tasks: Emsh or Pwsh.")]
    public NodeShell Shell { get; set; }

    /// <summary>Where emsh lies for the nodes: the folder of a build or of a self-contained publish. The default is the emsh that runs now. With -Shell Pwsh, the path of pwsh.</summary>
    [Parameter(HelpMessage = "The folder of emsh (a build, or a self-contained publish) on the shared file system; with -Shell Pwsh, the path of pwsh.")]
    [ValidateNotNullOrEmpty]
    public string? RuntimePath { get; set; }

    /// <summary>The parameters' values over those of an earlier run.</summary>
    internal virtual ClusterOptions ToOptions(ClusterOptions basis, IReadOnlyDictionary<string, object> bound) => basis with
    {
        ArraySize = bound.ContainsKey(nameof(ArraySize)) ? ArraySize : basis.ArraySize,
        CpusPerTask = bound.ContainsKey(nameof(CpusPerTask)) ? CpusPerTask : basis.CpusPerTask,
        Prologue = bound.ContainsKey(nameof(Prologue)) ? Prologue : basis.Prologue,
        Directive = bound.ContainsKey(nameof(Directive)) ? Directive : basis.Directive,
    };
}
