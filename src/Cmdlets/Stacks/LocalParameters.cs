using System.Management.Automation;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>What the scheduler Local takes.</summary>
public sealed class LocalParameters
{
    /// <summary>Sections at a time, at most. The default is one for every four processors.</summary>
    /// <value>Default: one for every four processors.</value>
    [Parameter(HelpMessage = "Sections at a time, at most.")]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Math.Max(1, Environment.ProcessorCount / 4);

    /// <summary>Memory that all sections in hand may take together, as 32G, 32GB, or a number of bytes. One section is always let in. The default is three quarters of what the machine has.</summary>
    /// <value>Default: three quarters of what the machine has.</value>
    [Parameter(HelpMessage = "Memory for all sections in hand together: 32G, 32GB, or a number of bytes.")]
    [MemorySize]
    [ValidateRange(1L << 20, long.MaxValue)]
    public long MemoryLimit { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Processor threads in all, shared out over the sections in hand. The default is all that the machine has.</summary>
    /// <value>Default: all that the machine has.</value>
    [Parameter(HelpMessage = "Processor threads in all.")]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    internal TaskOptions ToOptions(Action<UnitOutcome> onUnit, CancellationToken cancellation)
        => new() { ThrottleLimit = ThrottleLimit, MemoryLimit = MemoryLimit, Threads = Threads, Cancellation = cancellation, OnUnit = onUnit };
}
