using System.Globalization;
using System.Management.Automation;

namespace EmTools.Cmdlets;

/// <summary>Takes an index of 0 or more, and an empty one, as tables have, for none: PowerShell would take it as 0.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FileIndexAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is null || (given is string text && string.IsNullOrWhiteSpace(text)))
            return null;
        return LanguagePrimitives.TryConvertTo(given, CultureInfo.InvariantCulture, out double index) && index is >= 0 and <= int.MaxValue && double.IsInteger(index)
            ? (int)index
            : throw new ArgumentTransformationMetadataException($"'{given}' is no place in a stack; give a whole number from 0 on, or nothing for the number in the file's name.");
    }
}
