using System.Management.Automation;
using EmTools.Engine.Formats;
using EmTools.Engine.Pipeline;
using EmTools.Engine.Schedulers;
using EmTools.Engine.Stacks;

namespace EmTools.Cmdlets;

/// <summary>Restores a whole stack, on this machine or on a cluster, and can be stopped and taken up at any time.</summary>
/// <remarks>
/// <para>
/// Stands at the end of a pipeline in place of Write-EmSection. Writes a plan into the destination's folder .emstack: the steps
/// as a recipe, and every section with its file, size and time stamp. Then the sections that are not done are computed here
/// (-Scheduler Local, the default), or shared out over the tasks of a cluster (Slurm, DisBatch, or Script for any other).
/// </para>
/// <para>
/// An output counts as done when it is complete and carries the key of this recipe, this input and this version. So the same
/// command, given again after whatever happened, does only what is missing or out of date. A section that cannot be done is an
/// error of that section; the others go on. Several runs at the same time share the sections out among them.
/// </para>
/// <para>
/// Before anything is written, every output is compared with every file that is read: none is ever written over, by whatever
/// name or link it is reached. Other files in the destination that this stack has not made are an error, unless -Force is given.
/// </para>
/// <para>
/// Each scheduler has parameters of its own: type "Invoke-EmStack restored -Scheduler Slurm -" and press Tab. Local takes
/// -ThrottleLimit, -MemoryLimit and -Threads. Slurm takes -Partition, -Account, -QualityOfService, -Constraint, -Time, -CpusPerTask,
/// -Memory, -ArraySize, -ProcessCount, -Throttle, -NodeList, -Exclude, -Directive, -Prologue, -RuntimePath, -Submit and -Wait;
/// DisBatch the same but -Throttle; Script takes -ArraySize, -CpusPerTask, -Directive, -Prologue and -RuntimePath.
/// </para>
/// </remarks>
/// <example>
/// <para>Restores a stack on this machine, four sections at a time, in at most 48 GB of memory.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe restore.json | Invoke-EmStack restored/ -ThrottleLimit 4 -MemoryLimit 48GB</code>
/// </example>
/// <example>
/// <para>Restores it on Slurm: 200 array elements of 8 processors, and a last job that verifies all outputs.</para>
/// <code>Read-EmSection raw/*.tif -Invert | Invoke-EmRecipe restore.json | Invoke-EmStack restored/ -Scheduler Slurm -Partition main -CpusPerTask 8 -Time 4:00:00 -ArraySize 200 -Submit</code>
/// </example>
/// <example>
/// <para>Says what would be written and submitted, and does nothing.</para>
/// <code>$stack | Invoke-EmStack restored/ -Scheduler Slurm -Partition main -Submit -WhatIf</code>
/// </example>
/// <seealso cref="GetEmStackCommand"/>
/// <seealso cref="RestartEmStackCommand"/>
/// <seealso cref="StopEmStackCommand"/>
/// <seealso cref="TestEmStackCommand"/>
/// <seealso cref="WriteEmSectionCommand"/>
/// <seealso href="about_EmTools_Stacks"/>
/// <seealso href="../cluster.md">Stacks and clusters</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "EmStack", HelpUri = HelpPages.InvokeEmStack, SupportsShouldProcess = true)]
[OutputType(typeof(EmStackInfo), typeof(EmStackRun))]
public sealed class InvokeEmStackCommand : StackRunningCmdlet
{
    private StackPlanner _planner = null!;

    /// <summary>The sections. Each must be a file's, and all have the same steps.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public EmSection[] Section { get; set; } = [];

    /// <summary>How the pixels are compressed, always without loss: None, Lzw or Deflate (the default, smallest).</summary>
    [Parameter]
    [ValidateSet("None", "Lzw", "Deflate")]
    public TiffCompression Compression { get; set; } = TiffCompression.Deflate;

    /// <summary>Writes over files in the destination that this stack has not made: files of other programs, outputs of other stacks. Files that the sections come from are never written over.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _planner = new StackPlanner(ForAll(() => new StackFolder(FullPath(Destination))), Force);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // A plan that lacks sections would look complete when it is not.
        foreach (EmSection section in Section)
        {
            ForAll(() =>
            {
                StopToken.ThrowIfCancellationRequested();
                _planner.Add(section);
                return section;
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        StackWork work = ForAll(() => _planner.ToWork(Compression));
        foreach (string oddity in _planner.Oddities)
            WriteWarning(oddity);
        if (ShouldProcess(work.Folder.Root, $"Write the plan of {_planner.Count} sections and their recipe ({_planner.Recipe})"))
        {
            ForAll(() =>
            {
                LeftOvers.Remove(work.Folder);
                _planner.Write(work);
                return work;
            });
        }

        RunStack(work, ForAll(() => StackStatus.Of(work)), new ClusterOptions());
    }
}
