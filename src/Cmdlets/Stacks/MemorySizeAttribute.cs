using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmTools.Cmdlets;

/// <summary>Takes an amount of memory as bytes: a number, as PowerShell makes of 3GB, or text such as 3G, 3GB, 512M, 1.5T, as schedulers write it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class MemorySizeAttribute : ArgumentTransformationAttribute
{
    private const string Units = "KMGT";

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is null)
            return null;
        double bytes = double.NaN;
        if (given is not string text)
            LanguagePrimitives.TryConvertTo(given, CultureInfo.InvariantCulture, out bytes);
        else if (Size().Match(text) is { Success: true } size)
            bytes = double.Parse(size.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Math.Pow(1024, 1 + (size.Groups[2].Length == 0 ? -1 : Units.IndexOf(char.ToUpperInvariant(size.Groups[2].ValueSpan[0]), StringComparison.Ordinal)));
        return bytes is >= 0 and < long.MaxValue
            ? (long)Math.Ceiling(bytes)
            : throw new ArgumentTransformationMetadataException($"'{given}' is no amount of memory; give bytes, or a number with a unit, such as 3G, 3GB or 512M.");
    }

    /// <summary>Bytes as schedulers write them, rounded up to whole megabytes: 3G, 1536M.</summary>
    public static string ForScheduler(long bytes)
    {
        long megabytes = (bytes + (1L << 20) - 1) >> 20;
        return string.Create(CultureInfo.InvariantCulture, $"{(megabytes % 1024 == 0 ? megabytes / 1024 : megabytes)}{(megabytes % 1024 == 0 ? 'G' : 'M')}");
    }

    [GeneratedRegex(@"^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:([KMGT])(?:i?B)?|B)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
