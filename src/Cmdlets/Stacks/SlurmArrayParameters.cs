using System.Management.Automation;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>What the scheduler Slurm takes.</summary>
public sealed class SlurmArrayParameters : SlurmJobParameters
{
    /// <summary>Elements of the array that may run at a time. The default is what the site allows.</summary>
    /// <value>Default: as many as the site allows.</value>
    [Parameter(HelpMessage = "Elements of the array that may run at a time.")]
    [ValidateRange(1, 1_000_000)]
    public int Throttle { get; set; }

    internal override ClusterOptions ToOptions(ClusterOptions basis, IReadOnlyDictionary<string, object> bound)
        => base.ToOptions(basis, bound) with { Throttle = bound.ContainsKey(nameof(Throttle)) ? Throttle : basis.Throttle };
}
