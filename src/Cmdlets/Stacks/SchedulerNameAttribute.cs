using System.Management.Automation;
using EmTools.Engine.Schedulers;

namespace EmTools.Cmdlets;

/// <summary>Refuses schedulers that do not exist while parameters are bound, so that users hear of the name before they hear of its parameters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchedulerNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (!SchedulerCatalog.All.Any(s => s.Name.Equals(arguments as string, StringComparison.OrdinalIgnoreCase)))
            throw new ValidationMetadataException($"There is no scheduler '{arguments}'; there are {string.Join(", ", SchedulerCatalog.All.Select(s => s.Name))}.");
    }
}
