using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EmTools.SectionBench;

/// <summary>One run of a process from start to end.</summary>
/// <param name="Wall">Seconds from start to end.</param>
/// <param name="Cpu">Seconds of processor time, user and system.</param>
/// <param name="PeakMemory">Largest resident memory in bytes.</param>
/// <param name="Stages">Seconds of every stage that the process told of, in order.</param>
internal sealed record MeasuredRun(double Wall, double Cpu, long PeakMemory, IReadOnlyList<KeyValuePair<string, double>> Stages)
{
    private static readonly Regex Stage = new(@": (\S+) took (\d+(?:\.\d+)?) s\s*$", RegexOptions.CultureInvariant);

    /// <summary>Starts <paramref name="program"/> and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static MeasuredRun Of(string program, IEnumerable<string> arguments, int? threads)
    {
        string own = typeof(MeasuredRun).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [own, Measuring.Switch, program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (threads is int limit)
            start.Environment["DOTNET_PROCESSOR_COUNT"] = limit.ToString("X", CultureInfo.InvariantCulture); // .NET reads it as hexadecimal

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string text = output + errors.Result;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with the code {process.ExitCode}:\n{text}");

        (double wall, double cpu, long peak) = Measuring.Parse(output);
        KeyValuePair<string, double>[] stages =
        [
            .. text.Split('\n').Select(line => Stage.Match(line)).Where(match => match.Success)
                .Select(match => KeyValuePair.Create(match.Groups[1].Value, double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))),
        ];
        return new MeasuredRun(wall, cpu, peak, stages);
    }
}
