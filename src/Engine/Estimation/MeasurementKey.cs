using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>
/// What a section's measurement was made of, as a short text: the section and its steps, its file's size and time, the
/// same of the section before, and how it was measured. Another key means that it is to be measured anew.
/// </summary>
internal static class MeasurementKey
{
    /// <summary>Changes when more, or something else, is measured, so that older measurements are made anew.</summary>
    private const int Revision = 2;

    public static string Of(EmSection section, EmSection? previous, MeasuringOptions options)
    {
        string text = $"{Revision} {options}\n{Identity(section)}\n{(previous is null ? "" : Identity(previous))}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    /// <summary>The section, its steps, and its file as it is now.</summary>
    public static string Identity(EmSection section)
    {
        string what = Provenance.Describe(section).ToJsonString();
        if (section.Path is not { } path)
            return what;
        return InputIdentity.TryOf(path) is { } file ? string.Create(CultureInfo.InvariantCulture, $"{what} {path} {file.Size} {file.Changed.Ticks}") : what;
    }
}
