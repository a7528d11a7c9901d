using System.Management.Automation;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>What the schedulers take that submit to Slurm; alone, what DisBatch takes.</summary>
public class SlurmJobParameters : NodeParameters
{
    /// <summary>The partition (queue).</summary>
    [Parameter(HelpMessage = "The partition (queue).")]
    public string? Partition { get; set; }

    /// <summary>The account that pays.</summary>
    [Parameter(HelpMessage = "The account that pays.")]
    public string? Account { get; set; }

    /// <summary>The quality of service.</summary>
    [Parameter(HelpMessage = "The quality of service.")]
    [Alias("Qos")]
    public string? QualityOfService { get; set; }

    /// <summary>Features that the nodes must have, as Slurm writes them: rome|icelake.</summary>
    [Parameter(HelpMessage = "Features that the nodes must have: rome|icelake.")]
    public string? Constraint { get; set; }

    /// <summary>The time limit of a task: HH:MM:SS or D-HH:MM:SS.</summary>
    [Parameter(HelpMessage = "The time limit of a task: HH:MM:SS or D-HH:MM:SS.")]
    [ValidatePattern(@"^(\d+-)?\d+(:\d+){0,2}$")]
    public string? Time { get; set; }

    /// <summary>The memory of one element of the array: 8G, 8GB, or a number of bytes. The default is reckoned from the sections' size.</summary>
    /// <value>Default: reckoned from the sections' size.</value>
    [Parameter(HelpMessage = "The memory of one element of the array: 8G, 8GB, or a number of bytes.")]
    [MemorySize]
    [ValidateRange(1L << 20, long.MaxValue)]
    public long Memory { get; set; }

    /// <summary>Processes of one element of the array (of the whole job with DisBatch), each with tasks of its own. The default is 1.</summary>
    [Parameter(HelpMessage = "Processes of one element of the array (of the whole job with DisBatch).")]
    [ValidateRange(1, 100_000)]
    public int ProcessCount { get; set; } = 1;

    /// <summary>The nodes to run on, as Slurm writes them: node[01-20].</summary>
    [Parameter(HelpMessage = "The nodes to run on: node[01-20].")]
    public string? NodeList { get; set; }

    /// <summary>The nodes not to run on.</summary>
    [Parameter(HelpMessage = "The nodes not to run on.")]
    public string? Exclude { get; set; }

    /// <summary>Submits the jobs, where the scheduler's programs are. Without it, the files are written and the one command that submits them is told.</summary>
    [Parameter(HelpMessage = "Submits the jobs.")]
    public SwitchParameter Submit { get; set; }

    /// <summary>Waits until all jobs have ended, with a progress bar; needs -Submit.</summary>
    [Parameter(HelpMessage = "Waits until all jobs have ended.")]
    public SwitchParameter Wait { get; set; }

    internal override ClusterOptions ToOptions(ClusterOptions basis, IReadOnlyDictionary<string, object> bound) => base.ToOptions(basis, bound) with
    {
        Partition = Partition ?? basis.Partition,
        Account = Account ?? basis.Account,
        QualityOfService = QualityOfService ?? basis.QualityOfService,
        Constraint = Constraint ?? basis.Constraint,
        Time = Time ?? basis.Time,
        Memory = bound.ContainsKey(nameof(Memory)) ? MemorySizeAttribute.ForScheduler(Memory) : basis.Memory,
        ProcessCount = bound.ContainsKey(nameof(ProcessCount)) ? ProcessCount : basis.ProcessCount,
        NodeList = NodeList ?? basis.NodeList,
        Exclude = Exclude ?? basis.Exclude,
    };
}
