using System.Text.RegularExpressions;

namespace EmTools.Cmdlets.Tests.Docs;

/// <summary>What is changed of a block before it runs here.</summary>
/// <param name="Pattern">A regular expression.</param>
/// <param name="By">What stands there instead; see <see cref="Regex.Replace(string, string)"/>.</param>
/// <param name="Reason">Why the block cannot run as it stands.</param>
public sealed record Substitution(string Pattern, string By, string Reason)
{
    /// <summary>All of them. Each must be needed by some block.</summary>
    public static IReadOnlyList<Substitution> All { get; } =
    [
        new(@"\./out/EmTools", ModuleSession.Manifest.Replace("$", "$$", StringComparison.Ordinal), "the pages' reader stands in the repository, the block in a folder of its own"),
        new(@"11260, 9000, 13750", $"11260, {DocsSeed.Height}, {DocsSeed.Width}", "sections as large as the published ones take 250 MB each"),
        new(@"-Height (2048 -Width 3072|1024 -Width 1024)", $"-Height {DocsSeed.Height} -Width {DocsSeed.Width}", "smaller phantoms, for the sake of time"),
        new(@"-Region 4000, 6000, 800, 800", "-Region 40, 60, 80, 80", "the sections here are smaller"),
        new(@"-Path restored/", "-Path raw/", "the sections that a block before has restored are taken away after it"),
        new(@"^Show-EmVolume .*$", "", "it serves until Ctrl+C; ShowEmVolumeTests stop it"),
        new(@" -Scheduler Slurm( -(Partition|CpusPerTask|Time|ArraySize) \S+)* -Submit", "", "there is no Slurm here, and SlurmTests submit to one: the stack is done on this machine"),
    ];

    /// <summary>The code as it runs here.</summary>
    public static string Apply(string code) => All.Aggregate(code, (text, each) => Regex.Replace(text, each.Pattern, each.By, RegexOptions.Multiline));
}
