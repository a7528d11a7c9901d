using System.Diagnostics;
using System.Globalization;

namespace EmTools.Engine.Tests.Bits;

/// <summary>
/// All filters, steps, measurements and estimates on processors that lack this one's vector instructions, as processes that are
/// told not to use them: the same bits.
/// </summary>
public sealed class ProcessorTests(ProcessorTests.Here here) : IClassFixture<ProcessorTests.Here>
{
    public static TheoryData<string, string, int, int> Processors { get; } = new()
    {
        // What is set, to what, and the longest vectors and the length of Vector<T> that it leaves, in bits.
        { "DOTNET_EnableAVX512", "0", 256, 256 },
        { "DOTNET_EnableAVX2", "0", 128, 128 },
        { "DOTNET_EnableHWIntrinsic", "0", 0, 128 },
        { "DOTNET_MaxVectorTBitWidth", "512", 512, 512 },
        { "DOTNET_MaxVectorTBitWidth", "128", 512, 128 },
    };

    [Theory]
    [MemberData(nameof(Processors))]
    public void Give_the_same_bits(string variable, string value, int longest, int length)
    {
        (int ownLongest, int ownLength, IReadOnlyList<string> own) = here.All;
        (int otherLongest, int otherLength, IReadOnlyList<string> other) = Here.Run((variable, value));

        // The setting must have had its effect, where this processor has what it takes away.
        Assert.Equal(Math.Min(longest, ownLongest), otherLongest);
        Assert.Equal(value == "512" ? Math.Min(length, Math.Max(ownLength, ownLongest)) : Math.Min(length, ownLength), otherLength);
        Assert.Equal(BitCase.All.Count, own.Count);
        string[] different = [.. own.Zip(other).Where(pair => pair.First != pair.Second).Select(pair => pair.First.Split('\t')[0])];
        Assert.True(own.Count == other.Count && different.Length == 0, $"{variable}={value}: {different.Length} of {own.Count} differ: {string.Join("; ", different)}");
    }

    /// <summary>The C library has other code for other processors too: its functions must not decide about a bit.</summary>
    [SkippableFact]
    public void Give_the_same_bits_with_the_plainest_C_library()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only glibc can be told which instructions to use.");
        (_, _, IReadOnlyList<string> other) = Here.Run(("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable"));
        Assert.Equal(here.All.Hashes, other);
    }

    /// <summary>A process with all instructions, begun once.</summary>
    public sealed class Here
    {
        private readonly Lazy<(int Longest, int Length, IReadOnlyList<string> Hashes)> _all = new(() => Run());

        internal (int Longest, int Length, IReadOnlyList<string> Hashes) All => _all.Value;

        internal static (int Longest, int Length, IReadOnlyList<string> Hashes) Run(params (string Name, string Value)[] settings)
        {
            var start = new ProcessStartInfo("dotnet", ["exec", typeof(BitProgram).Assembly.Location, "hashes"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("DOTNET_", StringComparison.Ordinal) && (name.Contains("Enable", StringComparison.Ordinal) || name.Contains("Vector", StringComparison.Ordinal))).ToArray())
                start.Environment.Remove(name);
            foreach ((string name, string value) in settings)
                start.Environment[name] = value;
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.Result);
            string[] vectors = lines[0].Split(' ');
            return (int.Parse(vectors[1], CultureInfo.InvariantCulture), int.Parse(vectors[2], CultureInfo.InvariantCulture), lines[1..]);
        }
    }
}
