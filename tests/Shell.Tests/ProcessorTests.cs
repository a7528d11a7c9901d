using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace EmTools.Shell.Tests;

/// <summary>
/// The whole pipeline on processors that lack this one's vector instructions, as processes that are told not to use them.
/// </summary>
public sealed partial class ProcessorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emtools-processors-").FullName;

    public static TheoryData<string, string> Processors { get; } = new()
    {
        { "DOTNET_EnableAVX512", "0" }, // AVX2 at most
        { "DOTNET_EnableAVX2", "0" }, // 128 bits
        { "DOTNET_EnableHWIntrinsic", "0" }, // no vectors at all
        { "DOTNET_MaxVectorTBitWidth", "512" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Processors))]
    public void Restores_as_with_all_instructions(string variable, string value)
    {
        int vector = Restore("here", new Dictionary<string, string?>());
        int other = Restore("there", new Dictionary<string, string?> { [variable] = value });
        if (value == "0" && variable != "DOTNET_EnableAVX512")
            Assert.True(other < vector || vector == 128, $"{variable}={value} has no effect here: vectors of {vector} and {other} bits");

        // The bounds of the reference cases: 8-bit pixels one grey level apart at most, and few of them.
        Match difference = Difference().Match(Run(
            new Dictionary<string, string?>(),
            $$"""
            $a = (Read-EmSection '{{_folder}}/here').GetPixels(); $b = (Read-EmSection '{{_folder}}/there').GetPixels()
            $largest = 0; $different = 0
            for ($y = 0; $y -lt 300; $y++) { for ($x = 0; $x -lt 420; $x++) {
                $d = [Math]::Abs([int]$a[$y, $x] - [int]$b[$y, $x]); if ($d) { $different++; if ($d -gt $largest) { $largest = $d } } } }
            "largest $largest different $different"
            """));
        Assert.InRange(int.Parse(difference.Groups[1].Value, CultureInfo.InvariantCulture), 0, 1);
        Assert.InRange(int.Parse(difference.Groups[2].Value, CultureInfo.InvariantCulture), 0, 300 * 420 / 1000);
    }

    [GeneratedRegex(@"largest (\d+) different (\d+)")]
    private static partial Regex Difference();

    /// <summary>Restores a phantom; returns the length of the engine's vectors in bits.</summary>
    private int Restore(string name, Dictionary<string, string?> environment)
        => int.Parse(
            Run(
                environment,
                $$"""
                New-EmPhantom -Height 300 -Width 420 -Seed 4 | Invoke-EmFilter Destripe | Set-IntensityOffset -Value 22700 |
                    Invoke-EmFilter Denoise | Invoke-EmFilter Contrast | Write-EmSection '{{_folder}}/{{name}}'
                8 * [System.Numerics.Vector[byte]]::Count
                """),
            CultureInfo.InvariantCulture);

    private static string Run(Dictionary<string, string?> environment, string command)
    {
        environment["EMTOOLS_MODULE"] = Path.Combine(ShellProcess.Metadata("ModuleOutput"), "EmTools.psd1");
        using ShellProcess process = ShellProcess.Start(ShellProcess.Shell, ["-Command", command], environment);
        ShellResult result = process.Finish();
        Assert.Equal("", result.Errors);
        return result.Output;
    }
}
