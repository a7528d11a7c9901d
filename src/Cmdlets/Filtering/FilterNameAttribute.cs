using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Filters;

namespace EmTools.Cmdlets;

/// <summary>Refuses names of filters that do not exist while parameters are bound, so that users hear of the name before they hear of its parameters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilterNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        try
        {
            FilterCatalog.Get(arguments as string ?? "");
        }
        catch (EmException unknown)
        {
            throw new ValidationMetadataException(unknown.Message, unknown);
        }
    }
}
