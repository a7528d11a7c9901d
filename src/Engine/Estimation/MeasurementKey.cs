using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EmTools.Engine.Estimation.Sections;
using EmTools.Engine.Pipeline;

namespace EmTools.Engine.Estimation;

/// <summary>
/// What a section's measurement was made of, as a short text: the section and its steps, its file's size and time, the
/// same of the section before, and how it was measured. Another key means that it is to be measured anew.
/// </summary>
internal static class MeasurementKey
{
    /// <summary>The revision of measuring, from 1: to be raised when a measurement of any section changes by a bit, or more is measured.</summary>
    public const int Revision = 2;

    public static string Of(EmSection section, EmSection? previous, MeasuringOptions options)
    {
        string text = $"revision {Revision}\n{options}\n{Identity(section)}\n{(previous is null ? "" : Identity(previous))}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    /// <summary>The section, its steps, and its file as it is now.</summary>
    public static string Identity(EmSection section)
    {
        JsonObject description = Provenance.Describe(section);
        description.Remove(Provenance.SoftwareName); // revisions say what counts of it
        string what = description.ToJsonString();
        if (section.Path is not { } path)
            return what;
        return section.Source.Identity is { } file ? string.Create(CultureInfo.InvariantCulture, $"{what} {path} {file.Size} {file.Changed.Ticks}") : what;
    }
}
