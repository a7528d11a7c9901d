using System.Management.Automation;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

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

    /// <summary>Where emtools-task, which runs the tasks, lies for the nodes: the folder of a publish with its own .NET. The default is the module's folder lib; the nodes then need .NET 10.</summary>
    /// <value>Default: the module's folder lib.</value>
    [Parameter(HelpMessage = "The folder of a published emtools-task, on the file system that the nodes share.")]
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
