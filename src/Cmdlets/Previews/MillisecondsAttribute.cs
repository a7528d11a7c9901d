using System.Globalization;
using System.Management.Automation;

namespace EmTools.Cmdlets;

/// <summary>Takes a number as milliseconds, where PowerShell would take it as tenths of microseconds; a TimeSpan and its text stay what they are.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MillisecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            TimeSpan => given,
            string text when !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => given,
            _ when LanguagePrimitives.TryConvertTo(given, out double milliseconds) && Math.Abs(milliseconds) < 1e12 => TimeSpan.FromMilliseconds(milliseconds),
            _ => given,
        };
    }
}
